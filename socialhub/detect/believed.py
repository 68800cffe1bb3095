"""What is believed of a series before it has shown itself, and how much it may teach at once: for both detectors."""

from __future__ import annotations

from math import sqrt
from typing import Final

from socialhub.clock import DAY

HALF_LIFE: Final = 7 * DAY
"""After so much observed time a count weighs half in what is expected."""
JEFFREYS: Final = 0.5
"""Half a mention before the first (Jeffreys' prior of a Poisson rate): what was never seen is still possible."""
WOBBLE: Final = 1.0
"""The squared coefficient of variation of a rate, before: it is believed to vary by as much as itself…"""
WOBBLE_FOR: Final = 3 * DAY
"""…with the weight of so much observed time: few counts cannot promise steadiness."""
LEAST_WOBBLE: Final = 1e-3
"""No rate is steadier than this."""
STRAY: Final = 15.0
"""Standard deviations above the expected from which on a count teaches no more: a crisis is not the new normal."""


def most_taught(expected: float, wobble: float = WOBBLE) -> float:
    """The highest count that still teaches all of itself where `expected` mentions were, at a rate of that wobble."""
    return expected + STRAY * sqrt(expected + wobble * expected * expected)
