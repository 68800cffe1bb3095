"""The turn of a topic's tone in a watched room: raised with its numbers, held back with its reason, over by itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from socialhub.alert_rules import USUAL_RULES
from socialhub.alerts.replay import backtest
from socialhub.alerts.signals import Signal
from socialhub.alerts.tone_rules import is_same_judge
from socialhub.clock import HOUR, MINUTE
from socialhub.incidents import Severity
from socialhub.store import sources
from socialhub.store.topics import active_topics
from tests.alerts.watched import NOW, Watched

KIND = "tone_shift"


@pytest.fixture
def room(past: Path) -> Watched:
    return Watched(past, USUAL_RULES[KIND])


def grumble(room: Watched, hours: int, *, tone: int = -1, handle: str = "", model: str = "") -> None:
    """As many mentions of Orange as are usual, but all of one tone."""
    for _ in range(hours * 12):
        said = {"handle": handle} if handle else {}
        ids = room.say(1, "orange", tone=tone, **said)
        if model:
            with room.writer.transaction() as db:
                db.execute("UPDATE mentions SET model = ? WHERE id = ?", (model, ids[0]))
        for _ in range(5):
            room.pass_minute()


def the_signal(room: Watched) -> Signal:
    return next(each for each in room.look() if each.key == (KIND, "orange"))


def test_a_turn_without_more_mentions_is_an_alert_with_its_numbers(room: Watched) -> None:
    grumble(room, 3)
    room.run()
    alert = room.the("orange", KIND)
    assert (alert.severity, alert.rule) == (Severity.WARNING, KIND)
    facts = alert.facts
    assert 36 <= facts["seen"] < facts["judged"]
    assert facts["negative"] > 0.8
    assert facts["usual"] == pytest.approx(0.25, abs=0.08)
    assert facts["usual_high"] < facts["low"] < facts["negative"] <= facts["high"]
    assert facts["expected"] < 15
    assert facts["probability"] < 1e-3
    assert facts["completeness"] == 1.0
    assert 0 < facts["yesterday"] < 0.6
    assert 0 < facts["last_week"] < 0.6
    assert facts["unanswered"] == 36, "those of before were only counted"
    assert facts["sources"][0][0] == "social"


def test_an_ordinary_day_and_kind_words_raise_nothing(room: Watched) -> None:
    assert room.why("orange", KIND) in ("usual", "too-few")
    grumble(room, 4, tone=1)
    assert room.why("orange", KIND) == "better"
    room.run()
    assert room.open() == []


def test_one_angry_person_is_no_turn(room: Watched) -> None:
    grumble(room, 3, handle="zoé")
    assert room.why("orange", KIND) == "below-floor"


def test_the_rules_floor_counts_the_negative_beyond_the_expected(past: Path) -> None:
    room = Watched(past, replace(USUAL_RULES[KIND], floor=100))
    grumble(room, 3)
    assert room.why("orange", KIND) == "below-floor"


def test_a_burst_that_tells_of_it_is_enough(past: Path) -> None:
    room = Watched(past, USUAL_RULES["burst"], USUAL_RULES[KIND])
    grumble(room, 2)
    for _ in range(20):
        room.say(3, "orange")
        room.minutes()
    assert ("burst", "orange") in room.open()
    assert room.why("orange", KIND) == "inhibited"
    assert len(room.open()) == 1 or room.the("orange").incident or room.the("orange", KIND).incident


def test_another_model_is_no_turn_until_the_past_is_judged_by_it_too(room: Watched) -> None:
    room.say(80, "orange", tone=0)
    room.now += 5 * HOUR
    grumble(room, 3, model="bigger")
    assert room.why("orange", KIND) == "other-model"
    with room.writer.transaction() as db:
        db.execute("UPDATE mentions SET model = 'bigger'")
    assert room.why("orange", KIND) == "raised"


def test_a_new_source_with_a_harsher_tone_is_left_out(room: Watched) -> None:
    with room.writer.transaction() as db:
        configured = [sources.Configured(name, "jetstream", MINUTE, True, name) for name in (*room.sources, "forum-2")]
        room.sources = sources.sync_sources(db, configured)
    for place in range(40):
        room.say(1, "orange", source="forum-2")
        room.say(1, "orange", tone=-(place % 4 == 0))
        for _ in range(5):
            room.pass_minute()
    signal = the_signal(room)
    assert signal.why == "usual"
    assert signal.numbers["negative"] == pytest.approx(0.25, abs=0.08)


def test_it_is_over_once_the_last_hours_are_as_usual_again(room: Watched) -> None:
    grumble(room, 3)
    room.run()
    hours = 0
    while room.the("orange", KIND).calm_since is None and hours < 6:
        grumble(room, 1, tone=0)
        room.run()
        hours += 1
    assert 1 < hours < 6
    room.minutes(31)
    assert room.the("orange", KIND).state == "resolved"
    assert room.why("orange", KIND) != "raised"


def test_too_little_listened_to_is_not_called_usual(room: Watched) -> None:
    for place in range(70):
        room.say(1, "orange", tone=-(place % 4 == 0), source="forum")
        room.pass_minute(("social",))
    assert room.why("orange", KIND) == "incomplete"


def test_the_backtest_finds_it_too(room: Watched) -> None:
    grumble(room, 3)
    topics = active_topics(room.db)
    runs = list(backtest(room.db, USUAL_RULES[KIND], room.settings, topics, NOW - 3 * HOUR, room.now))
    fired = [each for _reached, ended in runs for each in ended]
    assert [each.signal.subject for each in fired] == ["orange"]
    assert NOW < fired[0].at < NOW + 3 * HOUR


@pytest.mark.parametrize(
    ("within", "before", "same"),
    [
        ({"a": 9}, {"a": 5}, True),
        ({"a": 9}, {"b": 5}, False),
        ({"a": 6, "p": 4}, {"a": 50}, True),
        ({"a": 1}, {}, True),
    ],
)
def test_who_judged(within: dict[str, int], before: dict[str, int], same: bool) -> None:
    assert is_same_judge(Counter(within), Counter(before)) is same
