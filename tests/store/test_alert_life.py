"""An alert's life in people's hands: each act where it is possible, its step, and what the second operator learns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialhub.clock import HOUR, MINUTE
from socialhub.errors import UserError
from socialhub.incidents import TAKEN_FOR, Alert, Outcome, Severity, Verdict
from socialhub.store import alert_life as life
from socialhub.store.alerts import alert_by_id, events_of, raise_alert
from socialhub.store.connection import Connection
from tests.room import NOON, Room


class Incident:
    """One alert in a room, and the acts on it, each a transaction of its own."""

    def __init__(self, room: Room) -> None:
        self.room = room
        with room.writer.transaction() as db:
            self.number = raise_alert(db, "burst", "mandarine", Severity.CRISIS, NOON, NOON, {})

    def do(self, act: Callable[[Connection], Outcome]) -> Outcome:
        """The act in a durable transaction, as people's are."""
        before = self.now.rev
        with self.room.writer.transaction(durable=True) as db:
            outcome = act(db)
        # What changes is told to every viewer; what changes nothing leaves no step.
        assert (self.now.rev > before) == bool(outcome)
        return outcome

    @property
    def now(self) -> Alert:
        """As it stands."""
        found = alert_by_id(self.room.db, self.number)
        assert found is not None
        return found

    @property
    def steps(self) -> list[tuple[str, str, str]]:
        """(action, operator, detail) of each step."""
        return [(each.action, each.operator, each.detail) for each in events_of(self.room.db, self.number)]

    def take(self, operator: str = "léa", at: int = NOON, **how: object) -> Outcome:
        """Acknowledge it."""
        return self.do(lambda db: life.acknowledge(db, self.number, operator, at, **how))  # type: ignore[arg-type]


@pytest.fixture
def incident(room: Room) -> Incident:
    return Incident(room)


def test_taken_until_a_moment_with_a_comment(incident: Incident) -> None:
    assert incident.take(until=NOON + HOUR, comment=" I call\x07 them ") is Outcome.DONE
    now = incident.now
    assert (now.state, now.taken_by, now.taken_at, now.taken_until) == ("acknowledged", "léa", NOON, NOON + HOUR)
    last = events_of(incident.room.db, incident.number)[-1]
    assert (last.action, last.operator, last.detail, last.until) == ("acknowledged", "léa", "I call them", NOON + HOUR)


def test_a_taken_alert_is_refused_to_another_who_may_take_it_over(incident: Incident) -> None:
    incident.take()
    assert incident.now.taken_until == NOON + TAKEN_FOR
    assert incident.take("nora") is Outcome.TAKEN
    assert incident.now.taken_by == "léa"
    # Whoever has it moves the end.
    assert incident.take(until=NOON + 2 * TAKEN_FOR)
    assert incident.now.taken_until == NOON + 2 * TAKEN_FOR
    assert incident.take("nora", take_over=True)
    assert [step[:2] for step in incident.steps] == [
        ("raised", ""),
        ("acknowledged", "léa"),
        ("acknowledged", "léa"),
        ("taken_over", "nora"),
    ]


def test_a_forgotten_acknowledgement_lapses_and_escalates_anew(incident: Incident) -> None:
    incident.room.db.execute("UPDATE alerts SET step = 2, step_due = ?", (NOON + MINUTE,))
    incident.take(until=NOON + HOUR)
    assert incident.now.step_due is None
    with incident.room.writer.transaction() as db:
        assert life.lapse(db, NOON + HOUR - 1) == []
        assert life.lapse(db, NOON + HOUR) == [incident.number]
        assert life.lapse(db, NOON + HOUR) == []
    now = incident.now
    assert (now.state, now.taken_by, now.taken_at, now.taken_until) == ("firing", "", None, None)
    assert (now.step, now.step_due) == (0, None)
    assert incident.steps[-1] == ("lapsed", "", "léa")


