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
_LONGEST_LINE: Final = 1 << 20
"""Bytes; what is longer is no answer of this program."""


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
        child = await asyncio.create_subprocess_exec(
            *program,
            *arguments,
            "--json",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
            env={**os.environ, ENV_CLOCK: clock.to_env()},
            start_new_session=True,
        )
    except OSError as error:
        raise UserError(str(error), "", EXIT_ENVIRONMENT) from error
    said: list[str] = []
    assert child.stdout is not None
    assert child.stderr is not None
    try:
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, child.pid, _NICE)

        async def listen(stream: asyncio.StreamReader) -> None:
            async for line in stream:
                said.append(clean(line.decode("utf-8", "replace"), single_line=True).strip())
                told(said[-1])

        answer, _none = await asyncio.gather(child.stdout.read(), listen(child.stderr))
        code = await child.wait()
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            # Its pipes are closed while there is still a loop to close them.
            await child.wait()
    if code:
        raise UserError(said[-1] if said else _("The past could not be asked."), "", EXIT_ENVIRONMENT)
    return [json.loads(line) for line in answer.splitlines() if line.strip()]
