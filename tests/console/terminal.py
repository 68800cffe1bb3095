"""A program on a real pseudo-terminal: what it drew (by pyte), what it wrote, how it ended."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pyte

ROOT = Path(__file__).parents[2]
DEADLINE = 30.0
# The terminal tells its size itself.
_ENVIRON = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}


class Terminal:
    """One program on a terminal of its own: the seeded console of `run_console`, or another module (`program`)."""

    def __init__(
        self,
        *arguments: str,
        columns: int = 120,
        rows: int = 40,
        before: str = "",
        program: str = "tests.console.run_console",
        **environ: str,
    ) -> None:
        self.master, self.slave = pty.openpty()
        self._open: tuple[int, ...] = (self.slave, self.master)
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.settings = termios.tcgetattr(self.slave)
        self.screen = pyte.Screen(columns, rows)
        self.written = b""
        self._stream = pyte.ByteStream(self.screen)
        command = [sys.executable, "-m", program, *arguments]
        if before:
            command = ["sh", "-c", f'{before}; exec "$@"', "sh", *command]
        self.process = subprocess.Popen(
            command,
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            cwd=ROOT,
            start_new_session=True,
            env={**_ENVIRON, "TERM": "xterm-256color", "LANG": "C.UTF-8", **environ},
        )

    def read(self, seconds: float) -> bytes:
        """What is written within so many seconds."""
        end, got = time.monotonic() + seconds, b""
        while (left := end - time.monotonic()) > 0:
            if select.select([self.master], [], [], left)[0]:
                try:
                    piece = os.read(self.master, 65_536)
                except OSError:
                    break
                got += piece
                self._stream.feed(piece)
        self.written += got
        return got

    def until(self, words: str) -> None:
        """Read until these words stand on the screen."""
        end = time.monotonic() + DEADLINE
        while words not in self.text:
            assert time.monotonic() < end, f"{words!r} never appeared:\n{self.text}"
            self.read(0.1)

    def quiet(self) -> None:
        """Read until nothing is written for a while."""
        end = time.monotonic() + DEADLINE
        while self.read(0.7):
            assert time.monotonic() < end, "it never came to rest"

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self.master, keys.encode())

    @property
    def text(self) -> str:
        """The screen."""
        return "\n".join(self.screen.display)

    def ended(self) -> int:
        """The exit code, once it ended (keeps reading: an unread terminal blocks its writer)."""
        end = time.monotonic() + DEADLINE
        while self.process.poll() is None:
            assert time.monotonic() < end, "it did not end"
            self.read(0.05)
        return int(self.process.returncode)

    def hang_up(self) -> None:
        """Take the terminal away, once: a number closed twice may by then be another's file."""
        for descriptor in self._open:
            os.close(descriptor)
        self._open = ()

    def close(self) -> None:
        """Nothing is left."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.hang_up()
