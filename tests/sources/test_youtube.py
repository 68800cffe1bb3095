"""YouTube: uploads, comments and searches within the quota of a day, nothing lost, nothing told twice."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from socialhub.budgets import SEARCHES, UNITS
from socialhub.clock import DAY, HOUR, MINUTE, SECOND
from socialhub.collector.backoff import REFUSED
from socialhub.model import Batch, Kind
from socialhub.sources.contract import try_contract
from socialhub.sources.kinds.youtube import YouTubeSettings
from tests.servers import NOON, Answer, HandClock
from tests.sources.benches import Bench, bench_in
from tests.sources.fake_youtube import CHANNEL, KEY, FakeYouTube, comment_id, date, refusal, video_id
from tests.sources.gathering import collect_killed, deletions, drafts, natives, poll, poll_failing

OTHER = "UCautre-0123456789abcdef"


@pytest.fixture(name="bench")
async def given_bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench_in(tmp_path) as bench:
        yield bench


def settings(server: FakeYouTube, **chosen: Any) -> YouTubeSettings:
    """A source of that server, with its key."""
    chosen = {"key": KEY, **chosen}
    return YouTubeSettings(name="yt", server=server.url, feeds=server.url, allow_private=True, **chosen)


async def test_uploads_are_read_by_playlist_then_only_new_ones(bench: Bench) -> None:
    async with FakeYouTube() as server:
        for number in range(120):
            server.say_video(number, NOON - 3 * DAY + number * MINUTE)
        source = await bench.source(settings(server, channels=("@mandarine",), comments=False), server.clock)
        first = await poll(source)
        assert sorted(natives(first)) == [video_id(number) for number in range(70, 120)]
        draft = next(each for each in drafts(first) if each.native_id == video_id(100))
        assert draft.backfill
        assert (draft.title, draft.text) == ("Titre 100 & <suite>", "Description 100\nhttps://mandarine.example/")
        assert (draft.author, draft.handle, draft.followers, draft.lang) == ("Mandarine", "mandarine", 41_000, "fr")
        assert (draft.likes, draft.replies, draft.reach, draft.media) == (30, 4, 1200, 1)
        assert draft.published == NOON - 3 * DAY + 100 * MINUTE
        assert draft.url == f"https://www.youtube.com/watch?v={video_id(100)}"
        assert await bench.spent(UNITS) == 3

        again = await poll(source, first[-1].cursor)
        assert natives(again) == []
        assert await bench.spent(UNITS) == 4

        for number in range(120, 230):
            server.say_video(number, NOON - HOUR + number * SECOND)
        last = await poll(source, again[-1].cursor)
        assert sorted(natives(last)) == [video_id(number) for number in range(120, 230)]
        assert not any(draft.backfill for draft in drafts(last))
        assert len(server.questions("channels")) == 1
        assert await bench.spent(SEARCHES) == 0


async def test_a_channel_without_videos_and_one_that_nobody_knows(bench: Bench) -> None:
    async with FakeYouTube() as server:
        server.refusals["playlistItems"] = refusal(404, "playlistNotFound")
        source = await bench.source(settings(server, channels=("@inconnue", CHANNEL), comments=False), server.clock)
        batches, error = await poll_failing(source)
        assert error.reason.code == "account-unknown"
        assert natives(batches) == []
        server.refusals.clear()
        server.say_video(1, NOON - HOUR)
        server.clock = HandClock(NOON + 2 * DAY)
        source = await bench.source(settings(server, channels=(CHANNEL,), comments=False), server.clock)
        assert natives(await poll(source, batches[-1].cursor)) == [video_id(1)]


async def test_comments_come_by_thread_with_their_replies_and_only_what_changed_comes_again(bench: Bench) -> None:
    async with FakeYouTube() as server:
        for number in range(30):
            server.say(number, NOON - DAY + number * MINUTE, replies=(0, 2, 5)[number % 3])
        source = await bench.source(settings(server, videos=(video_id(1),)), server.clock)
        first = await poll(source)
        expected = Counter({comment_id(number): 1 for number in range(30)})
        for number in range(30):
            expected.update(f"{comment_id(number)}.r{reply:03d}" for reply in range((0, 2, 5)[number % 3]))
        assert Counter(natives(first)) == expected
        by_id = {draft.native_id: draft for draft in drafts(first)}
        top, reply = by_id[comment_id(1)], by_id[f"{comment_id(1)}.r001"]
        assert (top.kind, top.parent_id, top.text) == (Kind.COMMENT, video_id(1), "comment 1 & <3")
        assert (reply.kind, reply.parent_id) == (Kind.REPLY, comment_id(1))
        assert reply.url == f"https://www.youtube.com/watch?v={video_id(1)}&lc={reply.native_id}"
        assert (top.author, top.handle, top.likes) == ("lea_lyon", "lea_lyon", 3)
        assert not any(draft.edited for draft in drafts(first))

        assert natives(await poll(source, first[-1].cursor)) == []

        changed = server.threads[3]["snippet"]["topLevelComment"]["snippet"]
        changed["textDisplay"], changed["updatedAt"] = "comment 3, corrected", date(NOON - MINUTE)
        server.threads[6]["snippet"]["totalReplyCount"] = 1
        server.say(30, NOON - SECOND)
        second = await poll(source, first[-1].cursor)
        assert sorted(natives(second)) == sorted([comment_id(3), f"{comment_id(6)}.r000", comment_id(30)])
        edited = next(draft for draft in drafts(second) if draft.native_id == comment_id(3))
        assert (edited.text, edited.edited) == ("comment 3, corrected", NOON - MINUTE)


async def test_comments_of_a_channel_over_many_pages_survive_being_killed(bench: Bench) -> None:
    async with FakeYouTube() as server:
        server.say_video(1, NOON - 9 * DAY)
        server.say(0, NOON - 2 * DAY)
        source = await bench.source(settings(server, channels=("@mandarine",)), server.clock)
        start = (await poll(source))[-1].cursor
        for number in range(1, 431):
            server.say(number, NOON - DAY + number * MINUTE, replies=int(number % 50 == 0) * 3)
        stored, _cursor = await collect_killed(source, [1, 0, 2, 1], start)
        told = natives(stored)
        assert {native for native in told if "." not in native} == {comment_id(number) for number in range(1, 431)}
        assert sum("." in native for native in set(told)) == 8 * 3
        assert len(told) == len(set(told))


async def test_where_comments_are_switched_off_there_are_none(bench: Bench) -> None:
    async with FakeYouTube() as server:
        server.refusals["commentThreads"] = refusal(403, "commentsDisabled")
        source = await bench.source(settings(server, videos=(video_id(1),)), server.clock)
        assert natives(await poll(source)) == []


async def test_three_days_of_searching_stay_within_the_hundred_and_find_everything(bench: Bench) -> None:
    """Videos come at odd times, some are found hours after they were published only."""
    chance = random.Random(11)
    clock = HandClock(NOON)
    async with FakeYouTube(clock=clock) as server:
        chosen = settings(server, search=("mandarine", "fibre"), every=5 * MINUTE)
        source = await bench.source(chosen, clock)
        cursor: dict[str, Any] = {}
        told: Counter[str] = Counter()
        number = 0
        while clock.moment < NOON + 3 * DAY:
            for _video in range(chance.choice((0, 0, 0, 1, 2))):
                video = server.say_video(number, clock.moment - chance.randrange(HOUR))
                server.found_late[video["id"]] = clock.moment + chance.choice((0, 0, 4 * HOUR))
                number += 1
            for batch in await poll(source, cursor):
                told.update(natives([batch]))
                cursor = batch.cursor
            clock.moment += 5 * MINUTE
        clock.moment += 5 * HOUR
        told.update(natives(await poll(source, cursor)))
        assert set(told) == {each["id"] for each in server.videos}
        assert set(told.values()) == {1}
        by_day = [count for (unit, _day), count in server.counted.items() if unit == "searches"]
        assert max(by_day) <= 100
        assert sorted(by_day)[-2] > 70


async def test_a_search_after_an_outage_reads_all_its_pages_and_goes_on_where_it_was_killed(bench: Bench) -> None:
    clock = HandClock(NOON)
    async with FakeYouTube(clock=clock) as server:
        server.say_video(0, NOON - DAY)
        source = await bench.source(settings(server, search=("mandarine",)), clock)
        first = await poll(source)
        assert [draft.backfill for draft in drafts(first)] == [True]
        assert [(draft.handle, draft.followers) for draft in drafts(first)] == [("mandarine", 41_000)]
        for number in range(1, 181):
            server.say_video(number, NOON + number * 10 * MINUTE)
        clock.moment = NOON + 31 * HOUR
        stored, _cursor = await collect_killed(source, [1, 0, 1], first[-1].cursor)
        assert sorted(natives(stored)) == [video_id(number) for number in range(1, 181)]
        assert not any(draft.backfill for draft in drafts(stored))


async def test_a_search_whose_page_token_went_stale_finds_the_rest_all_the_same(bench: Bench) -> None:
    clock = HandClock(NOON)
    async with FakeYouTube(clock=clock) as server:
        server.say_video(0, NOON - DAY)
        source = await bench.source(settings(server, search=("mandarine",)), clock)
        start = (await poll(source))[-1].cursor
        for number in range(1, 181):
            server.say_video(number, NOON + number * 10 * MINUTE)
        clock.moment = NOON + 31 * HOUR
        stored: list[Batch] = []
        async for batch in source.run(start):
            stored.append(batch)
            if len(stored) == 2:
                break
        server.stale.add(stored[-1].cursor["search:mandarine"]["token"])
        stored += await poll(source, stored[-1].cursor)
        assert sorted(natives(stored)) == [video_id(number) for number in range(1, 181)]


async def test_a_quota_that_others_used_up_is_left_alone_until_midnight_in_california(bench: Bench) -> None:
    clock = HandClock(NOON)  # 04:00 in California
    async with FakeYouTube(clock=clock) as server:
        server.say_video(1, NOON - HOUR)
        source = await bench.source(settings(server, channels=(CHANNEL,), search=("fibre",)), clock)
        server.refusals["search"] = refusal(403, "quotaExceeded")
        batches = await poll(source)
        assert natives(batches) == [video_id(1)]
        asked = len(server.questions("search"))
        clock.moment = NOON + 19 * HOUR
        batches = await poll(source, batches[-1].cursor)
        assert len(server.questions("search")) == asked == 1
        server.refusals.clear()
        clock.moment = NOON + 20 * HOUR
        await poll(source, batches[-1].cursor)
        assert len(server.questions("search")) > asked

        server.refusals["playlistItems"] = refusal(403, "quotaExceeded")
        batches, error = await poll_failing(source, batches[-1].cursor)
        assert error.reason.code == "budget-spent"
        assert error.retry_after == DAY
        _batches, error = await poll_failing(source, batches[-1].cursor if batches else {})
        assert error.reason.code == "budget-spent"
        assert len(server.questions("playlistItems")) == 4


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refusal(400, "badRequest", "API key not valid.", "API_KEY_INVALID"), "unauthorised"),
        (refusal(403, "rateLimitExceeded"), "rate-limited"),
        (refusal(403, "forbidden", "Access Not Configured"), "forbidden"),
        (refusal(400, "invalidChannelId", "The handle is odd"), "refused-question"),
    ],
)
async def test_what_youtube_refuses_has_its_reason(bench: Bench, answer: Answer, code: str) -> None:
    async with FakeYouTube() as server:
        server.refusals["channels"] = answer
        source = await bench.source(settings(server, channels=(CHANNEL,)), server.clock)
        _batches, error = await poll_failing(source)
        assert error.reason.code == code
        assert KEY not in error.reason.to_json()


async def test_what_is_gone_is_told_and_old_things_never_use_up_what_news_needs(bench: Bench) -> None:
    async with FakeYouTube(units=40) as server:
        for number in range(3):
            server.say_video(number, NOON - HOUR + number)
            server.say(number, NOON - HOUR + number)
        source = await bench.source(settings(server, channels=(CHANNEL,), units_a_day=40), server.clock)
        await poll(source)
        del server.videos[1], server.threads[2]
        server.videos[0]["statistics"]["viewCount"] = "5000"
        asked = [*(video_id(number) for number in range(3)), *(comment_id(number) for number in range(3))]
        batches = [batch async for batch in source.refresh(asked)]
        assert {each.native_id for each in deletions(batches)} == {video_id(1), comment_id(2)}
        assert drafts(batches)[0].reach == 5000
        for _round in range(40):
            async for _batch in source.refresh(asked):
                pass
        assert await bench.spent(UNITS) == 32
        assert natives(await poll(source)) != []


@pytest.mark.parametrize("knows_replies", [True, False])
async def test_a_reply_is_gone_only_where_replies_are_answered_for_at_all(bench: Bench, knows_replies: bool) -> None:
    async with FakeYouTube(knows_replies=knows_replies) as server:
        server.say(1, NOON - HOUR, replies=2)
        source = await bench.source(settings(server, videos=(video_id(1),)), server.clock)
        asked = natives(await poll(source))
        assert len(asked) == 3
        server.threads[0]["snippet"]["totalReplyCount"] = 1
        batches = [batch async for batch in source.refresh(asked)]
        gone = [f"{comment_id(1)}.r001"] if knows_replies else []
        assert [each.native_id for each in deletions(batches)] == gone


async def test_an_answer_without_anything_says_nothing_of_what_was_asked_for(bench: Bench) -> None:
    async with FakeYouTube() as server:
        source = await bench.source(settings(server, channels=(CHANNEL,)), server.clock)
        batches = [batch async for batch in source.refresh([video_id(1), video_id(2)])]
        assert deletions(batches) == []


async def test_the_false_errors_of_feeds_pass_and_stop_no_other_channel(bench: Bench) -> None:
    async with FakeYouTube() as server:
        for number in range(20):
            server.say_video(number, NOON - DAY + number * MINUTE)
        source = await bench.source(settings(server, key="", channels=(OTHER, CHANNEL)), server.clock)
        cursor: dict[str, Any] = {}
        for status in (404, 500):
            server.refusals[OTHER] = Answer(b"<html>Error</html>", status)
            batches, error = await poll_failing(source, cursor)
            cursor = batches[-1].cursor
            assert error.reason.code == "server-error"
            assert str(status) in error.reason.sentence()
            assert error.reason.code not in REFUSED
            assert not error.permanent
        server.refusals.clear()
        assert sorted(natives(await poll(source, cursor))) == [video_id(number) for number in range(5, 20)]


async def test_feeds_tell_new_uploads_once_without_a_key(bench: Bench) -> None:
    async with FakeYouTube() as server:
        server.say_video(1, NOON - DAY)
        chosen = settings(server, key="", channels=(CHANNEL,))
        assert chosen.caps == ()
        source = await bench.source(chosen, server.clock)
        first = await poll(source)
        assert natives(first) == [video_id(1)]
        draft = drafts(first)[0]
        assert (draft.text, draft.author, draft.handle) == ("Au programme", "Mandarine", CHANNEL)
        assert (draft.canonical_id, draft.published) == (f"youtube:{video_id(1)}", NOON - DAY)
        server.say_video(2, NOON - HOUR)
        second = await poll(source, first[-1].cursor)
        assert natives(second) == [video_id(2)]
        assert [draft.backfill for draft in drafts([*first, *second])] == [True, False]


async def test_it_keeps_what_every_source_promises_and_its_key_to_itself(bench: Bench) -> None:
    async with FakeYouTube() as server:
        for number in range(120):
            server.say_video(number, NOON - DAY + number * MINUTE)
            server.say(number, NOON - DAY + number * MINUTE, replies=number % 2)
        chosen = settings(server, channels=("@mandarine",), search=("fibre",))
        source = await bench.source(chosen, server.clock)
        findings = await try_contract(lambda: source, now=server.clock.now, secrets=[KEY])
        assert [each for each in findings if each.kept is False] == []
        assert not any("env" in request.path for request in server.http.requests)


@pytest.mark.parametrize(
    ("chosen", "keys"),
    [
        ({"key": KEY}, [()]),
        ({"key": KEY, "channels": ("https://www.youtube.com/@mandarine",)}, [("channels", 0)]),
        ({"channels": ("@mandarine",)}, [("channels", 0)]),
        ({"channels": (CHANNEL,), "search": ("fibre",), "videos": (video_id(1),)}, [("videos",), ("search",)]),
        ({"key": KEY, "videos": ("https://youtu.be/vid00000001",)}, [("videos", 0)]),
        ({"key": KEY, "search": ("fibre",), "region": "France"}, [("region",)]),
        ({"key": KEY, "search": ("fibre",), "region": "FR"}, []),
    ],
)
def test_what_cannot_be_meant_is_told(chosen: dict[str, Any], keys: list[Any]) -> None:
    assert [each.at for each in YouTubeSettings(name="yt", **chosen).troubles()] == keys


def test_the_more_is_searched_for_the_longer_the_steps() -> None:
    one = YouTubeSettings(name="yt", key=KEY, search=("a",))
    five = YouTubeSettings(name="yt", key=KEY, search=("a", "b", "c", "d", "e"))
    assert one.search_interval == 18 * MINUTE
    assert five.search_interval == 90 * MINUTE
