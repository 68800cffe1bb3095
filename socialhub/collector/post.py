"""One collector after another in one process: when the config file was changed, its successor takes over at once.

The collector's lock is kept all the time, so that nobody steps in between. Sources, streams included, go on from the
cursors that the cache holds: what was accepted is stored, what was not is asked for again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from pathlib import Path
from typing import Final

from socialhub.clock import Clock
from socialhub.collector.core import Collector
from socialhub.config import Config
from socialhub.config.watch import ConfigWatch
from socialhub.errors import SourceError, UserError
from socialhub.store.connection import collector_lock

LOOK_EVERY: Final = 1.0
"""Seconds between two looks at the config file: a change is followed within three."""

log = logging.getLogger(__name__)


class Post:
    """The post of the collector, held until `leave` is called."""

    def __init__(self, config: Config, cache: Path, clock: Clock) -> None:
        self._cache, self._clock = cache, clock
        self._watch = ConfigWatch(config)
        self._lock = collector_lock(cache)
        self._leaving = False
        self._collector = self._make(config)

    def leave(self) -> None:
        """End in order, also in the middle of a change."""
        self._leaving = True
        self._collector.stopping.set()

    async def hold(self) -> None:
        """Collect until `leave`. Raises UserError when the first collector cannot start."""
        try:
            await self._collector.start()
            while True:
                await self._collect()
                await self._collector.stop()
                if self._leaving:
                    return
                await self._succeed(self._watch.config)
        finally:
            await self._collector.stop()
            self._lock.release()

    def _make(self, config: Config) -> Collector:
        return Collector(config, self._cache, self._clock, self._lock)

    async def _collect(self) -> None:
        """Until it is told to stop or the config is another."""
        running = asyncio.create_task(self._collector.run())
        while not running.done():
            if await asyncio.to_thread(self._watch.look):
                self._follow()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(running), LOOK_EVERY)
        await running

    def _follow(self) -> None:
        """A valid config is followed; an invalid one is told, and the one before stays in force."""
        if (problems := self._watch.problems) is not None:
            log.error("the changed configuration is not followed, it is invalid: %s", problems.message)
        elif self._watch.config is not self._collector.config:
            log.info("the configuration was changed: it is followed from now on")
            self._collector.stopping.set()

    async def _succeed(self, config: Config) -> None:
        """Start a collector with another config; one that cannot start gives the place back to the one before."""
        before = self._collector.config
        self._collector = self._make(config)
        try:
            await self._collector.start()
        except (UserError, SourceError) as error:
            log.error("the changed configuration is not followed: %s", error)
            await self._collector.stop()
            self._collector = self._make(before)
            await self._collector.start()
        if self._leaving:
            self._collector.stopping.set()
