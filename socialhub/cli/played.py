"""A room that is played: a temporary folder, a scenario clock for all its processes, a console, and then nothing left.

The console is a process of its own: however it ends, this one is there to clean up.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

from socialhub.clock import ENV_CLOCK
from socialhub.i18n import language

if TYPE_CHECKING:
    from socialhub.cli.setup import Setup
    from socialhub.clock import Clock

COLLECTOR_PATIENCE: Final = 3.0
"""Seconds that the console's collector has to end before the folder goes."""
_SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def temporary_room() -> Iterator[Path]:
    """A folder that is gone afterwards, also when a signal ends this process."""
    folder = Path(tempfile.mkdtemp(prefix="socialhub-"))
    before = {number: signal.signal(number, _leave) for number in _SIGNALS}
    try:
        yield folder
    finally:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        _remove(folder)
        for number, handler in before.items():
            signal.signal(number, handler)


def _remove(folder: Path) -> None:
    """Take the folder away; a collector that is still ending may put a last file into it."""
    deadline = time.monotonic() + COLLECTOR_PATIENCE
    while folder.exists() and time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.05 if folder.exists() else 0.0)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def open_played(
    setup: Setup,
    config: Path,
    cache: Path,
    clock: Clock,
    *words: str,
    meanwhile: Callable[[Callable[[], bool]], None] | None = None,
) -> int:
    """Open the console on a played room and wait for its end; returns its exit code.

    `meanwhile` is done while it is open; it is given a function that tells whether the console has ended.
    """
    from socialhub.store.connection import collector_lock

    room = ["--config", str(config), "--cache", str(cache), "--language", language(), "--as", setup.operator]
    debug = ["--debug"] if setup.debug else []
    command = [sys.executable, "-m", "socialhub", *room, *debug, "run", *words]
    interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return _Console().run(command, {**os.environ, ENV_CLOCK: clock.to_env()}, meanwhile)
    finally:
        signal.signal(signal.SIGINT, interrupt)
        lock = collector_lock(cache)
        if cache.parent.is_dir() and lock.acquire(COLLECTOR_PATIENCE):
            lock.release()


class _Console:
    """The console of a played room. A signal to us is passed on, and it has its second to restore the terminal.

    Nothing is raised where a signal is met: that may be inside a destructor, where an exception is lost.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._told = 0

    def run(
        self, command: list[str], environ: dict[str, str], meanwhile: Callable[[Callable[[], bool]], None] | None
    ) -> int:
        """The exit code of the console; raises SystemExit when a signal ended it."""
        before = {number: signal.signal(number, self._pass_on) for number in _SIGNALS}
        try:
            child = self._child = subprocess.Popen(command, env=environ)
            if self._told:
                self._end(child)
            if meanwhile is not None:
                meanwhile(lambda: child.poll() is not None)
            code = child.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        if self._told:
            raise SystemExit(128 + self._told)
        return code

    def _pass_on(self, number: int, _frame: FrameType | None) -> None:
        first, self._told = not self._told, self._told or number
        if first and self._child is not None:
            self._end(self._child)

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        child.send_signal(signal.SIGTERM)
        killer = threading.Timer(COLLECTOR_PATIENCE, child.kill)
        killer.daemon = True
        killer.start()
