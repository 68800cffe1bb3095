"""What is kept of polls: spans of coverage, and the quarters of an hour that the strip of a day is drawn from."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlite_utils import Database

from socialhub.clock import DAY, HOUR, MINUTE, SECOND
from socialhub.errors import Reason
from socialhub.polled import SLOT, SLOTS, Polled, gathered, heard_of, rate, slot_start, strip
from socialhub.store import poll_slots, schema, sources
from tests.room import NOON, Room, StillClock, draft

TIMEOUT = Reason("timeout", {"host": "x", "seconds": 20})
OK, EMPTY, FAILED, HOLE = Polled.OK, Polled.EMPTY, Polled.FAILED, Polled.HOLE


def cells(room: Room, now: int, interval: int = MINUTE) -> tuple[Polled, ...]:
    slots = poll_slots.slots_from(room.db, now - 2 * DAY).get(room.press, {})
    return strip(slots, now, interval)


def collected(room: Room, start: int, end: int) -> None:
    """A collector ran from `start` to `end`, as its ticks note it."""
    with room.writer.transaction() as db:
        for slot in range(slot_start(start), end, SLOT):
            poll_slots.begin_slot(db, slot)


def heard(room: Room, at: int, stored: int = 0) -> None:
    with room.writer.transaction() as db:
        sources.note_stored(db, room.press, at, stored)
        sources.note_heard(db, room.press, at, stored, complete=True)


def failed(room: Room, at: int) -> None:
    with room.writer.transaction() as db:
        sources.note_failure(db, room.press, at, TIMEOUT)


def outcomes(room: Room) -> list[tuple[str, int, int]]:
    return list(room.db.execute("SELECT outcome, start, end FROM polls WHERE source = ? ORDER BY start", (room.press,)))


def test_a_failure_in_the_very_millisecond_of_a_success_is_not_hidden_and_hides_none(room: Room) -> None:
    with room.writer.transaction() as db:
        db.execute("UPDATE sources SET interval = ?", (MINUTE,))
    heard(room, NOON)
    failed(room, NOON)
    assert [outcome for outcome, _start, _end in outcomes(room)] == ["ok", "timeout"]
    # The next hour's span would begin where the last one ended: at the failure.
    heard(room, NOON + 2 * MINUTE)
    heard(room, NOON + HOUR)
    heard(room, NOON + HOUR + MINUTE)
    assert [outcome for outcome, _start, _end in outcomes(room)].count("ok") == 2
    covered = sources.coverage(room.db, NOON + HOUR, NOON + HOUR + MINUTE)
    assert sources.holes([each for each in covered if each.source == room.press], NOON + HOUR, MINUTE, 1) == (False,)


def test_what_was_incomplete_stays_so_beside_what_was_whole(room: Room) -> None:
    with room.writer.transaction() as db:
        sources.note_heard(db, room.press, NOON, 1, complete=True)
        sources.note_heard(db, room.press, NOON, 1, complete=False)
    assert room.db.execute("SELECT complete FROM polls ORDER BY start").fetchall() == [(1,), (0,)]


def test_a_source_asked_every_twenty_seconds_is_a_row_a_quarter_of_an_hour_and_two_days_at_most(room: Room) -> None:
    collected(room, NOON - 3 * DAY, NOON + 1)
    with room.writer.transaction() as db:
        for at in range(NOON - 2 * HOUR, NOON + 1, 20 * SECOND):
            sources.note_heard(db, room.press, at, 0, complete=True)
    (rows,) = room.db.execute("SELECT count(*) FROM poll_slots WHERE source = ?", (room.press,)).fetchone()
    assert rows == 2 * SLOTS + 1
    assert room.db.execute("SELECT max(heard) FROM poll_slots").fetchone() == (45,)
    assert cells(room, NOON)[-9:] == (EMPTY,) * 9


def test_the_strip_tells_the_worst_of_each_quarter_and_holes_where_nobody_collected(room: Room) -> None:
    begun = NOON - 6 * SLOT
    collected(room, begun, NOON + 1)
    heard(room, begun, stored=3)
    heard(room, begun + SLOT)
    failed(room, begun + 2 * SLOT)
    failed(room, begun + 3 * SLOT)
    heard(room, begun + 3 * SLOT + MINUTE)
    with room.writer.transaction() as db:
        sources.pause(db, room.press, begun + 4 * SLOT, None)
        poll_slots.begin_slot(db, begun + 5 * SLOT)
        sources.resume(db, room.press, begun + 6 * SLOT)
        poll_slots.add_to_slot(db, room.press, begun + 6 * SLOT, heard=1, stored=1, slow=1)
    expected = (OK, EMPTY, FAILED, Polled.PARTLY, Polled.PAUSED, Polled.PAUSED, Polled.SLOW)
    assert cells(room, NOON)[-7:] == expected
    assert set(cells(room, NOON)[:-7]) == {HOLE}


def test_between_two_polls_it_goes_on_as_it_was_but_not_for_ever(room: Room) -> None:
    collected(room, NOON - 20 * SLOT, NOON + 1)
    heard(room, NOON - 20 * SLOT, stored=1)
    failed(room, NOON - 4 * SLOT)
    asked_hourly = cells(room, NOON, HOUR)[-21:]
    assert asked_hourly == (OK, *(EMPTY,) * 12, *(HOLE,) * 3, *(FAILED,) * 5)
    # A stream is heard from every few seconds: what says nothing for long is no stream that listens.
    assert cells(room, NOON, MINUTE)[-21:] == (OK, EMPTY, *(HOLE,) * 14, *(FAILED,) * 5)


def test_that_it_is_asked_often_now_makes_no_hole_of_the_hours_in_which_it_was_asked_seldom(room: Room) -> None:
    collected(room, NOON - 8 * SLOT, NOON + 1)
    heard(room, NOON - 8 * SLOT)
    row = sources.source_by_name(room.db, "press")
    assert row is not None
    slots = poll_slots.slots_from(room.db, 0)[room.press]
    asked_often = replace(row, interval=2 * MINUTE, every=10 * MINUTE)
    assert heard_of(slots, NOON, asked_often).cells[-9:] == (EMPTY,) * 9
    assert HOLE in heard_of(slots, NOON, replace(asked_often, streaming=True)).cells[-9:]


@pytest.mark.parametrize("count", [48, 24, 12])
def test_in_fewer_cells_the_worst_stays_in_sight(count: int) -> None:
    now = slot_start(NOON) + 3 * SLOT
    day = [OK] * SLOTS
    day[10] = FAILED
    day[50:52] = [HOLE, HOLE]
    day[-2] = HOLE
    merged = gathered(day, now, count)
    assert len(merged) == count
    assert merged.count(Polled.PARTLY) == 1
    assert merged.count(HOLE) == (count >= 24)
    assert merged[-1] is OK
    assert gathered([FAILED] * SLOTS, now, count) == (FAILED,) * count
    assert gathered([HOLE] * SLOTS, now, count) == (HOLE,) * count


def test_mentions_an_hour(room: Room) -> None:
    room.store(*(draft(str(n), f"fibre {n}", published=NOON) for n in range(30)))
    slots = poll_slots.slots_from(room.db, NOON - DAY)[room.press]
    assert rate(slots, NOON, MINUTE) == pytest.approx(30 * HOUR / (45 * MINUTE + NOON % SLOT))
    room.store(*(draft(str(n), f"fibre {n}", published=NOON) for n in range(30)))
    assert poll_slots.slots_from(room.db, NOON - DAY)[room.press] != slots, "it answered again"
    assert rate(poll_slots.slots_from(room.db, NOON - DAY)[room.press], NOON, MINUTE) == rate(slots, NOON, MINUTE)


def test_a_pause_ends_by_itself(room: Room) -> None:
    with room.writer.transaction() as db:
        sources.pause(db, room.press, NOON, NOON + HOUR)
        sources.end_pauses(db, NOON + HOUR - 1)
        row = sources.source_by_name(db, "press")
        assert row is not None
        assert (row.state, row.paused_at, row.paused_until) == ("paused", NOON, NOON + HOUR)
        sources.end_pauses(db, NOON + HOUR)
    row = sources.source_by_name(room.db, "press")
    assert row is not None
    assert (row.state, row.due) == ("active", NOON + HOUR)


def test_a_cache_of_before_has_the_strip_of_its_last_day(room: Room) -> None:
    StillClock.moment = NOON - 3 * HOUR
    room.store(draft("1", "fibre", published=NOON - 3 * HOUR))
    failed(room, NOON - 2 * HOUR)
    heard(room, NOON)
    with room.writer.transaction() as db:
        db.execute("DROP TABLE poll_slots")
        db.execute("DROP TABLE exchanges")
        db.execute("ALTER TABLE sources DROP COLUMN paused_at")
        schema._polling(Database(db))
    told = cells(room, NOON)
    assert [told[-1 - hours * 4] for hours in (0, 2, 3)] == [EMPTY, FAILED, OK]
    assert set(told[:80]) == {HOLE}
