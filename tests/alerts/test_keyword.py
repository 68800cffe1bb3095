"""Keyword rules on a room: one alert gathers what answers to a query; floor, crisis, hand, restart, looking back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from socialhub.alert_rules import USUAL_RULES, Rule, in_force
from socialhub.alerts import replay
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.incidents import Change, Severity
from socialhub.store.alert_life import resolve
from socialhub.store.topics import active_topics
from tests.alerts.watched import NOW, Watched

RULE = replace(USUAL_RULES["keyword"], id="fuite", query='"fuite de données" OU piratage')
SUBJECT = "orange·rule:fuite"
SAID = "encore un piratage chez eux"


def room_with(past: Path, *rules: Rule) -> Watched:
    return Watched(past, *in_force(rules, frozenset()))


@pytest.fixture
def room(past: Path) -> Watched:
    return room_with(past, RULE)


def test_one_mention_is_an_alert_in_its_minute_and_the_next_ones_are_gathered(room: Watched) -> None:
    room.say(1, "orange", tone=0)
    (first,) = room.say(1, "orange", tone=0, text=SAID)
    (raised,) = room.minutes()
    alert = room.the(SUBJECT, "keyword")
    assert (raised.alert, raised.change, alert.rule, alert.severity) == (
        alert.id,
        Change.RAISED,
        "fuite",
        Severity.NOTICE,
    )
    assert (alert.facts["seen"], alert.facts["mentions"], alert.facts["first"]) == (1, [first], first)
    assert alert.facts["query"] == RULE.query
    told = [first]
    for _ in range(8):
        room.minutes(9)
        told += room.say(1, "orange", tone=0, text=SAID)
        room.pass_minute()
        assert room.run() == []
    assert room.the(SUBJECT, "keyword").facts["mentions"] == told
    assert set(room.the(SUBJECT, "keyword").facts["top"]) <= set(told)
    assert room.open() == [("keyword", SUBJECT)]


def test_it_does_not_end_because_who_brought_it_was_not_heard(room: Watched) -> None:
    room.say(1, "orange", tone=0, text=SAID)
    room.minutes()
    assert room.minutes(120, deaf=("social",)) == []
    assert room.the(SUBJECT, "keyword").calm_since is None
    assert [each.change for each in room.minutes(95)] == [Change.RESOLVED]


def test_it_goes_on_gathering_after_a_restart(room: Watched) -> None:
    told = room.say(2, "orange", tone=0, text=SAID)
    told += room.say(2, "orange", tone=0, text="la fuite de données continue")
    room.minutes(90)
    room.say(1, "orange", tone=0, text=SAID)
    assert room.the(SUBJECT, "keyword").calm_since is not None
    room.restart()
    assert room.minutes() == []
    assert room.the(SUBJECT, "keyword").calm_since is None
    assert room.the(SUBJECT, "keyword").facts["seen"] == 5


def test_it_is_over_after_an_hour_without_and_a_new_one_is_a_new_alert(room: Watched) -> None:
    room.say(1, "orange", tone=0, text=SAID)
    room.minutes()
    number = room.the(SUBJECT, "keyword").id
    assert [each.change for each in room.minutes(92)] == [Change.RESOLVED]
    room.say(1, "orange", tone=0, text=SAID)
    assert [each.change for each in room.minutes()] == [Change.RAISED]
    assert room.the(SUBJECT, "keyword").id > number
    assert room.the(SUBJECT, "keyword").facts["seen"] == 1


def test_below_its_floor_it_is_none(past: Path) -> None:
    room = room_with(past, replace(RULE, floor=3))
    room.say(2, "orange", text=SAID)
    assert room.minutes() == []
    assert room.why(SUBJECT, "keyword") == "below-floor"
    room.say(1, "orange", tone=0, text=SAID)
    assert [each.change for each in room.minutes()] == [Change.RAISED]


def test_what_a_person_closed_comes_back_with_new_mentions_once_it_was_quiet(room: Watched) -> None:
    room.say(1, "orange", tone=0, text=SAID)
    room.minutes()
    with room.writer.transaction() as db:
        resolve(db, room.the(SUBJECT, "keyword").id, "léa", room.now)
    assert room.minutes(5) == []
    assert room.why(SUBJECT, "keyword") == "closed"
    room.minutes(60)
    room.say(1, "orange", tone=0, text=SAID)
    assert [each.change for each in room.minutes()] == [Change.RAISED]


def test_what_arrives_late_is_news(room: Watched) -> None:
    late = room.prepare("orange", text=SAID, at=NOW - 5 * HOUR)
    room.store(late)
    assert [each.change for each in room.minutes()] == [Change.RAISED]
    assert room.the(SUBJECT, "keyword").started == late.published
    assert room.minutes(30) == []


def test_old_history_that_comes_in_now_is_none(room: Watched) -> None:
    room.store(room.prepare("orange", text=SAID, at=NOW - 3 * DAY))
    assert room.minutes() == []
    assert room.why(SUBJECT, "keyword") == "usual"


def test_a_mention_of_two_topics_is_told_once_and_a_rival_not_at_all(room: Watched) -> None:
    room.say(1, "orange", "fibre", text=SAID)
    room.say(1, "free", text=SAID)
    room.minutes()
    assert room.open() == [("keyword", SUBJECT)]


def test_two_rules_about_one_topic_are_both_followed(past: Path) -> None:
    room = room_with(past, RULE, replace(RULE, id="boycott", query="boycott*", topics=("orange",)))
    room.say(1, "orange", tone=0, text=SAID)
    room.say(1, "orange", text="appel au boycotte")
    room.minutes()
    assert room.open() == [("keyword", "orange·rule:boycott"), ("keyword", SUBJECT)]


def test_a_crisis_of_its_topic_mutes_it(room: Watched) -> None:
    room.say(1, "orange", tone=0, text=SAID)
    room.minutes()
    room.minutes(9, each=12, topic="orange")
    crisis = room.the("orange")
    assert crisis.severity is Severity.CRISIS
    assert room.the(SUBJECT, "keyword").inhibitor == crisis.id
    assert crisis.incident == room.the(SUBJECT, "keyword").id
    found = replay.why(room.db, active_topics(room.db)[0], room.settings, room.now, now=True)
    assert next(each.why for each in found if each.rule.id == "fuite") == "inhibited"


def test_looking_back_tells_the_same(room: Watched) -> None:
    topics = active_topics(room.db)
    told = []
    for _ in range(40):
        told += room.say(1, "orange", tone=0, text=SAID)
        room.minutes()
    room.minutes(200)
    room.say(1, "orange", tone=0, text=SAID)
    room.minutes()
    days = list(replay.backtest(room.db, RULE, room.settings, topics, NOW - HOUR, room.now + 5 * MINUTE))
    fired = [each for _until, some in days for each in some]
    assert [each.ended is None for each in fired] == [False, True]
    assert fired[0].signal.numbers["mentions"][0] == told[0]
    assert fired[0].signal.numbers["mentions"] == told[: fired[0].signal.numbers["seen"]]
    at = NOW + 20 * MINUTE
    (signal,) = (
        each for each in replay.why(room.db, topics[0], room.settings, at, now=False) if each.rule.id == "fuite"
    )
    assert (signal.why, signal.numbers["mentions"]) == ("raised", told[: signal.numbers["seen"]])
    assert signal.numbers["seen"] == 20
