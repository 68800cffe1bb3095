"""What is new of a topic: by arrival, by publication, found without reading everything."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialhub.clock import HOUR, MINUTE
from socialhub.store import news
from tests.alerts.watched import NOW, Watched, tell_past


@pytest.fixture
def room(tmp_path: Path) -> Watched:
    room = Watched(tell_past(tmp_path / "cache.db", 4 * HOUR))
    for place in range(5):
        room.say(2, "orange", "fibre", followers=7, handle=f"h{place}")
        room.now += MINUTE
    return room


def test_mentions_are_told_once_by_arrival(room: Watched) -> None:
    topic = room.topics["orange"]
    rows = news.arrivals(room.db, topic, 0)
    assert len(rows) == 10
    assert rows == sorted(rows, key=lambda row: row.mention)
    assert [row.mention for row in news.arrivals(room.db, topic, rows[6].mention)] == [row.mention for row in rows[7:]]
    one = rows[0]
    assert (one.tone, one.people, one.kind, one.author, one.name) == (-1, 7, "post", "bluesky/h0", "h0")
    assert set(one.topics) == {room.topics["orange"], room.topics["fibre"]}
    assert news.arrivals(room.db, room.topics["free"], 0) == []


def test_and_by_publication(room: Watched) -> None:
    topic = room.topics["orange"]
    rows = news.published(room.db, topic, NOW + MINUTE, NOW + 3 * MINUTE)
    assert [row.published for row in rows] == sorted(row.published for row in rows)
    assert {row.published // MINUTE for row in rows} == {NOW // MINUTE + 1, NOW // MINUTE + 2}


def test_where_arrivals_since_a_moment_begin_is_found_by_halving(room: Watched) -> None:
    first = news.arrivals(room.db, room.topics["orange"], 0)[0].mention
    assert news.newest_before(room.db, NOW) == first - 1
    assert news.newest_before(room.db, NOW + 2 * MINUTE) == first + 3
    assert news.newest_before(room.db, NOW + 60 * MINUTE) == first + 9


def test_an_empty_cache_has_none(tmp_path: Path) -> None:
    room = Watched(tell_past(tmp_path / "empty.db", HOUR))
    assert news.newest_before(room.db, NOW) == 0


def test_neither_end_is_looked_for_by_reading_all(room: Watched) -> None:
    plan = [row[3] for row in room.db.execute(f"EXPLAIN QUERY PLAN {news.ENDS}")]
    assert plan.count("SEARCH mentions") == 2
