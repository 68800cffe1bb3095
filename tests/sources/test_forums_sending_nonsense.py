"""Forums and stores that send what no server should: half a character, nests too deep to read."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from socialhub.sources import create
from socialhub.sources.base import Source
from socialhub.sources.discourse import DiscourseSource
from socialhub.sources.googleplay import GooglePlaySource
from socialhub.sources.kinds.discourse import DiscourseSettings
from socialhub.sources.kinds.googleplay import GooglePlaySettings
from socialhub.sources.kinds.hackernews import HackerNewsSettings
from socialhub.sources.kinds.lemmy import LemmySettings
from socialhub.sources.kinds.reddit import RedditSettings
from socialhub.sources.kinds.stackexchange import StackExchangeSettings
from socialhub.sources.settings import SourceSettings
from tests.ledgers import ledger_on
from tests.servers import NOON, Answer, Behaviour, HandClock, LoopbackServer, Request, make_client, make_context
from tests.sources import test_discourse, test_googleplay, test_hackernews, test_lemmy, test_reddit, test_stackexchange
from tests.sources.gathering import drafts, natives, poll_or_fail


@dataclass
class Place:
    """A server of one kind: what it says, how to say more there, the id of what was said."""

    behaviour: Behaviour
    say: Callable[[int], str]
    settings: Callable[[str], SourceSettings]
    make: Callable[[Any, Any], Source] = create


def _reddit() -> Place:
    reddit = test_reddit.Reddit([])

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        await (reddit.token if "access_token" in request.path else reddit.page)(request, writer)

    def say(number: int) -> str:
        reddit.things.insert(0, test_reddit.post(number))
        return f"t3_p{number}"

    keys: dict[str, Any] = {"client_id": "app", "client_secret": "env:S", "user": "desk", "subreddits": ("a",)}
    return Place(answer, say, lambda url: RedditSettings(name="essai", server=url, api=url, allow_private=True, **keys))


def _hackernews() -> Place:
    index = test_hackernews.Index([])

    def say(number: int) -> str:
        # Three a second, as in a rush.
        index.hits.append(test_hackernews.story(number, created_at_i=test_hackernews.SECONDS - 9_000 + number // 3))
        return str(number)

    keys: dict[str, Any] = {"search": ("fibre",), "allow_private": True}
    return Place(index, say, lambda url: HackerNewsSettings(name="essai", server=url, **keys))


def _lemmy(version: int) -> Place:
    lemmy = test_lemmy.Lemmy(version)

    def say(number: int) -> str:
        what = "post" if number % 2 else "comment"
        lemmy.say(what, number)
        return f"{what}/{number}"

    return Place(lemmy, say, lambda url: LemmySettings(name="essai", server=url, public="all", allow_private=True))


def _discourse(**keys: Any) -> Place:
    forum = test_discourse.Forum(inclusive=False)

    def say(number: int) -> str:
        forum.say(7, number)
        forum.private.add(max(forum.posts) + 1)
        return f"7/{number}"

    return Place(
        forum,
        say,
        lambda url: DiscourseSettings(name="essai", server=url, allow_private=True, **keys),
        lambda settings, context: DiscourseSource(settings, context, between=0.0),
    )


def _stackexchange() -> Place:
    exchange = test_stackexchange.Exchange([], quota=10_000)

    def say(number: int) -> str:
        exchange.rows.append(test_stackexchange.question(number))
        exchange.backoff = 10 * (number % 7 == 0)
        return f"question/{number}"

    keys: dict[str, Any] = {"site": "superuser", "tags": ("fibre",), "key": "env:K", "allow_private": True}
    return Place(exchange, say, lambda url: StackExchangeSettings(name="essai", server=url, **keys))


def _googleplay() -> Place:
    store = test_googleplay.Store()

    def say(number: int) -> str:
        store.rows.append(test_googleplay.review(number))
        return f"gp:{number}"

    return Place(
        store,
        say,
        lambda url: GooglePlaySettings(name="essai", apps=(test_googleplay.APP,), server=url, allow_private=True),
        lambda settings, context: GooglePlaySource(settings, context, between=0.0),
    )


PLACES: dict[str, Callable[[], Place]] = {
    "reddit": _reddit,
    "hackernews": _hackernews,
    "lemmy 0.19": lambda: _lemmy(3),
    "lemmy 1.0": lambda: _lemmy(4),
    "discourse": lambda: _discourse(posts=True),
    "discourse topic": lambda: _discourse(topics=("7",)),
    "discourse search": lambda: _discourse(search=("fibre",)),
    "stackexchange": _stackexchange,
    "googleplay": _googleplay,
}


_MARKS: dict[str, bytes] = {
    "reddit": b'"author":',
    "hackernews": b'"author":',
    "lemmy 0.19": b'"ap_id":',
    "lemmy 1.0": b'"ap_id":',
    "discourse": b'"username":',
    "discourse topic": b'"username":',
    "discourse search": b'"username":',
    "stackexchange": b'"owner":',
    "googleplay": b'\\"4.2\\"',
}
"""What stands in the answers of each kind, within a post."""


class _Caught:
    """A writer that keeps what is written."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> None:
        self.data += data

    async def drain(self) -> None:
        """Nothing waits."""


def _with(place: Place, mark: bytes, odd: bytes) -> Behaviour:
    """The server of a place, with something odd beside what is marked."""
    # Google Play's is JSON within JSON, and has no keys.
    within = mark.startswith(b"\\")
    put = json.dumps(odd.decode())[1:-1].encode() if within else b'"odd": ' + odd + b", " + mark

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        caught = _Caught()
        await place.behaviour(request, cast(asyncio.StreamWriter, caught))
        body = caught.data.partition(b"\r\n\r\n")[2]
        body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
        await Answer(body.replace(mark, put))(request, writer)

    return answer


_DEPTHS = (500, 850, 900, 930, 950, 970, 990, 3000)


@pytest.mark.parametrize(
    "odd", [rb'"\ud83d"', *(b"[" * depth + b"]" * depth for depth in _DEPTHS)], ids=["half a pair", *map(str, _DEPTHS)]
)
@pytest.mark.parametrize("kind", PLACES)
async def test_half_characters_and_deep_nests_are_read_or_refused(kind: str, odd: bytes, tmp_path: Path) -> None:
    place, clock = PLACES[kind](), HandClock(NOON)
    said = place.say(1)
    client = make_client(clock=clock)
    async with LoopbackServer({"*": _with(place, _MARKS[kind], odd)}) as server:
        settings = place.settings(server.url(""))
        async with ledger_on(tmp_path / "cache.db", settings.caps, clock) as ledger:
            source = place.make(settings, make_context(client, clock, ledger))
            batches, refused = await poll_or_fail(source)
            await source.close()
    await client.close()
    if refused is not None:
        assert refused.reason.code == "not-json"
        assert len(odd) > 1000
        return
    assert natives(batches) == [said]
    assert all(draft.raw.decode() or len(odd) > 1000 for draft in drafts(batches))
    json.dumps(batches[-1].cursor, ensure_ascii=False).encode()
