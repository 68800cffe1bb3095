"""Bursts of volume in a lone series, of which nothing is known but its rows: `socialhub detect`.

Row by row, without look-ahead: a row is judged by what earlier rows taught, then it teaches. What is expected is the
long mean, and each window learns how widely it strays from that; `decision` decides. No hour of the day: on mentions of
brands such a baseline did worse than the spread that the daily rhythm adds (a room, which knows its weeks and sources,
has one: `volume`). Pure: times come in, and a row that is missing counts as if it had been as expected.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from socialhub.clock import DAY
from socialhub.detect.believed import HALF_LIFE, JEFFREYS, LEAST_WOBBLE, WOBBLE, WOBBLE_FOR, most_taught
from socialhub.detect.decision import SCALES, SILENCE, Bar, Judged, Known, bar_for, decide, known_after
from socialhub.detect.steps import StepFinder
from socialhub.detect.tails import surprise
from socialhub.records import dataclass

MUTE_ROWS: Final = 8
LEARNING_ROWS: Final = 48
"""Fewer rows teach nothing, or not enough, however long the time between them."""
THRESHOLD: Final = 0.5
"""The score from which on a row is a burst."""
HELD_SCORE: Final = 0.49
"""What a row scores that only a rule (silence, floor) keeps from being a burst."""
MOST: Final = 1e12
"""The largest count of a row; the sums of a window stay exact."""
_WOBBLE_DAYS: Final = WOBBLE_FOR / DAY
_BARS: Final = {known: bar_for(known) for known in Known}


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
        return max((self.square + WOBBLE * _WOBBLE_DAYS) / (self.weight + _WOBBLE_DAYS), LEAST_WOBBLE)

    def learn(self, seen: float, expected: float, wobble: float, days: float, decay: float) -> None:
        """Take in how far this window strayed, beyond what a steady rate does by itself."""
        strayed = min(seen, most_taught(expected, wobble)) - expected
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
        return self._known is not Known.WELL

    @property
    def _known(self) -> Known:
        known = known_after(self._rows * self._step)
        if self._rows >= LEARNING_ROWS:
            return known
        return Known.NOT if self._rows < MUTE_ROWS or known is Known.NOT else Known.LEARNING

    def judge(self, moment: int, value: float) -> Verdict:
        """Judge the row at `moment` (ms UTC, later than the one before) with `value` mentions (0 to MOST); learn."""
        step = self._steps.see(moment)
        if step != self._step:
            self._step, self._decay = step, 0.5 ** (step / HALF_LIFE)
        if not step:
            return Verdict(0.0, Judged.LEARNING)
        days, known = step / DAY, self._known
        rate = (self._mentions + JEFFREYS) / (self._weight + days) * days
        most = MOST if known is Known.NOT else most_taught(rate, self._scales[0].wobble())
        verdict = self._look(moment, value, rate, known)
        self._mentions = self._mentions * self._decay + min(value, most)
        self._weight = self._weight * self._decay + days
        self._rows += 1
        return verdict

    def _look(self, moment: int, value: float, rate: float, known: Known) -> Verdict:
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
            if known is not Known.NOT:
                scale.learn(seen, expected, wobble, self._step / DAY, self._decay)
            excess = seen - expected
        rare, bar = total / len(SCALES), _BARS[known]
        why = decide(known, bar, rare, excess, self._held_at(moment))
        if why is Judged.BURST:
            self._raised, self._level = moment, rare
        return Verdict(_score(known, bar, rare, why), why, found.seen, usual, found.span, rare)

    def _held_at(self, moment: int) -> float | None:
        """The surprise of the last burst, while nothing is raised after it."""
        return self._level if self._raised is not None and moment - self._raised < SILENCE else None


def _score(known: Known, bar: Bar, rare: float, why: Judged) -> float:
    """How much of what is needed was found, from 0 to 1; below THRESHOLD where it is no burst."""
    if known is Known.NOT:
        return 0.0
    score = rare / (rare + bar.surprise)
    return score if why is Judged.BURST else min(score, HELD_SCORE)
