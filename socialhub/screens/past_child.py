"""Questions to the past that take their time: this program anew as a child that yields to everything else.

The detectors go through weeks of counts; in the screen's process that would make the keys stutter (DECISIONS 19).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from socialhub.clock import ENV_CLOCK, Clock
from socialhub.errors import EXIT_ENVIRONMENT, UserError
from socialhub.i18n import _, language
from socialhub.text import clean

_NICE: Final = 10


class _Child(asyncio.SubprocessProtocol):
    """What the child answers and, line by line, what it says meanwhile; `gone` once it ended and all of it was read."""

    def __init__(self, told: Callable[[str], None]) -> None:
        self.answer, self.said = bytearray(), list[str]()
        self.gone = asyncio.get_running_loop().create_future()
        self._told, self._line = told, b""

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Of the answer, or of what is said."""
        if fd == 1:
            self.answer += data
            return
        *whole, self._line = (self._line + data).split(b"\n")
        for line in whole:
            self._say(line)

    def connection_lost(self, _error: Exception | None) -> None:
        """It ended, and its pipes are closed."""
        if self._line:
            self._say(self._line)
        if not self.gone.done():
            self.gone.set_result(None)

    def _say(self, line: bytes) -> None:
        self.said.append(clean(line.decode("utf-8", "replace"), single_line=True).strip())
        if not self.gone.done():
            self._told(self.said[-1])


async def ask_past(
    config: Path, cache: Path, clock: Clock, arguments: Sequence[str], told: Callable[[str], None]
) -> list[dict[str, Any]]:
    """What `socialhub alerts …` answers with --json, on this console's clock and in its language. `told` gets what it
    says meanwhile.

    Whoever cancels ends the child. Raises UserError with what the child said.
    """
    room = ["--config", str(config), "--cache", str(cache), "--language", language()]
    program = [sys.executable, "-m", "socialhub", *room, "alerts"]
    try:
        transport, child = await asyncio.get_running_loop().subprocess_exec(
            lambda: _Child(told),
            *program,
            *arguments,
            "--json",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, ENV_CLOCK: clock.to_env()},
            start_new_session=True,
        )
    except OSError as error:
        raise UserError(str(error), "", EXIT_ENVIRONMENT) from error
    try:
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, transport.get_pid(), _NICE)
        await child.gone
    finally:
        # Ends it and its pipes at once, however often we are cancelled: a loop that ends would leave them open.
        transport.close()
    if transport.get_returncode():
        raise UserError(child.said[-1] if child.said else _("The past could not be asked."), "", EXIT_ENVIRONMENT)
    return [json.loads(line) for line in child.answer.splitlines() if line.strip()]