def test_given_back_it_escalates_anew(incident: Incident) -> None:
    assert incident.do(lambda db: life.unacknowledge(db, incident.number, "nora", NOON)) is Outcome.NOT_TAKEN
    incident.room.db.execute("UPDATE alerts SET step = 2")
    incident.take()
    assert incident.do(lambda db: life.unacknowledge(db, incident.number, "nora", NOON))
    assert (incident.now.state, incident.now.step, incident.now.step_due) == ("firing", 0, None)
    assert incident.steps[-1] == ("unacknowledged", "nora", "")


def test_assigned_held_and_taken_from(incident: Incident) -> None:
    def assign(to: str, operator: str, *, force: bool = False) -> Outcome:
        return incident.do(lambda db: life.assign(db, incident.number, to, operator, NOON, force=force))

    assert assign("nora", "léa")
    assert assign("nora", "paul") is Outcome.SAME
    assert assign("paul", "léa") is Outcome.HELD
    # Who has it may pass it on; others take it with force.
    assert assign("paul", "nora")
    assert assign("", "léa") is Outcome.HELD
    assert assign("", "léa", force=True)
    assert incident.steps[1:] == [
        ("assigned", "léa", "nora"),
        ("assigned", "nora", "paul"),
        ("unassigned", "léa", "paul"),
    ]
    # It goes on firing: working on it is not answering for it.
    assert incident.now.state == "firing"


def test_resolved_with_a_verdict_judged_anew_and_reopened(incident: Incident) -> None:
    incident.take()
    before = incident.now
    assert incident.do(
        lambda db: life.resolve(db, incident.number, "léa", NOON + HOUR, verdict=Verdict.FALSE, comment="a quiz")
    )
    assert (incident.now.state, incident.now.ended, incident.now.verdict) == ("resolved", NOON + HOUR, "false")
    assert incident.steps[-2:] == [("resolved", "léa", "a quiz"), ("verdict", "léa", "false")]
    assert incident.do(lambda db: life.judge(db, incident.number, Verdict.REAL, "nora", NOON))
    assert incident.do(lambda db: life.judge(db, incident.number, Verdict.REAL, "paul", NOON)) is Outcome.SAME
    assert incident.now.verdict == "real"
    assert incident.do(lambda db: life.reopen(db, before, "léa", NOON))
    assert (incident.now.state, incident.now.verdict, incident.now.ended) == ("acknowledged", "", None)
    assert incident.do(lambda db: life.reopen(db, before, "nora", NOON)) is Outcome.SAME


def test_a_resolution_is_not_undone_where_a_newer_alert_is_open(incident: Incident) -> None:
    before = incident.now
    incident.do(lambda db: life.resolve(db, incident.number, "léa", NOON))
    with incident.room.writer.transaction() as db:
        raise_alert(db, "burst", "mandarine", Severity.NOTICE, NOON, NOON, {})
    assert incident.do(lambda db: life.reopen(db, before, "léa", NOON)) is Outcome.NEWER


def test_notes_and_asking_for_help(incident: Incident) -> None:
    incident.take()
    assert incident.do(lambda db: life.note(db, incident.number, " the DSI looks ", "léa", NOON))
    with pytest.raises(UserError), incident.room.writer.transaction() as db:
        life.note(db, incident.number, " \x07", "léa", NOON)
    assert incident.do(lambda db: life.ask_escalation(db, incident.number, "léa", NOON + MINUTE, "too big for me"))
    # Whoever has it still has it; the next step comes at once.
    assert (incident.now.state, incident.now.taken_by, incident.now.step_due) == ("acknowledged", "léa", NOON + MINUTE)
    assert incident.steps[-2:] == [("note", "léa", "the DSI looks"), ("escalation_asked", "léa", "too big for me")]


