"""Bursts of volume: many more mentions than this series has shown so far, over a quarter, one and four hours.

Row by row, without look-ahead: a row is judged by what earlier rows taught, then it teaches. Each scale compares what
its window holds with what the long mean expects, by a negative binomial whose spread it has learnt; the mean of the
three surprises decides. No hour of the day: on mentions of brands such a baseline did worse than the spread that the
daily rhythm adds. Pure: times come in, and a row that is missing counts as if it had been as expected.
"""

from __future__ import annotations

from collections import deque
from enum import StrEnum
from math import sqrt
from typing import Final

from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.detect.steps import StepFinder
from socialhub.detect.tails import surprise
from socialhub.records import dataclass

SCALES: Final = (15 * MINUTE, HOUR, 4 * HOUR)
"""Lengths of the windows looked at together; each holds at least the row itself."""
HALF_LIFE: Final = 7 * DAY
"""After so much observed time a row weighs half in what is expected."""
SURPRISE: Final = 2.5
"""Nats, the mean over the scales, from which on a row is a burst: its score is THRESHOLD."""
FLOOR: Final = 6.0
"""So many mentions more than expected in the longest window, or it is no burst however rare."""
SILENCE: Final = DAY
"""After a burst nothing is raised for so long, unless it is ESCALATION times as surprising as the last one raised."""
ESCALATION: Final = 3.0
MUTE: Final = 4 * HOUR
"""Observed time, with MUTE_ROWS rows, in which nothing is judged: there is nothing to compare with."""
MUTE_ROWS: Final = 8
LEARNING: Final = DAY
"""Observed time, with LEARNING_ROWS rows, before a series is known."""
LEARNING_ROWS: Final = 48
LEARNING_FLOOR: Final = 50.0
"""FLOOR while learning, and below, how many times SURPRISE is needed then."""
LEARNING_FACTOR: Final = 3.0
THRESHOLD: Final = 0.5
"""The score from which on a row is a burst."""
HELD_SCORE: Final = 0.49
"""What a row scores that only a rule (silence, floor) keeps from being a burst."""
MOST: Final = 1e12
"""The largest count of a row; the sums of a window stay exact."""
_JEFFREYS: Final = 0.5
# Half a mention before the first row (Jeffreys' prior of a Poisson rate): what was never seen is still possible.
_WOBBLE: Final = 1.0
_WOBBLE_DAYS: Final = 3.0
# A rate is believed to vary by as much as itself, with the weight of three days: few rows cannot promise steadiness.
_CLIP: Final = 15.0
# Standard deviations above the expected from which on a row teaches no more: a crisis is not the new normal.


