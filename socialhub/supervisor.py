"""Sees to it that somebody collects: starts a collector as a child, restarts it, takes over when another one ends.

Imports no collector: the child is this program started anew (spawned, never forked), and ends when its stdin closes.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import IO, Final

from socialhub.config.secrets import is_set
from socialhub.config.settings import Config
from socialhub.i18n import _
from socialhub.records import dataclass
from socialhub.store.connection import collector_lock
from socialhub.text import clean

LOOK_EVERY: Final = 2.0
"""Seconds between two looks at the child and the lock: a place that becomes free is taken within five."""
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0
_STEADY: Final = 60.0
"""Seconds after which a child counts as well: its next failure is again the first."""
_LAST_WORDS: Final = 2_000


class Post(StrEnum):
    """Who holds the post of the collector, as far as this console knows."""

    OURS = "ours"
    OTHERS = "others"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Supervision:
    """How it stands; `why_not` is a sentence when nobody collects, or why this console would not take over."""

    post: Post = Post.NOBODY
    why_not: str = ""


def collector_command(config: Path, cache: Path) -> list[str]:
    """The command of the child."""
    program = [sys.executable, "-m", "socialhub"]
    return [*program, "--config", str(config), "--cache", str(cache), "collect", "--child"]


def missing_secrets(config: Config) -> list[str]:
    """The named secrets of the config that have no value in this environment."""
    return [reference for reference in config.secrets if not is_set(reference)]


class Supervisor:
    """One per console. `told` is called on the event loop whenever `state` changed.

    `others_hash` tells the config hash of the collector that ran last ("" when unknown).
    """

    def __init__(
        self,
        cache: Path,
        config: Config | None,
        command: Sequence[str],
        told: Callable[[], None],
        others_hash: Callable[[], str],
    ) -> None:
        self.state = Supervision()
        self._cache = cache
        self._config = config
        self._command = list(command)
        self._told = told
        self._others_hash = others_hash
        self._child: subprocess.Popen[bytes] | None = None
        self._words: IO[bytes] | None = None
        self._started = 0.0
        self._pause = FIRST_PAUSE
        self._not_before = 0.0
        self._saw_another = False
        self._last_words = ""

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self._look()
            await asyncio.sleep(LOOK_EVERY + random.random() * 0.3)

    def follow(self, config: Config) -> None:
        """The config file was changed; a collector of ours follows it by itself."""
        self._config = config

    def stop(self) -> None:
        """Let the child go: it ends by itself once its stdin is closed."""
        if self._child is not None and self._child.stdin is not None:
            self._child.stdin.close()

    def _look(self) -> None:
        if self._child is not None:
            if self._child.poll() is None:
                if time.monotonic() - self._started > _STEADY:
                    self._pause = FIRST_PAUSE
                self._set(Supervision(Post.OURS))
                return
            self._bury_child()
        if not self._post_is_free():
            self._saw_another = True
            self._set(Supervision(Post.OTHERS, self._why_not_ours()))
            return
        why_not = self._why_not_ours()
        if not why_not and time.monotonic() >= self._not_before:
            why_not = self._start_child()
        elif not why_not:
            why_not = self._last_words or _("the collector ended and is started again soon")
        self._set(Supervision(Post.OURS if self._child else Post.NOBODY, why_not if self._child is None else ""))

    def _post_is_free(self) -> bool:
        if not self._cache.parent.is_dir():
            return True
        lock = collector_lock(self._cache)
        try:
            free = lock.acquire()
        except OSError:
            return True
        lock.release()
        return free

    def _why_not_ours(self) -> str:
        """A sentence when this console may not collect."""
        if self._config is None:
            return _("this console has no configuration")
        if missing := missing_secrets(self._config):
            return _("the secret {name} is not set here").format(name=missing[0])
        if self._saw_another and self._others_hash() not in ("", self._config.hash):
            return _("the collector that ended had another configuration")
        return ""

    def _start_child(self) -> str:
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 (it outlives this call, with the child)
        try:
            self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=self._words,
                start_new_session=True,
            )
        except OSError as error:
            self._words.close()
            self._words = None
            self._back_off()
            return _("the collector cannot be started: {reason}").format(reason=clean(str(error), single_line=True))
        self._started = time.monotonic()
        return ""

    def _bury_child(self) -> None:
        """Remember what the child said last, and wait longer each time."""
        if self._words is not None:
            self._words.seek(0, 2)
            self._words.seek(max(0, self._words.tell() - _LAST_WORDS))
            lines = clean(self._words.read().decode("utf-8", "replace")).splitlines()
            self._last_words = lines[-1] if lines else ""
            self._words.close()
        if self._child is not None and self._child.stdin is not None:
            self._child.stdin.close()
        self._child = self._words = None
        self._back_off()

    def _back_off(self) -> None:
        self._not_before = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def _set(self, state: Supervision) -> None:
        if state != self.state:
            self.state = state
            self._told()