def test_nothing_but_words_happens_to_what_is_over(incident: Incident) -> None:
    number = incident.number
    incident.do(lambda db: life.resolve(db, number, "léa", NOON))
    for act in (
        lambda db: life.acknowledge(db, number, "nora", NOON, take_over=True),
        lambda db: life.unacknowledge(db, number, "nora", NOON),
        lambda db: life.assign(db, number, "paul", "nora", NOON, force=True),
        lambda db: life.ask_escalation(db, number, "nora", NOON),
        lambda db: life.resolve(db, number, "nora", NOON),
    ):
        assert incident.do(act) is Outcome.RESOLVED
    assert len(incident.steps) == 2
    assert incident.do(lambda db: life.note(db, number, "afterwards", "nora", NOON))


def test_an_alert_that_is_not_there(room: Room) -> None:
    acts: list[Callable[[Connection], Outcome]] = [
        lambda db: life.acknowledge(db, 7, "nora", NOON),
        lambda db: life.assign(db, 7, "paul", "nora", NOON),
        lambda db: life.resolve(db, 7, "nora", NOON),
        lambda db: life.judge(db, 7, Verdict.REAL, "nora", NOON),
        lambda db: life.note(db, 7, "words", "nora", NOON),
        lambda db: life.ask_escalation(db, 7, "nora", NOON),
    ]
    for act in acts:
        with room.writer.transaction() as db:
            assert act(db) is Outcome.UNKNOWN


_WHO = st.sampled_from(["léa", "nora", "paul"])
_ACTS = st.one_of(
    st.tuples(st.just("take"), _WHO, st.booleans()),
    st.tuples(st.just("give back"), _WHO, st.none()),
    st.tuples(st.just("lapse"), st.none(), st.none()),
    st.tuples(st.just("assign"), _WHO, st.sampled_from(["", "nora", "paul"])),
    st.tuples(st.just("ask"), _WHO, st.none()),
    st.tuples(st.just("close"), _WHO, st.sampled_from(Verdict)),
    st.tuples(st.just("reopen"), _WHO, st.none()),
    st.tuples(st.just("judge"), _WHO, st.sampled_from(Verdict)),
    st.tuples(st.just("note"), _WHO, st.none()),
)


def _do(db: Connection, act: tuple[str, str, Any], before: Alert, now: int) -> bool:
    """One act by one of three people, or by time."""
    what, who, how = act
    match what:
        case "take":
            return bool(life.acknowledge(db, before.id, who, now, until=now + HOUR, take_over=how))
        case "give back":
            return bool(life.unacknowledge(db, before.id, who, now))
        case "lapse":
            return bool(life.lapse(db, now))
        case "assign":
            return bool(life.assign(db, before.id, how, who, now))
        case "ask":
            return bool(life.ask_escalation(db, before.id, who, now))
        case "close":
            return bool(life.resolve(db, before.id, who, now, verdict=how))
        case "reopen":
            return bool(life.reopen(db, replace(before, state="firing"), who, now))
        case "judge":
            return bool(life.judge(db, before.id, how, who, now))
    return bool(life.note(db, before.id, "words", who, now))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(_ACTS, max_size=12))
def test_in_any_order_a_life_stays_whole(room: Room, acts: list[tuple[str, str, Any]]) -> None:
    db = room.db
    db.execute("BEGIN")
    number = raise_alert(db, "burst", "mandarine", Severity.CRISIS, NOON, NOON, {})
    for place, act in enumerate(acts):
        before, steps = alert_by_id(db, number), len(events_of(db, number))
        assert before is not None
        done = _do(db, act, before, NOON + place * 40 * MINUTE)
        after = alert_by_id(db, number)
        assert after is not None
        # What was done has its step, and is told to viewers; what was refused has neither.
        assert (after.rev > before.rev) == (len(events_of(db, number)) > steps) == done
        held = (after.taken_by != "", after.taken_at is not None, after.taken_until is not None)
        assert (after.state == "acknowledged") <= all(held)
        assert (after.state == "firing") <= (not any(held))
        assert (after.state == "resolved") == (after.ended is not None)
        assert (after.state == "resolved") <= (after.step_due is None)
    db.execute("ROLLBACK")
