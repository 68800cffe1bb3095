"""The process that parses feeds, and the side that asks it.

One long-lived worker serves all feeds of a collector. It is started by executing Python anew (never by forking: a fork
would hold the cache's locks), gets frames on its standard input and answers on its output, and ends when its parent
closes the pipe. A parse that takes too long costs the worker, not the collector. The worker imports no network code.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

import msgspec

import socialhub
from socialhub.errors import SourceError
from socialhub.sources.feed_model import Feed

PARSE_SECONDS: Final = 20.0
"""A feed of 20,000 entries takes about 5 s of a free processor."""
_MOST_MEMORY: Final = 1536 * 1024 * 1024
# A worker that has held a feed this large is not kept: its memory would stay.
_LARGE_BYTES: Final = 2 * 1024 * 1024
_LENGTH: Final = struct.Struct(">I")


class _Question(msgspec.Struct):
    body: bytes
    content_type: str
    url: str
    now: int


# ---- the worker's side ---------------------------------------------------------------------------------------------


def main() -> None:
    """Answer questions until the parent closes the pipe."""
    from socialhub.sources.feed_parser import read_feed

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while len(head := source.read(_LENGTH.size)) == _LENGTH.size:
        question = msgspec.msgpack.decode(source.read(_LENGTH.unpack(head)[0]), type=_Question)
        # The parent may be killed meanwhile: then nobody else ends an endless parse.
        signal.alarm(int(PARSE_SECONDS) * 2)
        answer = msgspec.msgpack.encode(read_feed(question.body, question.content_type, question.url, question.now))
        signal.alarm(0)
        sink.write(_LENGTH.pack(len(answer)) + answer)
        sink.flush()


# ---- the asking side -----------------------------------------------------------------------------------------------


class FeedReader:
    """Has feeds parsed by the worker, one at a time; starts it on first use and again whenever it is gone."""

    def __init__(self, parse_seconds: float = PARSE_SECONDS) -> None:
        self._parse_seconds = parse_seconds
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The worker's process, None while there is none."""
        return None if self._process is None else self._process.pid

    async def read(self, body: bytes, content_type: str, url: str, now: int, host: str) -> Feed:
        """The feed in `body`; raises SourceError("parse-timeout") or ("parse-failed"), naming `host`."""
        question = msgspec.msgpack.encode(_Question(body, content_type, url, now))
        async with self._turn:
            for _attempt in range(2):
                try:
                    async with asyncio.timeout(self._parse_seconds):
                        answer = await self._ask(question)
                except TimeoutError:
                    await self._end()
                    raise SourceError("parse-timeout", host=host, seconds=round(self._parse_seconds, 1)) from None
                except BaseException:
                    await self._end()
                    raise
                if len(body) > _LARGE_BYTES or answer is None:
                    await self._end()
                # None: the worker was gone, perhaps killed between two feeds. A second time it is the feed's doing.
                if answer is not None:
                    return msgspec.msgpack.decode(answer, type=Feed)
            raise SourceError("parse-failed", host=host)

    async def close(self) -> None:
        """End the worker."""
        async with self._turn:
            await self._end()

    async def _ask(self, question: bytes) -> bytes | None:
        """The worker's answer, None when it died over it."""
        process = self._process
        if process is None:
            process = self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "socialhub.sources.feed_worker"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,
                env=_environment(),
            )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(_LENGTH.pack(len(question)) + question)
            await process.stdin.drain()
            head = await process.stdout.readexactly(_LENGTH.size)
            return await process.stdout.readexactly(_LENGTH.unpack(head)[0])
        except (OSError, asyncio.IncompleteReadError):
            return None

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _environment() -> dict[str, str]:
    """What the worker needs to start, and no secret: it reads what strangers wrote."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "PYTHONPATH": str(Path(socialhub.__file__).parent.parent)}


class _Shared:
    """The reader of one event loop and how many feeds use it."""

    def __init__(self) -> None:
        self.reader = FeedReader()
        self.users = 0


_shared: WeakKeyDictionary[asyncio.AbstractEventLoop, _Shared] = WeakKeyDictionary()


def borrow_reader() -> FeedReader:
    """The reader that all feeds of this event loop share; to be given back."""
    shared = _shared.setdefault(asyncio.get_running_loop(), _Shared())
    shared.users += 1
    return shared.reader


async def give_back_reader() -> None:
    """Undo one `borrow_reader`; the last one ends the worker."""
    shared = _shared[asyncio.get_running_loop()]
    shared.users -= 1
    if shared.users == 0:
        await shared.reader.close()


if __name__ == "__main__":
    main()
