"""A small HTTP/1.1 server for what others post: bounded in connections, time, headers and body. h11 reads the wire.

It gives each whole request to a handler and sends its answer; whom to believe is the handler's business.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final, TypeAlias

import h11

from socialhub.errors import SourceError

BODY_LIMIT: Final = 1024 * 1024
HEAD_LIMIT: Final = 16 * 1024
REQUEST_SECONDS: Final = 10.0
"""For the whole of a request to come in; a connection that asks nothing is closed after as long."""
MOST_CONNECTIONS: Final = 64
_READ: Final = 65_536


@dataclass(frozen=True, slots=True)
class Posted:
    """A request. `target` is path and query as sent; header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in plain text."""

    status: int
    text: str = ""
    headers: tuple[tuple[str, str], ...] = ()


Handler: TypeAlias = Callable[[Posted], Awaitable[Reply]]


@asynccontextmanager
async def receiving(
    host: str, port: int, handler: Handler, request_seconds: float = REQUEST_SECONDS
) -> AsyncIterator[asyncio.Server]:
    """Listen while inside. Raises SourceError("port-taken") where the address cannot be had."""
    room = asyncio.Semaphore(MOST_CONNECTIONS)
    open_now: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_now.add(task)
        try:
            if room.locked():
                return
            async with room:
                await _Connection(reader, writer, handler, request_seconds).serve()
        except (OSError, asyncio.CancelledError, h11.RemoteProtocolError):
            # It went away, or is sent away, in the middle of a sentence.
            pass
        finally:
            open_now.discard(task)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    try:
        server = await asyncio.start_server(connected, host, port, limit=_READ)
    except OSError as error:
        raise SourceError("port-taken", host=host, port=port, detail=error.strerror or "?") from None
    async with server:
        try:
            yield server
        finally:
            server.close()
            for task in list(open_now):
                task.cancel()
            if open_now:
                await asyncio.wait(open_now)


class _TooLarge(Exception):
    pass


class _Connection:
    """One connection, which may ask several times."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handler: Handler, seconds: float
    ) -> None:
        self._reader, self._writer, self._handler, self._seconds = reader, writer, handler, seconds
        self._wire = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_LIMIT)

    async def serve(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._seconds):
                    posted = await self._request()
            except TimeoutError:
                await self._send(Reply(408))
                return
            except _TooLarge:
                await self._send(Reply(413))
                return
            except h11.RemoteProtocolError as error:
                if self._wire.our_state in (h11.IDLE, h11.SEND_RESPONSE):
                    await self._send(Reply(error.error_status_hint))
                return
            if posted is None:
                return
            await self._send(await self._handler(posted), bodiless=posted.method == "HEAD")
            if self._wire.our_state is not h11.DONE or self._wire.their_state is not h11.DONE:
                return
            self._wire.start_next_cycle()

    async def _request(self) -> Posted | None:
        """The next request; None when there is none."""
        head: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._wire.next_event()
            if event is h11.NEED_DATA:
                if self._wire.they_are_waiting_for_100_continue:
                    await self._write(h11.InformationalResponse(status_code=100, headers=[]))
                self._wire.receive_data(await self._reader.read(_READ))
            elif isinstance(event, h11.Request):
                head = event
                if _length(event) > BODY_LIMIT:
                    raise _TooLarge
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > BODY_LIMIT:
                    raise _TooLarge
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
                return Posted(head.method.decode(), head.target.decode("latin-1"), headers, bytes(body))
            else:
                return None

    async def _send(self, reply: Reply, *, bodiless: bool = False) -> None:
        body = reply.text.encode()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
        # What is left of a request that was refused is not read: the connection ends.
        closing = [] if self._wire.their_state is h11.DONE else [("Connection", "close")]
        await self._write(h11.Response(status_code=reply.status, headers=[*headers, *reply.headers, *closing]))
        if not bodiless:
            await self._write(h11.Data(data=body))
        await self._write(h11.EndOfMessage())

    async def _write(self, event: h11.Response | h11.InformationalResponse | h11.Data | h11.EndOfMessage) -> None:
        if data := self._wire.send(event):
            self._writer.write(data)
            await self._writer.drain()


def _length(request: h11.Request) -> int:
    written = next((value for name, value in request.headers if name == b"content-length"), b"0")
    return int(written)
