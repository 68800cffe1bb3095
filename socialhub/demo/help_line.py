"""The metric of the demonstration: calls to the operator's help line, every five minutes, for weeks and for the story.

They follow the day's rhythm; when the outage begins people first write, and half an hour later they call.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Final

from socialhub.clock import MINUTE, iso
from socialhub.demo.rhythm import level
from socialhub.demo.story import EVENTS
from socialhub.metrics import Measurement

HELP_LINE: Final = "standard:3900"
"""The source that tells it."""
CALLS: Final = "Appels au 3900"
UNIT: Final = "appels"
BESIDE: Final = ("mandarine", "fibre")
"""The topics that it stands beside."""
EVERY: Final = 5 * MINUTE
_USUAL: Final = 26.0
"""Calls in five minutes of an average moment."""
_OUTAGE: Final = ((0, 1.0), (25, 1.1), (45, 2.4), (80, 3.6), (200, 3.1), (320, 2.2), (458, 1.0))
"""(minutes after the outage began, how many times the usual)."""


def calls(seed: int, start: int, since: int, until: int) -> Iterator[Measurement]:
    """The rows in [since, until) of a story that starts at `start` (all ms UTC)."""
    rng = Random(f"help line {seed} {start} {since}")
    outage = start + EVENTS["outage"].start_offset_ms
    for at in range(since - since % EVERY, until, EVERY):
        expected = _USUAL * level(at) * _times((at - outage) / MINUTE)
        yield Measurement(CALLS, at, float(max(0, round(rng.gauss(expected, expected**0.5)))), UNIT)


def _times(minute: float) -> float:
    """How many times the usual are called so many minutes after the outage began; straight between its points."""
    (first, _), (last, _) = _OUTAGE[0], _OUTAGE[-1]
    if not first < minute < last:
        return 1.0
    after = next(place for place, (reached, _weight) in enumerate(_OUTAGE) if reached > minute)
    (low, before), (high, later) = _OUTAGE[after - 1], _OUTAGE[after]
    return before + (later - before) * (minute - low) / (high - low)


def lines(seed: int, start: int, since: int, until: int) -> Iterator[str]:
    """The same in the exchange format."""
    for row in calls(seed, start, since, until):
        told = {"source": HELP_LINE, "kind": "metric", "metric": row.metric, "value": int(row.value), "unit": row.unit}
        yield json.dumps(told | {"published_at": iso(row.at)}, ensure_ascii=False) + "\n"
