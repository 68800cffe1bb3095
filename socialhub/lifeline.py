"""The end of a console: told by a signal, by a terminal that is gone, or by its user. It takes a second at most.

Textual restores the terminal when the app exits in order; what hangs after that (a thread in a long query) is cut off.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable
from typing import Any, Final

LOOK_EVERY: Final = 0.4
"""Seconds between two looks at the terminal."""
PATIENCE: Final = 0.9
"""Seconds an orderly end may take."""
_LOST_TERMINAL: Final = 128 + signal.SIGHUP
_RESET: Final = (
    b"\x1b[?1049l\x1b[?25h\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?2004l\x1b[?1004l\x1b[<u\x1b[0m\r\n"
)


class Lifeline:
    """Watches over one console. `leave` ends the app with an exit code; it is called once, on the event loop."""

    def __init__(self, leave: Callable[[int], None]) -> None:
        self._leave = leave
        self._leaving = False
        self._saved: list[Any] | None = None
        try:
            self._saved = termios.tcgetattr(sys.__stdin__.fileno()) if sys.__stdin__ is not None else None
        except (termios.error, ValueError, OSError):
            self._saved = None

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """End in order on SIGTERM and SIGHUP, and when the terminal is gone.

        A SIGHUP that is ignored already (nohup) stays ignored.
        """
        loop.add_signal_handler(signal.SIGTERM, self.end, 128 + signal.SIGTERM)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            loop.add_signal_handler(signal.SIGHUP, self.end, _LOST_TERMINAL)
        if self._saved is not None:
            self._look(loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """End when the terminal is gone: Textual's reader would spin on its end of file."""
        if terminal_is_gone(0):
            self.end(_LOST_TERMINAL)
        else:
            # The loop's own timer: one of Textual's costs an idle console a message through two queues.
            loop.call_later(LOOK_EVERY, self._look, loop)

    def end(self, code: int) -> None:
        """Leave in order; cut off after PATIENCE what does not let go."""
        if not self._leaving:
            self._leaving = True
            self.arm(code)
            self._leave(code)

    def arm(self, code: int) -> None:
        """Make sure that the process ends soon, with the terminal as it was."""
        timer = threading.Timer(PATIENCE, self._cut_off, (code,))
        timer.daemon = True
        timer.start()

    def _cut_off(self, code: int) -> None:
        if self._saved is not None:
            try:
                termios.tcsetattr(0, termios.TCSANOW, self._saved)
                os.write(1, _RESET)
            except (termios.error, OSError):
                # The terminal is gone: there is nothing left to restore.
                os._exit(code)
        os._exit(code)


def terminal_is_gone(descriptor: int) -> bool:
    """Whether the other end of a terminal or pipe hung up."""
    poller = select.poll()
    poller.register(descriptor, 0)
    try:
        return any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _fd, event in poller.poll(0))
    except OSError:
        return True
