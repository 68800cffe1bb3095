"""A console keeps up with its config file: a valid change is followed, an invalid one is told and changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from textual.app import App

from socialhub.config.settings import Config
from socialhub.config.watch import ConfigWatch
from socialhub.i18n import _


class ConfigFollower:
    """`told` is called on the event loop when `config` or `trouble`, a sentence, changed."""

    def __init__(self, app: App[int], config: Config, told: Callable[[], None]) -> None:
        self._app, self._told = app, told
        self._watch = ConfigWatch(config)
        self.trouble = ""
        self._reading = False

    @property
    def config(self) -> Config:
        """The config in force."""
        return self._watch.config

    def look(self) -> None:
        """Look at the file; it is only read, on a thread, once it was changed."""
        if not self._reading and self._watch.is_due():
            self._reading = True
            self._app.run_worker(self._read(), group="config")

    async def _read(self) -> None:
        before = self._watch.config
        changed = await asyncio.to_thread(self._watch.read)
        self._reading = False
        if not changed:
            return
        problems = self._watch.problems
        self.trouble = ""
        if problems is not None:
            first = problems.problems[0]
            self.trouble = replace(first, path=Path(first.path.name)).sentence()
        elif self._watch.config is not before:
            self._app.notify(_("The changed configuration is followed."), timeout=4, markup=False)
        self._told()
