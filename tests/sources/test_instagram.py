"""Instagram: the own account with its comments, who tags it, hashtags within thirty a week, other accounts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from socialhub.budgets import HASHTAGS
from socialhub.clock import DAY, HOUR, MINUTE, SECOND
from socialhub.collector.backoff import REFUSED
from socialhub.model import Kind
from socialhub.sources.contract import try_contract
from socialhub.sources.kinds.instagram import InstagramSettings
from tests.servers import NOON, HandClock
from tests.sources.benches import Bench, bench_in
from tests.sources.fake_graph import ACCOUNT, TOKEN, FakeGraph, medium, remark
from tests.sources.gathering import collect_killed, deletions, drafts, natives, poll, poll_failing


@pytest.fixture(name="bench")
async def given_bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench_in(tmp_path) as bench:
        yield bench


def settings(server: FakeGraph, **chosen: Any) -> InstagramSettings:
    """A source of that server, with hardly anything on."""
    chosen = {"media": False, "tagged": False, "account": ACCOUNT, **chosen}
    return InstagramSettings(name="ig", token=TOKEN, server=server.url, allow_private=True, **chosen)


async def test_own_media_come_with_comments_and_late_replies(bench: Bench) -> None:
    async with FakeGraph() as server:
        pictures = [server.picture(number, NOON - DAY + number * MINUTE) for number in range(3)]
        said = server.remark(pictures[0], 1, NOON - 2 * HOUR, replies=((2, NOON - HOUR),))
        source = await bench.source(settings(server, media=True), server.clock)
        first = await poll(source)
        by_id = {draft.native_id: draft for draft in drafts(first)}
        assert len(by_id) == len(drafts(first)) == 5
        picture, comment = by_id[pictures[0]["id"]], by_id[said["id"]]
        reply = by_id[said["replies"]["data"][0]["id"]]
        assert (picture.text, picture.handle, picture.likes, picture.replies) == (
            "picture 0 #fibre",
            "mandarine",
            12,
            1,
        )
        assert (picture.url, picture.media) == ("https://www.instagram.com/p/C0/", 1)
        assert (comment.kind, comment.parent_id, comment.handle) == (Kind.COMMENT, picture.native_id, "lea.lyon")
        assert (reply.kind, reply.parent_id) == (Kind.REPLY, comment.native_id)
        assert (reply.published, reply.text) == (NOON - HOUR, "remark 2")

        assert natives(await poll(source, first[-1].cursor)) == []
        said["replies"]["data"].append(remark(3, NOON - MINUTE))
        assert natives(await poll(source, first[-1].cursor)) == [remark(3, NOON)["id"]]


async def test_many_comments_and_many_media_survive_being_killed(bench: Bench) -> None:
    async with FakeGraph() as server:
        first_picture = server.picture(0, NOON - 2 * DAY)
        source = await bench.source(settings(server, media=True), server.clock)
        start = (await poll(source))[-1].cursor
        for number in range(1, 61):
            server.picture(number, NOON - DAY + number * MINUTE)
        for number in range(130):
            server.remark(server.media[60], 500 + number, NOON - HOUR + number * SECOND)
        server.remark(first_picture, 900, NOON)
        stored, _cursor = await collect_killed(source, [1, 0, 1], start)
        told = natives(stored)
        assert len(told) == len(set(told))
        assert set(told) >= {each["id"] for each in server.media[1:]} | {
            each["id"] for each in server.media[60]["said"]
        }


async def test_hashtags_of_the_last_day_once_each_over_pages_whose_cursors_are_the_same(bench: Bench) -> None:
    clock = HandClock(NOON)
    async with FakeGraph(clock=clock) as server:
        tagged = server.by_hashtag["fibre"] = [medium(number, NOON - HOUR + number * SECOND) for number in range(3)]
        source = await bench.source(settings(server, hashtags=("fibre",)), clock)
        first = await poll(source)
        assert len(natives(first)) == 3
        assert {draft.author for draft in drafts(first)} == {""}
        tagged += [medium(number, NOON + number * SECOND) for number in range(3, 163)]
        clock.moment += HOUR
        second = await poll(source, first[-1].cursor)
        assert sorted(natives(second)) == sorted(each["id"] for each in tagged[3:])
        assert all(batch.complete for batch in second)
        assert natives(await poll(source, second[-1].cursor)) == []
        assert len(server.questions("ig_hashtag_search")) == 1
        # Nothing in 23 hours is no hole; what was said in an outage of two days is out of reach.
        for pause, is_whole in ((23 * HOUR, True), (2 * DAY, False)):
            clock.moment += pause
            tagged.append(medium(clock.moment // HOUR % 10_000, clock.moment - MINUTE))
            second = await poll(source, second[-1].cursor)
            assert natives(second) == [tagged[-1]["id"]]
            assert [batch.complete for batch in second] == [is_whole]
        assert await bench.spent(HASHTAGS) == 1


async def test_thirty_hashtags_a_week_whatever_the_config_was_before(bench: Bench) -> None:
    """The operator changes the hashtags: the old ones count on until they are seven days old."""
    clock = HandClock(NOON)
    async with FakeGraph(clock=clock) as server:
        before = tuple(f"avant{number}" for number in range(28))
        source = await bench.source(settings(server, hashtags=before), clock)
        await poll(source)
        clock.moment += 3 * DAY
        after = ("un", "deux", "trois", "quatre")
        for tag in after:
            server.by_hashtag[tag] = [medium(len(tag), clock.moment - HOUR)]
        source = await bench.source(settings(server, hashtags=after, tagged=True), clock)
        batches, error = await poll_failing(source)
        assert error.reason.code == "hashtags-spent"
        assert "#trois" in error.reason.sentence()
        assert error.retry_after is None
        assert error.reason.code not in REFUSED
        assert len(natives(batches)) == 2
        clock.moment += 4 * DAY + HOUR
        for tag in after:
            server.by_hashtag[tag] = [medium(100 + len(tag), clock.moment - HOUR)]
        assert len(natives(await poll(source, batches[-1].cursor))) == 4


async def test_other_professional_accounts_are_read_page_by_page(bench: Bench) -> None:
    async with FakeGraph() as server:
        rivals = server.discovered["rivale"] = [medium(number, NOON - DAY + number) for number in range(5)]
        source = await bench.source(settings(server, accounts=("rivale", "personne")), server.clock)
        first, error = await poll_failing(source)
        assert "Invalid user id" in error.reason.sentence()
        assert len(natives(first)) == 5
        draft = drafts(first)[0]
        assert (draft.author, draft.handle, draft.followers) == ("Rivale SA", "rivale", 900)
        rivals += [medium(number, NOON - HOUR + number) for number in range(5, 75)]
        second, _error = await poll_failing(source, first[-1].cursor)
        assert sorted(natives(second)) == sorted(each["id"] for each in rivals[5:])


async def test_who_tags_the_account_and_what_of_its_own_was_taken_away(bench: Bench) -> None:
    async with FakeGraph() as server:
        picture, other = server.picture(1, NOON - HOUR), server.picture(2, NOON - HOUR)
        said = [server.remark(picture, number, NOON - MINUTE + number) for number in (7, 8)]
        server.tagged.append(medium(3, NOON - HOUR, username="lea.lyon"))
        source = await bench.source(settings(server, media=True, tagged=True), server.clock)
        first = await poll(source)
        assert next(draft for draft in drafts(first) if draft.handle == "lea.lyon" and draft.media).text
        bench.remember(first)
        server.media.remove(other)
        picture["said"].remove(said[1])
        batches = [batch async for batch in source.refresh(natives(first))]
        assert {each.native_id for each in deletions(batches)} == {other["id"], said[1]["id"]}


async def test_it_keeps_what_every_source_promises_and_its_token_to_itself(bench: Bench) -> None:
    async with FakeGraph() as server:
        for number in range(60):
            server.picture(number, NOON - DAY + number * MINUTE)
        server.by_hashtag["fibre"] = [medium(100 + number, NOON - HOUR + number * SECOND) for number in range(70)]
        server.discovered["rivale"] = [medium(200 + number, NOON - DAY + number * SECOND) for number in range(40)]
        chosen = settings(server, media=True, hashtags=("fibre",), accounts=("rivale",))
        source = await bench.source(chosen, server.clock)
        findings = await try_contract(lambda: source, now=server.clock.now, secrets=[TOKEN])
        assert [each for each in findings if each.kept is False] == []


@pytest.mark.parametrize(
    ("chosen", "keys"),
    [
        ({"account": "mandarine"}, [("account",)]),
        ({"account": ACCOUNT, "hashtags": ("#fibre",)}, [("hashtags", 0)]),
        ({"account": ACCOUNT, "hashtags": tuple(f"mot{each}" for each in range(31))}, [("hashtags",)]),
        ({"account": ACCOUNT, "accounts": ("@rivale",)}, [("accounts", 0)]),
        ({"account": ACCOUNT, "hashtags": ("électricité",), "accounts": ("rivale.fr",)}, []),
    ],
)
def test_what_cannot_be_meant_is_told(chosen: dict[str, Any], keys: list[Any]) -> None:
    assert [each.at for each in InstagramSettings(name="ig", token=TOKEN, **chosen).troubles()] == keys
