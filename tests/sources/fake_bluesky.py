"""A loopback PDS and AppView in one, and a Jetstream, in the documented shapes. Written by us."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.servers import Answer, LoopbackServer, Request

LEA = "did:plc:lea"
TOM = "did:plc:tom"
Json = dict[str, Any]


def post_uri(number: int, did: str = LEA) -> str:
    """The at-uri of a post."""
    return f"at://{did}/app.bsky.feed.post/{number:013d}"


def record(text: str, **changes: Any) -> Json:
    """A post record."""
    return {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": "2026-11-21T10:00:00.000Z",
        "langs": ["fr"],
        **changes,
    }


def view(number: int, did: str = LEA, **changes: Any) -> Json:
    """A post view."""
    return {
        "uri": post_uri(number, did),
        "cid": "bafy",
        "author": {"did": did, "handle": f"{did[8:]}.bsky.example", "displayName": did[8:].title()},
        "record": record(f"message {number}"),
        "replyCount": 1,
        "repostCount": 2,
        "likeCount": 3,
        "indexedAt": "2026-11-21T10:00:01.000Z",
        "labels": [],
        **changes,
    }


@dataclass
class FakeBluesky:
    """Answers xrpc. `posts` (newest first) are found by search, `feed` holds entries of every author's feed."""

    posts: list[Json] = field(default_factory=list)
    feed: list[Json] = field(default_factory=list)
    accounts: dict[str, Answer] = field(default_factory=dict)
    """What is answered of accounts, by DID; of others that they are there."""
    password: str = "env:PASSE"
    page: int = 100

    def __post_init__(self) -> None:
        self.http = LoopbackServer({"*": self._answer})
        self.logins = 0
        self.refreshes = 0
        self.generation = 0
        self.expired = 0
        self.refresh_works = True
        self.forgetful = 0

    async def __aenter__(self) -> FakeBluesky:
        await self.http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.__aexit__(kind, error, trace)

    @property
    def url(self) -> str:
        """The address of the service."""
        return self.http.url("")

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        parts = urlsplit(request.path)
        query = parse_qs(parts.query)
        method = parts.path.removeprefix("/xrpc/")
        credential = request.headers.get("authorization", "").removeprefix("Bearer ")
        if method.startswith("com.atproto.server."):
            answer = self._account(method, request, credential)
        elif credential and credential not in self._valid():
            answer = _refuse("ExpiredToken", "Token has expired")
        elif method == "app.bsky.feed.searchPosts" and not credential:
            answer = _refuse("AuthMissing", "Authentication Required", 401)
        else:
            answer = self._read(method, query)
        await answer(request, writer)

    def expire(self) -> None:
        """The access tokens given so far are no longer taken; refresh tokens are."""
        self.expired = self.generation

    def _valid(self) -> set[str]:
        return {f"access{number}" for number in range(self.expired + 1, self.generation + 1)}

    def _account(self, method: str, request: Request, credential: str) -> Answer:
        if method == "com.atproto.server.createSession":
            self.logins += 1
            if json.loads(request.body)["password"] != self.password:
                return _refuse("AuthenticationRequired", "Invalid identifier or password", 401)
        else:
            self.refreshes += 1
            if request.body or not self.refresh_works or credential != f"refresh{self.generation}":
                return _refuse("ExpiredToken", "Token has been revoked")
        self.generation += 1
        endpoint = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": self.url}
        tokens = {"accessJwt": f"access{self.generation}", "refreshJwt": f"refresh{self.generation}"}
        return _json({**tokens, "did": LEA, "handle": "lea.bsky.example", "didDoc": {"service": [endpoint]}})

    def _read(self, method: str, query: dict[str, list[str]]) -> Answer:
        if method == "app.bsky.feed.searchPosts":
            found, cursor = self._page_of(self.posts, query)
            return _json({"posts": found, "hitsTotal": len(self.posts), **cursor})
        if method == "app.bsky.feed.getAuthorFeed":
            if query["actor"] == ["nobody.example"]:
                return _refuse("InvalidRequest", "Profile not found")
            found, cursor = self._page_of(self.feed, query)
            return _json({"feed": found, **cursor})
        if method == "app.bsky.actor.getProfile":
            (actor,) = query["actor"]
            return self.accounts.get(actor) or _json({"did": actor, "handle": "x.bsky.example"})
        if method == "app.bsky.feed.getPosts":
            if self.forgetful:
                self.forgetful -= 1
                return _json({"posts": []})
            return _json({"posts": [post for post in self.posts if post["uri"] in query["uris"]]})
        return _refuse("MethodNotImplemented", "Method Not Implemented", 501)

    def _page_of(self, entries: Sequence[Json], query: dict[str, list[str]]) -> tuple[list[Json], Json]:
        """Cursors name the entry before the page, so that new entries do not shift it, as on the real servers."""
        names = [str(entry.get("uri") or entry["post"]["uri"]) for entry in entries]
        start = 0
        if "cursor" in query:
            if query["cursor"][0] not in names:
                return [], {}
            start = names.index(query["cursor"][0]) + 1
        end = start + min(int(query.get("limit", ["50"])[0]), self.page)
        return list(entries[start:end]), {"cursor": names[end - 1]} if end < len(entries) else {}


