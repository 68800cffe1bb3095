"""Posts that matter are asked for again at set ages, over real loopback servers, on a clock that the test sets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from socialhub.clock import DAY, HOUR, MINUTE, Clock, iso, real_now
from socialhub.collector import again, core
from socialhub.paces import AGES, Snapshot
from socialhub.store import engagement, sources
from socialhub.store.connection import open_reader, open_writer
from tests.collector.test_collector import collecting, eventually, row_when, write_config
from tests.servers import Answer
from tests.sources.fake_bluesky import FakeBluesky, view
from tests.sources.fake_mastodon import FakeMastodon, status


class SetClock(Clock):
    """The machine's time, and so much later as a test says."""

    ahead: ClassVar = 0

    def now(self) -> int:
        """The time as it was set."""
        return real_now() + SetClock.ahead


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ticks follow each other at once, and the first poll waits for nothing."""
    monkeypatch.setattr("random.random", lambda: 0.0)
    monkeypatch.setattr(core, "TICK", 0.02)
    monkeypatch.setattr(core, "AGES_EVERY", 1)
    SetClock.ahead = 0


def mastodon_table(server: FakeMastodon) -> str:
    """The server's tag "fibre", polled."""
    return (
        f'[[sources]]\nname = "masto"\nkind = "mastodon"\nserver = "{server.url}"\ntags = ["fibre"]\n'
        'allow_private = true\nevery = "1 d"\n'
    )


def bluesky_table(server: FakeBluesky) -> str:
    """The feed of an account, without a password."""
    return (
        f'[[sources]]\nname = "bsky"\nkind = "bluesky"\npublic_service = "{server.url}"\naccounts = ["lea.example"]\n'
        'allow_private = true\nevery = "1 d"\n'
    )


def toot(number: int, published: int, **changes: Any) -> dict[str, Any]:
    """A status about the breakdown, of an author whom many read."""
    made = status(number, created_at=iso(published), content="<p>panne de fibre</p>")
    made["account"] |= {"followers_count": 20_000, "created_at": "2019-03-02T00:00:00.000Z"}
    return made | {"favourites_count": 0, "reblogs_count": 0, "replies_count": 0} | changes


@asynccontextmanager
async def room(tmp_path: Path, table: str, name: str) -> AsyncIterator[Path]:
    """A collector that has polled its one source once; the cache's path."""
    cache = tmp_path / "cache.db"
    async with collecting(write_config(tmp_path, table), cache, SetClock()):
        await row_when(cache, name, lambda row: row.last_success is not None and (row.due or 0) > SetClock().now())
        yield cache


def snapshots(cache: Path, native_id: str) -> dict[int, Snapshot]:
    """What is known of a post, by age."""
    reader = open_reader(cache)
    try:
        (mention,) = reader.execute("SELECT id FROM mentions WHERE native_id = ?", (native_id,)).fetchone()
        return {each.age: each for each in engagement.snapshots_of(reader, mention)}
    finally:
        reader.close()


def read(cache: Path, native_id: str, age: int) -> bool:
    """Whether the numbers at an age are there."""
    found = snapshots(cache, native_id).get(age)
    return found is not None and found.at is not None


async def test_a_post_is_asked_for_at_each_age_in_one_question_for_all(tmp_path: Path) -> None:
    statuses = [toot(number, real_now() - number * 1000) for number in range(1, 6)]
    async with FakeMastodon(statuses) as server, room(tmp_path, mastodon_table(server), "masto") as cache:
        first = str(statuses[0]["id"])
        before = len(server.asked("/api/v1/statuses?"))
        for step, age in enumerate(AGES, 1):
            for each in statuses:
                each["favourites_count"] = step * 100
            SetClock.ahead = age
            await eventually(lambda age=age: read(cache, first, age))  # type: ignore[misc]
        assert len(server.asked("/api/v1/statuses?")) == before + len(AGES)
        for each in statuses:
            assert [found.likes for found in snapshots(cache, str(each["id"])).values()] == [100, 200, 300, 400]
        assert {found.watched for found in snapshots(cache, first).values()} == {"reach"}


