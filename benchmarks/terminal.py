"""A program on a pseudo-terminal of its own, as its user meets it: what it drew, when, and in how many bytes.

Reads what the program writes; answers the one question Textual waits for. Measures nothing by itself.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import psutil
import pyte

ROOT: Final = Path(__file__).parent.parent
PATIENCE: Final = 30.0
"""Seconds until a program that shows nothing counts as broken."""
_SYNC_QUESTION: Final = b"\x1b[?2026$p"
_SYNC_ANSWER: Final = b"\x1b[?2026;2$y"
_NOT_PASSED_ON: Final = ("COLUMNS", "LINES", "NO_COLOR", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")


class Terminal:
    """One program on a terminal of `columns` x `rows`; `started` is the moment of its start (perf_counter)."""

    def __init__(self, command: Sequence[str], *, columns: int = 120, rows: int = 40) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.bytes_read = 0
        self.pieces = 0
        self.last_read = 0.0
        self._last = b""
        self._stream = pyte.ByteStream(self.screen)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        passed_on = {name: value for name, value in os.environ.items() if name not in _NOT_PASSED_ON}
        environ = {**passed_on, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, env=environ, start_new_session=True
        )
        os.close(slave)

    def read(self, seconds: float) -> bytes:
        """The next piece that is written within so many seconds, undrawn; `last_read` is when it came."""
        if not select.select([self._master], [], [], max(0.0, seconds))[0]:
            return b""
        try:
            piece = os.read(self._master, 65_536)
        except OSError:
            raise SystemExit(f"the program ended:\n{self.text.strip()}\n{self._last!r}") from None
        self.last_read = time.perf_counter()
        self._last = piece
        self.bytes_read += len(piece)
        self.pieces += 1
        if _SYNC_QUESTION in piece:
            os.write(self._master, _SYNC_ANSWER)
        return piece

    def draw(self, seconds: float) -> bool:
        """Read and draw one piece; False when none came."""
        piece = self.read(seconds)
        if piece:
            self._stream.feed(piece)
        return bool(piece)

    def watch(self, seconds: float) -> None:
        """Read and draw for so long."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.draw(left)

    def until(self, seen: Callable[[], bool], patience: float = PATIENCE) -> float:
        """Read and draw until `seen` holds; the moment its last piece came. Ends the benchmark when it never does."""
        end = time.perf_counter() + patience
        while not seen():
            if time.perf_counter() > end:
                raise SystemExit(f"never seen within {patience} s:\n{self.text}")
            self.draw(0.5)
        return self.last_read

    def until_written(self, mark: bytes, count: int) -> float:
        """Read until `mark` was written so often; the moment of that. Drawing waits: it would take the processor."""
        written, end = b"", time.perf_counter() + PATIENCE
        while written.count(mark) < count:
            written += self.read(0.5)
            if time.perf_counter() > end:
                self._stream.feed(written)
                raise SystemExit(f"{mark!r} was not written {count} times:\n{self.text}")
        moment = self.last_read
        self._stream.feed(written)
        return moment

    def press(self, keys: str) -> float:
        """Type; the moment of it."""
        moment = time.perf_counter()
        os.write(self._master, keys.encode())
        return moment

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(self.screen.display)

    def looks(self, row: int) -> tuple[tuple[str, bool, bool], ...]:
        """Background, bold and reverse of each cell of a row."""
        cells = self.screen.buffer[row]
        return tuple((cells[x].bg, cells[x].bold, cells[x].reverse) for x in range(self.screen.columns))

    @property
    def cpu(self) -> float:
        """Processor seconds of the program itself, its children apart."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    @property
    def children(self) -> list[psutil.Process]:
        """Processes the program started."""
        found: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return found

    def close(self) -> None:
        """End the program in order, or at once after two seconds; what it started ends with it."""
        children = self.children if self.process.poll() is None else []
        end = time.perf_counter() + 2
        self.process.send_signal(signal.SIGTERM)
        while self.process.poll() is None and time.perf_counter() < end:
            with contextlib.suppress(SystemExit):
                self.read(0.05)
        self.process.kill()
        self.process.wait()
        os.close(self._master)
        for child in psutil.wait_procs(children, timeout=5)[1]:
            child.kill()


@contextlib.contextmanager
def on_terminal(command: Sequence[str], *, columns: int = 120, rows: int = 40) -> Iterator[Terminal]:
    """A program on a terminal, ended with the block."""
    terminal = Terminal(command, columns=columns, rows=rows)
    try:
        yield terminal
    finally:
        terminal.close()


def bare_app() -> list[str]:
    """The command of the yardstick."""
    return [sys.executable, "-m", "benchmarks.bare_app"]
