"""What streams share: frames of a WebSocket with its silence noticed, and events gathered into lists of bounded age."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from socialhub import text
from socialhub.errors import SourceError

T = TypeVar("T")

MOST_EVENTS: Final = 200
GATHER_SECONDS: Final = 0.5
_WAITING_EVENTS: Final = 2_000

WEBSOCKET_OPTIONS: Final[dict[str, Any]] = {"ping_interval": None, "close_timeout": 1, "max_size": 4 * 1024 * 1024}
"""For `Client.websocket`: `frames` does its own pinging, so that a reason can be told."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a stream may say nothing (seconds) before it is pinged, and before it counts as dead."""

    ping: float = 10.0
    silence: float = 60.0


PATIENCE: Final = Patience()


async def frames(connection: ClientConnection, host: str, patience: Patience) -> AsyncIterator[str | bytes | None]:
    """The frames of a WebSocket; None says that it was quiet but answered a ping.

    Raises SourceError("stream-silent") or ("stream-closed"); never ends by itself.
    """
    loop = asyncio.get_running_loop()
    heard = loop.time()
    pong: Awaitable[float] | None = None
    while True:
        try:
            async with asyncio.timeout(patience.ping):
                frame = await connection.recv()
        except TimeoutError:
            if isinstance(pong, asyncio.Future) and pong.done():
                heard, pong = loop.time(), None
                yield None
            elif loop.time() - heard >= patience.silence:
                raise SourceError("stream-silent", host=host, seconds=patience.silence) from None
            pong = pong or await _ping(connection, host)
        except ConnectionClosed as error:
            raise closed(error, host) from None
        else:
            heard = loop.time()
            yield frame


async def _ping(connection: ClientConnection, host: str) -> Awaitable[float]:
    try:
        return await connection.ping()
    except ConnectionClosed as error:
        raise closed(error, host) from None


def closed(error: ConnectionClosed, host: str) -> SourceError:
    """Why a WebSocket ended, in the server's words when it gave any; it may be our side that would not go on."""
    ours = error.sent if error.sent and not error.rcvd_then_sent else None
    if ours and ours.code == CloseCode.MESSAGE_TOO_BIG:
        return SourceError("too-large", host=host, limit=WEBSOCKET_OPTIONS["max_size"] // (1024 * 1024))
    if ours and ours.code in (CloseCode.PROTOCOL_ERROR, CloseCode.INVALID_DATA):
        return SourceError(
            "unexpected-shape", host=host, detail=text.clip(text.clean(ours.reason, single_line=True), 80)
        )
    said = f"{error.rcvd.code} {error.rcvd.reason}" if error.rcvd else "no close frame"
    return SourceError("stream-closed", host=host, detail=text.clip(text.clean(said, single_line=True), 80))


class Intake(Generic[T]):
    """Reads events in the background, so that none is lost while their taker is busy, and hands them on in lists.

    What ends the reader (its error) is raised by `take` after all events that came before it.
    """

    def __init__(self, events: AsyncIterator[T]) -> None:
        self._queue: asyncio.Queue[T | asyncio.Task[None]] = asyncio.Queue(_WAITING_EVENTS)
        self._ended: asyncio.Task[None] | None = None
        self._reader = asyncio.create_task(self._read(events))
        self._watcher = asyncio.create_task(self._watch())

    async def _read(self, events: AsyncIterator[T]) -> None:
        async for event in events:
            await self._queue.put(event)

    async def _watch(self) -> None:
        await asyncio.wait({self._reader})
        await self._queue.put(self._reader)

    async def take(self, within: float | None = None) -> list[T]:
        """Up to MOST_EVENTS events gathered for GATHER_SECONDS after the first; [] when none came `within` seconds.

        Raises what ended the reader; StopAsyncIteration never: a reader that just ends gives [] for good.
        """
        taken: list[T] = []
        if self._ended is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(within):
                    self._keep(await self._queue.get(), taken)
                async with asyncio.timeout(GATHER_SECONDS):
                    while len(taken) < MOST_EVENTS and self._ended is None:
                        self._keep(await self._queue.get(), taken)
        if self._ended is not None and not taken:
            self._ended.result()
        return taken

    def _keep(self, event: T | asyncio.Task[None], taken: list[T]) -> None:
        if isinstance(event, asyncio.Task):
            self._ended = event
        else:
            taken.append(event)

    async def close(self) -> None:
        """Stop reading."""
        self._watcher.cancel()
        self._reader.cancel()
        await asyncio.wait({self._watcher, self._reader})
        if not self._reader.cancelled():
            self._reader.exception()
