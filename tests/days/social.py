"""Days at X, YouTube and Meta: their servers count by themselves, in the documented windows, and say what is left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from tests.days.plays import PLAYS, on
from tests.days.walk import Play, Stage
from tests.sources.fake_graph import ACCOUNT, PAGE, FakeGraph
from tests.sources.fake_graph import TOKEN as META_TOKEN
from tests.sources.fake_threads import TOKEN as THREADS_TOKEN
from tests.sources.fake_threads import FakeThreads
from tests.sources.fake_threads import post as thread
from tests.sources.fake_x import FakeX, id_at, post
from tests.sources.fake_youtube import KEY, FakeYouTube, comment_id, video_id
from tests.sources.strict_server import StrictServer

__all__: Final = ["PLAYS"]


@asynccontextmanager
async def _behind(stage: Stage, server: StrictServer) -> AsyncIterator[None]:
    server.http.behaviours["*"] = stage.gate.before(server.http.behaviours["*"])
    async with server:
        yield


@on("x")
async def x(stage: Stage) -> AsyncIterator[Play]:
    server = FakeX(clock=stage.clock)

    def say(number: int, at: int) -> str:
        server.posts.append(post(at, number))
        return id_at(at, number)

    async with _behind(stage, server):
        keys = {"search": ("fibre",), "history": 10, "daily_cost": 100.0, "server": server.url, "token": "env:X"}
        yield Play("x", keys, say, burst=150, breaches=server.breaches)


@on("youtube")
async def youtube(stage: Stage) -> AsyncIterator[Play]:
    server = FakeYouTube(clock=stage.clock)

    def say(number: int, at: int) -> str:
        if number % 10 == 1:
            server.say_video(number, at)
            return video_id(number)
        server.say(number, at, video=number - number % 10 + 1 if number % 10 else number - 9)
        return comment_id(number)

    async with _behind(stage, server):
        keys: dict[str, Any] = {"channels": ("@mandarine",), "key": KEY, "server": server.url, "feeds": server.url}
        yield Play("youtube", keys, say, burst=120, breaches=server.breaches)


@on("facebook")
async def facebook(stage: Stage) -> AsyncIterator[Play]:
    server = FakeGraph(clock=stage.clock)

    def say(number: int, at: int) -> str:
        if number % 10 == 1:
            return str(server.post(number, at)["id"])
        return str(server.comment(server.posts[-1], number, at)["id"])

    async with _behind(stage, server):
        keys = {"server": server.url, "token": META_TOKEN, "pages": (PAGE,)}
        yield Play("facebook", keys, say, burst=60, breaches=server.breaches)


@on("instagram")
async def instagram(stage: Stage) -> AsyncIterator[Play]:
    server = FakeGraph(clock=stage.clock)

    def say(number: int, at: int) -> str:
        if number % 10 == 1:
            return str(server.picture(number, at)["id"])
        return str(server.remark(server.media[-1], number, at)["id"])

    async with _behind(stage, server):
        keys = {"server": server.url, "token": META_TOKEN, "account": ACCOUNT}
        yield Play("instagram", keys, say, burst=60, breaches=server.breaches)


@on("threads")
async def threads(stage: Stage) -> AsyncIterator[Play]:
    server = FakeThreads(clock=stage.clock)

    def say(number: int, at: int) -> str:
        server.posts.append(thread(number, at))
        return f"180{number:014d}"

    async with _behind(stage, server):
        keys = {"server": server.url, "token": THREADS_TOKEN, "search": ("mandarine",)}
        yield Play("threads", keys, say, burst=150, breaches=server.breaches)
