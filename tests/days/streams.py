"""Days of streams: they are told at once, break, and go on where they were; what was said meanwhile is fetched."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from socialhub.clock import MINUTE, iso
from tests.days.plays import on
from tests.days.social import PLAYS
from tests.days.stage import Window, mastodon_headers
from tests.days.walk import Ear, Play, Stage
from tests.servers import LoopbackServer, Request
from tests.sources.fake_bluesky import LEA, FakeJetstream, commit, post_uri, record
from tests.sources.fake_imap import PASSWORD, FakeImap
from tests.sources.fake_mastodon import FakeMastodon, status
from tests.sources.fake_x import FakeX, id_at, post
from tests.sources.test_imap import letter
from tests.sources.test_imap import name as letter_name
from tests.sources.test_wikipedia import change, event_id

__all__: Final = ["PLAYS"]


@on("jetstream")
async def jetstream(stage: Stage) -> AsyncIterator[Play]:
    async with FakeJetstream() as server:

        async def say(number: int, at: int) -> str:
            words = record(f"message {number}", createdAt=iso(at))
            await server.say(commit(at * 1000 + number, f"{number:013d}", words))
            return post_uri(number, LEA)

        ear = Ear(lambda: server.listeners > 0, server.cut)
        yield Play("jetstream", {"servers": (server.url,), "public_service": "http://127.0.0.1:9"}, say, ear=ear)


class _Changes:
    """Wikimedia's server: tells what came after an id, and whatever comes then."""

    def __init__(self) -> None:
        self.changes: list[dict[str, Any]] = []
        self.writers: list[asyncio.StreamWriter] = []
        self._more = asyncio.Condition()

    async def say(self, what: dict[str, Any]) -> None:
        async with self._more:
            self.changes.append(what)
            self._more.notify_all()

    def cut(self) -> None:
        for writer in self.writers:
            writer.transport.abort()

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        last = request.headers.get("last-event-id", "")
        told = json.loads(last)[0]["offset"] + 1 if last else 0
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n:ok\n\n")
        self.writers.append(writer)
        try:
            while not writer.is_closing():
                for number in range(told, len(self.changes)):
                    data = json.dumps(self.changes[number])
                    writer.write(f"event: message\nid: {event_id(number)}\ndata: {data}\n\n".encode())
                told = len(self.changes)
                await writer.drain()
                # A connection that is broken meanwhile is noticed.
                async with self._more:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(0.05):
                            await self._more.wait()
        finally:
            self.writers.remove(writer)


@on("wikipedia")
async def wikipedia(stage: Stage) -> AsyncIterator[Play]:
    server = _Changes()

    async def say(number: int, at: int) -> str:
        await server.say(change(number, timestamp=at // 1000))
        return f"frwiki:{200 + number}"

    async with LoopbackServer({"*": stage.gate.before(server)}) as http:
        ear = Ear(lambda: bool(server.writers), server.cut)
        yield Play("wikipedia", {"server": http.url(""), "titles": ("Mandarine Télécom",)}, say, ear=ear)


@on("imap")
async def imap(stage: Stage) -> AsyncIterator[Play]:
    async with FakeImap() as server:

        async def say(number: int, at: int) -> str:
            old = f"Date: Sat, 21 Nov 2026 10:{number % 60:02}:00 +0100"
            new = f"Date: {datetime.fromtimestamp(at / 1000, UTC):%a, %d %b %Y %T} +0000"
            await server.deliver(number, letter(number).replace(old.encode(), new.encode()))
            return letter_name(number)

        keys = {"host": "127.0.0.1", "port": server.port, "user": "desk", "encryption": "none"}
        ear = Ear(lambda: server.idles, server.cut)
        secrets = {"env:LETTERS": PASSWORD}
        yield Play("imap", {"password": "env:LETTERS", **keys}, say, ear=ear, secrets=secrets)


@on("mastodon stream")
async def mastodon_stream(stage: Stage) -> AsyncIterator[Play]:
    server = FakeMastodon()
    server.http.behaviours["*"] = stage.gate.before(server.http.behaviours["*"])

    def listened() -> bool:
        server.listeners = [each for each in server.listeners if not each.transport.is_closing()]
        return bool(server.listeners)

    async def say(number: int, at: int) -> str:
        said = status(number, created_at=iso(at))
        server.statuses.append(said)
        listened()
        await server.say("update", said)
        return f"{number:018d}"

    async with server:
        keys = {"server": server.url, "tags": ("fibre",), "token": "env:JETON", "stream": True}
        window = Window(300, 5 * MINUTE, headers=mastodon_headers, aligned=True)
        yield Play("mastodon", keys, say, (window,), burst=60, ear=Ear(listened, server.cut))


@on("x stream")
async def x_stream(stage: Stage) -> AsyncIterator[Play]:
    server = FakeX(clock=stage.clock)
    server.http.behaviours["*"] = stage.gate.before(server.http.behaviours["*"])

    async def say(number: int, at: int) -> str:
        await server.say(post(at, number))
        return id_at(at, number)

    async with server:
        keys = {"search": ("fibre",), "stream": True, "daily_cost": 100.0, "server": server.url, "token": "env:X"}
        # X wants a broken line to be taken up after a quarter of a second, then a half…
        ear = Ear(lambda: bool(server.listeners), server.cut, soonest=250)
        yield Play("x", keys, say, breaches=server.breaches, ear=ear)