async def test_what_the_collector_slept_through_stays_a_hole(tmp_path: Path) -> None:
    async with (
        FakeMastodon([toot(1, real_now())]) as server,
        room(tmp_path, mastodon_table(server), "masto") as cache,
    ):
        native = str(server.statuses[0]["id"])
        SetClock.ahead = 6 * HOUR
        await eventually(lambda: read(cache, native, 6 * HOUR))
        found = snapshots(cache, native)
    assert [found[age].is_hole(SetClock().now()) for age in AGES] == [True, True, False, False]
    assert found[HOUR].interactions is None


async def test_a_server_that_fails_is_left_alone_and_asked_again_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(again, "AFTER_FAILURE", 2 * MINUTE)
    async with (
        FakeMastodon([toot(1, real_now())]) as server,
        room(tmp_path, mastodon_table(server), "masto") as cache,
    ):
        native = str(server.statuses[0]["id"])
        good = server.http.behaviours["*"]
        server.http.behaviours["*"] = Answer(status=500)
        asked = len(server.http.requests)
        SetClock.ahead = 15 * MINUTE
        await eventually(lambda: len(server.http.requests) == asked + 1)
        server.http.behaviours["*"] = good
        reader = open_reader(cache)
        beats = int(reader.execute("SELECT beat FROM collectors").fetchone()[0])
        await eventually(lambda: int(reader.execute("SELECT beat FROM collectors").fetchone()[0]) > beats)
        assert len(server.http.requests) == asked + 1
        SetClock.ahead += 3 * MINUTE
        await eventually(lambda: read(cache, native, 15 * MINUTE))
        row = reader.execute("SELECT failures, error FROM sources").fetchone()
        reader.close()
    assert row == (0, "")


async def test_a_paused_source_is_not_asked(tmp_path: Path) -> None:
    async with (
        FakeMastodon([toot(1, real_now())]) as server,
        room(tmp_path, mastodon_table(server), "masto") as cache,
    ):
        operator = open_writer(cache)
        with operator.transaction() as db:
            sources.pause(db, 1, 0, None)
        operator.close()
        reader = open_reader(cache)
        SetClock.ahead = HOUR
        asked = len(server.http.requests)
        beats = int(reader.execute("SELECT beat FROM collectors").fetchone()[0])
        await eventually(lambda: int(reader.execute("SELECT beat FROM collectors").fetchone()[0]) > beats)
        reader.close()
        assert len(server.http.requests) == asked


async def test_a_status_deleted_meanwhile_is_buried_and_asked_for_no_more(tmp_path: Path) -> None:
    async with (
        FakeMastodon([toot(1, real_now())]) as server,
        room(tmp_path, mastodon_table(server), "masto") as cache,
    ):
        server.statuses.clear()
        SetClock.ahead = 15 * MINUTE
        reader = open_reader(cache)
        await eventually(lambda: reader.execute("SELECT tombstone FROM mentions").fetchone() == ("deleted",))
        assert reader.execute("SELECT count(*) FROM engagement").fetchone() == (0,)
        reader.close()


async def test_bluesky_too(tmp_path: Path) -> None:
    at = datetime.fromtimestamp(real_now() / 1000, UTC).isoformat()
    post = view(1, indexedAt=at, likeCount=40)
    post["record"] |= {"text": "panne de fibre", "createdAt": at}
    post["author"]["createdAt"] = "2023-07-01T00:00:00.000Z"
    async with FakeBluesky([post], [{"post": post}]) as server, room(tmp_path, bluesky_table(server), "bsky") as cache:
        post["likeCount"] = 900
        SetClock.ahead = HOUR
        await eventually(lambda: read(cache, post["uri"], HOUR))
        assert snapshots(cache, post["uri"])[HOUR].likes == 900
        SetClock.ahead = DAY
        await eventually(lambda: read(cache, post["uri"], DAY))
        reader = open_reader(cache)
        (made,) = reader.execute("SELECT account_created FROM mentions").fetchone()
        reader.close()
    assert iso(made) == "2023-07-01T00:00:00Z"
