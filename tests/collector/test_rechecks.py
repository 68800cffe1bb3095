"""Stored posts follow what becomes of them, polled and streamed: gone, shown again, within budgets. Over loopback."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from socialhub.clock import DAY, HOUR, MINUTE, real_now
from socialhub.collector import core
from tests.collector.test_ages import SetClock
from tests.collector.test_collector import collecting, eventually, row_when, write_config
from tests.recorded.test_whole_program import Room
from tests.servers import NOON, Answer, LoopbackServer, clock_at
from tests.sources.fake_bluesky import LEA, FakeBluesky, post_uri, view
from tests.sources.fake_graph import PAGE, TOKEN, FakeGraph
from tests.sources.fake_mastodon import FakeMastodon, status
from tests.sources.fake_x import PRICES, FakeX, post
from tests.sources.test_reddit import Reddit
from tests.sources.test_reddit import post as reddit_post


def gone(room: Room) -> dict[str, str]:
    """Why each mention that has no words any more is gone, by native id."""
    return dict(room.ask("SELECT native_id, tombstone FROM mentions WHERE tombstone <> ''"))


async def shown(room: Room, native: str, language: str) -> str:
    """What `mentions show` says of a post."""
    ((number,),) = room.ask(f"SELECT id FROM mentions WHERE native_id = '{native}'")
    command = [sys.executable, "-m", "socialhub", "--config", str(room.config), "--cache", str(room.cache)]
    environment = {**os.environ, "LC_ALL": language}
    process = await asyncio.create_subprocess_exec(
        *command, "mentions", "show", str(number), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    out, _err = await process.communicate()
    return " ".join(out.decode().split())


async def test_posts_of_x_are_hidden_shown_again_and_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer is paid for, and the sum of the day is kept."""
    monkeypatch.setenv("X", "env:X")
    async with FakeX([post(NOON - HOUR + number, number, f"la fibre {number}") for number in range(3)]) as server:
        table = f'[[sources]]\nname = "x"\nkind = "x"\ntoken = "env:X"\nserver = "{server.url}"\nsearch = ["fibre"]\n'
        room = Room(tmp_path, f"{table}allow_private = true\nagain_a_day = 200\ndaily_cost = 0.2\n")
        ids = [each["id"] for each in server.posts]

        async def later(hours: int) -> None:
            server.clock = clock_at(NOON + hours * HOUR)
            await room.poll(server.clock)

        await later(0)
        server.missing = {ids[0]: "protected", ids[1]: "suspended", ids[2]: "deleted"}
        await later(1)
        assert gone(room) == server.missing
        assert "its author shows it to followers only" in await shown(room, ids[0], "en_GB.UTF-8")
        assert "ne le montre qu’à ses abonnés" in await shown(room, ids[0], "fr_FR.UTF-8")
        # Days later: a post of a public account again, one of an account that came back, and one that did not.
        server.missing = {ids[2]: "deleted"}
        await later(73)
        assert gone(room) == {ids[2]: "deleted"}
        assert room.ask("SELECT text, handle FROM mentions WHERE tombstone = '' ORDER BY native_id") == [
            ("la fibre 0", "lea_lyon"),
            ("la fibre 1", "lea_lyon"),
        ]
        assert "la fibre 0" in await shown(room, ids[0], "fr_FR.UTF-8")
        server.missing |= {ids[0]: "deleted"}
        await later(97)
        assert gone(room) == {ids[2]: "deleted", ids[0]: "deleted"}
        billed = server.billed
        for hour in range(98, 104):
            await later(hour)
        # Of the one that is left an answer is paid for in each round; those that are gone for good are not asked for.
        assert server.billed == billed + 6 * PRICES["post"]
        assert server.breaches == []
        assert room.is_sound()


