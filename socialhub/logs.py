"""The log: one file a role in the XDG state directory, rotated, without secrets and without control characters.

Several processes may write the same file: whoever finds it full renames it under a lock, the others follow.
"""

from __future__ import annotations

import fcntl
import logging
import logging.handlers
import os
import re
from pathlib import Path
from typing import Final

from socialhub.text import clean

MOST_BYTES: Final = 2_000_000
OLD_FILES: Final = 3
_FORMAT: Final = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"

_SECRETS: Final = (
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/@]+@"), r"\1***@"),
    (
        re.compile(
            r"(?i)([?&#;](?:[\w-]*(?:token|key|secret|passw(?:or)?d|pwd|pass|auth\w*|bearer|jwt|sig(?:nature)?"
            r"|session(?:id)?|code)))=[^\s&#\"'<>]+"
        ),
        r"\1=***",
    ),
    (re.compile(r"(?i)\b(bearer|basic|dpop)\s+[\w.~+/=-]{6,}"), r"\1 ***"),
    (
        re.compile(
            r"(?i)([\"']?(?:access_?|refresh_?|app_?)?(?:token|jwt|password|passwd|secret|api_?key|authorization)[\"']?"
            r"\s*[:=]\s*)(?:\"[^\"]*\"|'[^']*'|[^\s,;&#}\"']+)"
        ),
        r"\1***",
    ),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"), "***"),
    (re.compile(r"\b[a-z0-9]{4}(?:-[a-z0-9]{4}){3}\b"), "***"),
)
"""Users in addresses, parameters, Authorization values, settings, JSON Web Tokens, Bluesky's app passwords."""


def redact(text: str) -> str:
    """The text without what looks like a secret."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class _SafeFormatter(logging.Formatter):
    """Every line redacted and clean, whoever wrote it; a traceback keeps its lines, indented."""

    def format(self, record: logging.LogRecord) -> str:
        lines = redact(super().format(record)).splitlines()
        return "\n  ".join(clean(line, single_line=True) for line in lines)


class _SharedFile(logging.handlers.RotatingFileHandler):
    """A rotating file that several processes append to."""

    def emit(self, record: logging.LogRecord) -> None:
        self._follow()
        super().emit(record)

    def _follow(self) -> None:
        """Reopen when another process has rotated the file."""
        try:
            moved = self.stream is not None and not os.path.samestat(
                os.fstat(self.stream.fileno()), os.stat(self.baseFilename)
            )
        except OSError:
            moved = True
        if moved and self.stream is not None:
            self.stream.close()
            # Opened by whoever writes next, where a folder that is gone harms nobody but the log.
            self.stream = None

    def doRollover(self) -> None:
        """Rotate unless somebody else just did."""
        descriptor = os.open(f"{self.baseFilename}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.path.getsize(self.baseFilename) >= self.maxBytes:
                super().doRollover()
            else:
                self._follow()
        finally:
            os.close(descriptor)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def log_file(role: str) -> Path:
    """Where a role ("collector", "console", …) writes its log."""
    from socialhub.config.paths import state_dir

    return state_dir() / f"{role}.log"


def start_log(role: str, *, debug: bool = False, to_stderr: bool = False) -> None:
    """Send this process's log to its file, and to stderr where no screen is drawn.

    Where the file cannot be written the program goes on without one.
    """
    logger = logging.getLogger()
    logger.setLevel(logging.DEBUG if debug else logging.INFO)
    for name in ("httpx", "httpcore", "websockets", "asyncio", "markdown_it"):
        logging.getLogger(name).setLevel(logging.WARNING)
    formatter = _SafeFormatter(_FORMAT)
    handlers: list[logging.Handler] = [logging.StreamHandler()] if to_stderr else []
    path = log_file(role)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(_private(str(path), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC))
        handlers.append(_SharedFile(path, maxBytes=MOST_BYTES, backupCount=OLD_FILES, encoding="utf-8"))
    except OSError:
        handlers.append(logging.NullHandler())
    logging.raiseExceptions = False
    for handler in handlers:
        handler.setFormatter(formatter)
        logger.addHandler(handler)
