"""Topics in a crisis, by an alert or because somebody said so, and what feeds them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from socialhub.clock import DAY, HOUR
from socialhub.collector.crises import Crises
from socialhub.incidents import Severity
from socialhub.store import crises
from socialhub.store.alert_life import resolve
from socialhub.store.alerts import raise_alert
from tests.room import NOON, Room, draft


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path / "cache.db")
    yield made
    made.close()


def test_an_alert_of_severity_crisis_raises_the_pace_of_what_feeds_its_topic_until_it_is_over(room: Room) -> None:
    room.store(draft("1"), source="press")
    room.store(draft("2", "libre mobile", published=NOON - 8 * DAY), source="social")
    followed, topic = Crises(), room.topics["mandarine"]
    assert followed.fed(room.db, NOON) == frozenset()
    with room.writer.transaction() as db:
        warning = raise_alert(db, "burst", "libre", Severity.WARNING, NOON, NOON, {}, topic=room.topics["libre"])
        alert = raise_alert(db, "burst", "mandarine", Severity.CRISIS, NOON, NOON, {}, topic=topic)
    assert followed.fed(room.db, NOON + 1) == frozenset({room.press})
    with room.writer.transaction() as db:
        resolve(db, alert, "lea", NOON)
        resolve(db, warning, "lea", NOON)
        # Nothing was brought of this one within a week: anything may feed it.
        crises.begin_crisis(db, room.topics["libre"], "lea", NOON, NOON + HOUR)
    assert followed.fed(room.db, NOON + 2) is None
    assert followed.fed(room.db, NOON + HOUR) == frozenset()


def test_a_crisis_that_is_declared_anew_ends_when_the_last_word_says(room: Room) -> None:
    topic = room.topics["mandarine"]
    with room.writer.transaction() as db:
        crises.begin_crisis(db, topic, "lea", NOON, NOON + HOUR)
        crises.begin_crisis(db, topic, "tom", NOON + 1, NOON + 2 * HOUR)
    (lasting,) = crises.crises_on(room.db, NOON + 2)
    assert (lasting.topic, lasting.operator, lasting.ends) == ("mandarine", "tom", NOON + 2 * HOUR)
    assert [(each.operator, each.ended_by) for each in crises.crisis_rows(room.db)] == [("tom", ""), ("lea", "tom")]
    with room.writer.transaction() as db:
        assert crises.end_crisis(db, topic, "lea", NOON + 3)
        assert not crises.end_crisis(db, topic, "lea", NOON + 4)
    assert crises.crises_on(room.db, NOON + 5) == ()
