"""Threads: searches within a budget of queries, mentions, replies to the account's newest posts."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from socialhub.ballots import Ballot, Choice
from socialhub.budgets import QUERIES
from socialhub.clock import DAY, HOUR, MINUTE, SECOND
from socialhub.model import Kind
from socialhub.sources.contract import try_contract
from socialhub.sources.kinds.threads import ThreadsSettings
from tests.servers import NOON, HandClock
from tests.sources.benches import Bench, bench_in
from tests.sources.fake_graph import refusal
from tests.sources.fake_threads import TOKEN, FakeThreads, post
from tests.sources.gathering import collect_killed, drafts, natives, poll, poll_failing


@pytest.fixture(name="bench")
async def given_bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench_in(tmp_path) as bench:
        yield bench


def settings(server: FakeThreads, **chosen: Any) -> ThreadsSettings:
    """A source of that server that does nothing by itself."""
    chosen = {"mentions": False, "replies": False, **chosen}
    return ThreadsSettings(name="th", token=TOKEN, server=server.url, allow_private=True, **chosen)


async def test_a_search_reads_on_where_it_was_and_what_finds_nothing_is_free(bench: Bench) -> None:
    clock = HandClock(NOON)
    async with FakeThreads(clock=clock) as server:
        source = await bench.source(settings(server, search=("mandarine",)), clock)
        first = await poll(source)
        assert await bench.spent(QUERIES) == 0
        server.posts += [post(number, NOON - HOUR + number * SECOND) for number in range(3)]
        clock.moment += 5 * MINUTE
        second = await poll(source, first[-1].cursor)
        assert len(natives(second)) == 3
        server.posts += [post(number, NOON + number * SECOND) for number in range(3, 253)]
        clock.moment += 5 * MINUTE
        third = await poll(source, second[-1].cursor)
        assert sorted(natives(third)) == sorted(each["id"] for each in server.posts[3:])
        assert all(batch.complete for batch in third)
        assert await bench.spent(QUERIES) == 4
        assert {(query["search_type"], query["search_mode"]) for query in server.questions("keyword_search")} == {
            ("RECENT", "KEYWORD")
        }


async def test_what_a_post_says_quotes_and_replies_to(bench: Bench) -> None:
    async with FakeThreads() as server:
        server.posts += [
            post(1, NOON - 4 * MINUTE, topic_tag="Mandarine", link_attachment_url="https://mandarine.example/"),
            post(2, NOON - 3 * MINUTE, is_reply=True, replied_to={"id": "11"}, root_post={"id": "10"}),
            post(3, NOON - 2 * MINUTE, is_quote_post=True, quoted_post={"id": "12"}, media_type="IMAGE"),
            post(4, NOON - MINUTE, media_type="CAROUSEL_ALBUM", children={"data": [{"id": "1"}, {"id": "2"}]}),
            post(5, NOON, media_type="REPOST_FACADE", text=None, permalink=None),
            post(6, NOON - 5 * MINUTE, poll_attachment={"option_a": "Mandarine", "option_b": "Citron"}),
        ]
        source = await bench.source(settings(server, tags=("mandarine",)), server.clock)
        album, quote, reply, said, asked = drafts(await poll(source))
        assert asked.ballot == Ballot((Choice("Mandarine"), Choice("Citron")))
        assert said.text == "post 1 & <3\n#Mandarine"
        assert (said.handle, said.links, said.media) == ("lea.lyon", ("https://mandarine.example/",), 0)
        assert (said.published, said.canonical_id) == (NOON - 4 * MINUTE, f"threads:{said.native_id}")
        assert (reply.kind, reply.parent_id) == (Kind.REPLY, "11")
        assert (quote.kind, quote.parent_id, quote.media) == (Kind.QUOTE, "12", 1)
        assert album.media == 2
        assert {query["search_mode"] for query in server.questions("keyword_search")} == {"TAG"}


async def test_three_days_of_many_searches_stay_within_the_budget_and_find_everything(bench: Bench) -> None:
    chance = random.Random(5)
    clock = HandClock(NOON)
    async with FakeThreads(clock=clock, queries_a_day=60) as server:
        chosen = settings(server, search=("mandarine", "fibre"), queries_a_day=60)
        source = await bench.source(chosen, clock)
        cursor: dict[str, Any] = {}
        told: Counter[str] = Counter()
        while clock.moment < NOON + 3 * DAY:
            if chance.random() < 0.3:
                server.posts.append(post(len(server.posts), clock.moment - chance.randrange(MINUTE)))
            for batch in await poll(source, cursor):
                cursor = batch.cursor
                told.update(native for native in natives([batch]))
            clock.moment += 5 * MINUTE
        clock.moment += 2 * HOUR
        told.update(natives(await poll(source, cursor)))
        assert set(told) == {each["id"] for each in server.posts}
        assert set(told.values()) == {1}
        assert len(server.counted) > 40


async def test_searches_that_are_used_up_wait_while_mentions_go_on(bench: Bench) -> None:
    clock = HandClock(NOON)
    async with FakeThreads(clock=clock, queries_a_day=3) as server:
        server.posts += [post(number, NOON - HOUR + number * SECOND) for number in range(350)]
        source = await bench.source(
            settings(server, search=("a", "b", "c", "d"), mentions=True, queries_a_day=3), clock
        )
        first = await poll(source)
        assert await bench.spent(QUERIES) == 3
        server.mentions.append(post(900, NOON))
        assert natives(await poll(source, first[-1].cursor)) == [server.mentions[0]["id"]]


async def test_mentions_and_replies_are_heard_without_a_search(bench: Bench) -> None:
    async with FakeThreads() as server:
        server.mentions.append(post(1, NOON - HOUR))
        own = post(2, NOON - DAY, username="mandarine", has_replies=True, said=[])
        server.own += [own, post(3, NOON - HOUR, username="mandarine", said=[])]
        own["said"].append(post(10, NOON - HOUR, is_reply=True))
        source = await bench.source(settings(server, mentions=True, replies=True), server.clock)
        first = await poll(source)
        assert len(natives(first)) == 4
        assert all(draft.backfill for draft in drafts(first))
        reply = next(draft for draft in drafts(first) if draft.native_id == own["said"][0]["id"])
        assert (reply.kind, reply.parent_id) == (Kind.REPLY, own["id"])
        own["said"] += [post(number, NOON - MINUTE + number // 9 * SECOND, is_reply=True) for number in range(11, 261)]
        server.mentions.append(post(300, NOON))
        second = await poll(source, first[-1].cursor)
        assert sorted(natives(second)) == sorted(each["id"] for each in [*own["said"][1:], server.mentions[1]])
        assert natives(await poll(source, second[-1].cursor)) == []
        assert await bench.spent(QUERIES) == 0


async def test_killed_between_any_two_batches_nothing_is_lost(bench: Bench) -> None:
    clock = HandClock(NOON)
    async with FakeThreads(clock=clock) as server:
        server.posts.append(post(0, NOON - HOUR))
        source = await bench.source(settings(server, search=("mandarine",)), clock)
        start = (await poll(source))[-1].cursor
        server.posts += [post(number, NOON + number * SECOND) for number in range(1, 431)]
        clock.moment += HOUR
        stored, _cursor = await collect_killed(source, [1, 0, 2, 1], start)
        assert sorted(natives(stored)) == sorted(each["id"] for each in server.posts[1:])


async def test_what_is_refused_is_said_in_metas_words(bench: Bench) -> None:
    async with FakeThreads() as server:
        server.mentions.append(post(1, NOON - HOUR))
        server.refusals["keyword_search"] = refusal(10, f"threads_keyword_search is needed ({TOKEN})", 403)
        source = await bench.source(settings(server, search=("a",), mentions=True), server.clock)
        batches, error = await poll_failing(source)
        assert len(natives(batches)) == 1
        assert "threads_keyword_search" in error.reason.sentence()
        assert TOKEN not in error.reason.to_json()


async def test_it_keeps_what_every_source_promises_and_its_token_to_itself(bench: Bench) -> None:
    async with FakeThreads() as server:
        server.posts += [post(number, NOON - HOUR + number * SECOND) for number in range(150)]
        server.mentions += [post(200 + number, NOON - HOUR + number * SECOND) for number in range(60)]
        chosen = settings(server, search=("mandarine",), mentions=True, replies=True)
        source = await bench.source(chosen, server.clock)
        findings = await try_contract(lambda: source, now=server.clock.now, secrets=[TOKEN])
        assert [each for each in findings if each.kept is False] == []
        assert not any("access_token" in request.path for request in server.http.requests)


@pytest.mark.parametrize(
    ("chosen", "keys"),
    [
        ({"mentions": False, "replies": False}, [()]),
        ({"tags": ("#fibre",)}, [("tags", 0)]),
        ({"search": (" ",)}, [("search", 0)]),
        ({"gone_codes": ("803", "gone")}, [("gone_codes", 1)]),
        ({"search": ("panne orange",), "tags": ("fibre",)}, []),
    ],
)
def test_what_cannot_be_meant_is_told(chosen: dict[str, Any], keys: list[Any]) -> None:
    assert [each.at for each in ThreadsSettings(name="th", token=TOKEN, **chosen).troubles()] == keys
