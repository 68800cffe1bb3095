"""A positive burst that grows is a moment instead of a burst; one that turns is told anew; nothing is told twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from socialhub.alert_rules import USUAL_RULES
from socialhub.alerts import replay
from socialhub.clock import HOUR, MINUTE
from socialhub.incidents import Change, Severity
from socialhub.store.topics import active_topics
from tests.alerts.watched import NOW, Watched


@pytest.fixture
def room(past: Path) -> Watched:
    return Watched(past)


def cheer(room: Watched, minutes: int, each: int = 12) -> None:
    for _ in range(minutes):
        room.say(each, "orange", tone=1)
        room.minutes()


def test_it_is_a_notice_of_its_own_kind_and_no_burst(room: Watched) -> None:
    cheer(room, 9)
    moment = room.the("orange", "moment")
    assert moment.severity is Severity.NOTICE
    assert moment.facts["positive"] > 0.9
    assert moment.facts["yesterday"] is not None
    assert room.alert("orange", "burst") is None
    assert room.why("orange", "burst") == "inhibited"
    assert room.why("orange", "moment") == "raised"
    assert {kind for kind, _subject in room.open()} == {"moment"}


def test_why_tells_of_moments_in_parts_only_where_they_burst(room: Watched) -> None:
    room.minutes(2)
    quiet = [each.subject for each in room.look() if each.rule.kind == "moment"]
    assert sorted(quiet) == ["fibre", "orange"]
    cheer(room, 3, 40)
    assert "orange·source:social" in [each.subject for each in room.look() if each.rule.kind == "moment"]


def test_its_parts_are_told_with_it(room: Watched) -> None:
    cheer(room, 3, 40)
    assert room.open() == [("moment", "orange")]


def test_without_a_rule_for_moments_it_is_a_burst_but_no_warning(past: Path) -> None:
    room = Watched(past, USUAL_RULES["burst"])
    cheer(room, 9)
    assert room.the("orange").severity is Severity.NOTICE


def test_what_a_moment_takes_more_of_is_a_burst_meanwhile(past: Path) -> None:
    room = Watched(past, USUAL_RULES["burst"], replace(USUAL_RULES["moment"], floor=500))
    cheer(room, 9)
    assert room.the("orange").severity is Severity.NOTICE
    assert room.why("orange", "moment") == "below-floor"


def test_a_moment_that_turns_is_a_warning_and_ends(room: Watched) -> None:
    cheer(room, 3)
    for _ in range(12):
        room.say(25, "orange", tone=-1)
        room.minutes()
    burst, moment = room.the("orange", "burst"), room.the("orange", "moment")
    assert burst.severity >= Severity.WARNING
    assert burst.incident == (moment.incident or moment.id)
    assert room.why("orange", "moment") == "not-positive"
    assert [each.alert for each in room.minutes(30) if each.change is Change.RESOLVED] == [moment.id]
    assert room.the("orange", "burst").state == "firing"


def test_a_burst_that_turns_out_well_is_not_told_twice(room: Watched) -> None:
    room.say(40, "orange", tone=0)
    room.minutes()
    cheer(room, 6, 30)
    assert room.open() == [("burst", "orange")]
    assert room.why("orange", "moment") == "inhibited"


def test_a_part_whose_tone_was_not_known_yet_is_led_by_its_moment(room: Watched) -> None:
    room.say(7, "orange", places=("D-15",), confidence=0.2)
    room.minutes()
    burst = room.the("orange·place:D-15", "burst")
    for _ in range(4):
        room.say(2, "orange", places=("D-15",), tone=1)
        room.minutes(5)
    moment = room.the("orange·place:D-15", "moment")
    assert room.the("orange·place:D-15", "burst").inhibitor == moment.id
    assert moment.incident == burst.id


def test_a_moment_of_which_some_complain_stays_one(room: Watched) -> None:
    cheer(room, 3)
    for _ in range(3):
        room.say(8, "orange", tone=1)
        room.say(8, "orange", tone=-1)
        room.minutes()
    assert room.why("orange", "moment") == "raised"
    assert ("burst", "orange") not in room.open()


def test_what_is_mixed_is_a_burst(room: Watched) -> None:
    for _ in range(6):
        room.say(12, "orange", tone=1)
        room.say(9, "orange", tone=-1)
        room.minutes()
    assert room.the("orange").severity >= Severity.WARNING
    assert room.alert("orange", "moment") is None
    assert room.why("orange", "moment") == "not-positive"


def test_a_rival_has_none(room: Watched) -> None:
    room.say(60, "free", tone=1)
    room.minutes()
    assert {kind for kind, _subject in room.open()} == {"rival"}


def test_looking_back_tells_it_and_not_the_burst(room: Watched) -> None:
    cheer(room, 9)
    room.minutes(150)
    topics = active_topics(room.db)
    for kind, times in (("moment", 1), ("burst", 0)):
        rule = USUAL_RULES[kind]
        days = replay.backtest(room.db, rule, room.settings, topics, NOW - HOUR, room.now + 5 * MINUTE)
        assert sum(len(fired) for _until, fired in days) == times