def _json(value: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status, {"Content-Type": "application/json; charset=utf-8"})


def _refuse(error: str, message: str, status: int = 400) -> Answer:
    return _json({"error": error, "message": message}, status)


# ---- Jetstream ---------------------------------------------------------------------------------------------------


def commit(time_us: int, rkey: str, post: Json | None, operation: str = "create", **changes: Any) -> str:
    """A frame of the v1 wire."""
    change = {"rev": "3m", "operation": operation, "collection": "app.bsky.feed.post", "rkey": rkey, **changes}
    if post is not None:
        change |= {"record": post, "cid": "bafy"}
    return json.dumps({"did": LEA, "time_us": time_us, "kind": "commit", "commit": change})


class FakeJetstream:
    """Sends its frames from the cursor on to whoever connects, then waits for more."""

    def __init__(self, frames: Sequence[str] = (), *, cut_after: int = 0) -> None:
        self.frames = list(frames)
        self.cut_after = cut_after
        self.queries: list[dict[str, list[str]]] = []
        self._more = asyncio.Condition()
        self._closing = False
        self._server: Server | None = None

    async def __aenter__(self) -> FakeJetstream:
        self._server = await serve(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        async with self._more:
            self._closing = True
            self._more.notify_all()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """The address to subscribe at."""
        assert self._server is not None
        return f"ws://127.0.0.1:{next(iter(self._server.sockets)).getsockname()[1]}/subscribe"

    @property
    def listeners(self) -> int:
        """How many are connected."""
        assert self._server is not None
        return len(self._server.connections)

    def cut(self) -> None:
        """Break all connections."""
        assert self._server is not None
        for connection in self._server.connections:
            connection.transport.abort()

    async def say(self, *frames: str) -> None:
        """Send more frames to all who listen, now or later."""
        async with self._more:
            self.frames += frames
            self._more.notify_all()

    async def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        query = parse_qs(urlsplit(connection.request.path).query)
        self.queries.append(query)
        since = int(query["cursor"][0]) if "cursor" in query else 0
        sent = 0
        try:
            while not self._closing:
                for frame in self.frames[sent:]:
                    sent += 1
                    if _time_of(frame) >= since:
                        await connection.send(frame)
                    if self.cut_after and sent == self.cut_after:
                        self.cut_after = 0
                        connection.transport.abort()
                        return
                async with self._more:
                    while len(self.frames) == sent and not self._closing:
                        await self._more.wait()
        except ConnectionClosed:
            return


def _time_of(frame: str) -> int:
    try:
        return int(json.loads(frame)["time_us"])
    except (ValueError, TypeError, KeyError):
        return 1 << 60
