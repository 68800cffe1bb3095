"""Rules of alerts and planned events in a config: what is in force, what is refused."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from socialhub.alert_rules import USUAL_RULES, PlannedEvent, rules_for
from socialhub.clock import HOUR, MINUTE
from socialhub.config import Config, ConfigProblems, read
from socialhub.config.alerting import planned_of, rules_of
from socialhub.config.export import to_toml
from socialhub.incidents import Severity

USUAL = tuple(rule for rule in USUAL_RULES.values() if rule.kind != "keyword")
"""A keyword rule needs to be told what to look for."""
HERE = Path("/salle/config.toml")
TOPICS = """
[[topics]]
id = "orange"
name = "Orange"
kind = "brand"
query = "orange"

[[topics]]
id = "free"
name = "Free"
kind = "competitor"
query = "free"
"""


def of(text: str) -> Config:
    return read(TOPICS + text, HERE, environ={})


def sentences(text: str) -> list[str]:
    with pytest.raises(ConfigProblems) as error:
        of(text)
    return [
        f"{problem.key}: {problem.message}" + (f" ({problem.suggestion})" if problem.suggestion else "")
        for problem in error.value.problems
        if not problem.warning
    ]


def test_sensible_rules_are_in_force_when_none_is_written() -> None:
    assert rules_of(of("").alerts) == USUAL
    burst = USUAL_RULES["burst"]
    assert burst.watches("orange", "brand")
    assert not burst.watches("free", "competitor")
    assert USUAL_RULES["rival"].watches("free", "competitor")


def test_a_rule_with_the_id_of_its_kind_changes_what_it_names() -> None:
    (burst, *others) = rules_of(of('[[alerts]]\nkind = "burst"\nfloor = 20\ncalm_for = "1 h"\n').alerts)
    assert (burst.id, burst.floor, burst.calm_for) == ("burst", 20, HOUR)
    assert (burst.severity, burst.repeat) == (Severity.WARNING, USUAL_RULES["burst"].repeat)
    assert [rule.id for rule in others] == [rule.id for rule in USUAL[1:]]


def test_a_rule_with_an_id_of_its_own_comes_on_top() -> None:
    text = (
        '[[alerts]]\nkind = "burst"\nid = "orange-now"\ntopics = ["orange"]\nseverity = "crisis"\nrepeat = "15 min"\n'
    )
    *usual, own = rules_of(of(text).alerts)
    assert usual == list(USUAL)
    assert (own.kind, own.topics, own.severity, own.repeat) == ("burst", ("orange",), Severity.CRISIS, 15 * MINUTE)
    assert own.watches("orange", "brand")
    assert not own.watches("sosh", "brand")


@pytest.mark.parametrize("written", ["0", '"0"', '"0 min"'])
def test_never_to_remind_of_it_is_written_0(written: str) -> None:
    config = of(f'[[alerts]]\nkind = "burst"\nrepeat = {written}\n')
    assert rules_of(config.alerts)[0].repeat == 0
    assert read(to_toml(config), HERE, environ={}).alerts == config.alerts


def test_a_rule_can_be_switched_off() -> None:
    off = of('[[alerts]]\nkind = "rival"\nenabled = false\n')
    assert [rule.id for rule in rules_of(off.alerts)] == [rule.id for rule in USUAL if rule.id != "rival"]


def test_keyword_rules_are_in_force_only_as_they_are_written() -> None:
    text = (
        '[[alerts]]\nkind = "keyword"\nid = "fuite"\nquery = "piratage OU fuite"\n'
        '[[alerts]]\nkind = "keyword"\nquery = "boycott*"\nfloor = 3\n'
    )
    *usual, leak, boycott = rules_of(of(text).alerts)
    assert usual == list(USUAL)
    assert (leak.id, leak.query, leak.floor, leak.severity) == ("fuite", "piratage OU fuite", 1, Severity.NOTICE)
    assert (boycott.id, boycott.query, boycott.floor) == ("keyword", "boycott*", 3)
    in_force = rules_of(of(text).alerts)
    assert [rule.id for rule in rules_for(in_force, "keyword", "orange", "brand")] == ["fuite", "keyword"]
    assert rules_for(in_force, "keyword", "free", "competitor") == []


def test_limits_of_metrics_come_on_top_of_the_usual_rule_and_survive_an_export() -> None:
    config = of(
        '[[alerts]]\nkind = "metric"\nid = "calls"\nmetric = "calls"\nabove = 200\nlasting = "15 min"\n'
        '[[alerts]]\nkind = "metric"\nid = "sales"\nmetric = "sales"\nbelow = 12.5\n'
        '[[metrics]]\nname = "waiting"\nadds = "last"\ntopics = ["orange"]\n'
    )
    *usual, calls, sales = rules_of(config.alerts)
    assert usual == list(USUAL)
    assert (calls.metric, calls.above, calls.below, calls.lasting) == ("calls", 200, None, 15 * MINUTE)
    assert (sales.below, sales.lasting) == (12.5, 0)
    again = read(to_toml(config), HERE, environ={})
    assert (again.alerts, again.metrics, again.hash) == (config.alerts, config.metrics, config.hash)
    assert of('[[metrics]]\nname = "waiting"\n').hash != config.hash


def test_what_is_wrong_with_a_query_is_told_once_and_on_its_line() -> None:
    with pytest.raises(ConfigProblems) as error:
        of('[[alerts]]\nkind = "keyword"\nquery = """\npanne OU\n(fuite"""\n')
    (problem,) = (each for each in error.value.problems if not each.warning)
    assert problem.line == TOPICS.count("\n") + 5


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[[alerts]]\nkind = "brust"\n', '"brust" is not one of'),
        ("[[alerts]]\nfloor = 3\n", 'the key "kind" is missing'),
        ('[[alerts]]\nkind = "burst"\ntopics = ["orang"]\n', "there is no topic with this id (orange)"),
        ('[[alerts]]\nkind = "burst"\nseverity = "panic"\n', '"panic" is not one of'),
        ('[[alerts]]\nkind = "burst"\nfloor = 0\n', "must lie between"),
        ('[[alerts]]\nkind = "keyword"\n', 'a rule of kind keyword needs a "query"'),
        ('[[alerts]]\nkind = "keyword"\nquery = ""\n', "alerts[1].query: this is empty: write what to look for"),
        ('[[alerts]]\nkind = "keyword"\nquery = "(panne"\n', "character 1: this ( is never closed"),
        ('[[alerts]]\nkind = "keyword"\nquery = "is:unread"\n', "is:unread cannot be used in a topic or a rule"),
        ('[[alerts]]\nkind = "keyword"\nqurey = "panne"\n', "alerts[1].qurey: unknown key (query)"),
        ('[[alerts]]\nkind = "burst"\nreach = 3\n', "alerts[1].reach: this is only for rules of kind detractor"),
        ('[[alerts]]\nkind = "detractor"\nreach = -3\n', "must lie between"),
        ('[[alerts]]\nkind = "detractor"\nreech = 3\n', "alerts[1].reech: unknown key (reach)"),
        ('[[alerts]]\nkind = "burst"\nquery = "panne"\n', "alerts[1].query: this is only for rules of kind keyword"),
        ('[[alerts]]\nkind = "burst"\nabove = 4\n', "alerts[1].above: this is only for rules of kind metric"),
        ('[[alerts]]\nkind = "metric"\nabove = 4\nbelow = 2\n', "alerts[1].below: a limit is above / below, not both"),
        ('[[alerts]]\nkind = "metric"\nlasting = "1 h"\n', "alerts[1].lasting: this needs a limit: above / below"),
        ('[[alerts]]\nkind = "metric"\nabove = nan\n', "must lie between"),
        ('[[metrics]]\nname = "calls"\nadds = "max"\n', '"max" is not one of sum, mean, last'),
        ('[[metrics]]\nname = "calls"\n[[metrics]]\nname = "calls"\n', "the name calls is already used"),
        ('[[metrics]]\nname = "calls"\ntopics = ["orang"]\n', "there is no topic with this id (orange)"),
        ('[[alerts]]\nkind = "burst"\nrepeat = 4\n', "a length of time needs a unit"),
        ('[[alerts]]\nkind = "burst"\nrepeat = "0 bananas"\n', '"0 bananas" is not a length of time'),
        ('[[alerts]]\nkind = "burst"\ncalm_for = 0\n', "a length of time needs a unit"),
        ('[[alerts]]\nkind = "burst"\n[[alerts]]\nkind = "burst"\n', "the id burst is already used"),
        ('[[alerts]]\nkind = "burst"\nid = "rival"\n', "this is the id of the rules of kind rival"),
        ('[[events]]\nname = "x"\nstart = "2026-11-27"\nend = "2026-11-26"\n', "this event ends before it begins"),
        ('[[events]]\nname = "x"\nstart = "tomorrow"\nend = "2026-11-26"\n', '"tomorrow" is not a moment'),
        ('[[events]]\nname = "x"\nstart = 3\nend = "2026-11-26"\n', "expected a text in quotes"),
        ('[[events]]\nname = "x"\nstart = "2026-11-26"\n', 'the key "end" is missing'),
        ('[[events]]\nname = "x"\nstart = "2026-11-26"\nend = "2026-11-27"\ntopics = ["fre"]\n', "(free)"),
    ],
)
def test_mistakes_are_told(text: str, sentence: str) -> None:
    assert any(sentence in each for each in sentences(text)), sentences(text)


def test_planned_events_are_in_the_rooms_time_unless_they_say() -> None:
    text = (
        '[[events]]\nname = "Keynote"\nstart = "2026-11-27 18:00"\nend = 2026-11-27T20:00:00\ntopics = ["orange"]\n'
        '[[events]]\nname = "Soldes"\nstart = 2026-11-27\nend = "2026-11-28T00:00+01:00"\n'
    )
    keynote, sales = planned_of(of(text).events, ZoneInfo("Europe/Paris"))
    evening = 1_795_798_800_000
    assert keynote == PlannedEvent("Keynote", evening, evening + 2 * HOUR, ("orange",))
    assert sales.end - sales.start == 24 * HOUR
    assert keynote.covers("orange", evening)
    assert not keynote.covers("free", evening)
    assert sales.covers("free", evening)
    assert not keynote.covers("orange", evening + 2 * HOUR)


def test_rules_and_events_count_for_the_hash_and_survive_an_export() -> None:
    text = (
        '[[alerts]]\nkind = "burst"\nfloor = 20\nenabled = false\n'
        '[[events]]\nname = "Keynote"\nstart = "2026-11-27 18:00"\nend = "2026-11-27 20:00"\n'
    )
    config = of(text)
    assert config.hash != of("").hash
    again = read(to_toml(config), HERE, environ={})
    assert (again.alerts, again.events, again.hash) == (config.alerts, config.events, config.hash)
