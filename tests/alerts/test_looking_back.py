"""A source that caught up: its backlog is no burst, a burst inside it is an alert that says when it was and is over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from socialhub.alerts.looking_back import extent
from socialhub.alerts.messenger import Delivery
from socialhub.alerts.planning import plan, plan_late
from socialhub.alerts.sending import note_delivery, prepare
from socialhub.alerts.wording import alert_lines
from socialhub.clock import HOUR, MINUTE
from socialhub.hours import Calendar, parse_hours
from socialhub.incidents import Alert, Severity
from socialhub.store import catch_ups, volumes
from socialhub.store.alert_run import standings
from socialhub.targets import Notifying, Target
from tests.alerts.watched import NOW, RATE, SOURCES, TOPICS, Watched

PARIS = ZoneInfo("Europe/Paris")
DOWN = 3 * HOUR
BURST = NOW + HOUR + 5 * MINUTE
"""When people began to speak; for 25 minutes."""


class Behind(Watched):
    """A room of which nothing was heard for three hours."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.minutes(2)
        self.since = self.now
        self.now += DOWN

    def catch_up(self, *, burst: int = 0, at: int = BURST, hole: int | None = None, source: str = "") -> list[Alert]:
        """What was said meanwhile comes at once, as much as usual; so many more in the burst. What is told late."""
        dice = Random("backlog")
        for name in [source] if source else SOURCES:
            backlog = [
                self.prepare(topic.slug, at=minute, tone=0)
                for topic in TOPICS
                for minute in range(max(self.since, hole or 0), self.now, MINUTE)
                if dice.random() < RATE / 60
            ]
            more = [self.prepare("orange", at=at + place * 25 * MINUTE // burst, tone=0) for place in range(burst)]
            self.store(*backlog, *(more if name == SOURCES[0] else []), source=name)
            with self.writer.transaction() as db:
                catch_ups.begin_catch_up(db, self.sources[name], self.since, self.now)
                gap = catch_ups.open_catch_up(db, self.sources[name])
                assert gap is not None
                if hole is not None:
                    db.execute("UPDATE catch_ups SET hole = ? WHERE id = ?", (hole, gap.number))
                catch_ups.end_catch_up(db, gap.number, self.now)
                # Heard again from here on.
                db.execute("INSERT INTO polls VALUES (?, ?, ?, 'ok', 1, 0, 1)", (gap.source, self.now, self.now))
                db.execute("UPDATE sources SET last_success = ? WHERE id = ?", (self.now, gap.source))
        return self.look_back()


@pytest.fixture
def room(past: Path) -> Iterator[Behind]:
    behind = Behind(past)
    yield behind
    behind.writer.close()


def test_a_backlog_is_no_burst_and_what_was_caught_up_counts_as_listened_to(room: Behind) -> None:
    assert room.catch_up() == []
    assert room.run() == []
    assert room.minutes(20) == []
    assert room.why("orange") == "usual"
    heard = volumes.heard(room.db, room.since, room.now)
    assert [each.listening.heard for each in heard.values()] == [((room.since, room.now),)] * 2


def test_a_burst_in_a_backlog_says_when_it_was_and_is_over_and_told_with_the_next_notices(room: Behind) -> None:
    (late,) = room.catch_up(burst=60)
    assert (late.kind, late.subject, late.state) == ("burst", "orange", "resolved")
    assert late.severity >= Severity.WARNING
    assert late.ended is not None
    assert late.ended < room.now
    assert abs(late.started - BURST) <= 5 * MINUTE
    assert abs(late.facts["until"] - (BURST + 25 * MINUTE)) <= 5 * MINUTE
    assert late.facts["seen"] >= 60
    title, _detail = alert_lines(late, room.now, PARIS)
    assert title.startswith("Orange: 17:05–17:30, learned at 19:02, 70 mentions in 25 min, ")
    # It is not told as if it were now: not by the look at the present, not at once, and not again.
    assert room.run() == []
    assert room.minutes(10) == []
    assert room.open() == []
    assert room.look_back() == []
    target = Target("presse", "env:X", severity=Severity.WARNING, language="en")
    notifying = Notifying("Salle", Calendar(PARIS, parse_hours("mon-fri 09:00-18:00"), "FR"), (target,))
    with room.writer.transaction() as db:
        plan_late(db, room.now, notifying, [late])
        plan(db, room.now, notifying, (), ())
        assert prepare(db, room.now, notifying) == []
        (outgoing,) = prepare(db, room.now + HOUR, notifying)
        note_delivery(db, outgoing.message, Delivery(), room.now + HOUR)
        plan(db, room.now + HOUR, notifying, (), ())
        assert prepare(db, room.now + HOUR, notifying) == []
    assert "learned late: Orange: 17:05–17:30, learned at 19:02" in outgoing.message.title


def test_a_burst_that_goes_on_is_told_as_what_it_is_now(room: Behind) -> None:
    assert room.catch_up(burst=60, at=room.now - 26 * MINUTE) == []
    room.run()
    assert room.the("orange").state == "firing"


def test_what_is_out_of_reach_stays_a_hole_and_says_nothing(room: Behind) -> None:
    hole = BURST + HOUR
    assert room.catch_up(burst=60, hole=hole) == []
    heard = volumes.heard(room.db, room.since, room.now)
    assert [each.listening.heard for each in heard.values()] == [((hole, room.now),)] * 2
    assert room.run() == []


def test_it_waits_for_the_others_and_what_was_told_in_its_time_is_not_told_again(room: Behind) -> None:
    with room.writer.transaction() as db:
        catch_ups.begin_catch_up(db, room.sources["forum"], room.since, room.now)
    assert room.catch_up(burst=60, source="social") == []
    # What is not looked at yet counts for nobody: it cannot be told as if it were now.
    assert volumes.heard(room.db, room.since, room.now)[room.sources["social"]].listening.heard == ()
    assert room.run() == []
    room.now += catch_ups.TOGETHER
    (late,) = room.look_back()
    assert late.subject == "orange"
    with room.writer.transaction() as db:
        gap = catch_ups.open_catch_up(db, room.sources["forum"])
        assert gap is not None
        catch_ups.end_catch_up(db, gap.number, room.now)
    assert room.look_back() == []
    assert len([key for key in standings(room.db, 0) if key == ("burst", "orange")]) == 1


def test_how_long_a_burst_lasted() -> None:
    minutes = {minute * MINUTE: 5 for minute in range(30, 55)} | {0: 1, 100 * MINUTE: 1}
    assert extent(minutes, 0, 120 * MINUTE) == (30 * MINUTE, 55 * MINUTE)
    del minutes[40 * MINUTE]
    minutes |= dict.fromkeys(range(40 * MINUTE, 45 * MINUTE, MINUTE), 0)
    assert extent(minutes, 0, 120 * MINUTE) == (30 * MINUTE, 55 * MINUTE)
    assert extent({}, 0, HOUR) == (0, 5 * MINUTE)
