"""Hacker News by an index and an API in the shapes that theirs are documented to have (written by us)."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from socialhub.model import Deletion
from socialhub.sources import create
from socialhub.sources.contract import try_contract
from socialhub.sources.hackernews import PAGE_LIMIT, HackerNewsSource, holds
from socialhub.sources.kinds.hackernews import HackerNewsSettings
from tests.servers import NOON, Answer, LoopbackServer, Request, clock_at, make_client, make_context
from tests.sources.gathering import collect_killed, deletions, drafts, natives, poll

SECONDS = NOON // 1000
PATH = "/api/v1/search_by_date"


def story(number: int, **keys: Any) -> dict[str, Any]:
    return {
        "objectID": str(number),
        "title": f"Fibre in the village {number}",
        "author": "lea",
        "url": "https://example.org/fibre",
        "points": 12,
        "num_comments": 3,
        "created_at_i": SECONDS - 10_000 + number,
        "_tags": ["story", "author_lea", f"story_{number}"],
        "_highlightResult": {"title": {"value": "<em>Fibre</em>"}},
        **keys,
    }


def comment(number: int, **keys: Any) -> dict[str, Any]:
    return {
        "objectID": str(number),
        "comment_text": '<p>The fibre is <i>cut</i>, see <a href="https://example.org/map">the map</a>',
        "author": "tom",
        "parent_id": 7,
        "story_id": 1,
        "story_title": "Fibre in the village",
        "points": None,
        "created_at_i": SECONDS - 10_000 + number,
        "_tags": ["comment", "author_tom", "story_1"],
        **keys,
    }


class Index:
    """Algolia's: the newest first, a thousand at most of each question."""

    def __init__(self, hits: list[dict[str, Any]]) -> None:
        self.hits = hits
        self.asked: list[dict[str, list[str]]] = []

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        query = parse_qs(urlsplit(request.path).query)
        self.asked.append(query)
        limit = re.fullmatch(r"created_at_i<=(\d+)", query.get("numericFilters", ["created_at_i<=99999999999"])[0])
        assert limit is not None
        tags = query["tags"][0]
        found = [
            hit
            for hit in self.hits
            if hit["created_at_i"] <= int(limit[1])
            and ("(" in tags or tags.split(",")[0] in hit["_tags"])
            and all(tag in hit["_tags"] for tag in tags.split(",") if "_" in tag)
        ]
        found.sort(key=lambda hit: hit["created_at_i"], reverse=True)
        size = int(query["hitsPerPage"][0])
        assert size <= 1000
        await Answer(json.dumps({"hits": found[:size], "nbHits": len(found)}).encode())(request, writer)


def source(server: LoopbackServer, **keys: Any) -> HackerNewsSource:
    asked = keys or {"search": ("fibre",)}
    settings = HackerNewsSettings(name="hn", server=server.url(""), items=server.url(""), allow_private=True, **asked)
    clock = clock_at(NOON)
    made = create(settings, make_context(make_client(clock=clock), clock))
    assert isinstance(made, HackerNewsSource)
    return made


async def test_stories_and_comments_are_read_whole() -> None:
    async with LoopbackServer({PATH: Index([story(1), comment(8)])}) as server:
        said, written = drafts(await poll(source(server)))
    assert (said.native_id, said.canonical_id, said.kind) == ("8", "hackernews:8", "comment")
    assert (said.text, said.title, said.parent_id) == ("The fibre is cut, see the map", "", "7")
    assert (said.likes, said.replies, said.links) == (None, None, ("https://example.org/map",))
    assert said.url == "https://news.ycombinator.com/item?id=8"
    assert (written.title, written.text, written.handle) == ("Fibre in the village 1", "", "lea")
    assert (written.likes, written.replies, written.links) == (12, 3, ("https://example.org/fibre",))
    assert written.published == (SECONDS - 9_999) * 1000
    assert b"_highlightResult" not in written.raw


@pytest.mark.parametrize(
    ("words", "held"),
    [
        ("fibre", True),
        ("FIBRE village", True),
        ('"the village"', True),
        ('"village the"', False),
        ("fib", False),
        ("lea", False),
        ("fibre -cable", True),
        ("fibre -village", False),
        ('fibre -"the village"', False),
        ("-fib fibre", True),
        ("example.org", True),
        ("", True),
    ],
)
def test_a_hit_must_hold_the_words(words: str, held: bool) -> None:
    assert holds(story(1), words) is held


async def test_what_only_begins_like_the_word_is_not_told_but_known() -> None:
    index = Index([story(1), story(2, title="Fibreglass boats", url="")])
    async with LoopbackServer({PATH: index}) as server:
        batches = await poll(source(server))
    assert natives(batches) == ["1"]
    assert batches[-1].cursor["search:fibre"] == {"anchor": ["2", "1"]}


