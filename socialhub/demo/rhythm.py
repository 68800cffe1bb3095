"""When people write: the hours of a day in France, the days of a week, and the curve of an event."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate, pairwise
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from socialhub.clock import MINUTE, to_datetime

PARIS: Final = ZoneInfo("Europe/Paris")

# Share of a day's mentions by local hour: asleep, on the way to work, lunch, the evening on the sofa.
HOURS: Final = (16, 9, 5, 3, 3, 6, 15, 34, 52, 58, 56, 57, 70, 66, 54, 50, 52, 60, 70, 72, 76, 80, 66, 38)
# By day of the week, Monday first.
WEEKDAYS: Final = (1.08, 1.04, 1.02, 1.0, 0.98, 0.9, 0.92)
SLOT: Final = 10 * MINUTE
_AVERAGE: Final = sum(HOURS) / 24


def level(moment: int) -> float:
    """How busy an ordinary moment is (1 is the average of a week)."""
    local = to_datetime(moment, PARIS)
    here, following = HOURS[local.hour], HOURS[(local.hour + 1) % 24]
    hour_level = here + (following - here) * local.minute / 60
    return hour_level / _AVERAGE * WEEKDAYS[local.weekday()]


class Rhythm:
    """Ordinary moments between two times, busy and quiet as people are."""

    def __init__(self, start: int, span: int) -> None:
        self._start = start
        weights = [level(start + offset) for offset in range(0, span, SLOT)]
        self._bounds = list(accumulate(weights))
        self.busyness = self._bounds[-1] / len(weights)
        """How busy the span is as a whole (1 is an average one)."""

    def moments(self, count: int, rng: Random) -> list[int]:
        """`count` moments, in order."""
        total = self._bounds[-1]
        slots = (bisect(self._bounds, rng.random() * total) for _ in range(count))
        return sorted(
            self._start + min(slot, len(self._bounds) - 1) * SLOT + int(rng.random() * SLOT) for slot in slots
        )


def curve_moments(start: int, curve: Sequence[tuple[float, float]], count: int, rng: Random) -> list[int]:
    """`count` moments under a curve of (minute from `start`, weight), straight between its points; in order."""
    areas = [
        (high - low) * (low_weight + high_weight) / 2 for (low, low_weight), (high, high_weight) in pairwise(curve)
    ]
    bounds = list(accumulate(areas))
    moments = []
    for _ in range(count):
        piece = min(bisect(bounds, rng.random() * bounds[-1]), len(bounds) - 1)
        (low, low_weight), (high, high_weight) = curve[piece], curve[piece + 1]
        minute = low + (high - low) * _along(low_weight, high_weight, rng)
        moments.append(start + int(minute * MINUTE))
    return sorted(moments)


def _along(low_weight: float, high_weight: float, rng: Random) -> float:
    """A point of 0…1 whose density runs straight from one weight to the other."""
    point = rng.random()
    highest = max(low_weight, high_weight)
    while rng.random() * highest > low_weight + (high_weight - low_weight) * point:
        point = rng.random()
    return point
