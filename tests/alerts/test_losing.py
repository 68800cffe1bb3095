"""A source that always answers and shows less than was said: what it lost stands on neither side of a judgement."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from socialhub.alerts.number_words import incomplete_text
from socialhub.clock import HOUR, MINUTE, SECOND, floor_hour
from socialhub.store import catch_ups, sources, volumes
from socialhub.store.tone_counts import heard_tones
from tests.alerts.watched import Watched

POLL: Final = 10
"""Minutes between two polls of the source that loses."""


class Losing(Watched):
    """A room in which "social" still shows the last minutes of each ten, once it is loud."""

    def loud(self, polls: int, *, shown: int, each: int, lost: bool = True) -> None:
        """So many polls; of each the last `shown` minutes come, `each` brings mentions, the rest is out of reach."""
        for _ in range(polls):
            since = self.now
            for minute in range(POLL):
                self.minutes(each=each if minute >= POLL - shown else 0, topic="orange")
            if lost:
                self.lose("social", since, self.now - shown * MINUTE)
                self.run()

    def lose(self, source: str, low: int, high: int) -> None:
        """What the source said in [low, high) is out of reach, as its poll tells at the end."""
        number = self.sources[source]
        with self.writer.transaction() as db:
            catch_ups.begin_catch_up(db, number, low, self.now)
            db.execute("UPDATE catch_ups SET hole = ? WHERE source = ? AND ended IS NULL", (high, number))
            gap = catch_ups.open_catch_up(db, number)
            assert gap is not None
            catch_ups.end_loss(db, gap.number, self.now)


@pytest.fixture
def room(past: Path) -> Iterator[Losing]:
    losing = Losing(past)
    yield losing
    losing.writer.close()


@pytest.mark.parametrize("lost", [True, False])
def test_a_burst_is_told_by_what_is_shown_of_it(room: Losing, lost: bool) -> None:
    """Two a minute in the two minutes of ten that are shown: for a whole hour that would be little above the usual."""
    room.minutes(10)
    room.loud(6, shown=2, each=2, lost=lost)
    assert (room.alert("orange") is not None) is lost


@pytest.mark.parametrize("shown", [3 * SECOND, 40 * SECOND])
def test_a_burst_of_which_only_seconds_are_shown_is_told(room: Losing, shown: int) -> None:
    """Twenty entries of a feed are seconds of a crisis, and no whole minute: they are looked at all the same."""
    room.minutes(10)
    for _ in range(12):
        since = room.now
        room.minutes(4)
        room.store(*(room.prepare("orange", at=room.now + MINUTE - 1 - shown * each // 20) for each in range(20)))
        room.pass_minute()
        room.lose("social", since, room.now - shown)
        room.run()
    alert = room.the("orange")
    assert alert.state == "firing"
    # That it is less than was said is told.
    assert "of what is usual was listened to" in incomplete_text(alert)


def test_the_tone_of_which_only_seconds_are_shown_counts_and_no_minute_twice(room: Losing) -> None:
    start, minutes = room.now, 5
    for _ in range(minutes):
        room.store(*(room.prepare("orange", at=room.now + 50 * SECOND) for _ in range(4)))
        room.pass_minute()
        room.lose("social", room.now - 50 * SECOND, room.now - 20 * SECOND)
    social = room.sources["social"]
    spans = {social: volumes.heard(room.db, start, room.now)[social].listening.covered}
    tones = heard_tones(room.db, room.topics["orange"], start, room.now, spans)
    assert tones[social] == (4 * minutes, 4 * minutes)


def test_where_minutes_are_lost_in_part_less_is_listened_to_and_their_hour_teaches_nothing(room: Losing) -> None:
    start = floor_hour(room.now)
    room.minutes(60)
    for minute in range(start, start + HOUR, MINUTE):
        room.lose("social", minute, minute + 20 * SECOND)
    social = volumes.heard(room.db, start, start + HOUR)[room.sources["social"]]
    # What came of these minutes is looked at, as less than was said.
    assert social.listening.heard == ((start, start + HOUR),)
    assert sum(high - low for low, high in social.listening.covered) == HOUR * 2 // 3
    assert social.missed(start, 1) == {0}


def test_what_was_lost_is_not_listened_to_and_its_hours_teach_nothing(room: Losing) -> None:
    start = floor_hour(room.now)
    room.minutes(5)
    low, high = room.now - 4 * MINUTE, room.now
    room.minutes(60 - 5)
    room.lose("social", low, high + 3 * MINUTE)
    spans = volumes.heard(room.db, start, start + HOUR)
    social, forum = (spans[room.sources[name]] for name in ("social", "forum"))
    assert social.listening.heard == ((start, low), (high + 3 * MINUTE, start + HOUR))
    assert forum.listening.heard == ((start, start + HOUR),)
    assert social.missed(start, 1) == {0}
    assert not forum.missed(start, 1)
    covered = {each.source: each.spans for each in sources.coverage(room.db, start, start + HOUR)}
    assert covered[room.sources["social"]] == ((start, low), (high + 3 * MINUTE, start + HOUR))
    # While anybody else was listened to, the curve has no hole.
    both = sources.coverage(room.db, start, start + HOUR)
    alone = [each for each in both if each.source == room.sources["social"]]
    minutes = [minute for minute in range(60) if sources.holes(alone, start, MINUTE, 60)[minute]]
    assert minutes == list(range(1, 8))
    assert not any(sources.holes(both, start, MINUTE, 60))


def test_nothing_of_it_is_looked_for_later(room: Losing) -> None:
    room.minutes(POLL)
    room.lose("social", room.now - POLL * MINUTE, room.now - 2 * MINUTE)
    assert catch_ups.to_look_at(room.db, room.now) == []
    lost = (room.now - POLL * MINUTE, room.now - 2 * MINUTE)
    assert catch_ups.gaps_in(room.db, room.now - HOUR, room.now) == {room.sources["social"]: [lost]}


def test_an_alert_does_not_end_while_most_of_what_is_said_is_lost(room: Losing) -> None:
    room.minutes(10)
    room.loud(6, shown=2, each=4)
    assert room.the("orange").state == "firing"
    # No more comes than usual of what is shown, but next to nothing is: nobody knows.
    room.loud(12, shown=1, each=0)
    assert room.the("orange").state == "firing"
    room.minutes(150)
    assert room.the("orange").state == "resolved"
