"""Servers of every kind of source for played days: each says what it is told to at its time, within its real limits."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

from socialhub.clock import DAY, HOUR, MINUTE, SECOND, iso, to_datetime
from tests.days.stage import Window, bluesky_headers, mastodon_headers, reddit_headers
from tests.days.walk import Play, PlayOn, Stage
from tests.servers import Answer, Behaviour, LoopbackServer, Request
from tests.sources import (
    test_appstore,
    test_discourse,
    test_gdelt,
    test_googleplay,
    test_hackernews,
    test_json,
    test_lemmy,
    test_phpbb,
    test_reddit,
    test_stackexchange,
    test_telegram,
    test_trustpilot,
)
from tests.sources.fake_bluesky import FakeBluesky, post_uri, record, view
from tests.sources.fake_mastodon import FakeMastodon, status

PLAYS: Final[dict[str, PlayOn]] = {}


def on(name: str) -> Callable[[Callable[[Stage], AsyncIterator[Play]]], PlayOn]:
    """Note a play under its name: the kind, and after a space which side of it."""

    def note(play: Callable[[Stage], AsyncIterator[Play]]) -> PlayOn:
        PLAYS[name] = asynccontextmanager(play)
        return PLAYS[name]

    return note


@asynccontextmanager
async def _served(stage: Stage, behaviour: Behaviour) -> AsyncIterator[str]:
    async with LoopbackServer({"*": stage.gate.before(behaviour)}) as server:
        yield server.url("")


@on("rss")
async def rss(stage: Stage) -> AsyncIterator[Play]:
    async for play in _feed(stage, 40):
        yield play


@on("rss short")
async def rss_short(stage: Stage) -> AsyncIterator[Play]:
    async for play in _feed(stage, 10):
        play.loses = True
        yield play


async def _feed(stage: Stage, size: int) -> AsyncIterator[Play]:
    rows: list[str] = []

    async def feed(request: Request, writer: asyncio.StreamWriter) -> None:
        items = "".join(rows[::-1][:size])
        body = f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'
        await Answer(body.encode())(request, writer)

    def say(number: int, at: int) -> str:
        when = f"{datetime.fromtimestamp(at / 1000, UTC):%a, %d %b %Y %T} +0000"
        rows.append(f"<item><guid>g{number}</guid><title>Panne {number}</title><pubDate>{when}</pubDate></item>")
        return f"g{number}"

    async with _served(stage, feed) as url:
        yield Play("rss", {"url": url}, say)


@on("phpbb")
async def phpbb(stage: Stage) -> AsyncIterator[Play]:
    board = test_phpbb.Board("/app.php/feed")

    def say(number: int, at: int) -> str:
        entry = test_phpbb.entry(number)
        board.entries.append(entry.replace(f"2026-11-21T{10 + number // 60}:{number % 60:02}:00+00:00", iso(at)))
        return str(number)

    async with _served(stage, board) as url:
        yield Play("phpbb", {"server": url, "posts": True}, say, burst=8)


@on("json")
async def json_api(stage: Stage) -> AsyncIterator[Play]:
    api = test_json.Api(test_json.numbered)

    def say(number: int, at: int) -> str:
        api.posts.append(test_json.post(number, at=at / 1000))
        return str(number)

    keys = {"fields": test_json.FIELDS, "items": "results", "page_param": "page", "token": "env:API"}
    async with _served(stage, api) as url:
        yield Play("json", {"url": f"{url}/api", **keys}, say, burst=12)


@on("reddit")
async def reddit(stage: Stage) -> AsyncIterator[Play]:
    server = test_reddit.Reddit([])

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        path = request.path.partition("?")[0]
        await server.behaviours().get(path, server.page)(request, writer)

    def say(number: int, at: int) -> str:
        server.things.insert(0, test_reddit.post(number, created_utc=at / 1000))
        return f"t3_p{number}"

    def trouble(chance: Any) -> None:
        # Its token is not taken any more.
        server.tokens += chance.random() < 0.1

    async with _served(stage, answer) as url:
        keys = {"subreddits": ("a",), "client_id": "app", "client_secret": "env:S", "user": "desk"}
        window = Window(1_000, 600 * SECOND, headers=reddit_headers, aligned=True)
        yield Play("reddit", {"server": url, "api": url, **keys}, say, (window,), burst=120, trouble=trouble)


@on("hackernews")
async def hackernews(stage: Stage) -> AsyncIterator[Play]:
    index = test_hackernews.Index([])

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        if request.path.startswith("/v0/item/"):
            native = request.path.rpartition("/")[2].removesuffix(".json")
            body = f'{{"id": {native}, "type": "story", "by": "lea", "title": "Fibre in the village {native}"}}'
            await Answer(body.encode())(request, writer)
        else:
            await index(request, writer)

    def say(number: int, at: int) -> str:
        index.hits.append(test_hackernews.story(number, created_at_i=at // 1000))
        return str(number)

    async with _served(stage, answer) as url:
        keys = {"search": ("fibre",), "server": url, "items": url}
        yield Play("hackernews", keys, say, (Window(10_000, HOUR, "search_by_date"),), burst=60, most_an_hour=400)


@on("lemmy")
async def lemmy(stage: Stage) -> AsyncIterator[Play]:
    async for play in _lemmy(stage, 4):
        yield play


@on("lemmy 0.19")
async def lemmy_3(stage: Stage) -> AsyncIterator[Play]:
    async for play in _lemmy(stage, 3):
        yield play


async def _lemmy(stage: Stage, version: int) -> AsyncIterator[Play]:
    server = test_lemmy.Lemmy(version)

    def say(number: int, at: int) -> str:
        what = "post" if number % 2 else "comment"
        server.say(what, number, **{"published_at" if version == 4 else "published": iso(at)})
        return f"{what}/{number}"

    async with _served(stage, server) as url:
        yield Play("lemmy", {"server": url, "public": "all"}, say, burst=60, most_an_hour=400)


@on("discourse")
async def discourse(stage: Stage) -> AsyncIterator[Play]:
    async for play in _discourse(stage, posts=True):
        yield play


@on("discourse topic")
async def discourse_topic(stage: Stage) -> AsyncIterator[Play]:
    async for play in _discourse(stage, topics=("7",)):
        yield play


@on("discourse search")
async def discourse_search(stage: Stage) -> AsyncIterator[Play]:
    async for play in _discourse(stage, search=("fibre",)):
        yield play


async def _discourse(stage: Stage, **keys: Any) -> AsyncIterator[Play]:
    forum = test_discourse.Forum(inclusive=False)

    def say(number: int, at: int) -> str:
        forum.say(7, number, created_at=iso(at), updated_at=iso(at))
        # Another one stands where nobody may read.
        forum.private.add(max(forum.posts) + 1)
        return f"7/{number}"

    async with _served(stage, forum) as url:
        windows = (Window(50, 10 * SECOND), Window(200, MINUTE))
        yield Play("discourse", {"server": url, **keys}, say, windows, most_an_hour=400)


@on("stackexchange")
async def stackexchange(stage: Stage) -> AsyncIterator[Play]:
    exchange = test_stackexchange.Exchange([], quota=10_000)

    def say(number: int, at: int) -> str:
        exchange.rows.append(test_stackexchange.question(number, creation_date=at // 1000))
        exchange.backoff = 10 * (number % 7 == 0)
        return f"question/{number}"

    async with _served(stage, exchange) as url:
        keys = {"site": "superuser", "tags": ("fibre",), "key": "env:K", "server": url}
        yield Play("stackexchange", keys, say, (Window(10_000, DAY), Window(30, SECOND)), burst=120)


@on("googleplay")
async def googleplay(stage: Stage) -> AsyncIterator[Play]:
    store = test_googleplay.Store()

    def say(number: int, at: int) -> str:
        store.rows.append(test_googleplay.review(number, seconds=at // 1000))
        return f"gp:{number}"

    async with _served(stage, store) as url:
        yield Play("googleplay", {"server": url, "apps": (test_googleplay.APP,)}, say, burst=120)


@on("appstore")
async def appstore(stage: Stage) -> AsyncIterator[Play]:
    store = test_appstore.Store([])

    def say(number: int, at: int) -> str:
        store.reviews.insert(0, test_appstore.review(number, updated={"label": iso(at)}))
        return str(number)

    async with _served(stage, store) as url:
        yield Play("appstore", {"server": url, "apps": (test_appstore.APP,)}, say, burst=120)


@on("telegram")
async def telegram(stage: Stage) -> AsyncIterator[Play]:
    channel = test_telegram.Channel({})

    def say(number: int, at: int) -> str:
        written = test_telegram.message(number)
        channel.posts[number] = written.replace(f"2026-11-21T10:{number % 60:02}:00+00:00", iso(at))
        return f"Mandarine/{number}"

    async with _served(stage, channel) as url:
        yield Play("telegram", {"server": url, "channels": ("Mandarine",)}, say, burst=50)


@on("trustpilot")
async def trustpilot(stage: Stage) -> AsyncIterator[Play]:
    server = test_trustpilot.FakeTrustpilot()
    server.http.behaviours["*"] = stage.gate.before(server.http.behaviours["*"])

    def say(number: int, at: int) -> str:
        return str(server.say(number, at)["id"])

    async with server.http:
        keys = {"server": server.http.url(""), "companies": ("mandarine.fr",), "key": test_trustpilot.KEY}
        yield Play("trustpilot", keys, say, burst=120)


@on("gdelt")
async def gdelt(stage: Stage) -> AsyncIterator[Play]:
    index = test_gdelt.Gdelt([])

    def say(number: int, at: int) -> str:
        # It is read every quarter of an hour, and an article is seen in the one before.
        quarter = at - at % (15 * MINUTE)
        index.articles.append(test_gdelt.article(number, seendate=f"{to_datetime(quarter):%Y%m%dT%H%M%SZ}"))
        address = f"https://www.ouest-journal.example/{number}?utm=x"
        return hashlib.sha256(address.encode()).hexdigest()[:32]

    async with _served(stage, index) as url:
        yield Play(
            "gdelt", {"server": url, "queries": ("mandarine", "clementine")}, say, (Window(1, 5 * SECOND),), burst=60
        )


@on("mastodon")
async def mastodon(stage: Stage) -> AsyncIterator[Play]:
    server = FakeMastodon()
    server.http.behaviours["*"] = stage.gate.before(server.http.behaviours["*"])

    def say(number: int, at: int) -> str:
        server.statuses.append(status(number, created_at=iso(at)))
        return f"{number:018d}"

    async with server:
        keys = {"server": server.url, "tags": ("fibre", "mandarine"), "token": "env:JETON", "stream": False}
        window = Window(300, 5 * MINUTE, headers=mastodon_headers, aligned=True)
        yield Play("mastodon", keys, say, (window,), burst=120, most_an_hour=400)


@on("bluesky")
async def bluesky(stage: Stage) -> AsyncIterator[Play]:
    server = FakeBluesky()
    server.http.behaviours["*"] = stage.gate.before(server.http.behaviours["*"])

    def say(number: int, at: int) -> str:
        said = record(f"message {number}", createdAt=iso(at))
        server.posts.insert(0, view(number, record=said, indexedAt=iso(at)))
        return post_uri(number)

    def trouble(chance: Any) -> None:
        if chance.random() < 0.1:
            server.expire()

    async with server:
        account = {"identifier": "lea.bsky.example", "password": "env:PASSE", "search": ("fibre",)}
        windows = (
            Window(3_000, 300 * SECOND, headers=bluesky_headers, aligned=True),
            Window(30, 300 * SECOND, "createSession"),
            Window(300, DAY, "createSession"),
        )
        urls = {"service": server.url, "public_service": server.url}
        yield Play("bluesky", {**account, **urls}, say, windows, burst=150, most_an_hour=400, trouble=trouble)
