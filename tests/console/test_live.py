"""The threads over the cache: answers, interruptions, and a cache in every bad state as a sentence."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from queue import SimpleQueue

import psutil
import pytest
from textual.message import Message

from socialhub.clock import HOUR, Clock, real_now
from socialhub.detect.week import Week
from socialhub.live import (
    CacheTrouble,
    FeedAsk,
    Known,
    MentionsChanged,
    Reading,
    RoomChanged,
    RoomWish,
    Watcher,
    Writing,
    read_room,
    refresh,
)
from socialhub.live.bands import Bands
from socialhub.live.strips import Strips
from socialhub.store.connection import CacheDamagedError, CacheMissingError, CacheNewerError, Connection, open_reader
from socialhub.store.mentions import FeedFilter, how_many
from tests.console.helpers import until
from tests.seed import NOW, Seeded, seed_cache

_SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
WEEK = Week(UTC)
ASK = FeedAsk(FeedFilter(), "lea", NOW)


@pytest.fixture
def reading(seeded: Seeded, cache: Path) -> Iterator[Reading]:
    made = Reading(cache)
    yield made
    made.close()


@pytest.fixture
def heard() -> SimpleQueue[Message]:
    return SimpleQueue()


@pytest.fixture
def watch(cache: Path, heard: SimpleQueue[Message]) -> Iterator[Callable[[], Watcher]]:
    watchers: list[Watcher] = []

    def start() -> Watcher:
        watcher = Watcher(cache, Clock(real_now(), NOW, 1.0), heard.put, WEEK, pace=0.05)
        watchers.append(watcher)
        watcher.start()
        return watcher

    yield start
    for watcher in watchers:
        watcher.stop()
        watcher.join(5)
        assert not watcher.is_alive()


def wait_for(
    heard: SimpleQueue[Message], kind: type[Message], accept: Callable[[Message], bool] = lambda _m: True
) -> Message:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        message = heard.get(timeout=10)
        if isinstance(message, kind) and accept(message):
            return message
    raise AssertionError(f"no {kind.__name__}")


# ---- questions ---------------------------------------------------------------------------------------------------


async def test_a_question_is_answered(reading: Reading) -> None:
    assert await reading.read(how_many) == 200


async def test_whoever_asks_after_the_end_is_cancelled(reading: Reading, cache: Path) -> None:
    writing = Writing(cache)
    reading.close()
    writing.close()
    reading.reopen()
    with pytest.raises(asyncio.CancelledError):
        await reading.read(how_many)
    with pytest.raises(asyncio.CancelledError):
        await writing.write(how_many)


async def test_a_question_that_nobody_waits_for_is_interrupted(reading: Reading) -> None:
    begun = threading.Event()

    def endless(db: Connection) -> object:
        begun.set()
        return db.execute(_SLOW).fetchone()

    asked = asyncio.create_task(reading.read(endless))
    await asyncio.to_thread(begun.wait, 10)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert await asyncio.wait_for(reading.read(how_many), 10) == 200


async def test_the_end_interrupts_the_question_at_work_and_lets_go_of_the_cache(seeded: Seeded, cache: Path) -> None:
    reading, writing, begun = Reading(cache), Writing(cache), threading.Event()

    def endless(db: Connection) -> object:
        begun.set()
        return db.execute(_SLOW).fetchone()

    await writing.write(how_many)
    asked, waiting = asyncio.create_task(reading.read(endless)), asyncio.create_task(reading.read(how_many))
    await asyncio.to_thread(begun.wait, 10)
    seeded.writer.close()
    reading.close()
    writing.close()
    for question in (asked, waiting):
        with pytest.raises(asyncio.CancelledError):
            await question
    here = psutil.Process()
    await until(lambda: not [file for file in here.open_files() if file.path.startswith(str(cache))], "all is closed")


async def test_a_missing_cache_is_a_sentence_and_then_an_answer(tmp_path: Path) -> None:
    reading = Reading(tmp_path / "later.db")
    with pytest.raises(CacheMissingError):
        await reading.read(how_many)
    seed_cache(tmp_path / "later.db", 3).writer.close()
    assert await reading.read(how_many) == 3
    reading.close()


async def test_writing_does_not_create_a_cache(tmp_path: Path) -> None:
    writing = Writing(tmp_path / "none.db")
    with pytest.raises(CacheMissingError):
        await writing.write(lambda db: db.execute("SELECT 1"))
    writing.close()
    assert not (tmp_path / "none.db").exists()


async def test_a_failed_write_leaves_the_writer_usable(seeded: Seeded, cache: Path) -> None:
    writing = Writing(cache)
    with pytest.raises(sqlite3.IntegrityError):
        await writing.write(lambda db: db.execute("INSERT INTO topics SELECT * FROM topics"))
    await writing.write(lambda db: db.execute("UPDATE topics SET name = 'neu' WHERE id = 1"))
    writing.close()


# ---- the watch ---------------------------------------------------------------------------------------------------


def test_news_are_told(seeded: Seeded, heard: SimpleQueue[Message], watch: Callable[[], Watcher]) -> None:
    watch()
    first = wait_for(heard, MentionsChanged)
    assert isinstance(first, MentionsChanged)
    # A room that is read only after the next words would tell them before they are announced.
    wait_for(heard, RoomChanged)
    seeded.say("neu")
    second = wait_for(heard, MentionsChanged)
    assert isinstance(second, MentionsChanged)
    assert second.rev > first.rev
    told = wait_for(heard, RoomChanged, lambda message: isinstance(message, RoomChanged) and message.room.newest == 201)
    assert isinstance(told, RoomChanged)
    assert [trend.topic.name for trend in told.room.trends][:2] == ["Mandarine", "Fibre"]


def test_another_span_is_answered_without_any_news(
    seeded: Seeded, heard: SimpleQueue[Message], watch: Callable[[], Watcher]
) -> None:
    watcher = watch()
    wait_for(heard, RoomChanged)
    watcher.wish(RoomWish(4))
    told = wait_for(heard, RoomChanged)
    assert isinstance(told, RoomChanged)
    assert told.room.span == 4
    assert len(told.room.trends[0].totals) == 28


def test_a_cache_that_comes_later_is_noticed(
    cache: Path, heard: SimpleQueue[Message], watch: Callable[[], Watcher]
) -> None:
    watch()
    lost = wait_for(heard, CacheTrouble)
    assert isinstance(lost, CacheTrouble)
    assert isinstance(lost.error, CacheMissingError)
    seed_cache(cache, 3).writer.close()
    back = wait_for(heard, CacheTrouble)
    assert isinstance(back, CacheTrouble)
    assert back.error is None
    wait_for(heard, RoomChanged)


def test_a_damaged_cache_is_told_once(cache: Path, heard: SimpleQueue[Message], watch: Callable[[], Watcher]) -> None:
    cache.write_bytes(b"this is no database" * 500)
    watch()
    lost = wait_for(heard, CacheTrouble)
    assert isinstance(lost, CacheTrouble)
    assert isinstance(lost.error, CacheDamagedError)


def test_a_newer_cache_is_told(
    seeded: Seeded, cache: Path, heard: SimpleQueue[Message], watch: Callable[[], Watcher]
) -> None:
    seeded.writer.db.execute("PRAGMA user_version=999")
    watch()
    lost = wait_for(heard, CacheTrouble)
    assert isinstance(lost, CacheTrouble)
    assert isinstance(lost.error, CacheNewerError)


def test_a_restored_cache_takes_the_place_of_the_old_one(
    cache: Path, tmp_path: Path, heard: SimpleQueue[Message], watch: Callable[[], Watcher]
) -> None:
    seed_cache(cache, 3).writer.close()
    other = tmp_path / "other.db"
    seed_cache(other, 7).writer.close()
    watch()
    wait_for(heard, RoomChanged)
    os.replace(other, cache)
    swapped = wait_for(heard, CacheTrouble)
    assert isinstance(swapped, CacheTrouble)
    assert swapped.replaced
    wait_for(heard, RoomChanged, lambda message: isinstance(message, RoomChanged) and message.room.newest == 7)


# ---- what is read ------------------------------------------------------------------------------------------------


def test_a_hole_is_a_hole_and_the_present_hour_is_not(seeded: Seeded, cache: Path) -> None:
    db = open_reader(cache)
    trend = read_room(db, RoomWish(), NOW, Bands(WEEK), Strips()).trends[3]
    db.close()
    assert trend.start + 24 * trend.step == NOW - NOW % HOUR + HOUR
    assert not trend.holes[-1]
    assert not any(hole and count for hole, count in zip(trend.holes, trend.totals, strict=True))


def test_the_time_before_is_compared_up_to_the_same_minute(tmp_path: Path) -> None:
    seeded = seed_cache(tmp_path / "c.db", 0)
    for hours_ago, minutes in ((24, -1), (24, 1), (25, 0), (47, 0), (49, 0)):
        seeded.say(f"{hours_ago} {minutes}", topics=(1,), published=NOW - hours_ago * HOUR + minutes * 60_000)
    with seeded.writer.transaction() as db:
        db.execute("INSERT INTO polls (source, start, end, outcome) VALUES (1, ?, ?, 'ok')", (NOW - 60 * HOUR, NOW))
    trend = read_room(seeded.writer.db, RoomWish(), NOW, Bands(WEEK), Strips()).trends[0]
    assert trend.before == 3
    seeded.writer.close()


def test_a_flood_begins_the_list_anew(seeded: Seeded, cache: Path) -> None:
    db = open_reader(cache)
    update = refresh(db, ASK, Known(0, 20, 0, frozenset({1})), flow=True)
    db.close()
    assert update.gap
    assert [mention.id for mention in update.arrived] == list(range(200, 100, -1))
