"""Rooms of real processes: `socialhub` started as people start it, and loopback servers that live beside the test."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TypeVar

from socialhub.model import CollectorState
from socialhub.store import collectors, mentions
from socialhub.store.connection import CacheMissingError, Connection, open_reader, open_writer
from tests.console.terminal import Terminal
from tests.room import is_sound

T = TypeVar("T")

PATIENCE: Final = 40.0
"""Seconds until something that must happen has happened, on a machine that is busy with other things."""
ROOM: Final = """
[hub]
name = "Essai"
contact = "https://example.org/"
[[topics]]
name = "Fibre"
kind = "product"
query = "fibre"
[[topics]]
name = "Mandarine"
kind = "brand"
query = "mandarine OR panne"
"""


def wait_for(
    condition: Callable[[], T], what: str, patience: float = PATIENCE, *, meanwhile: Callable[[], None] | None = None
) -> T:
    """What the condition gives once it is true; the test fails after `patience` seconds."""
    end, pause = time.monotonic() + patience, 0.01
    while not (found := condition()):
        assert time.monotonic() < end, f"never came true: {what}"
        time.sleep(pause)
        # Most conditions open the cache: who waits for long leaves the cores to those that are waited for.
        pause = min(0.05, pause * 1.1)
        if meanwhile is not None:
            meanwhile()
    return found


class Loopback:
    """Servers on an event loop in a thread of its own, so that a test may simply wait."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._stack = AsyncExitStack()

    def __enter__(self) -> Loopback:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.call(self._stack.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def open(self, server: AbstractAsyncContextManager[T]) -> T:
        """Start a server; it ends with the block."""
        return self.call(self._stack.enter_async_context(server))

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Let something happen over there meanwhile."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something over there."""
        return self.start(work).result(PATIENCE)


class Programs:
    """One room in a folder: its config, its cache, and every process that was started for it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.config = home / "config.toml"
        self.cache = home / "cache.db"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.terminals: list[Terminal] = []
        self.environ = {
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "PYTHONFAULTHANDLER": "1",
            **{f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "STATE", "CACHE")},
        }

    def configure(self, tables: str, room: str = ROOM) -> None:
        """Write the config."""
        self.config.write_text(f"{room}\n{tables}", encoding="utf-8")

    def words(self, *arguments: str) -> list[str]:
        """The command line after the program's name."""
        return ["--config", str(self.config), "--cache", str(self.cache), "--language", "en", "--as", "lea", *arguments]

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
        """A process whose output goes to a file of the room (never a pipe that could fill up)."""
        with (self.home / f"output-{len(self.processes)}.txt").open("wb") as said:
            usual: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": said, "stderr": said}
            process: subprocess.Popen[bytes] = subprocess.Popen(
                [sys.executable, "-m", "socialhub", *self.words(*arguments)],
                env=self._environ(),
                start_new_session=True,
                **(usual | options),
            )
        self.processes.append(process)
        return process

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """A command run to its end."""
        return subprocess.run(
            [sys.executable, "-m", "socialhub", *self.words(*arguments)],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env={**self._environ(), **environ},
            check=False,
        )

    def show(self, *arguments: str, columns: int = 120, rows: int = 40, before: str = "", **environ: str) -> Terminal:
        """A program on a terminal."""
        terminal = Terminal(
            *self.words(*arguments),
            columns=columns,
            rows=rows,
            before=before,
            program="socialhub",
            **self.environ,
            **environ,
        )
        self.terminals.append(terminal)
        return terminal

    def _environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SOCIALHUB_", "COLUMNS"))}
        return {**kept, **self.environ}

    def output(self) -> str:
        """Everything that processes and logs said."""
        files = [*self.home.glob("output-*.txt"), *self.home.glob("state/**/*.log*")]
        return "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files)

    def close(self) -> None:
        """End what is left."""
        for terminal in self.terminals:
            terminal.close()
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()

    # ---- looking at the cache ----

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The cache, as a reader sees it."""
        db = open_reader(self.cache)
        try:
            yield db
        finally:
            db.close()

    def stored(self) -> int:
        """Mentions in the cache (0 while there is none)."""
        try:
            with self.reading() as db:
                return mentions.how_many(db)
        except CacheMissingError:
            return 0

    def wait_stored(self, wanted: int) -> None:
        """Until at least so many mentions are in the cache."""
        wait_for(lambda: self.stored() >= wanted, f"{wanted} mentions are stored")

    def collector(self) -> CollectorState | None:
        """The newest run (None while there is no cache)."""
        try:
            with self.reading() as db:
                return collectors.latest(db)
        except CacheMissingError:
            return None

    def collects(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether this process is the one that collects."""
        state = self.collector()
        return state is not None and state.ended is None and state.pid == process.pid

    def is_sound(self) -> bool:
        """Both integrity checks and the counts, when nobody uses the cache."""
        writer = open_writer(self.cache)
        try:
            return is_sound(writer)
        finally:
            writer.close()


def kill(process: subprocess.Popen[bytes]) -> None:
    """As the machine kills when memory runs out."""
    process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE)
