"""Whether counts are a burst: the one decision of both volume detectors.

Windows of three lengths are looked at together, and the mean of their surprises (`tails`) decides; then a floor of
mentions, and silence after what was told. Each test has a name. What was to be expected in a window, and how widely
counts stray, is the detectors' own: `burst` knows a lone series by its running mean, `volume` a room by the levels of
its sources and the rhythm of its week. Pure.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.records import dataclass

SCALES: Final = (15 * MINUTE, HOUR, 4 * HOUR)
"""Lengths of the windows looked at together."""
SURPRISE: Final = 2.5
"""Nats, the mean over SCALES, from which on it is a burst."""
FLOOR: Final = 6.0
"""So many mentions more than expected in the longest window, or it is nothing however rare."""
MUTE: Final = 4 * HOUR
"""Observed time, before which nothing is judged: there is nothing to compare with."""
LEARNING: Final = DAY
"""Observed time, before which a series is being learnt."""
LEARNING_FACTOR: Final = 3.0
LEARNING_FLOOR: Final = 50.0
"""While learning: how many times the surprise is needed, and the floor."""
ESCALATION: Final = 3.0
"""What is kept quiet after an alert is told all the same if it is so many times as surprising."""
SILENCE: Final = DAY
"""How long a lone series is kept quiet after a burst: it knows no hours, and the next evening belongs to the same."""
COOL_DOWN: Final = 4 * HOUR
"""How long a room is, after the end of an alert: there the alert itself lasts as long as its cause."""


class Judged(StrEnum):
    """What was found, or which test keeps it from being told."""

    BURST = "burst"
    RISE = "rise"
    USUAL = "usual"
    FLOOR = "below-floor"
    LEARNING = "learning"
    INCOMPLETE = "incomplete"
    COOL_DOWN = "cool-down"


class Known(StrEnum):
    """How well a series is known."""

    NOT = "not"
    LEARNING = "learning"
    WELL = "well"


@dataclass(frozen=True, slots=True)
class Bar:
    """What a series must reach to be told: `surprise` in nats, `excess` mentions more than expected."""

    surprise: float
    excess: float


def known_after(observed: int) -> Known:
    """How well a series is known that was observed for so long (ms)."""
    if observed < MUTE:
        return Known.NOT
    return Known.LEARNING if observed < LEARNING else Known.WELL


def bar_for(known: Known, surprise: float = SURPRISE) -> Bar:
    """What is asked of a series of which `surprise` is asked once it is known."""
    if known is Known.WELL:
        return Bar(surprise, FLOOR)
    return Bar(surprise * LEARNING_FACTOR, LEARNING_FLOOR)


def decide(known: Known, bar: Bar, rare: float, excess: float, held_at: float | None) -> Judged:
    """BURST, or the first test that fails.

    `rare` nats were found, and `excess` mentions more than expected in the longest window. `held_at` is the surprise of
    the alert after which it is kept quiet, None when it is not.
    """
    if known is Known.NOT:
        return Judged.LEARNING
    if rare < bar.surprise:
        return Judged.LEARNING if known is Known.LEARNING else Judged.USUAL
    if excess < bar.excess:
        return Judged.FLOOR
    if held_at is not None and rare < ESCALATION * held_at:
        return Judged.COOL_DOWN
    return Judged.BURST
