"""What a fault of our own does to the console: it is logged whole, and the reader gets a sentence.

Textual would draw the traceback with all local values: strangers' texts, as they came.
"""

from __future__ import annotations

import logging
import sys

from textual.app import App

log = logging.getLogger(__name__)


class CrashLogging(App[int]):
    """Keeps the exception that ended it in `fault`, for whoever ran it to tell."""

    fault: BaseException | None = None

    def _fatal_error(self) -> None:
        self.fault = sys.exception()
        log.critical("The console ended by a fault of its own.", exc_info=self.fault)
        self._close_messages_no_wait()
