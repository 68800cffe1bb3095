"""Facebook pages: posts, comments beneath them, mentions, messages; limits kept, what is gone told, no token kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from socialhub.clock import DAY, HOUR, MINUTE, SECOND
from socialhub.key_words import key_words
from socialhub.model import Kind
from socialhub.sources.contract import try_contract
from socialhub.sources.graph_api import usage_of
from socialhub.sources.kinds.facebook import FacebookSettings
from tests.recorded.test_whole_program import Room
from tests.servers import NOON, Answer, HandClock, clock_at
from tests.sources.benches import Bench, bench_in
from tests.sources.fake_graph import PAGE, TOKEN, FakeGraph, refusal, talk
from tests.sources.gathering import collect_killed, deletions, drafts, natives, poll, poll_failing


@pytest.fixture(name="bench")
async def given_bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench_in(tmp_path) as bench:
        yield bench


def settings(server: FakeGraph, **chosen: Any) -> FacebookSettings:
    """A source of that server."""
    chosen = {"mentions": False, **chosen}
    return FacebookSettings(name="fb", token=TOKEN, pages=(PAGE,), server=server.url, allow_private=True, **chosen)


async def test_posts_come_with_their_comments_and_again_only_when_something_changed(bench: Bench) -> None:
    async with FakeGraph() as server:
        posts = [server.post(number, NOON - DAY + number * MINUTE) for number in range(30)]
        for number in range(3):
            server.comment(posts[29], 100 + number, NOON - HOUR + number)
        server.comment(posts[28], 200, NOON - HOUR, parent={"id": "28_199"}, message="a reply")
        source = await bench.source(settings(server), server.clock)
        first = await poll(source)
        expected = {f"{PAGE}_{number}" for number in range(5, 30)} | {"29_100", "29_101", "29_102", "28_200"}
        assert set(natives(first)) == expected
        by_id = {draft.native_id: draft for draft in drafts(first)}
        post, comment, reply = by_id[f"{PAGE}_29"], by_id["29_101"], by_id["28_200"]
        assert (post.text, post.author, post.handle) == ("post 29 & <3", "Mandarine", PAGE)
        assert (post.likes, post.shares, post.replies) == (7, 2, 3)
        assert post.published == NOON - DAY + 29 * MINUTE
        assert (comment.kind, comment.parent_id, comment.author) == (Kind.COMMENT, f"{PAGE}_29", "Léa")
        assert comment.url == f"https://www.facebook.com/{PAGE}/posts/29/?comment_id=101"
        assert (reply.kind, reply.parent_id) == (Kind.REPLY, "28_199")
        assert all(draft.backfill for draft in drafts(first))

        assert natives(await poll(source, first[-1].cursor)) == []

        posts[20]["reactions"]["summary"]["total_count"] = 900
        server.comment(posts[10], 300, NOON)
        server.post(30, NOON)
        second = await poll(source, first[-1].cursor)
        assert set(natives(second)) == {f"{PAGE}_20", f"{PAGE}_10", "10_300", f"{PAGE}_30"}
        assert not any(draft.backfill for draft in drafts(second))


async def test_a_storm_of_comments_is_read_whole_and_only_once(bench: Bench) -> None:
    async with FakeGraph() as server:
        post = server.post(1, NOON - DAY)
        server.comment(post, 0, NOON - 2 * HOUR)
        source = await bench.source(settings(server), server.clock)
        start = (await poll(source))[-1].cursor
        for number in range(1, 341):
            server.comment(post, number, NOON - HOUR + number // 3 * SECOND)
        second = await poll(source, start)
        told = [native for native in natives(second) if native.startswith("1_")]
        assert sorted(told) == sorted(f"1_{number}" for number in range(1, 341))
        server.comment(post, 341, NOON - HOUR + 340 // 3 * SECOND)
        third = await poll(source, second[-1].cursor)
        assert [native for native in natives(third) if native.startswith("1_")] == ["1_341"]


async def test_many_posts_after_an_outage_survive_being_killed(bench: Bench) -> None:
    async with FakeGraph() as server:
        server.post(0, NOON - 2 * DAY)
        source = await bench.source(settings(server), server.clock)
        start = (await poll(source))[-1].cursor
        for number in range(1, 91):
            post = server.post(number, NOON - DAY + number * MINUTE)
            server.comment(post, 1000 + number, NOON - DAY + number * MINUTE + SECOND)
        stored, _cursor = await collect_killed(source, [1, 0, 2], start)
        told = natives(stored)
        assert {native for native in told if native.startswith(PAGE)} == {f"{PAGE}_{each}" for each in range(1, 91)}
        assert {native for native in told if not native.startswith(PAGE)} == {f"{n}_{1000 + n}" for n in range(1, 91)}
        assert len(told) == len(set(told))


async def test_posts_that_mention_the_page_and_messages_when_they_are_wanted(bench: Bench) -> None:
    async with FakeGraph() as server:
        server.tagged.append({**server.post(9, NOON - HOUR), "id": "55_9"})
        server.posts.clear()
        server.conversations += [talk(1, NOON - DAY, 3), talk(2, NOON - HOUR, 60)]
        source = await bench.source(settings(server, mentions=True, messages="messenger"), server.clock)
        first = await poll(source)
        assert natives(first)[0] == "55_9"
        assert sum(native.startswith("m_2") for native in natives(first)) == 25
        message = next(draft for draft in drafts(first) if draft.native_id == "m_1_0")
        assert (message.kind, message.author, message.parent_id) == (Kind.MESSAGE, "Léa", "t_1")
        assert message.site == "messenger.com"

        assert natives(await poll(source, first[-1].cursor)) == []

        # Somebody who wrote before writes 40 more, the newest in the same second as what was known last.
        more = talk(3, NOON + HOUR, 40)
        server.conversations[0]["said"] += more["said"]
        server.conversations[0] |= {"at": more["at"], "updated_time": more["updated_time"]}
        second = await poll(source, first[-1].cursor)
        assert sorted(natives(second)) == sorted(f"m_3_{each}" for each in range(40))
        server.conversations.append(talk(4, NOON + HOUR, 1))
        assert natives(await poll(source, second[-1].cursor)) == ["m_4_0"]
        assert {query["platform"] for query in server.questions("conversations")} == {"messenger"}


async def test_what_was_taken_away_is_told_whatever_came_in_the_same_answer(bench: Bench) -> None:
    async with FakeGraph() as server:
        posts = [server.post(number, NOON - HOUR + number) for number in range(12)]
        comments = [server.comment(posts[0], number, NOON - MINUTE + number) for number in range(5)]
        source = await bench.source(settings(server), server.clock)
        first = await poll(source)
        bench.remember(first)
        asked = [*natives(first), "55_9"]
        server.posts.remove(posts[7])
        posts[0]["said"].remove(comments[2])
        posts[3]["message"] = "post 3, corrected"
        batches = [batch async for batch in source.refresh(asked)]
        assert {each.native_id for each in deletions(batches)} == {f"{PAGE}_7", "0_2"}
        assert {each.canonical_id for each in deletions(batches)} == {f"facebook:{PAGE}_7", "facebook:0_2"}
        assert "post 3, corrected" in {draft.text for draft in drafts(batches)}

        server.posts.clear()
        batches = [batch async for batch in source.refresh(asked)]
        assert deletions(batches) == []


async def test_a_day_of_a_tight_limit_never_exceeds_it(bench: Bench) -> None:
    """The pauses that usage asks for are kept as the collector keeps them."""
    clock = HandClock(NOON)
    async with FakeGraph(clock=clock, calls_an_hour=20) as server:
        source = await bench.source(settings(server, mentions=True), clock)
        cursor: dict[str, Any] = {}
        told: list[str] = []
        number = 0
        while clock.moment < NOON + DAY:
            server.post(number, clock.moment - SECOND)
            number += 1
            wait = 0
            for batch in await poll(source, cursor):
                cursor, wait = batch.cursor, max(wait, batch.wait or 0)
                told += natives([batch])
            clock.moment += max(5 * MINUTE, wait)
        assert sorted(set(told)) == sorted(f"{PAGE}_{each}" for each in range(number))
        assert number > 100


async def test_at_the_limit_it_stays_away_as_long_as_meta_says(bench: Bench) -> None:
    clock = HandClock(NOON)
    async with FakeGraph(clock=clock) as server:
        server.post(1, NOON - HOUR)
        business = {PAGE: [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 42}]}
        headers = {"X-Business-Use-Case-Usage": str(business).replace("'", '"')}
        server.refusals["feed"] = Answer(refusal(80001, "There have been too many calls", 400).body, 400, headers)
        source = await bench.source(settings(server), clock)
        _batches, error = await poll_failing(source)
        assert error.reason.code == "rate-limited"
        assert error.retry_after == 42 * MINUTE
        asked = len(server.asked)
        clock.moment += 41 * MINUTE
        _batches, error = await poll_failing(source)
        assert len(server.asked) == asked
        server.refusals.clear()
        clock.moment += 2 * MINUTE
        assert natives(await poll(source)) == [f"{PAGE}_1"]


@pytest.mark.parametrize(
    ("headers", "used"),
    [
        ({}, (0, 0)),
        ({"X-App-Usage": '{"call_count":28,"total_time":85,"total_cputime":25}'}, (85, 0)),
        (
            {"X-Business-Use-Case-Usage": '{"1":[{"call_count":1,"estimated_time_to_regain_access":7}],"2":[{}]}'},
            (1, 7),
        ),
        ({"X-App-Usage": "nonsense", "X-Business-Use-Case-Usage": '{"1":5}'}, (0, 0)),
        ({"X-App-Usage": '{"call_count":"many","total_time":-5}'}, (0, 0)),
    ],
)
def test_usage_is_the_highest_that_is_told(headers: dict[str, str], used: tuple[int, int]) -> None:
    assert usage_of(headers) == used


async def test_the_end_of_the_token_is_asked_for_once_a_day(bench: Bench) -> None:
    clock = HandClock(NOON)
    async with FakeGraph(clock=clock, expires_at=NOON + 6 * DAY) as server:
        server.post(1, NOON - HOUR)
        source = await bench.source(settings(server), clock)
        first = await poll(source)
        assert {batch.key_ends for batch in first} == {NOON + 6 * DAY}
        clock.moment += HOUR
        again = await poll(source, first[-1].cursor)
        assert len(server.questions("debug_token")) == 1
        server.expires_at = 0
        clock.moment += DAY
        last = await poll(source, again[-1].cursor)
        assert {batch.key_ends for batch in last} == {0}
        server.refusals["debug_token"] = refusal(100, "(#100) You must provide an app access token", 400)
        clock.moment += DAY
        assert {batch.key_ends for batch in await poll(source, last[-1].cursor)} == {None}


async def test_the_end_of_the_token_is_kept_with_the_source_and_told_ten_days_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("META", TOKEN)
    async with FakeGraph(expires_at=NOON + 9 * DAY) as server:
        server.post(1, NOON - HOUR)
        table = f'[[sources]]\nname = "fb"\nkind = "facebook"\npages = ["{PAGE}"]\nallow_private = true\n'
        room = Room(tmp_path, f'{table}server = "{server.url}"\ntoken = "env:META"\n')
        assert await room.poll(clock_at(NOON)) == 1
        row = room.rows()["fb"]
        assert row.key_ends == NOON + 9 * DAY
        assert key_words(row, NOON - 2 * DAY, UTC) == ""
        assert key_words(row, NOON, UTC) == "its key ends in 9 days (30 Nov): make a new one"
        assert key_words(row, NOON + 8 * DAY, UTC) == "its key ends in 1 day (30 Nov): make a new one"
        assert key_words(row, NOON + 9 * DAY - HOUR, UTC) == "its key ends within a day: make a new one"
        assert key_words(row, NOON + 9 * DAY, UTC) == "its key ended on 30 Nov: make a new one"


async def test_where_a_page_is_too_much_fewer_posts_are_asked_for_and_that_is_remembered(bench: Bench) -> None:
    async with FakeGraph(most_at_once=6) as server:
        server.post(0, NOON - DAY)
        source = await bench.source(settings(server), server.clock)
        first = await poll(source)
        for number in range(1, 41):
            server.post(number, NOON - HOUR + number)
        second = await poll(source, first[-1].cursor)
        assert sorted(natives(second)) == sorted(f"{PAGE}_{number}" for number in range(1, 41))
        assert [query["limit"] for query in server.questions("feed")][:4] == ["25", "12", "6", "6"]
        server.most_at_once = 0
        _batches, error = await poll_failing(source, second[-1].cursor)
        assert error.reason.code == "refused-question"


async def test_what_may_not_be_asked_again_makes_no_hole_of_a_poll_that_went_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("META", TOKEN)
    async with FakeGraph() as server:
        server.post(1, NOON - HOUR)
        server.refusals[""] = refusal(10, "(#10) Not for this token", 403)
        table = f'[[sources]]\nname = "fb"\nkind = "facebook"\npages = ["{PAGE}"]\nallow_private = true\n'
        room = Room(tmp_path, f'{table}server = "{server.url}"\ntoken = "env:META"\n')
        assert await room.poll(clock_at(NOON)) == 1
        row = room.rows()["fb"]
        assert (row.error, row.failures) == ("", 0)
        assert [query["ids"] for query in server.questions("")] == [f"{PAGE}_1"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refusal(190, f"Error validating access token: {TOKEN} has expired", 401, 463), "unauthorised"),
        (refusal(10, f"(#10) This needs 'pages_read_engagement' ({TOKEN})", 403), "refused-question"),
        (refusal(200, "(#200) Permissions error", 403), "refused-question"),
        (refusal(613, "(#613) Calls to this api have exceeded the rate limit.", 400), "rate-limited"),
        (refusal(2, "Service temporarily unavailable", 500), "server-error"),
        (refusal(100, "Object does not exist", 400, 33), "not-found"),
    ],
)
async def test_what_meta_refuses_has_its_reason_and_never_the_token(bench: Bench, answer: Answer, code: str) -> None:
    async with FakeGraph() as server:
        server.refusals["feed"] = answer
        source = await bench.source(settings(server), server.clock)
        _batches, error = await poll_failing(source)
        assert error.reason.code == code
        assert TOKEN not in error.reason.to_json()


async def test_one_thing_that_is_refused_stops_no_other(bench: Bench) -> None:
    async with FakeGraph() as server:
        server.post(1, NOON - HOUR)
        server.refusals["conversations"] = refusal(200, "(#200) pages_messaging is needed", 403)
        source = await bench.source(settings(server, messages="all", mentions=True), server.clock)
        batches, error = await poll_failing(source)
        assert natives(batches) == [f"{PAGE}_1"]
        assert "pages_messaging" in error.reason.sentence()


async def test_it_keeps_what_every_source_promises_and_its_token_to_itself(bench: Bench) -> None:
    async with FakeGraph() as server:
        for number in range(60):
            server.comment(server.post(number, NOON - DAY + number * MINUTE), number, NOON - DAY + number * MINUTE)
        server.conversations.append(talk(1, NOON - HOUR, 3))
        source = await bench.source(settings(server, messages="all", mentions=True), server.clock)
        findings = await try_contract(lambda: source, now=server.clock.now, secrets=[TOKEN])
        assert [each for each in findings if each.kept is False] == []
        assert not any("access_token" in request.path for request in server.http.requests)


@pytest.mark.parametrize(
    ("chosen", "keys"),
    [
        ({"pages": ()}, [("pages",)]),
        ({"pages": ("https://www.facebook.com/mandarine/", "1001")}, [("pages", 0)]),
        ({"pages": ("1001",), "version": "25"}, [("version",)]),
        ({"pages": ("mandarine.fr",)}, []),
    ],
)
def test_what_cannot_be_meant_is_told(chosen: dict[str, Any], keys: list[Any]) -> None:
    assert [each.at for each in FacebookSettings(name="fb", token=TOKEN, **chosen).troubles()] == keys
