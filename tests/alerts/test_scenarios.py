"""A short version of the labelled scenarios: an attack is found by what it is, and nothing else is raised beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.scenario_plans import SCENARIOS
from benchmarks.scenario_room import judge, play


def test_the_same_seed_tells_the_same_and_another_something_else() -> None:
    attack = SCENARIOS["bot attack"]
    assert attack(1) == attack(1)
    assert attack(1).said != attack(2).said


@pytest.mark.long
def test_an_attack_is_found_and_ordinary_life_around_it_is_not(tmp_path: Path) -> None:
    scenario = SCENARIOS["bot attack"](1)
    outcome = judge(scenario, play(tmp_path / "cache.db", scenario))
    assert outcome.delay is not None
    assert not outcome.false_grave
    assert not outcome.too_grave
