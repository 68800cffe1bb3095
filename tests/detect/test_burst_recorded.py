"""The goals of the detector on labelled series of mentions of brands, where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.detect import bursts, peaks
from benchmarks.nab import figures, load

pytestmark = pytest.mark.recorded


def test_the_goals_are_reached_and_the_plain_rule_is_far_behind(test_data: Path) -> None:
    series = load(test_data / "nab")
    ours, plain = (figures([(each, find(each)) for each in series]) for find in (bursts, peaks))
    assert ours["standard"] >= 83.2
    assert ours["low_FP"] >= 74.6
    assert ours["low_FN"] >= 87.9
    assert ours["false_alerts_a_series_week"] <= 0.6
    assert plain["standard"] < ours["standard"] - 20
