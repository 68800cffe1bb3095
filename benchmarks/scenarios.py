"""The alerts of a room on labelled scenarios, beside the plain rules that tools use, on the same mentions. JSON out.

For each scenario, over some seeds: found or not, after how long (median, nine of ten), and how many alerts a week were
about nothing. `--first-seed` shows others than those it was made on.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.scenario_plans import PLANTED, SCENARIOS
from benchmarks.scenario_room import PLAIN, Outcome, judge, play, play_plain
from socialhub.clock import MINUTE

OURS: Final = "socialhub"
NINE_OF_TEN: Final = 0.9


def lived(name: str, seed: int) -> dict[str, Outcome]:
    """What became of one scenario, by detector."""
    scenario = SCENARIOS[name](seed)
    with tempfile.TemporaryDirectory() as folder:
        ours = judge(scenario, play(Path(folder) / "cache.db", scenario))
    return {OURS: ours, **{rule: judge(scenario, play_plain(scenario, rule)) for rule in PLAIN}}


def told(name: str, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The figures of one detector on one scenario."""
    weeks = sum(each.weeks for each in outcomes)
    figures: dict[str, Any] = {}
    if name in PLANTED:
        figures["found"] = f"{sum(each.delay is not None for each in outcomes)} of {len(outcomes)}"
        figures["delay_minutes"] = _delays([each.delay for each in outcomes])
        figures["delay_above_notice_minutes"] = _delays([each.grave_delay for each in outcomes])
        figures["worse_than_allowed"] = sum(bool(each.too_grave) for each in outcomes)
        figures["found_by"] = _counted(each.by for each in outcomes if each.by)
    figures["false_alerts_a_week"] = {
        "any": round(sum(len(each.false) for each in outcomes) / weeks, 2),
        "above_notice": round(sum(len(each.false_grave) for each in outcomes) / weeks, 2),
    }
    return figures


def _delays(delays: Sequence[int | None]) -> dict[str, float] | None:
    known = sorted(delay / MINUTE for delay in delays if delay is not None)
    if not known:
        return None
    return {"median": median(known), "p90": known[min(len(known) - 1, int(NINE_OF_TEN * len(known)))]}


def _counted(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, help="how many tellings of each")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--only", action="append", choices=tuple(SCENARIOS), help="this scenario, more than once")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    runs = [(name, seed) for name in options.only or SCENARIOS for seed in seeds]
    outcomes: dict[str, dict[str, list[Outcome]]] = {}
    with ProcessPoolExecutor(options.jobs, get_context("spawn")) as pool:
        for (name, seed), found in zip(runs, pool.map(lived, *zip(*runs, strict=True)), strict=True):
            print(name, seed, file=sys.stderr)
            for detector, outcome in found.items():
                outcomes.setdefault(name, {}).setdefault(detector, []).append(outcome)
    figures = {name: {who: told(name, each) for who, each in found.items()} for name, found in outcomes.items()}
    ours = [outcome for found in outcomes.values() for outcome in found[OURS]]
    whole = {who: told("", [each for found in outcomes.values() for each in found[who]]) for who in (OURS, *PLAIN)}
    weeks = round(sum(each.weeks for each in ours), 1)
    json.dump(
        {"seeds": [seeds.start, seeds.stop - 1], **figures, "together": {"weeks": weeks, **whole}}, sys.stdout, indent=1
    )
    print()


if __name__ == "__main__":
    main()