@pytest.mark.parametrize("kills", [[0], [1], [2, 1]])
async def test_nothing_is_lost_though_many_came_in_one_second(kills: list[int]) -> None:
    index = Index([story(1)])
    async with LoopbackServer({PATH: index}) as server:
        hn = source(server)
        cursor = (await poll(hn))[-1].cursor
        # More than the thousand hits of a question, 150 of them of one second that lies across two pages.
        index.hits += [story(number) for number in range(2, 1002)]
        index.hits += [story(number, created_at_i=SECONDS - 9_050) for number in range(5000, 5150)]
        batches, cursor = await collect_killed(hn, kills, cursor)
        assert {int(native) for native in natives(batches)} >= {*range(2, 1002), *range(5000, 5150)}
        assert all(batch.complete for batch in batches)
        if kills == [0]:
            assert len(natives(batches)) == len(set(natives(batches)))
        index.asked.clear()
        await poll(hn, cursor)
        assert len(index.asked) == 1


async def test_a_second_fuller_than_a_page_is_left_behind_and_says_so() -> None:
    index = Index([story(1)])
    async with LoopbackServer({PATH: index}) as server:
        hn = source(server)
        cursor = (await poll(hn))[-1].cursor
        index.hits += [story(number, created_at_i=SECONDS) for number in range(5000, 5000 + 2 * PAGE_LIMIT)]
        index.hits += [story(number) for number in range(2, 5)]
        batches = await poll(hn, cursor)
        assert {"2", "3", "4"} <= set(natives(batches))
        assert [batch.complete for batch in batches] == [True, False, True]


async def test_people_stories_and_everything_are_asked_for_apart() -> None:
    index = Index([story(1), comment(8), comment(9, _tags=["comment", "author_ann", "story_4"])])
    async with LoopbackServer({PATH: index}) as server:
        assert natives(await poll(source(server, users=("ann",)))) == ["9"]
        assert natives(await poll(source(server, stories=("1",)))) == ["8"]
        assert natives(await poll(source(server, everything=True, comments=False))) == ["1"]
        assert len(natives(await poll(source(server, everything=True)))) == 3


async def test_hacker_news_itself_tells_what_is_gone_and_what_changed() -> None:
    items = {
        1: {"id": 1, "type": "story", "by": "lea", "time": SECONDS, "title": "Fibre &amp; co", "score": 40},
        2: {"id": 2, "type": "comment", "deleted": True, "time": SECONDS},
        3: {"id": 3, "type": "comment", "dead": True, "by": "x", "text": "spam", "time": SECONDS},
        4: None,
    }
    behaviours = {f"/v0/item/{number}.json": Answer(json.dumps(item).encode()) for number, item in items.items()}
    async with LoopbackServer(behaviours) as server:
        batches = [batch async for batch in source(server).refresh(["1", "2", "3", "4"])]
    (draft,) = drafts(batches)
    assert (draft.native_id, draft.likes, draft.title, draft.canonical_id) == ("1", 40, "Fibre & co", "hackernews:1")
    assert deletions(batches) == [Deletion("2", "hackernews:2"), Deletion("3", "hackernews:3", "removed")]


@pytest.mark.parametrize("odd", [None, [], {}, "x", -1, True, 1e300])
async def test_values_of_another_kind_cost_nothing_else(odd: Any) -> None:
    names = ("title", "author", "created_at_i", "points", "num_comments", "url", "_tags", "story_text")
    hits = [{"objectID": "1", **dict.fromkeys(names, odd)}, {"objectID": odd}, odd, story(2)]
    async with LoopbackServer({PATH: Answer(json.dumps({"hits": hits}).encode())}) as server:
        assert "2" in natives(await poll(source(server, everything=True)))


async def test_it_keeps_what_every_source_promises() -> None:
    index = Index([story(number) for number in range(1, 300)] + [comment(400, comment_text="Hi")])
    async with LoopbackServer({PATH: index}) as server:
        findings = await try_contract(lambda: source(server, search=("fibre",), users=("tom",)), lambda: NOON)
    assert [each for each in findings if each.kept is False] == []


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        ({}, [()]),
        ({"search": ("fibre",)}, []),
        ({"stories": ("8863", "https://news.ycombinator.com/item?id=8863")}, [("stories", 1)]),
    ],
)
def test_what_cannot_be_meant_is_told(keys: dict[str, Any], at: list[Any]) -> None:
    assert [each.at for each in HackerNewsSettings(name="hn", **keys).troubles()] == at


def test_of_everything_only_what_matches_is_kept() -> None:
    assert HackerNewsSettings(name="hn", search=("fibre",)).keeps_all
    assert not HackerNewsSettings(name="hn", everything=True).keeps_all
    assert HackerNewsSettings(name="hn", everything=True, keep="all").keeps_all
