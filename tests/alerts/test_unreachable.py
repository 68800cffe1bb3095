"""Somebody who cannot be told of alerts is an alert for the others, by a clock of the test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest

from socialhub.alerts.messenger import Delivery
from socialhub.alerts.sending import RETRIES
from socialhub.alerts.unreachable import PATIENCE, watch_targets
from socialhub.alerts.wording import alert_lines, fact_lines
from socialhub.clock import HOUR, MINUTE
from socialhub.incidents import Alert, AlertKind, Notification, Occasion, Severity
from socialhub.store import alert_life as life
from socialhub.store import notifications as store
from socialhub.store.alerts import alert_rows, events_of
from socialhub.store.reaching import note_reached, unreached
from socialhub.targets import Notifying, Target
from tests.alerts.test_planning import CALENDAR, DOWN, LEA, REFUSED, SENT, Desk
from tests.room import Room

NORA = Target("nora", "env:NORA", Severity.NOTICE, language="en", digest=0)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path / "cache.db")
    yield made
    made.close()


class Doors(Desk):
    """A desk whose targets are open or shut."""

    def __init__(self, room: Room, *targets: Target) -> None:
        super().__init__(room, *targets)
        self.shut: dict[str, Delivery] = {}

    def pass_minutes(self, count: int) -> list[tuple[str, str]]:
        """Whole minutes: alerts about targets, planning, sending; returns what got through."""
        through = []
        for _ in range(count):
            self.now += MINUTE
            with self.room.writer.transaction() as db:
                watch_targets(db, self.now, self.notifying.targets)
            self.plan()
            while outgoing := self.leaving():
                for each in outgoing:
                    delivery = self.shut.get(each.target.name, SENT)
                    self.note(each, delivery)
                    if delivery is SENT:
                        through.append((each.target.name, each.message.reason))
        return through

    @property
    def unreachable(self) -> list[Alert]:
        """Alerts about targets, the open ones first."""
        return [each for each in alert_rows(self.room.db) if each.kind == AlertKind.UNREACHABLE]


def minutes_of(length: int) -> int:
    return length // MINUTE


def test_a_dead_target_is_an_alert_until_a_message_gets_through(room: Room) -> None:
    desk = Doors(room, LEA, NORA)
    desk.shut["léa"] = DOWN
    desk.burns(Severity.CRISIS)
    assert desk.pass_minutes(1) == [("nora", Occasion.RAISED)]
    since = desk.now
    assert desk.pass_minutes(minutes_of(PATIENCE) - 1) == []
    assert desk.unreachable == []
    # The one who cannot be told is not told that.
    assert desk.pass_minutes(1) == [("nora", Occasion.RAISED)]
    (alert,) = desk.unreachable
    assert (alert.subject, alert.severity, alert.started) == ("léa", Severity.NOTICE, since)
    assert alert_lines(alert, desk.now, UTC) == (
        "no message reaches léa for 10 min",
        "1 message waits · x refuses the connection",
    )
    assert "no message has ever got through" in fact_lines(alert, desk.now, UTC)
    assert {each.target for each in store.notifications_of(room.db, alert.id)} == {"nora"}
    del desk.shut["léa"]
    told = desk.pass_minutes(minutes_of(RETRIES[4] + RETRIES[5]))
    assert ("léa", Occasion.RAISED) in told
    assert ("nora", Occasion.RESOLVED) in told
    (over,) = desk.unreachable
    assert not over.is_open
    assert alert_lines(over, desk.now + HOUR, UTC)[0].startswith("no message reached léa for")


@pytest.mark.parametrize("delivery", [DOWN, REFUSED])
def test_one_failed_try_is_not_a_dead_target(room: Room, delivery: Delivery) -> None:
    desk = Doors(room, LEA)
    desk.shut["léa"] = delivery
    number = desk.burns()
    desk.pass_minutes(1)
    with room.writer.transaction() as db:
        life.resolve(db, number, "", desk.now)
    # Nothing is tried any more: whether it could be reached by now is not known.
    desk.pass_minutes(60)
    assert desk.unreachable == []


def test_one_message_that_is_refused_while_others_get_through_is_none(room: Room) -> None:
    desk = Doors(room, LEA)
    desk.shut["léa"] = REFUSED
    desk.burns(subject="a")
    desk.pass_minutes(1)
    del desk.shut["léa"]
    desk.burns(subject="b")
    assert desk.pass_minutes(1) == [("léa", Occasion.RAISED)]
    assert unreached(room.db) == []


def test_one_that_a_person_closed_comes_back_with_the_next_failure_only(room: Room) -> None:
    desk = Doors(room, LEA)
    desk.shut["léa"] = DOWN
    desk.burns(Severity.CRISIS)
    desk.pass_minutes(12)
    (alert,) = desk.unreachable
    with room.writer.transaction() as db:
        life.resolve(db, alert.id, "nora", desk.now)
    desk.pass_minutes(12)
    assert [each.is_open for each in desk.unreachable] == [False]
    with room.writer.transaction() as db:
        note_reached(db, "léa")
    desk.pass_minutes(60)
    assert [each.is_open for each in desk.unreachable] == [True, False]


def test_a_target_that_leaves_the_config_takes_its_alert_with_it(room: Room) -> None:
    desk = Doors(room, LEA, NORA)
    desk.shut["léa"] = DOWN
    desk.burns(Severity.CRISIS)
    desk.pass_minutes(12)
    desk.notifying = Notifying("Salle", CALENDAR, (NORA,))
    desk.pass_minutes(1)
    (alert,) = desk.unreachable
    assert (alert.is_open, events_of(room.db, alert.id)[-1].operator) == (False, "")


def test_what_a_digest_gathered_fails_and_waits_with_it(room: Room) -> None:
    desk = Doors(room, LEA)
    numbers = [desk.burns(subject="a"), desk.burns(subject="b")]
    desk.shut["léa"] = DOWN
    desk.pass_minutes(1)
    (state,) = unreached(room.db)
    assert (state.tries, state.waiting, state.given_up, state.reached) == (1, 2, 0, None)
    desk.pass_minutes(minutes_of(sum(RETRIES)) + len(RETRIES))
    (state,) = unreached(room.db)
    assert (state.waiting, state.given_up) == (0, 1)
    messages: list[Notification] = [each for number in numbers for each in store.notifications_of(room.db, number)]
    assert [each.state for each in messages] == ["failed", "failed"]
    assert [desk.untold(number) for number in numbers] == 2 * [["given_up léa"]]
    # They never arrived: that they are over is no news.
    del desk.shut["léa"]
    with room.writer.transaction() as db:
        for number in numbers:
            life.resolve(db, number, "", desk.now)
    assert desk.pass_minutes(60) == []
