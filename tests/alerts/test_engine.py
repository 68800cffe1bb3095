"""The run of the alerts on a room: raised, told with numbers, worse, calm, resolved, held back, with its reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from socialhub.alert_rules import USUAL_RULES, PlannedEvent
from socialhub.alerts.silencing import silence
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.incidents import Change, Severity, Transition
from socialhub.store.alert_facts import published_at
from socialhub.store.alert_life import acknowledge, resolve
from socialhub.store.alerts import alert_by_id
from tests.alerts.watched import NOW, Watched, tell_past


@pytest.fixture
def room(past: Path) -> Watched:
    return Watched(past)


def changes(transitions: list[Transition]) -> list[Change]:
    return [each.change for each in transitions]


def test_an_ordinary_day_raises_nothing(room: Watched) -> None:
    assert room.minutes(10) == []
    assert room.open() == []
    assert room.why("orange") == "usual"


def test_a_burst_is_an_alert_in_the_minute_after_its_mentions(room: Watched) -> None:
    room.minutes(3)
    first, *_others = room.say(40, "orange", tone=0)
    changed = room.minutes()
    alert = room.the("orange")
    assert changed == [Transition(alert.id, Change.RAISED)]
    assert (alert.rule, alert.topic, alert.severity) == ("burst", room.topics["orange"], Severity.WARNING)
    assert alert.facts["first"] == first
    assert alert.started == published_at(room.db, first)
    assert alert.facts["seen"] >= 40
    assert alert.facts["expected"] == pytest.approx(2 * 6 / 4, rel=0.5)
    assert alert.facts["probability"] < 1e-6
    assert alert.facts["completeness"] == 1.0
    assert alert.facts["low"] < alert.facts["expected"] < alert.facts["high"] < alert.facts["seen"]
    assert (alert.facts["yesterday"], alert.facts["last_week"]) != (0, 0)
    assert alert.facts["sources"][0][0] == "social"
    assert room.steps("orange") == [("raised", "")]


def test_a_negative_burst_grows_into_a_crisis_and_tells_who_waits(room: Watched) -> None:
    room.minutes(9, each=12, topic="orange")
    alert = room.the("orange")
    assert alert.severity is Severity.CRISIS
    assert alert.facts["negative"] > 0.9
    assert alert.facts["unanswered"] >= 60
    assert ("worsened", "crisis") in room.steps("orange")


def test_it_resolves_by_itself_once_it_has_been_calm_for_a_while(room: Watched) -> None:
    room.say(40, "orange", tone=0)
    room.minutes(2)
    room.minutes(61)
    assert room.the("orange").calm_since is not None
    assert room.the("orange").state == "firing"
    assert Change.RESOLVED in changes(room.minutes(31))
    assert room.steps("orange")[-1] == ("resolved", "")


def test_what_comes_back_meanwhile_is_the_same_alert(room: Watched) -> None:
    room.say(40, "orange", tone=0)
    room.minutes(70)
    assert room.the("orange").calm_since is not None
    room.say(80, "orange", tone=0)
    assert Change.RAISED not in changes(room.minutes())
    assert room.the("orange").calm_since is None


def test_an_incomplete_hour_is_not_called_calm(room: Watched) -> None:
    room.say(40, "orange", tone=0)
    room.minutes(2)
    room.minutes(95, deaf=("social",))
    assert room.the("orange").state == "firing"


def test_after_its_end_only_something_much_stronger_raises_it_anew(room: Watched) -> None:
    room.say(40, "orange", tone=0)
    room.minutes(95)
    assert room.the("orange").state == "resolved"
    room.say(40, "orange", tone=0)
    room.minutes()
    assert room.why("orange") == "cool-down"
    assert room.the("orange").state == "resolved"
    room.say(200, "orange", tone=0)
    assert changes(room.minutes()) == [Change.RAISED]


def test_what_a_person_closed_stays_closed_while_its_cause_lasts(room: Watched) -> None:
    room.say(40, "orange", tone=0)
    room.minutes()
    number = room.the("orange").id
    with room.writer.transaction() as db:
        resolve(db, number, "léa", room.now)
    assert room.minutes(30) == []
    assert room.the("orange").id == number


def test_what_a_person_closed_while_the_room_was_looked_at_stays_closed(room: Watched) -> None:
    room.say(40, "orange", tone=0)
    room.minutes()
    room.pass_minute()
    judged = room.look()
    with room.writer.transaction() as db:
        resolve(db, room.the("orange").id, "léa", room.now)
        assert room.engine.run(db, room.now, judged).changed == ()
    assert room.open() == []


def test_a_restart_goes_on_with_the_same_alert(room: Watched) -> None:
    room.say(40, "orange", tone=0)
    room.minutes()
    number = room.the("orange").id
    room.restart()
    assert room.minutes(3) == []
    assert room.the("orange").id == number


def test_a_new_topic_says_that_it_is_being_learnt(tmp_path: Path) -> None:
    room = Watched(tell_past(tmp_path / "cache.db", 8 * HOUR))
    room.say(35, "orange", tone=0)
    room.minutes()
    assert room.why("orange") in ("learning", "below-floor")
    room.say(120, "orange", tone=0)
    room.minutes()
    assert room.the("orange").facts["learning"] is True


def test_a_rival_has_a_rule_of_its_own(room: Watched) -> None:
    room.say(60, "free", tone=0)
    room.minutes()
    assert room.the("free", "rival").severity is Severity.NOTICE
    assert room.alert("free") is None


def test_a_rivals_burst_says_what_it_is_about_and_who_shares_it(room: Watched) -> None:
    room.store(*(room.prepare("free", text=f"forfait correct {day}", at=NOW - day * DAY) for day in range(1, 27)))
    room.store(*(room.prepare("free", text=f"la hausse de prix est scandaleuse {place}") for place in range(25)))
    room.say(5, "free", "orange", text="hausse de prix chez tous")
    room.minutes()
    facts = room.the("free", "rival").facts
    assert facts["mood"] == "bad"
    assert any("prix" in words for words in facts["words"])
    assert facts["shared"] == [["Orange", 5]]


def test_a_rivals_good_news_is_good_for_them(room: Watched) -> None:
    room.say(40, "free", tone=1)
    room.minutes()
    assert room.the("free", "rival").facts["mood"] == "good"
    assert room.the("free", "rival").facts["shared"] == []


def test_a_part_of_a_topic_is_told_before_the_topic_and_muted_by_it(room: Watched) -> None:
    room.say(9, "orange", tone=-1)
    room.minutes()
    part = room.the("orange·tone:-1")
    assert part.severity is Severity.NOTICE
    assert room.alert("orange") is None
    room.say(60, "orange", tone=-1)
    room.minutes()
    whole = room.the("orange")
    assert whole.incident == part.id
    assert room.the("orange·tone:-1").inhibitor == whole.id
    assert ("inhibited", str(whole.id)) in room.steps("orange·tone:-1")
    assert room.why("orange·source:social") == "inhibited"


def test_alerts_about_the_same_mentions_are_one_incident(room: Watched) -> None:
    room.say(60, "orange", "fibre", tone=0)
    room.minutes()
    orange, fibre = room.the("orange"), room.the("fibre")
    assert {orange.incident, fibre.incident} == {None, min(orange.id, fibre.id)}
    later = max(orange, fibre, key=lambda alert: alert.id)
    assert ("grouped", f"{min(orange.id, fibre.id)} mentions") in room.steps(later.subject)


def test_alerts_about_different_mentions_are_two(room: Watched) -> None:
    room.say(60, "orange", tone=0)
    room.say(60, "fibre", tone=0, source="forum")
    room.minutes()
    assert (room.the("orange").incident, room.the("fibre").incident) == (None, None)


def test_alerts_that_push_one_link_are_one_incident(room: Watched) -> None:
    room.say(40, "orange", tone=0, links=("https://exemple.fr/tract",))
    room.say(40, "fibre", tone=0, links=("https://exemple.fr/tract",))
    room.minutes()
    later = max(room.the("orange"), room.the("fibre"), key=lambda alert: alert.id)
    assert room.steps(later.subject)[-1][1].endswith(" link")


def test_what_is_planned_is_a_notice(past: Path) -> None:
    planned = PlannedEvent("Black Friday", NOW, NOW + DAY, ("orange",))
    room = Watched(past, planned=[planned])
    room.say(200, "orange")
    room.minutes()
    alert = room.the("orange")
    assert (alert.severity, alert.facts["planned"]) == (Severity.NOTICE, "Black Friday")


def test_a_rule_may_ask_for_more_and_name_its_topics(past: Path) -> None:
    strict = replace(USUAL_RULES["burst"], id="strict", topics=("orange",), floor=500)
    room = Watched(past, USUAL_RULES["burst"], strict)
    room.say(60, "orange", tone=0)
    room.say(60, "fibre", tone=0, source="forum")
    room.minutes()
    assert room.why("orange") == "below-floor"
    assert ("burst", "fibre") in room.open()
    assert ("burst", "orange") not in room.open()


def test_an_alert_whose_rule_is_switched_off_ends(room: Watched) -> None:
    room.say(40, "orange", tone=0)
    room.minutes()
    room.settings = replace(room.settings, rules=(USUAL_RULES["rival"],))
    room.restart()
    assert changes(room.minutes()) == [Change.RESOLVED]
    assert room.steps("orange")[-1] == ("resolved", "unwatched")


@pytest.mark.parametrize(
    ("repeat", "told", "reminded"),
    [
        (4 * HOUR, -4 * HOUR, True),
        (4 * HOUR, -3 * HOUR, False),
        (0, -4 * HOUR, False),
        # Nobody could be reached so far: that is no reason to be silent.
        (1 * MINUTE, None, True),
        # The clock was set back.
        (4 * HOUR, 9 * HOUR, True),
        # It was told while the minute was being looked at.
        (4 * HOUR, 2 * MINUTE, False),
    ],
)
def test_when_it_is_repeated(past: Path, repeat: int, told: int | None, reminded: bool) -> None:
    room = Watched(past, replace(USUAL_RULES["burst"], repeat=repeat))
    room.say(40, "orange", tone=0)
    room.minutes()
    at = None if told is None else room.now + told
    with room.writer.transaction() as db:
        db.execute("UPDATE alerts SET told = ? WHERE id = ?", (at, room.the("orange").id))
    room.say(20, "orange", tone=0)
    assert (Change.REPEATED in changes(room.minutes())) is reminded


def test_it_is_repeated_while_nobody_has_taken_it(room: Watched) -> None:
    room.say(40, "orange", tone=0)
    room.minutes()
    number = room.the("orange").id
    with room.writer.transaction() as db:
        db.execute("UPDATE alerts SET told = ? WHERE id = ?", (room.now - 4 * HOUR, number))
    room.say(20, "orange", tone=0)
    assert Change.REPEATED in changes(room.minutes())
    with room.writer.transaction() as db:
        acknowledge(db, number, "léa", room.now)
    room.say(20, "orange", tone=0)
    assert Change.REPEATED not in changes(room.minutes())


def test_a_silence_hides_what_is_raised_under_it_and_a_forgotten_taking_lapses(room: Watched) -> None:
    with room.writer.transaction() as db:
        silence(db, "topic:orange", reason="maintenance", operator="léa", now=room.now, ends=room.now + HOUR)
    room.say(40, "orange", tone=0)
    room.minutes()
    assert room.the("orange").silence is not None
    with room.writer.transaction() as db:
        acknowledge(db, room.the("orange").id, "léa", room.now, until=room.now + 2 * MINUTE)
    room.minutes(3)
    assert room.the("orange").state == "firing"


def test_learning_may_take_its_time_and_says_nothing_meanwhile(room: Watched) -> None:
    room.say(40, "orange", tone=0)
    room.pass_minute()
    topics = room.engine.begin(room.db, room.now, 0.0)
    found = [each for topic in topics for each in room.engine.look(room.db, topic)]
    assert [each for each in found if each.rule.kind in ("burst", "rival", "moment")] == []
    assert room.why("orange") == "raised"


def test_nothing_is_written_by_a_look(room: Watched) -> None:
    room.say(40, "orange", tone=0)
    room.pass_minute()
    assert any(signal.why == "raised" for signal in room.look())
    assert room.open() == []
    assert alert_by_id(room.db, 1) is None
