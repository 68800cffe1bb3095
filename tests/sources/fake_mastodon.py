"""A loopback server that speaks Mastodon's API in the documented shapes. Written by us; nothing recorded is in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request as WebSocketRequest
from websockets.http11 import Response as WebSocketResponse

from tests.servers import Answer, LoopbackServer, Request

Status = dict[str, Any]


def status(number: int, **changes: Any) -> Status:
    """A public status in the documented shape."""
    return {
        "id": f"{number:018d}",
        "uri": f"https://piaille.example/users/lea/statuses/{number}",
        "url": f"https://piaille.example/@lea/{number}",
        "created_at": f"2026-11-21T10:{number // 60 % 60:02d}:{number % 60:02d}.000Z",
        "edited_at": None,
        "in_reply_to_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "fr",
        "replies_count": 1,
        "reblogs_count": 2,
        "favourites_count": 3,
        "content": f"<p>message {number}</p>",
        "reblog": None,
        "media_attachments": [],
        "account": {
            "id": "7",
            "username": "lea",
            "acct": "lea",
            "display_name": "Léa",
            "note": "<p>Lyon</p>",
            "followers_count": 41,
        },
        **changes,
    }


@dataclass
class FakeMastodon:
    """Serves `statuses` (oldest first) on every timeline; `own_streaming` is False for a server like GoToSocial."""

    statuses: list[Status] = field(default_factory=list)
    own_streaming: bool = True
    batch_endpoint: bool = True
    accounts: dict[str, str] = field(default_factory=dict)
    access: dict[str, dict[str, str]] = field(default_factory=dict)
    before_timeline: Callable[[], None] = lambda: None
    websocket_streaming: bool = False
    sse_status: int = 200
    page_cap: int = 40
    takes_min_for_since: bool = False
    """Whether it gives the newest statuses above an id instead of the next ones."""
    streams_at: str = ""
    """What the server says of where it streams; "" for the truth."""
    instance: dict[str, Any] = field(default_factory=dict)
    """What else it tells of itself."""

    def __post_init__(self) -> None:
        self.http = LoopbackServer({"*": self._answer})
        self.subscriptions: list[tuple[str, str]] = []
        self.listeners: list[asyncio.StreamWriter | ServerConnection] = []
        self.listening = asyncio.Condition()
        self._websockets: Server | None = None

    async def __aenter__(self) -> FakeMastodon:
        await self.http.__aenter__()
        self._websockets = await serve(self._websocket, "127.0.0.1", 0, process_request=self._upgrade)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.__aexit__(kind, error, trace)
        assert self._websockets is not None
        self._websockets.close()
        await self._websockets.wait_closed()

    @property
    def url(self) -> str:
        """The server's address."""
        return self.http.url("")

    def asked(self, part: str) -> list[str]:
        """The paths asked that contain `part`."""
        return [unquote(request.path) for request in self.http.requests if part in unquote(request.path)]

    # ---- REST ----

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        parts = urlsplit(request.path)
        query = parse_qs(parts.query)
        path = unquote(parts.path)
        if path.startswith("/api/v1/timelines/") or (path.endswith("/statuses") and "/accounts/" in path):
            self.before_timeline()
            await self._timeline(path, query)(request, writer)
        elif path.startswith("/api/v1/streaming"):
            await self._stream(path, query, writer)
        else:
            await self._plain(path, query)(request, writer)

    def _plain(self, path: str, query: dict[str, list[str]]) -> Answer:
        if path == "/api/v2/instance":
            port = self._websocket_port if self.websocket_streaming else self.http.port
            urls = {"streaming": self.streams_at or f"ws://127.0.0.1:{port}"}
            return _json({**self.instance, "configuration": {"urls": urls, "timelines_access": self.access}})
        if path == "/api/v1/accounts/lookup":
            account = self.accounts.get(query["acct"][0])
            return _json({"id": account}) if account else _json({"error": "Record not found"}, 404)
        if path == "/api/v2/search":
            return _json({"accounts": [], "statuses": self._bounded(query), "hashtags": []})
        if path == "/api/v1/statuses" and self.batch_endpoint:
            wanted = set(query["id[]"])
            return _json([found for found in self.statuses if found["id"] in wanted])
        if path.startswith("/api/v1/statuses/"):
            named = [found for found in self.statuses if found["id"] == path.rpartition("/")[2]]
            return _json(named[0]) if named else _json({"error": "Record not found"}, 404)
        return _json({"error": "Not found"}, 404)

    def _bounded(self, query: dict[str, list[str]]) -> list[Status]:
        """Newest first; `min_id` gives the page immediately above."""
        limit = min(int(query.get("limit", ["20"])[0]), self.page_cap)
        found = sorted(self.statuses, key=lambda each: str(each["id"]))
        if "since_id" in query:
            found = [each for each in found if each["id"] > query["since_id"][0]]
        if "max_id" in query:
            found = [each for each in found if each["id"] < query["max_id"][0]]
        if "min_id" in query and self.takes_min_for_since:
            return [each for each in found if each["id"] > query["min_id"][0]][-limit:][::-1]
        if "min_id" in query:
            return [each for each in found if each["id"] > query["min_id"][0]][:limit][::-1]
        return found[-limit:][::-1]

    def _timeline(self, path: str, query: dict[str, list[str]]) -> Answer:
        page = self._bounded(query)
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if page:
            base = self.http.url(path)
            headers["Link"] = (
                f'<{base}?max_id={page[-1]["id"]}>; rel="next", <{base}?min_id={page[0]["id"]}>; rel="prev"'
            )
        return Answer(json.dumps(page).encode(), headers=headers)

    # ---- streaming ----

    @property
    def _websocket_port(self) -> int:
        assert self._websockets is not None
        return int(next(iter(self._websockets.sockets)).getsockname()[1])

    async def _stream(self, path: str, query: dict[str, list[str]], writer: asyncio.StreamWriter) -> None:
        if path.endswith("/health") or self.sse_status != 200:
            there = self.own_streaming and path.endswith("/health")
            status_code = 200 if there else (404 if not self.own_streaming else self.sse_status)
            await Answer(b"OK" if there else b"404 page not found", status_code)(Request("GET", path, {}), writer)
            return
        name = path.removeprefix("/api/v1/streaming/").replace("/", ":")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n:)\n")
        await writer.drain()
        await self._listen((name, query.get("tag", [""])[0]), writer)
        await _until_cut(writer)

    async def _listen(self, subscription: tuple[str, str], listener: asyncio.StreamWriter | ServerConnection) -> None:
        async with self.listening:
            self.subscriptions.append(subscription)
            if listener not in self.listeners:
                self.listeners.append(listener)
            self.listening.notify_all()

    def _upgrade(self, connection: ServerConnection, request: WebSocketRequest) -> WebSocketResponse | None:
        if request.path.endswith("/health"):
            return connection.respond(HTTPStatus.OK if self.own_streaming else HTTPStatus.NOT_FOUND, "OK")
        return None

    async def _websocket(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        query = parse_qs(urlsplit(connection.request.path).query)
        await self._listen((query["stream"][0], query.get("tag", [""])[0]), connection)
        async for message in connection:
            asked = json.loads(message)
            await self._listen((asked["stream"], asked.get("tag", "")), connection)

    async def subscribed(self, count: int) -> None:
        """Wait until somebody has subscribed to `count` streams in all."""
        async with asyncio.timeout(5), self.listening:
            await self.listening.wait_for(lambda: len(self.subscriptions) >= count)

    async def say(self, event: str, payload: Status | str, stream: tuple[str, ...] = ("public",)) -> None:
        """Send an event to whoever listens."""
        text = payload if isinstance(payload, str) else json.dumps(payload)
        for listener in list(self.listeners):
            if isinstance(listener, ServerConnection):
                await listener.send(json.dumps({"stream": list(stream), "event": event, "payload": text}))
            else:
                listener.write(f"event: {event}\ndata: {text}\n\n".encode())
                with suppress(ConnectionError):
                    await listener.drain()

    async def say_frame(self, frame: dict[str, Any]) -> None:
        """Send a frame of a WebSocket as it is."""
        for listener in self.listeners:
            assert isinstance(listener, ServerConnection)
            await listener.send(json.dumps(frame))

    async def say_raw(self, text: str) -> None:
        """Send bytes as they are."""
        for listener in list(self.listeners):
            if isinstance(listener, ServerConnection):
                await listener.send(text)
            else:
                listener.write(text.encode())
                await listener.drain()

    async def cut(self) -> None:
        """Break all streams."""
        listeners, self.listeners = self.listeners, []
        for listener in listeners:
            if isinstance(listener, ServerConnection):
                listener.transport.abort()
            else:
                listener.transport.abort()


async def _until_cut(writer: asyncio.StreamWriter) -> None:
    await writer.wait_closed()


def _json(value: Any, status_code: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status_code, {"Content-Type": "application/json; charset=utf-8"})
