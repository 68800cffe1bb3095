"""The NAB measure of a volume detector, from its published definition (Lavin & Ahmad 2015, arXiv:1510.03336).

A folder holds a CSV (timestamp,value) for each series and `windows.json`: {series: {"windows": [[first, last], ...]}}.
"""

from __future__ import annotations

import csv
import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from socialhub.clock import HOUR, from_datetime

PROFILES: Final = {"standard": (0.11, 1.0), "low_FP": (0.22, 1.0), "low_FN": (0.11, 2.0)}
"""What a false alert row and a missed window cost where a window found at its first row earns 1."""
WARM_SHARE: Final = 0.15
WARM_MOST: Final = 750
"""The first rows of a series, a share of them up to so many, count for nothing."""
AFTER: Final = 3
"""Windows' widths after a window in which a false alert costs less."""


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its rows and its labelled windows as (first row, last row)."""

    name: str
    times: tuple[int, ...]
    values: tuple[float, ...]
    windows: tuple[tuple[int, int], ...]

    @property
    def warm(self) -> int:
        """How many first rows count for nothing."""
        return min(math.floor(WARM_SHARE * len(self.times)), WARM_MOST)


def load(folder: Path) -> list[Series]:
    """Every series of a folder."""
    labels = json.loads((folder / "windows.json").read_text(encoding="utf-8"))
    found = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        times = [from_datetime(datetime.fromisoformat(row["timestamp"])) for row in rows]
        place = {moment: number for number, moment in enumerate(times)}
        windows = [
            tuple(place[from_datetime(datetime.fromisoformat(end))] for end in window)
            for window in labels[path.stem]["windows"]
        ]
        values = tuple(float(row["value"]) for row in rows)
        found.append(Series(path.stem, tuple(times), values, tuple((first, last) for first, last in windows)))
    return found


def thinned(series: Series, kept: float, seed: int) -> Series:
    """The same events of a smaller brand: every mention is kept with this probability."""
    chance = random.Random(f"{seed}:{series.name}")
    values = (float(sum(chance.random() < kept for _ in range(int(value)))) for value in series.values)
    return replace(series, values=tuple(values))


def _slope(place: float) -> float:
    return 2 / (1 + math.exp(5 * place)) - 1


def raw_score(series: Series, alerts: Sequence[int], profile: str) -> float:
    """What the alert rows of a series earn and cost."""
    false_cost, miss_cost = PROFILES[profile]
    alerts = [row for row in alerts if row >= series.warm]
    earned = 0.0
    for first, last in series.windows:
        hit = next((row for row in alerts if first <= row <= last), None)
        width = last - first + 1
        earned += -miss_cost if hit is None else _slope(-(last - hit + 1) / width) / _slope(-1)
    return earned + false_cost * sum(_cost(series, row) for row in alerts)


def _cost(series: Series, row: int) -> float:
    """Minus the share of a false alert's cost; 0 inside a window."""
    before = [window for window in series.windows if window[0] <= row]
    if not before:
        return -1.0
    first, last = before[-1]
    if row <= last:
        return 0.0
    behind = (row - last) / (last - first)
    return -1.0 if behind > AFTER else _slope(behind)


def figures(alerts: Sequence[tuple[Series, Sequence[int]]]) -> dict[str, float]:
    """The score in each profile (100: every window at its first row, nothing else), windows found, false alerts."""
    windows = sum(len(series.windows) for series, _rows in alerts)
    told: dict[str, float] = {}
    for profile, (_false, miss) in PROFILES.items():
        raw = sum(raw_score(series, rows, profile) for series, rows in alerts)
        told[profile] = round(100 * (raw + miss * windows) / ((1 + miss) * windows), 2)
    told["windows"] = windows
    told["found"] = sum(
        any(first <= row <= last for row in _warm(each)) for each in alerts for first, last in each[0].windows
    )
    told["false_alerts_a_series_week"] = round(sum(map(_false_alerts, alerts)) / sum(map(_weeks, alerts)), 2)
    return told


def _warm(each: tuple[Series, Sequence[int]]) -> list[int]:
    return [row for row in each[1] if row >= each[0].warm]


def _weeks(each: tuple[Series, Sequence[int]]) -> float:
    times = each[0].times[each[0].warm :]
    return (times[-1] - times[0]) / (7 * 24 * HOUR)


def _false_alerts(each: tuple[Series, Sequence[int]]) -> int:
    """Alert rows outside every window, those at most an hour after another alert row left out."""
    series, count, last = each[0], 0, -HOUR
    for row in _warm(each):
        new = series.times[row] - last > HOUR
        count += new and not any(first <= row <= end for first, end in series.windows)
        last = series.times[row]
    return count
