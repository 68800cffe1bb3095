"""The turn of a topic's tone: the share of negative stories against its own past, source by source. Pure.

What is expected is what each source that speaks now has usually said: that a harsher source speaks more than usual, or
is new, moves nothing (Simpson's paradox). Tones of one hour go together, so that a count is worth fewer independent
judgements than it holds: by the design effect of J. N. K. Rao and A. J. Scott, "A Simple Method for the Analysis of
Clustered Binary Data", Biometrics 48, 1992, with a correlation learnt from the topic's own windows. How unlikely a
share is, is Chernoff's bound (Ann. Math. Stat. 23, 1952); its interval is Wilson's (JASA 22, 1927), which holds for
small numbers: L. Brown, T. Cai, A. DasGupta, "Interval Estimation for a Binomial Proportion", Stat. Science 16, 2001.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from math import exp, sqrt
from statistics import median
from typing import Final, TypeAlias

from socialhub.detect.shares import divergence
from socialhub.records import dataclass
from socialhub.shares import wilson

Judged: TypeAlias = tuple[int, int]
"""(negative, judged) stories; the unsure ones are in neither."""
Tones: TypeAlias = Mapping[int, Judged]
"""What each source said in a stretch of time."""

SCALES: Final = (1, 4, 24)
"""Lengths, in hours, of the windows that are looked at, each for itself."""
SURPRISE: Final = 7.0
"""Nats from which on a share is a turn."""
LEAST_TURN: Final = 0.15
"""By so much at least the share must have moved, however sure that is."""
LEAST_STORIES: Final = 12
"""Judged stories below which a window has no share."""
LEARNING: Final = 24
"""Hours listened to, before which a source says nothing of what is usual."""
LEAST_PAST: Final = 10.0
"""Judged stories that a source must have behind it to be compared with itself."""
HALF_LIFE: Final = 7 * 24
"""After so many hours an hour weighs half in what is usual."""
NOT_YET: Final = 4
DAY_HOURS: Final = 24
"""So many of the latest hours teach nothing, or nothing for the longest window: they are being judged."""
_ALWAYS: Final = 12
_TIMES: Final = 3.0
_CHANCE: Final = 3.0
# An hour teaches as many stories as this, or so many times the middle hour, and no share that is so many standard
# deviations away: a crisis is not the new normal.
_SHRINK: Final = 4.0
# The topic's share weighs as so many stories in that of a source.
_CORRELATION: Final = 0.03
_CORRELATION_HOURS: Final = 72
_NOISE: Final = 10.0
# Tones are believed to go together by so much, with the weight of three days and the more so the less counts can tell.
_BOUNDS: Final = (0.002, 0.5)
_TRIMMED: Final = 0.05
_KEPT_SQUARE: Final = 0.81
# So many of the windows, those that stray furthest, are left out; the mean square of what is kept of a normal variable.


class Moved(StrEnum):
    """Where the share went: not at all, to more negative within hours or over the last day, or to less negative."""

    USUAL = "usual"
    TURN = "turn"
    DRIFT = "drift"
    BETTER = "better"
    FEW = "few"  # too few judged stories to say
    LEARNING = "learning"  # no source is known well enough


@dataclass(frozen=True, slots=True)
class Past:
    """What is usual: by source the share of negative, and how many stories it stands on, of which the older count less.

    `stories_a_day` is how many come on a day on which many come.
    """

    shares: Mapping[int, float]
    stories: Mapping[int, float]
    stories_a_day: float


@dataclass(frozen=True, slots=True)
class UsualTone:
    """What is usual without the latest NOT_YET hours, and without the latest day.

    `correlations` say for windows of SCALES hours how much the tones in one go together, 0 to 1.
    """

    late: Past
    day: Past
    correlations: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """What is said of a topic's tone.

    In the `hours` before the end `negative` of `judged` stories were, where `expected` were usual. `share` lies between
    `low` and `high` (95 %), `usual` is what it would be by each source's own past, `usual_low` to `usual_high` what it
    is 19 times of 20. `surprise` is in nats, the chance at most `chance`. `sources` are those compared. `last` is the
    surprise of the last hour alone, `lately` that of the last four, 0 where they are no worse than usual.
    """

    moved: Moved
    hours: int = SCALES[0]
    negative: int = 0
    judged: int = 0
    expected: float = 0.0
    usual: float = 0.0
    low: float = 0.0
    high: float = 1.0
    usual_low: float = 0.0
    usual_high: float = 1.0
    surprise: float = 0.0
    sources: tuple[int, ...] = ()
    last: float = 0.0
    lately: float = 0.0

    @property
    def share(self) -> float:
        """The share of negative."""
        return self.negative / self.judged if self.judged else 0.0

    @property
    def chance(self) -> float:
        """At most how likely it is to see a share so far from the usual one."""
        return exp(-self.surprise)

    @property
    def excess(self) -> float:
        """How many more were negative than expected."""
        return self.negative - self.expected


# ---- what is usual -----------------------------------------------------------------------------------------------


def learn(hours: Sequence[Tones], known: Mapping[int, int]) -> UsualTone:
    """What is usual after these whole hours, the oldest first; `known` says how long each source was listened to, in
    hours.
    """
    compared = [source for source, length in known.items() if length >= LEARNING]
    late = _past(hours[: max(0, len(hours) - NOT_YET)], compared)
    day = _past(hours[: max(0, len(hours) - DAY_HOURS)], compared)
    return UsualTone(late, day, tuple(_correlation(hours[: max(0, len(hours) - DAY_HOURS)], day, s) for s in SCALES))


def _past(hours: Sequence[Tones], sources: Sequence[int]) -> Past:
    spoken = [(hour, tones) for hour, tones in enumerate(hours) if any(judged for _negative, judged in tones.values())]
    sizes = [sum(judged for _negative, judged in tones.values()) for _hour, tones in spoken]
    most = max(_ALWAYS, _TIMES * median(sizes)) if sizes else 0.0
    weights = [
        0.5 ** ((len(hours) - 1 - hour) / HALF_LIFE) * min(1.0, most / size)
        for (hour, _tones), size in zip(spoken, sizes, strict=True)
    ]
    taught = [(weight, tones) for weight, (_hour, tones) in zip(weights, spoken, strict=True)]
    stories = {
        source: total
        for source in sources
        if (total := sum(weight * tones[source][1] for weight, tones in taught if source in tones)) >= LEAST_PAST
    }
    shares = _shares(taught, stories, {})
    total = sum(weight * size for weight, size in zip(weights, sizes, strict=True))
    squares = sum(weight * size * size for weight, size in zip(weights, sizes, strict=True))
    return Past(_shares(taught, stories, shares), stories, DAY_HOURS * squares / total if total else 0.0)


def _shares(
    taught: Sequence[tuple[float, Tones]], stories: Mapping[int, float], believed: Mapping[int, float]
) -> dict[int, float]:
    """The share of each source; an hour teaches no share that is further from a believed one than chance goes."""
    negative = dict.fromkeys(stories, 0.0)
    for weight, tones in taught:
        for source, (seen, judged) in tones.items():
            if source in negative:
                usual = believed.get(source)
                negative[source] += weight * (seen if usual is None else _clipped(seen, judged, usual))
    of_topic = (sum(negative.values()) + 0.5) / (sum(stories.values()) + 1)
    return {source: (negative[source] + _SHRINK * of_topic) / (total + _SHRINK) for source, total in stories.items()}


def _clipped(seen: int, judged: int, usual: float) -> float:
    expected = judged * usual
    most = _CHANCE * sqrt(expected * (1 - usual) * (1 + (judged - 1) * _CORRELATION))
    return min(expected + most, max(expected - most, seen))


def _correlation(hours: Sequence[Tones], past: Past, length: int) -> float:
    """How much the tones within `length` hours go together: by moments, over what chance does, shrunk.

    The windows that stray furthest teach nothing: a crisis would soon be called usual straying.
    """
    windows = []
    for first in range(0, len(hours) - length + 1, length):
        negative, judged, expected = _compared(_added(hours[first : first + length]), past)
        if judged:
            spread = expected / judged * (1 - expected / judged)
            windows.append(((negative - expected) ** 2 / spread / judged, judged, spread))
    kept = sorted(windows)[: max(1, round(len(windows) * (1 - _TRIMMED)))]
    most = _TIMES * sum(judged for _strayed, judged, _spread in kept) / len(kept) if kept else 0.0
    together = pairs = noise = 0.0
    for strayed, judged, spread in kept:
        weight = min(1.0, most / judged)
        together += weight * judged * spread * (strayed / _KEPT_SQUARE - 1)
        pairs += weight * judged * (judged - 1) * spread
        noise += 2 * (weight * judged * spread) ** 2
    believed = _CORRELATION_HOURS / length * (pairs / len(kept) if kept else 1.0) + _NOISE * sqrt(noise) + 1e-9
    least, largest = _BOUNDS
    return min(largest, max(least, (together + believed * _CORRELATION) / (pairs + believed)))


def _added(hours: Sequence[Tones]) -> dict[int, Judged]:
    """What each source said in all of these hours."""
    sums: dict[int, Judged] = {}
    for tones in hours:
        for source, (negative, judged) in tones.items():
            before = sums.get(source, (0, 0))
            sums[source] = before[0] + negative, before[1] + judged
    return sums


def _compared(tones: Tones, past: Past) -> tuple[int, int, float]:
    """(negative, judged, expected negative) of the sources that can be compared with themselves."""
    known = {source: each for source, each in tones.items() if source in past.shares}
    return (
        sum(negative for negative, _judged in known.values()),
        sum(judged for _negative, judged in known.values()),
        sum(judged * past.shares[source] for source, (_negative, judged) in known.items()),
    )


# ---- the verdict -------------------------------------------------------------------------------------------------


def judge(usual: UsualTone, windows: Sequence[Tones]) -> Turn:
    """The verdict on what was said in the last hours; `windows` are those of SCALES."""
    pasts = (usual.late, usual.late, usual.day)
    looked = [
        _look(tones, past, correlation, usual.correlations[-1], hours)
        for tones, past, correlation, hours in zip(windows, pasts, usual.correlations, SCALES, strict=True)
    ]
    last, lately = (each.surprise if each.share > each.usual else 0.0 for each in looked[:2])
    told = [each for each in looked if each.judged >= LEAST_STORIES]
    if not told:
        moved = Moved.FEW if usual.late.shares else Moved.LEARNING
        return replace(max(looked, key=lambda each: each.judged), moved=moved, last=last, lately=lately)
    found = max(told, key=_remarkable)
    return replace(found, moved=_moved(found), last=last, lately=lately)


def _remarkable(turn: Turn) -> tuple[bool, bool, float]:
    """What is told first: a turn for the worse, before one for the better, before what is usual."""
    moved = _moved(turn)
    return moved in (Moved.TURN, Moved.DRIFT), moved is Moved.BETTER, turn.surprise


def _moved(turn: Turn) -> Moved:
    sure = turn.low > turn.usual or turn.high < turn.usual
    if not sure or turn.surprise < SURPRISE or abs(turn.share - turn.usual) < LEAST_TURN:
        return Moved.USUAL
    if turn.share < turn.usual:
        return Moved.BETTER
    return Moved.DRIFT if turn.hours == DAY_HOURS else Moved.TURN


def _look(tones: Tones, past: Past, correlation: float, day_correlation: float, hours: int) -> Turn:
    negative, judged, expected = _compared(tones, past)
    sources = tuple(sorted(source for source in tones if source in past.shares))
    if not judged:
        return Turn(Moved.FEW, hours, sources=sources)
    usual, share = expected / judged, negative / judged
    now = judged / (1 + (judged - 1) * correlation)
    # The past is uncertain, too: as many independent judgements stand behind what is expected.
    behind = 1 / sum((tones[source][1] / judged) ** 2 / past.stories[source] for source in sources if tones[source][1])
    behind /= 1 + max(0.0, past.stories_a_day - 1) * day_correlation
    worth = now * behind / (now + behind)
    low, high = wilson(share * now, now)
    usual_low, usual_high = wilson(usual * worth, worth)
    return Turn(
        Moved.USUAL,
        hours,
        negative,
        judged,
        expected,
        usual,
        low,
        high,
        usual_low,
        usual_high,
        worth * divergence(share, usual),
        sources,
    )
