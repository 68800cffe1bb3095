"""Schedules, coverage with its holes, and the series that curves are drawn from."""

from __future__ import annotations

from socialhub.errors import Reason
from socialhub.store import counts, sources
from tests.room import NOON, Room, draft

MINUTE = 60_000
HOUR = 60 * MINUTE


def heard(room: Room, at: int, *, complete: bool = True) -> None:
    with room.writer.transaction() as db:
        sources.note_heard(db, room.press, at, 1, complete=complete)


def test_polls_in_a_row_are_one_span_and_an_outage_is_a_hole(room: Room) -> None:
    start = NOON - 4 * HOUR
    for minute in [*range(0, 60, 10), *range(120, 180, 10)]:
        heard(room, start + minute * MINUTE)
    covered = sources.coverage(room.db, start, start + 4 * HOUR)
    (press,) = [each for each in covered if each.source == room.press]
    assert press.since == start
    flags = sources.holes(covered, start, 10 * MINUTE, 24)
    assert flags[:6] == (False,) * 6
    assert flags[7:12] == (True,) * 5
    assert flags[12:18] == (False,) * 6
    assert flags[-5:] == (True,) * 5
    rows = room.db.execute("SELECT count(*), sum(polls) FROM polls WHERE source = ?", (room.press,)).fetchone()
    assert rows[1] == 12
    assert rows[0] < 6


def test_failures_end_coverage_and_success_ends_failures(room: Room) -> None:
    with room.writer.transaction() as db:
        sources.note_failure(db, room.press, NOON, Reason("timeout", {"host": "x", "seconds": 20}))
        sources.note_failure(db, room.press, NOON + MINUTE, Reason("timeout", {"host": "x", "seconds": 20}))
    row = sources.source_by_name(room.db, "press")
    assert row is not None
    assert (row.failures, row.last_error) == (2, NOON + MINUTE)
    assert Reason.from_json(row.error).sentence() == "x did not answer within 20 s"
    heard(room, NOON + 2 * MINUTE)
    row = sources.source_by_name(room.db, "press")
    assert row is not None
    assert (row.failures, row.error) == (0, "")


def test_a_changed_source_is_tried_again_and_a_renamed_one_keeps_its_row(room: Room) -> None:
    configured = sources.Configured("press", "rss", 1000, False, "hash1")
    with room.writer.transaction() as db:
        sources.sync_sources(db, [configured])
        sources.note_failure(db, room.press, NOON, Reason("gone", {"host": "x"}))
        sources.stop(db, room.press)
        numbers = sources.sync_sources(db, [sources.Configured("presse", "rss", 1000, False, "hash2", was="press")])
    assert numbers == {"presse": room.press}
    row = sources.source_by_name(room.db, "presse")
    assert row is not None
    assert (row.state, row.failures, row.due) == ("active", 0, None)


def test_requested_polls_are_taken_once(room: Room) -> None:
    with room.writer.transaction() as db:
        sources.request_poll(db, room.social, NOON)
        assert sources.take_requested_polls(db) == [room.social]
        assert sources.take_requested_polls(db) == []


def test_series_by_minutes_and_by_hours_agree(room: Room) -> None:
    start = NOON - 2 * HOUR
    room.store(*(draft(str(n), f"fibre {n}", published=start + n * 7 * MINUTE) for n in range(17)))
    topic = room.topics["mandarine"]
    by_minute = counts.series(room.db, start, NOON, 12)[topic]
    by_hour = counts.series(room.db, start, NOON, 2)[topic]
    assert by_minute.total == by_hour.total == 17
    assert by_hour.totals == (9, 8)
    assert sum(by_minute.totals[:6]) == 9
    judged = by_minute.negative + by_minute.neutral + by_minute.positive + by_minute.unsure
    assert judged == 17
    assert counts.totals(room.db, start, NOON)[topic] == 17


def test_net_sentiment_is_of_judged_mentions_only(room: Room) -> None:
    quiet = counts.Series(1, 0, 1, (3,), negative=2, neutral=1, positive=1, unsure=7)
    assert quiet.net_sentiment == -25
    assert counts.Series(1, 0, 1, (0,), 0, 0, 0, 4).net_sentiment is None
