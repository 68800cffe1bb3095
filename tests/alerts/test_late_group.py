"""Coordination and a backlog: a group inside it is told late, once, with its times; hours of copies are no group."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from socialhub.alerts.wording import alert_lines
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.incidents import Severity
from tests.alerts.test_coordination_rules import KIND, LINK, TEXT
from tests.alerts.test_late_tone import DOWN, Behind
from tests.alerts.watched import NOW, SOURCES

SAID = NOW + 2 * HOUR


@pytest.fixture
def back(past: Path) -> Iterator[Behind]:
    """A room that heard nothing for seven hours."""
    room = Behind(past)
    room.now += DOWN
    room.begin(NOW, *SOURCES)
    yield room
    room.writer.close()


def attack(room: Behind, size: int, at: int, every: int) -> None:
    """So many accounts of nine days say the same, as one story, from a moment on."""
    rows = [
        room.prepare("orange", at=at + place * every, text=TEXT, links=(LINK,), account_created=at - 9 * DAY)
        for place in range(size)
    ]
    room.store(*rows)
    with room.writer.transaction() as db:
        first = min(row.id for row in rows)
        db.execute("UPDATE mentions SET story = ? WHERE text = ?", (first, TEXT))


def test_a_group_in_a_backlog_is_told_late_and_once(back: Behind) -> None:
    attack(back, 20, SAID, MINUTE // 2)
    back.minutes(2)
    assert KIND not in [kind for kind, _subject in back.open()], "it is not said now"
    back.end(*SOURCES)
    found = {alert.kind: alert for alert in back.look_back()}
    late = found[KIND]
    assert (late.state, late.severity, late.started) == ("resolved", Severity.WARNING, SAID)
    assert (late.facts["accounts"], late.facts["young"], late.facts["pushed"]) == (20, 20, LINK)
    assert abs(late.facts["until"] - (SAID + 10 * MINUTE)) <= MINUTE
    assert late.ended is not None
    assert late.ended < back.now
    title, _detail = alert_lines(late, back.now, ZoneInfo("Europe/Paris"))
    assert "18:00–18:09, learned at 23:02, 20 accounts " in title
    assert back.minutes(1) == []
    assert back.minutes(5) == []
    assert back.look_back() == []


def test_copies_of_many_hours_are_no_group_because_they_came_together(back: Behind) -> None:
    attack(back, 16, NOW + 10 * MINUTE, 24 * MINUTE)
    back.end(*SOURCES)
    assert KIND not in [alert.kind for alert in back.look_back()]
    back.minutes(2)
    assert KIND not in [kind for kind, _subject in back.open()]


def test_a_group_that_speaks_still_is_told_as_what_it_is_now(back: Behind) -> None:
    attack(back, 20, back.now - 15 * MINUTE, MINUTE // 2)
    back.end(*SOURCES)
    assert KIND not in [alert.kind for alert in back.look_back()]
    back.minutes(2)
    assert KIND in [kind for kind, _subject in back.open()]
