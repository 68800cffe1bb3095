"""Escalation: who is told after how long, what stops it, what begins it anew, and why nobody was told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from socialhub.alerts.escalation import Escalation, Why, escalate
from socialhub.clock import HOUR, MINUTE
from socialhub.duty import Chain, ChainStep, Duty, Shift
from socialhub.hours import Calendar, parse_hours
from socialhub.incidents import Action, Alert, Severity
from socialhub.store import alert_life as life
from socialhub.store.alerts import alert_by_id, events_of, raise_alert
from tests.room import Room
from tests.test_hours import PARIS, at

MORNING = at("2026-11-26 10:00")
NIGHT = at("2026-11-26 23:00")
BUSINESS = parse_hours("business_hours")
CALENDAR = Calendar(PARIS, parse_hours("mon-fri 09:00-18:00"), "FR")
CRISES = Chain(
    "crises",
    (ChainStep(0, ("on_call",)), ChainStep(15 * MINUTE, ("on_call", "chief")), ChainStep(45 * MINUTE, ("board",))),
    Severity.CRISIS,
    repeat=1,
    repeat_after=HOUR,
)
DAYTIME = Chain("day", (ChainStep(30 * MINUTE, ("room",)),), topics=("mandarine",), hours=BUSINESS)
ROTA = (Shift(BUSINESS, ("room",)), Shift(turns=("lea", "nora"), since=datetime(2026, 11, 23)))
DUTY = Duty(CALENDAR, ROTA, (CRISES, DAYTIME))


class Watch:
    """One alert, and minutes that pass over it."""

    def __init__(self, room: Room) -> None:
        self.room, self.number = room, 0

    def begins(self, now: int, severity: Severity = Severity.CRISIS) -> None:
        """It fires, or grows."""
        with self.room.writer.transaction() as db:
            self.number = raise_alert(db, "burst", "mandarine", severity, now, now, {})
            db.execute("UPDATE alerts SET topic = ?", (self.room.topics["mandarine"],))

    def pass_by(self, start: int, minutes: int, duty: Duty = DUTY) -> list[tuple[int, int, tuple[str, ...], Why]]:
        """So many minutes: (minute, step, targets, why) of each time somebody was told."""
        told: list[tuple[int, Escalation]] = []
        for minute in range(minutes + 1):
            with self.room.writer.transaction() as db:
                told += [(minute, each) for each in escalate(db, start + minute * MINUTE, duty)]
        return [(minute, each.step, each.targets, each.reason) for minute, each in told]

    @property
    def now(self) -> Alert:
        """As it stands."""
        found = alert_by_id(self.room.db, self.number)
        assert found is not None
        return found

    @property
    def log(self) -> list[tuple[str, str, str]]:
        """(action, operator, detail) of what escalation wrote."""
        steps = events_of(self.room.db, self.number)
        return [
            (step.action, step.operator, step.detail)
            for step in steps
            if step.action in (Action.ESCALATED, Action.NOT_ESCALATED)
        ]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    room = Room(tmp_path / "cache.db")
    yield Watch(room)
    room.close()


def test_nobody_takes_it(watch: Watch) -> None:
    watch.begins(NIGHT)
    assert watch.pass_by(NIGHT, 300) == [
        (0, 1, ("lea",), Why.STARTED),
        (15, 2, ("lea", "chief"), Why.UNANSWERED),
        (45, 3, ("board",), Why.UNANSWERED),
        (105, 1, ("lea",), Why.AGAIN),
        (120, 2, ("lea", "chief"), Why.UNANSWERED),
        (150, 3, ("board",), Why.UNANSWERED),
    ]
    assert watch.now.step_due is None
    assert watch.log[0] == ("escalated", "", "lea")
    assert watch.log[-2:] == [("escalated", "", "board"), ("not_escalated", "", "exhausted")]


def test_taken_it_stops_and_lapsed_it_begins_anew(watch: Watch) -> None:
    watch.begins(NIGHT)
    assert len(watch.pass_by(NIGHT, 20)) == 2
    with watch.room.writer.transaction() as db:
        assert life.acknowledge(db, watch.number, "lea", NIGHT + 21 * MINUTE, until=NIGHT + 60 * MINUTE)
    assert watch.pass_by(NIGHT + 22 * MINUTE, 37) == []
    with watch.room.writer.transaction() as db:
        assert life.lapse(db, NIGHT + HOUR) == [watch.number]
    assert watch.pass_by(NIGHT + HOUR, 15) == [
        (0, 1, ("lea",), Why.STARTED),
        (15, 2, ("lea", "chief"), Why.UNANSWERED),
    ]


def test_outside_its_hours_a_chain_waits_and_says_so_once(watch: Watch) -> None:
    watch.begins(NIGHT, Severity.WARNING)
    assert watch.pass_by(NIGHT, 90) == []
    assert watch.log == [("not_escalated", "", "outside_hours")]
    nine = at("2026-11-27 09:00")
    assert watch.pass_by(nine - MINUTE, 2) == [(1, 1, ("room",), Why.STARTED)]


def test_what_grows_is_the_business_of_another_chain(watch: Watch) -> None:
    watch.begins(MORNING, Severity.WARNING)
    assert watch.pass_by(MORNING, 31) == [(30, 1, ("room",), Why.STARTED)]
    assert watch.now.chain == "day"
    watch.begins(MORNING + 32 * MINUTE, Severity.CRISIS)
    assert watch.pass_by(MORNING + 32 * MINUTE, 1) == [(0, 1, ("room",), Why.STARTED)]
    assert watch.now.chain == "crises"


def test_help_is_asked_for_by_who_has_it(watch: Watch) -> None:
    watch.begins(NIGHT)
    watch.pass_by(NIGHT, 1)
    with watch.room.writer.transaction() as db:
        life.acknowledge(db, watch.number, "lea", NIGHT + 2 * MINUTE)
        life.ask_escalation(db, watch.number, "lea", NIGHT + 3 * MINUTE)
        # Moving the end of the acknowledgement takes nothing back.
        life.acknowledge(db, watch.number, "lea", NIGHT + 3 * MINUTE)
    assert watch.pass_by(NIGHT + 4 * MINUTE, 60) == [(0, 2, ("lea", "chief"), Why.BY_HAND)]
    assert watch.log[-1] == ("escalated", "lea", "lea, chief")
    assert (watch.now.state, watch.now.step_due) == ("acknowledged", None)
    # Beyond the end of the chain it is the last step again.
    watch.room.db.execute("UPDATE alerts SET step = 6")
    with watch.room.writer.transaction() as db:
        life.ask_escalation(db, watch.number, "lea", NIGHT + HOUR)
    assert watch.pass_by(NIGHT + HOUR, 5) == [(0, 3, ("board",), Why.BY_HAND)]


def test_help_while_nobody_has_it_hastens_the_chain(watch: Watch) -> None:
    watch.begins(NIGHT, Severity.WARNING)
    watch.pass_by(NIGHT, 1)
    with watch.room.writer.transaction() as db:
        life.ask_escalation(db, watch.number, "nora", NIGHT + 2 * MINUTE)
    # Whatever the hours.
    assert watch.pass_by(NIGHT + 2 * MINUTE, 5) == [(0, 1, ("room",), Why.BY_HAND)]


def test_without_a_chain_who_asks_is_told(watch: Watch) -> None:
    none = Duty(CALENDAR, ROTA, ())
    watch.begins(NIGHT)
    assert watch.pass_by(NIGHT, 2, none) == []
    assert watch.log == []
    with watch.room.writer.transaction() as db:
        life.ask_escalation(db, watch.number, "lea", NIGHT + 3 * MINUTE)
    assert watch.pass_by(NIGHT + 3 * MINUTE, 3, none) == []
    assert watch.log == [("not_escalated", "lea", "no_chain")]


def test_where_nobody_is_on_call_the_next_step_comes_at_once(watch: Watch) -> None:
    watch.begins(NIGHT)
    deserted = Duty(CALENDAR, ROTA[:1], (CRISES,))
    assert watch.pass_by(NIGHT, 1, deserted) == [(0, 2, ("chief",), Why.UNANSWERED)]
    assert watch.log == [("not_escalated", "", "nobody_on_call"), ("escalated", "", "chief")]
    nobody = Duty(CALENDAR, (), (Chain("a", (ChainStep(0, ("on_call",)),)),))
    assert watch.pass_by(NIGHT + 2 * MINUTE, 5, nobody) == []
    assert watch.log[-2:] == [("not_escalated", "", "nobody_on_call"), ("not_escalated", "", "exhausted")]


@pytest.mark.parametrize("hidden", ["silence = 1", "inhibitor = 1", "state = 'resolved'"])
def test_what_is_hidden_or_over_does_not_escalate(watch: Watch, hidden: str) -> None:
    watch.begins(NIGHT)
    watch.pass_by(NIGHT, 1)
    watch.room.db.execute(f"UPDATE alerts SET {hidden}")
    assert watch.pass_by(NIGHT + 2 * MINUTE, 30) == []


def test_the_first_of_an_incident_escalates_for_what_joins_it_unless_that_is_graver_or_outlives_it(
    watch: Watch,
) -> None:
    watch.begins(NIGHT)
    with watch.room.writer.transaction() as db:
        leader = raise_alert(db, "burst", "fibre", Severity.CRISIS, NIGHT, NIGHT, {})
        life.acknowledge(db, leader, "nora", NIGHT)
        db.execute("UPDATE alerts SET incident = ? WHERE id = ?", (leader, watch.number))
    assert watch.pass_by(NIGHT, 20) == []
    with watch.room.writer.transaction() as db:
        db.execute("UPDATE alerts SET severity = ? WHERE id = ?", (int(Severity.WARNING), leader))
    assert watch.pass_by(NIGHT + 20 * MINUTE, 1) == [(0, 1, ("lea",), Why.STARTED)]
    with watch.room.writer.transaction() as db:
        db.execute("UPDATE alerts SET severity = ? WHERE id = ?", (int(Severity.CRISIS), leader))
    assert watch.pass_by(NIGHT + 22 * MINUTE, 40) == []
    with watch.room.writer.transaction() as db:
        life.resolve(db, leader, "nora", NIGHT + HOUR)
    assert watch.pass_by(NIGHT + 70 * MINUTE, 1) == [(0, 2, ("lea", "chief"), Why.UNANSWERED)]


def test_after_a_long_sleep_one_step_is_taken_not_all(watch: Watch) -> None:
    watch.begins(NIGHT)
    watch.pass_by(NIGHT, 1)
    assert [each[1] for each in watch.pass_by(NIGHT + 10 * HOUR, 1)] == [2]
    assert watch.now.step_due == NIGHT + 10 * HOUR + 30 * MINUTE