class Judged(StrEnum):
    """Why a row is a burst, or why it is not."""

    LEARNING = "learning"
    USUAL = "usual"
    FLOOR = "below-floor"
    SILENCE = "cool-down"
    BURST = "burst"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one row.

    `score` in [0, 1], a burst from THRESHOLD on; `seen` and `expected` mentions in the rows present of the window
    (`span` ms) that is the most surprising; `surprise` the mean over the scales in nats.
    """

    score: float
    why: Judged
    seen: float = 0.0
    expected: float = 0.0
    span: int = 0
    surprise: float = 0.0


class _Scale:
    """One window that slides over the rows, and how widely its counts have strayed."""

    __slots__ = ("rows", "seen", "span", "square", "weight")

    def __init__(self, span: int) -> None:
        self.span = span
        self.rows: deque[tuple[int, float]] = deque()
        self.seen = 0.0
        self.square = 0.0
        self.weight = 0.0

    def slide(self, moment: int, value: float) -> None:
        """Take a row in and let go of those that are too old."""
        rows = self.rows
        rows.append((moment, value))
        self.seen += value
        oldest = moment - self.span
        while rows[0][0] <= oldest:
            self.seen -= rows.popleft()[1]

    def wobble(self) -> float:
        """The squared coefficient of variation of the rate, with what is believed before."""
        return max((self.square + _WOBBLE * _WOBBLE_DAYS) / (self.weight + _WOBBLE_DAYS), 1e-3)

    def learn(self, seen: float, expected: float, wobble: float, days: float, decay: float) -> None:
        """Take in how far this window strayed, beyond what a steady rate does by itself."""
        strayed = min(seen, _most(expected, wobble)) - expected
        self.square = self.square * decay + days * (strayed * strayed - expected) / (expected * expected)
        self.weight = self.weight * decay + days


class BurstDetector:
    """Judges the rows of one series in the order of their times; holds the rows of the longest window and no more.

    `step` is the time between rows in ms; 0 infers it from the first ones.
    """

    __slots__ = ("_decay", "_level", "_mentions", "_raised", "_rows", "_scales", "_step", "_steps", "_weight")

    def __init__(self, step: int = 0) -> None:
        self._steps = StepFinder(step)
        self._step = 0
        self._decay = 1.0
        self._scales = tuple(_Scale(span) for span in SCALES)
        self._mentions = 0.0
        self._weight = 0.0
        self._rows = 0
        self._raised: int | None = None
        self._level = 0.0

    @property
    def learning(self) -> bool:
        """Whether too little was observed to know what is usual."""
        return self._rows < LEARNING_ROWS or self._rows * self._step < LEARNING

    @property
    def _mute(self) -> bool:
        return self._rows < MUTE_ROWS or self._rows * self._step < MUTE

    def judge(self, moment: int, value: float) -> Verdict:
        """Judge the row at `moment` (ms UTC, later than the one before) with `value` mentions (0 to MOST); learn."""
        step = self._steps.see(moment)
        if step != self._step:
            self._step, self._decay = step, 0.5 ** (step / HALF_LIFE)
        if not step:
            return Verdict(0.0, Judged.LEARNING)
        days, mute = step / DAY, self._mute
        rate = (self._mentions + _JEFFREYS) / (self._weight + days) * days
        most = MOST if mute else _most(rate, self._scales[0].wobble())
        verdict = self._look(moment, value, rate, mute)
        self._mentions = self._mentions * self._decay + min(value, most)
        self._weight = self._weight * self._decay + days
        self._rows += 1
        return verdict

    def _look(self, moment: int, value: float, rate: float, mute: bool) -> Verdict:
        """Slide the windows over a row, judge what they hold where `rate` mentions a row are expected, and learn."""
        total = highest = usual = excess = 0.0
        found = self._scales[0]
        for scale in self._scales:
            scale.slide(moment, value)
            present = rate * len(scale.rows)
            expected = max(present, rate * (scale.span // self._step))
            seen = scale.seen + (expected - present)
            wobble = scale.wobble()
            rare = surprise(seen, expected, wobble)
            total += rare
            if rare > highest:
                highest, usual, found = rare, present, scale
            if not mute:
                scale.learn(seen, expected, wobble, self._step / DAY, self._decay)
            excess = seen - expected
        rare = total / len(SCALES)
        score, why = (0.0, Judged.LEARNING) if mute else self._decide(moment, rare, excess)
        if why is Judged.BURST:
            self._raised, self._level = moment, rare
        return Verdict(score, why, found.seen, usual, found.span, rare)

    def _decide(self, moment: int, rare: float, excess: float) -> tuple[float, Judged]:
        """The score and its reason for a surprise, and for the mentions beyond the expected in the longest window."""
        learning = self.learning
        needed, floor = (SURPRISE * LEARNING_FACTOR, LEARNING_FLOOR) if learning else (SURPRISE, FLOOR)
        score = rare / (rare + needed)
        if score < THRESHOLD:
            return score, Judged.LEARNING if learning else Judged.USUAL
        if excess < floor:
            return HELD_SCORE, Judged.FLOOR
        if self._raised is not None and moment - self._raised < SILENCE and rare < ESCALATION * self._level:
            return HELD_SCORE, Judged.SILENCE
        return score, Judged.BURST


def _most(expected: float, wobble: float) -> float:
    return expected + _CLIP * sqrt(expected + wobble * expected * expected)
