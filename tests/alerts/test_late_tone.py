"""The tone of a topic and a backlog: what is not heard or still caught up is no calm and no turn; a turn inside it is
told late, once, with its own times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from socialhub.alerts.late_tone import lasted
from socialhub.alerts.planning import plan, plan_late
from socialhub.alerts.sending import prepare
from socialhub.alerts.wording import alert_lines
from socialhub.clock import HOUR, MINUTE
from socialhub.hours import Calendar, parse_hours
from socialhub.i18n import in_language
from socialhub.incidents import Severity
from socialhub.store import catch_ups, sources
from socialhub.targets import Notifying, Target
from tests.alerts.watched import NOW, RATE, SOURCES, Watched

KIND = "tone_shift"
PARIS = ZoneInfo("Europe/Paris")
DOWN = 7 * HOUR
TURNED, CALMED = NOW + HOUR, NOW + 3 * HOUR + 30 * MINUTE
"""When what is said of Orange turned bad, and when that was over."""


class Behind(Watched):
    """A room in which some sources can be deaf and catch up later what was said of Orange as often as usual."""

    def pass_hours(self, hours: float, *, deaf: tuple[str, ...] = ()) -> None:
        """Let time pass; who is not deaf hears what is said."""
        for _ in range(int(hours * 60)):
            for name in SOURCES:
                if name not in deaf:
                    self.speak(name, self.now, self.now + MINUTE)
            self.pass_minute(deaf)

    def speak(
        self, source: str, since: int, until: int, *, bad: Callable[[int], bool] = lambda at: TURNED <= at < CALMED
    ) -> None:
        """What is said in [since, until) arrives now: a quarter is negative, all of it while it is bad."""
        dice = Random(f"{source} {since}")
        said = [
            self.prepare("orange", at=minute, tone=-1 if bad(minute) or dice.random() < 0.25 else 0)
            for minute in range(since, until, MINUTE)
            if dice.random() < RATE / 60
        ]
        if said:
            self.store(*said, source=source)

    def begin(self, since: int, *names: str) -> None:
        """They are heard again, and behind."""
        with self.writer.transaction() as db:
            for name in names:
                catch_ups.begin_catch_up(db, self.sources[name], since, self.now)
                sources.note_heard(db, self.sources[name], self.now, 0, complete=True)

    def end(self, *names: str) -> None:
        """They are through."""
        with self.writer.transaction() as db:
            for name in names:
                gap = catch_ups.open_catch_up(db, self.sources[name])
                assert gap is not None
                catch_ups.end_catch_up(db, gap.number, self.now)


@pytest.fixture
def room(past: Path) -> Iterator[Behind]:
    behind = Behind(past)
    yield behind
    behind.writer.close()


@pytest.fixture
def back(room: Behind) -> Behind:
    """The room after it heard nothing for seven hours."""
    room.now += DOWN
    room.begin(NOW, *SOURCES)
    return room


def test_a_turn_in_a_backlog_says_when_it_was_and_is_over_and_told_once_with_the_next_notices(back: Behind) -> None:
    for name in SOURCES:
        back.speak(name, NOW, back.now)
    back.end(*SOURCES)
    (late,) = back.look_back()
    assert (late.kind, late.subject, late.state, late.severity) == (KIND, "orange", "resolved", Severity.WARNING)
    assert abs(late.started - TURNED) <= 20 * MINUTE
    assert abs(late.facts["until"] - CALMED) <= 20 * MINUTE
    assert late.ended is not None
    assert CALMED <= late.ended < back.now
    assert late.facts["negative"] > 0.8
    assert late.facts["seen"] >= 20
    with in_language("en"):
        title, detail = alert_lines(late, back.now, PARIS)
    assert "learned at 23:00" in title
    assert "judged stories are negative" in detail
    with in_language("fr"):
        assert "appris à 23:00" in alert_lines(late, back.now, PARIS)[0].replace("\xa0", " ")
    assert back.run() == []
    assert back.minutes(5) == []
    assert back.look_back() == []
    assert back.open() == []
    target = Target("presse", "env:X", severity=Severity.WARNING, language="en")
    notifying = Notifying("Salle", Calendar(PARIS, parse_hours("mon-fri 09:00-18:00"), "FR"), (target,))
    with back.writer.transaction() as db:
        plan_late(db, back.now, notifying, [late])
        plan(db, back.now, notifying, (), ())
        assert prepare(db, back.now, notifying) == []
        (outgoing,) = prepare(db, back.now + HOUR, notifying)
    assert "learned late: Orange: " in outgoing.message.title


def test_a_turn_that_goes_on_is_told_as_what_it_is_now(back: Behind) -> None:
    since = back.now - 3 * HOUR
    for name in SOURCES:
        back.speak(name, NOW, back.now, bad=lambda at: at >= since)
    back.end(*SOURCES)
    assert back.look_back() == []
    back.run()
    assert back.the("orange", KIND).state == "firing"


def test_what_comes_of_a_backlog_before_it_is_through_is_neither_a_turn_nor_usual(back: Behind) -> None:
    for name in SOURCES:
        back.speak(name, back.now - 2 * HOUR, back.now, bad=lambda at: True)
    back.run()
    assert back.open() == []
    assert back.why("orange", KIND) in ("too-few", "incomplete")


def test_a_turn_does_not_end_because_nobody_listened_or_by_half_of_a_backlog(room: Behind) -> None:
    room.pass_hours(3.5)
    room.run()
    assert room.the("orange", KIND).state == "firing"
    since = room.now
    room.now += 5 * HOUR
    room.begin(since, *SOURCES)
    room.speak("forum", since, room.now)
    room.minutes(40)
    assert room.the("orange", KIND).calm_since is None, "nothing is known of the hours before"
    room.speak("social", since, since + 5 * HOUR)
    room.end(*SOURCES)
    assert room.look_back() == []
    room.minutes(45)
    assert room.the("orange", KIND).state == "resolved"


def test_what_one_source_showed_in_its_time_is_not_told_again_when_another_catches_up(room: Behind) -> None:
    room.pass_hours(3, deaf=("forum",))
    room.run()
    told = room.the("orange", KIND)
    assert told.state == "firing"
    room.pass_hours(4, deaf=("forum",))
    room.minutes(40, deaf=("forum",))
    room.begin(NOW, "forum")
    room.speak("forum", NOW, room.now)
    room.end("forum")
    assert room.look_back() == []
    room.minutes(5)
    assert room.the("orange", KIND).id == told.id


def test_a_burst_that_tells_of_it_is_enough_late_too(back: Behind) -> None:
    for name in SOURCES:
        back.speak(name, NOW, back.now)
    back.store(*(back.prepare("orange", at=TURNED + HOUR + place * 20_000, tone=-1) for place in range(80)))
    back.end(*SOURCES)
    (late,) = back.look_back()
    assert (late.kind, late.subject) == ("burst", "orange")


def test_how_long_a_turn_lasted() -> None:
    said = [(place * MINUTE, int(30 <= place < 60), 1) for place in range(0, 100, 2)]
    assert lasted(said, 0.6) == (30 * MINUTE, 59 * MINUTE)
    assert lasted([(0, 1, 1)], 0.6) == (0, MINUTE)
