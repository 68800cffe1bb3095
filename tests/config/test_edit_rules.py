"""Rules of alerts changed in the file itself: what cannot be used is not written, and everything else stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialhub.config import ConfigProblems, load
from socialhub.config.edit import EditRefused
from socialhub.config.edit_rules import RuleEditor, written_of
from tests.config.test_edit import TEXT, changes

RULES = """
[[alerts]]   # le nôtre
kind = "burst"
floor = 12   # plus que d'habitude
repeat = "2 h"
# rien de plus

# ---- La fin
[theme]
density = 2
"""
NEW = {"kind": "keyword", "id": "panne", "enabled": "true", "query": 'panne OU "plus rien"', "topics": "orange, box"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(TEXT + RULES, encoding="utf-8")
    return path


def burst(path: Path, **typed: str) -> dict[str, str]:
    """The fields of the rule that stands in the file, with something else typed in some."""
    return written_of(load(path).alerts[0]) | typed


def test_a_new_rule_stands_behind_the_others(path: Path) -> None:
    config = RuleEditor(path).save("", NEW)
    assert changes(path, TEXT + RULES) == [
        "+[[alerts]]",
        '+kind = "keyword"',
        '+id = "panne"',
        '+topics = ["orange", "box"]',
        '+query = "panne OU \\"plus rien\\""',
        "+",
    ]
    after = path.read_text(encoding="utf-8")
    assert after.index("rien de plus\n") < after.index("panne") < after.index("# ---- La fin")
    assert load(path) == config


def test_a_limit_is_typed_as_people_write_numbers(path: Path) -> None:
    typed = {"kind": "metric", "id": "calls", "enabled": "true", "metric": "calls", "above": "1 200,5"}
    config = RuleEditor(path).save("", typed)
    rule = config.alerts[-1]
    assert rule.above == 1200.5
    RuleEditor(path).save("calls", written_of(rule) | {"above": "300", "lasting": "5 min"})
    assert "above = 300\n" in path.read_text(encoding="utf-8")
    assert written_of(load(path).alerts[-1])["above"] == "300"
    with pytest.raises(ConfigProblems) as refused:
        RuleEditor(path).checked("calls", written_of(rule) | {"above": "many"})
    assert refused.value.problems[0].message == "expected a number"


def test_the_first_rule_of_a_file_stands_at_its_end(path: Path) -> None:
    path.write_text(TEXT, encoding="utf-8")
    config = RuleEditor(path).save("tone_shift", {"kind": "tone_shift", "id": "tone_shift", "enabled": "false"})
    assert changes(path) == ["+", "+[[alerts]]", '+kind = "tone_shift"', "+enabled = false"]
    assert not config.alerts[0].enabled


def test_a_changed_value_keeps_its_comment_and_an_emptied_one_goes(path: Path) -> None:
    config = RuleEditor(path).save("burst", burst(path, floor="30", repeat="", crisis_from="90"))
    assert changes(path, TEXT + RULES) == [
        "-floor = 12   # plus que d'habitude",
        '-repeat = "2 h"',
        "+floor = 30   # plus que d'habitude",
        "+crisis_from = 90",
    ]
    rule = config.alerts[0]
    assert (rule.floor, rule.repeat, rule.crisis_from) == (30, None, 90)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"floor": "many"}, "expected a whole number"),
        ({"floor": "0"}, "must lie between 1"),
        ({"repeat": "30"}, "needs a unit"),
        ({"topics": "orang"}, "there is no topic with this id"),
        ({"id": "Ma règle"}, "an id has small letters"),
        ({"id": "moment"}, "the id of the rules of kind moment"),
        ({"query": "(panne"}, "never closed"),
        ({"query": "is:unread"}, "not the same for every reader"),
        ({"query": " "}, 'needs a "query"'),
        ({"reach": "5"}, "only for rules of kind detractor"),
    ],
)
def test_what_cannot_be_used_is_refused_before_it_is_written(path: Path, typed: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigProblems) as refused:
        RuleEditor(path).save("", NEW | typed)
    assert message in refused.value.message
    assert path.read_text(encoding="utf-8") == TEXT + RULES


def test_what_somebody_else_changed_meanwhile_stays(path: Path) -> None:
    editor = RuleEditor(path)
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(EditRefused, match="changed by somebody else") as refused:
        editor.save("", NEW)
    assert 'id = "panne"' in refused.value.paste
    assert path.read_text(encoding="utf-8") == TEXT


def test_the_rules_of_the_demonstration_stay(path: Path) -> None:
    with pytest.raises(EditRefused, match="demonstration"):
        RuleEditor(path, demo=True).save("burst", burst(path, floor="30"))
    assert path.read_text(encoding="utf-8") == TEXT + RULES


def test_rules_written_in_one_line_are_to_be_pasted_by_hand(path: Path) -> None:
    path.write_text(f'alerts = [{{kind = "burst", floor = 9}}]\n{TEXT}', encoding="utf-8")
    with pytest.raises(EditRefused, match="without moving things") as refused:
        RuleEditor(path).save("burst", burst(path, floor="30"))
    assert "floor = 30" in refused.value.paste


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(["id", "topics", "floor", "calm_for", "repeat", "query", "severity"]), st.text(max_size=30))
def test_whatever_is_typed_the_file_still_loads_and_the_other_rules_are_as_they_were(
    path: Path, key: str, typed: str
) -> None:
    path.write_text(TEXT + RULES, encoding="utf-8")
    before = load(path)
    try:
        config = RuleEditor(path).save("", NEW | {key: typed})
    except (ConfigProblems, EditRefused):
        assert path.read_text(encoding="utf-8") == TEXT + RULES
        return
    assert load(path) == config
    assert config.alerts[:1] == before.alerts
    assert config.topics == before.topics
