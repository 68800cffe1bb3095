"""The volume detector on labelled series of mentions, beside mean + 3 deviations of 14 days. JSON out.

`FOLDER` holds the series and labels of `benchmarks.nab`. Then the same with half of the mentions thinned away (seeds
printed), false alerts on steady noise, which has no burst at all, and the time a row.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from benchmarks.nab import Series, figures, load, thinned
from socialhub.clock import DAY, MINUTE
from socialhub.detect.burst import THRESHOLD, BurstDetector

SEEDS: Final = (1, 2, 3, 4, 5)
KEPT: Final = 0.5
NOISE_RATES: Final = (3 / 168, 0.25, 1.0, 4.0, 60.0, 3000.0)
"""Mentions an hour."""
NOISE_WEEKS: Final = 40
NOISE_STEP: Final = 5 * MINUTE
Alerts = Callable[[Series], list[int]]
_MANY: Final = 50.0


def bursts(series: Series) -> list[int]:
    """The rows that the detector raises, from a fresh start."""
    detector = BurstDetector()
    rows = enumerate(zip(series.times, series.values, strict=True))
    return [row for row, (moment, value) in rows if detector.judge(moment, value).score >= THRESHOLD]


def peaks(series: Series) -> list[int]:
    """The baseline, after Huginn's PeakDetectorAgent as it ships: 14 days, 3 deviations, two days between peaks."""
    past: deque[tuple[int, float]] = deque()
    total = squares = 0.0
    found: list[int] = []
    for row, (moment, value) in enumerate(zip(series.times, series.values, strict=True)):
        while past and past[0][0] <= moment - 14 * DAY:
            old = past.popleft()[1]
            total, squares = total - old, squares - old * old
        if len(past) >= 4 and (not found or moment - series.times[found[-1]] >= 2 * DAY):
            mean = total / len(past)
            spread = math.sqrt(max(0.0, squares / len(past) - mean * mean))
            if value > mean + 3 * spread:
                found.append(row)
        past.append((moment, value))
        total, squares = total + value, squares + value * value
    return found


def scored(series: Sequence[Series], find: Alerts) -> dict[str, float]:
    """The figures of one detector, with the processor time a row in microseconds."""
    started = time.process_time()
    alerts = [(each, find(each)) for each in series]
    spent = time.process_time() - started
    return {**figures(alerts), "us_a_row": round(spent / sum(len(each.times) for each in series) * 1e6, 1)}


def thin(series: Sequence[Series], find: Alerts) -> dict[str, Any]:
    """The standard score with a part of the mentions, for each seed and in the mean."""
    by_seed = {seed: scored([thinned(each, KEPT, seed) for each in series], find)["standard"] for seed in SEEDS}
    return {"kept": KEPT, "by_seed": by_seed, "mean": round(fmean(by_seed.values()), 2)}


def poisson(mean: float, chance: random.Random) -> float:
    """A Poisson draw; a large one from the normal distribution."""
    if mean > _MANY:
        return float(max(0, round(chance.gauss(mean, math.sqrt(mean)))))
    left, count = chance.random(), 0
    share = math.exp(-mean)
    while left > share:
        left, count = left - share, count + 1
        share *= mean / count
        if not share:
            break
    return float(count)


def noise(find: Alerts) -> dict[str, float]:
    """False alerts a week on steady Poisson noise, by mentions an hour."""
    told = {}
    rows = NOISE_WEEKS * 7 * DAY // NOISE_STEP
    for rate in NOISE_RATES:
        chance = random.Random(f"noise {rate}")
        values = tuple(poisson(rate * NOISE_STEP / (60 * MINUTE), chance) for _ in range(rows))
        steady = Series("noise", tuple(row * NOISE_STEP for row in range(rows)), values, ())
        told[f"{rate:.3g}"] = round(len(find(steady)) / NOISE_WEEKS, 3)
    return told


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    series = load(parser.parse_args().folder)
    told = {
        name: {"whole": scored(series, find), "thinned": thin(series, find), "noise_alerts_a_week": noise(find)}
        for name, find in {"socialhub": bursts, "mean + 3 sd, 14 days": peaks}.items()
    }
    json.dump({"series": [each.name for each in series], "threshold": THRESHOLD, **told}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