async def test_what_moderators_of_reddit_take_away_and_give_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is approved again, one was deleted meanwhile, one is simply not there any more."""
    monkeypatch.setenv("SECRET", "x")
    reddit = Reddit([reddit_post(number) for number in range(3)])
    async with LoopbackServer(reddit.behaviours()) as server:
        keys = 'subreddits = ["fibre"]\nclient_id = "app"\nclient_secret = "env:SECRET"\nuser = "desk"\n'
        urls = f'server = "{server.url("")}"\napi = "{server.url("")}"\nallow_private = true\n'
        room = Room(tmp_path, f'[[sources]]\nname = "reddit"\nkind = "reddit"\n{keys}{urls}')
        await room.poll(clock_at(NOON))
        removed = {"selftext": "[removed]", "removed_by_category": "moderator"}
        reddit.things = [reddit_post(0, **removed), reddit_post(1, **removed), reddit_post(2, author="[deleted]")]
        await room.poll(clock_at(NOON + HOUR))
        assert gone(room) == {"t3_p0": "removed", "t3_p1": "removed"}
        reddit.things = [reddit_post(0), reddit_post(1, selftext="[deleted]", author="[deleted]")]
        await room.poll(clock_at(NOON + 2 * HOUR))
        assert gone(room) == {"t3_p1": "deleted", "t3_p2": "deleted"}
        assert room.ask("SELECT text, author FROM mentions WHERE native_id = 't3_p0'") == [
            ("Plus de réseau & 0", "voisine")
        ]
        assert room.is_sound()


async def test_a_post_of_long_ago_has_its_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a page, after a restart: what the page's own lists do not show any more is known by the page's number."""
    monkeypatch.setenv("META", TOKEN)
    async with FakeGraph() as server:
        for number in range(60):
            server.post(number, NOON - 40 * DAY + number * MINUTE)
        keys = f'pages = ["{PAGE}"]\nmentions = false\ntoken = "env:META"\nserver = "{server.url}"\n'
        room = Room(tmp_path, f'[[sources]]\nname = "fb"\nkind = "facebook"\nallow_private = true\n{keys}')
        await room.poll(clock_at(NOON))
        stored = [native for (native,) in room.ask("SELECT native_id FROM mentions ORDER BY published")]
        for number in range(60, 100):
            server.post(number, NOON + number * MINUTE)
        server.posts = [each for each in server.posts if each["id"] != stored[0]]
        for hour in range(1, 5):
            await room.poll(clock_at(NOON + 3 * HOUR + hour * HOUR))
        assert gone(room) == {stored[0]: "deleted"}


def later_gone(room: Room, expected: dict[str, str]) -> bool:
    """Whether that is gone; a quarter of an hour passes each time."""
    SetClock.ahead += 16 * MINUTE
    return gone(room) == expected


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ticks follow each other at once, on a clock that a test sets."""
    monkeypatch.setattr("random.random", lambda: 0.0)
    monkeypatch.setattr(core, "TICK", 0.02)
    SetClock.ahead = 0


@pytest.mark.usefixtures("quick")
async def test_a_stream_is_asked_again_though_it_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was deleted without a word of the stream."""
    monkeypatch.setenv("JETON", "x")
    written = [status(number, content="<p>panne de fibre</p>") for number in range(3)]
    async with FakeMastodon(written) as server:
        table = f'[[sources]]\nname = "masto"\nkind = "mastodon"\nserver = "{server.url}"\ntags = ["fibre"]\n'
        config = write_config(tmp_path, f'{table}token = "env:JETON"\nallow_private = true\n')
        cache = tmp_path / "cache.db"
        async with collecting(config, cache, SetClock()):
            await row_when(cache, "masto", lambda row: row.connected and row.stored == 3)
            away = server.statuses.pop(1)["id"]
            room = Room.__new__(Room)
            room.cache = cache
            await eventually(partial(later_gone, room, {away: "deleted"}))


async def test_bluesky_says_why(tmp_path: Path) -> None:
    """An account that was suspended, and one that is there though a post of it is not."""
    tom = "did:plc:tom"
    now = real_now()
    async with FakeBluesky([view(1), view(2, did=tom)], feed=[{"post": view(1)}, {"post": view(2, did=tom)}]) as server:
        keys = f'accounts = ["lea"]\npublic_service = "{server.url}"\nallow_private = true\n'
        room = Room(tmp_path, f'[[sources]]\nname = "bsky"\nkind = "bluesky"\n{keys}')
        await room.poll(clock_at(now))
        assert gone(room) == {}
        server.posts.clear()
        server.feed.clear()
        server.accounts = {LEA: Answer(b'{"error": "AccountTakedown", "message": "Account has been suspended"}', 400)}
        await room.poll(clock_at(now + HOUR))
        assert gone(room) == {post_uri(1): "suspended", post_uri(2, tom): "deleted"}
        server.accounts, server.posts = {}, [view(1)]
        await room.poll(clock_at(now + 2 * HOUR))
        assert gone(room) == {post_uri(2, tom): "deleted"}
