"""A program of the user's, run without a shell: the lines that it prints are mentions.

It gets few variables (no secrets but those named), no input, and a process group of its own that is ended with it. What
it printed before it failed is kept. SOCIALHUB_SINCE tells it when the newest mention was published that it gave so far.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shlex
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any, Final, cast

from socialhub.clock import HOUR, iso
from socialhub.errors import Reason, SourceError
from socialhub.model import Batch, Cursor, Draft, Item
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.exchange import moment_of
from socialhub.sources.kinds.exec import ExecSettings
from socialhub.sources.mention_files import BadLine, in_one_source, read_object
from socialhub.sources.notebook import Note
from socialhub.sources.raw_lines import MOST_LINE_BYTES
from socialhub.sources.settings import SourceSettings
from socialhub.text import clean

BATCH_LINES: Final = 500
BATCH_SECONDS: Final = 1.0
"""What was printed is handed on after so many lines or so long."""
GRACE_SECONDS: Final = 2.0
"""Between asking a program to end and ending it, and what its children are given to say after it has ended."""
MOST_PASSED: Final = 64 * MOST_LINE_BYTES
"""Bytes of a line that is too long are passed over up to here: then it has no end."""
ALWAYS_PASSED: Final = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "USER")
SINCE: Final = "SOCIALHUB_SINCE"
_MOST_COMPLAINT: Final = 200
_ERROR_BYTES: Final = 65_536
_TOO_LONG: Final = b"\xff\n"
# No line of UTF-8 is this one.


class ExecSource:
    """One program as configured."""

    def __init__(self, settings: ExecSettings, context: SourceContext) -> None:
        self._settings, self._context = settings, context
        program = Path(settings.command[0]).expanduser()
        self._name, self._command = program.name, [str(program), *settings.command[1:]]
        self._running: Process | None = None
        self.streaming = settings.stream

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Run it once and hand on what it prints. Raises SourceError when it fails, after what it printed before."""
        since = cursor.get("since")
        since = since if isinstance(since, int) else None
        note = self._context.notebook.ask(shlex.join(self._command))
        program = await self._start(since)
        complaint = asyncio.create_task(_last_line(program))
        ends = None if self.streaming else asyncio.get_running_loop().time() + self._settings.timeout / 1000
        number = bad = first_bad = 0
        try:
            async with aclosing(self._lines(program, ends)) as groups:
                async for lines in groups:
                    read = [self._read(line, number) for number, line in enumerate(lines, number + 1)]
                    items = [item for item in read if item is not None and not isinstance(item, BadLine)]
                    wrong = [item.number for item in read if isinstance(item, BadLine)]
                    note.count("lines", len(lines))
                    note.more(b"".join(lines))
                    number, bad, first_bad = number + len(lines), bad + len(wrong), first_bad or min(wrong, default=0)
                    since = _newest(items, since)
                    yield Batch(items, {"since": since}, skipped=len(wrong))
            await self._end(program, complaint, ends, note)
        finally:
            note.end()
            await self.close()
            complaint.cancel()
        if bad:
            raise SourceError("bad-lines", count=bad, path=self._name, line=first_bad)

    async def close(self) -> None:
        """End the program and all that it started."""
        program, self._running = self._running, None
        if program is None:
            return
        _signal(program, signal.SIGTERM)
        try:
            async with asyncio.timeout(GRACE_SECONDS):
                await program.wait()
        except TimeoutError:
            pass
        finally:
            # Also when it ended by itself: what it left behind in its group ends with it.
            _signal(program, signal.SIGKILL)
        await program.wait()
        # What left its group may hold the pipes for good; asyncio has no public way to let go of our ends.
        cast(Any, program)._transport.close()

    async def _start(self, since: int | None) -> Process:
        passed = {name: os.environ[name] for name in (*ALWAYS_PASSED, *self._settings.pass_env) if name in os.environ}
        for name in self._settings.pass_env:
            # It may be a key, and the program may print what it was given.
            self._context.notebook.learn(passed.get(name, ""))
        if since is not None:
            passed[SINCE] = iso(since)
        try:
            self._running = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=PIPE,
                cwd=self._settings.folder or None,
                env=passed,
                limit=MOST_LINE_BYTES,
                start_new_session=True,
            )
        except (FileNotFoundError, NotADirectoryError):
            raise SourceError("program-missing", name=self._name) from None
        except (OSError, ValueError) as error:
            detail = error.strerror or type(error).__name__ if isinstance(error, OSError) else type(error).__name__
            raise SourceError("program-refused", name=self._name, detail=detail) from None
        return self._running

    async def _lines(self, program: Process, ends: float | None) -> AsyncGenerator[list[bytes]]:
        """What it prints, in groups, until its output ends, or a while after itself though a child still holds that.

        Raises SourceError("program-slow") at the moment `ends` of the loop's clock, "program-floods".
        """
        assert program.stdout is not None
        loop = asyncio.get_running_loop()
        taken: list[bytes] = []
        due = loop.time() + BATCH_SECONDS
        heard = loop.time()
        reading = asyncio.create_task(_line(program.stdout))
        try:
            while True:
                moment = min(due, ends) if ends is not None else due
                done, _pending = await asyncio.wait({reading}, timeout=max(0.0, moment - loop.time()))
                if done and isinstance(reading.exception(), _EndlessLine):
                    if taken:
                        yield taken
                    raise SourceError("program-floods", name=self._name)
                if program.returncode is None or done:
                    heard = loop.time()
                over = not reading.result() if done else loop.time() - heard >= GRACE_SECONDS
                if done and not over:
                    taken.append(reading.result())
                    reading = asyncio.create_task(_line(program.stdout))
                late = ends is not None and loop.time() >= ends
                if taken and (over or late or len(taken) >= BATCH_LINES or loop.time() >= due):
                    yield taken
                    taken = []
                if over:
                    return
                if late:
                    raise SourceError("program-slow", name=self._name, seconds=self._settings.timeout // 1000)
                if loop.time() >= due:
                    due = loop.time() + BATCH_SECONDS
        finally:
            reading.cancel()

    async def _end(self, program: Process, complaint: asyncio.Task[str], ends: float | None, note: Note) -> None:
        """Wait for its end. Raises SourceError when it failed, or when what was to go on ended."""
        try:
            async with asyncio.timeout_at(ends):
                code = await program.wait()
                # A child may hold the error output for good.
                await asyncio.wait({complaint}, timeout=GRACE_SECONDS)
                detail = complaint.result() if complaint.done() else ""
        except TimeoutError:
            raise SourceError("program-slow", name=self._name, seconds=self._settings.timeout // 1000) from None
        note.answer, note.failed = f"exit {code}", bool(code)
        if detail:
            note.facts["complaint"] = detail
        if code or self.streaming:
            raise SourceError("program-failed", name=self._name, status=code, detail=detail or "-")

    def _read(self, line: bytes, number: int) -> Item | BadLine | None:
        """The mention of a line; None for a blank line."""
        if line == _TOO_LONG:
            return BadLine(number, Reason("line-too-long"))
        if self._settings.form == "lines":
            return self._plain(line)
        if not line.strip():
            return None
        read = read_object(line, number, 0, self._context.zone, self._settings.name)
        if isinstance(read, BadLine):
            return read
        item = in_one_source(read, self._settings.name)
        if isinstance(item, Draft) and item.published is not None:
            item.backfill = item.published < self._context.clock.now() - HOUR
        return item

    def _plain(self, line: bytes) -> Draft | None:
        """A text a line, said now; the same text again is the same mention."""
        text = line.decode("utf-8", "replace").strip()
        if not text:
            return None
        return Draft(hashlib.sha256(text.encode()).hexdigest()[:32], text, raw=line.strip())


def _newest(items: Sequence[Item], since: int | None) -> int | None:
    """When the newest mention was published (ms UTC), of these and those before."""
    moments = [moment for item in items if (moment := moment_of(item))]
    return max([*moments, since or 0]) or None


class _EndlessLine(Exception):
    pass


async def _line(stream: asyncio.StreamReader) -> bytes:
    """The next line, b"" at the end, _TOO_LONG in place of one that is."""
    try:
        return await stream.readuntil(b"\n")
    except asyncio.IncompleteReadError as error:
        return error.partial
    except asyncio.LimitOverrunError as error:
        await _pass_over(stream, error.consumed)
        return _TOO_LONG


async def _pass_over(stream: asyncio.StreamReader, known: int) -> None:
    """Drop the rest of a line, the next `known` bytes of which hold no line end. Raises _EndlessLine."""
    passed = 0
    while True:
        await stream.readexactly(known)
        passed += known
        if passed >= MOST_PASSED:
            raise _EndlessLine
        try:
            await stream.readuntil(b"\n")
            return
        except asyncio.IncompleteReadError:
            return
        except asyncio.LimitOverrunError as error:
            known = error.consumed


async def _last_line(program: Process) -> str:
    """The last line that it wrote to its error output, cleaned and cut; reads all of it, so that it never blocks."""
    assert program.stderr is not None
    tail = b""
    while chunk := await program.stderr.read(_ERROR_BYTES):
        tail = (tail + chunk)[-_ERROR_BYTES:]
    lines = [line for line in tail.decode("utf-8", "replace").splitlines() if line.strip()]
    return clean(lines[-1], single_line=True)[:_MOST_COMPLAINT] if lines else ""


def _signal(program: Process, number: signal.Signals) -> None:
    # Its group has its number, as it began a session of its own.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(program.pid, number)


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source of a program's output."""
    assert isinstance(settings, ExecSettings)
    return ExecSource(settings, context)
