"""Whether the stars of reviews fell: the mean of the latest against what an app was given before. Pure.

Few reviews are judged fairly: the mean of n draws from the stars given before lies as low as seen with a chance of at
most exp(-n I), by Cramér's theorem and Chernoff's bound (Ann. Math. Stat. 23, 1952), where I is the rate function of
these stars. It is exact in its promise for three reviews as for thousands, and knows that stars pile up at both ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import exp, log
from typing import Final, TypeAlias

from socialhub.clock import DAY
from socialhub.records import dataclass

Stars: TypeAlias = tuple[int, int, int, int, int]
"""How many reviews gave one, two … five stars."""
NONE: Final[Stars] = (0, 0, 0, 0, 0)
SPANS: Final = (DAY, 3 * DAY, 7 * DAY)
"""Lengths of the windows looked at: what breaks at once shows in the first, what wears off in the last."""
NEEDED: Final = 8.0
"""Nats, from which on a fall is no chance: one in three thousand, with three windows that slide all day."""
LEAST_FALL: Final = 0.5
"""Stars; a smaller fall of the mean is nothing, however sure."""
ENOUGH_PAST: Final = 20
"""Reviews that an app must have had before it can be judged."""
_BELIEVED: Final = 1.0
# Reviews of each star that are believed to have been given before any was: what was never seen is still possible.
_STEEPEST: Final = 60.0
_HALVINGS: Final = 30


@dataclass(frozen=True, slots=True)
class Fall:
    """The window that shows it best: its length (ms), reviews and mean, and the usual mean with the reviews behind it.

    `surprise` (nats) is how unlikely the mean is, 0 unless it is below the usual.
    """

    span: int
    reviews: int
    mean: float
    usual: float
    past: int
    surprise: float

    @property
    def fall(self) -> float:
        """By how many stars the mean is lower."""
        return self.usual - self.mean


def count(stars: Stars) -> int:
    """How many reviews."""
    return sum(stars)


def mean(stars: Sequence[float]) -> float:
    """The mean number of stars; 0 for none."""
    total = sum(stars)
    return sum(star * number for star, number in enumerate(stars, 1)) / total if total else 0.0


@lru_cache(maxsize=4096)
def surprise(stars: Stars, past: Stars) -> float:
    """At least how unlikely it is, in nats, that the latest are as low by chance; 0 where they are not lower.

    What is usual is known by so many reviews only: n of them against m before weigh as n m / (n + m).
    """
    usual, here = _believed(past), mean(stars)
    if not count(stars) or here >= mean(usual):
        return 0.0
    return _weight(count(stars), past) * _rate(usual, here)


def fall_of(stars: Stars, past: Stars, span: int) -> Fall:
    """What one window says against the past."""
    return Fall(span, count(stars), mean(stars), mean(_believed(past)), count(past), surprise(stars, past))


def best_fall(windows: Sequence[tuple[int, Stars]], past: Stars, floor: int) -> Fall:
    """Of windows (length, stars) the one that tells most; those with fewer reviews than `floor` only where all are."""
    falls = [fall_of(stars, past, span) for span, stars in windows]
    return max(falls, key=lambda fall: (fall.reviews >= floor, fall.fall >= LEAST_FALL, fall.surprise, fall.reviews))


def _weight(reviews: int, past: Stars) -> float:
    before = count(past) + 5 * _BELIEVED
    return reviews * before / (reviews + before)


def _believed(past: Stars) -> list[float]:
    return [number + _BELIEVED for number in past]


def _tilted(usual: Sequence[float], slope: float) -> list[float]:
    """The stars with each weighted by e^(slope · star)."""
    return [number * exp(slope * (star - 3)) for star, number in enumerate(usual, 1)]


def _rate(usual: Sequence[float], here: float) -> float:
    """The rate function of the stars at a mean: the greatest of slope · mean - ln E e^(slope · star)."""
    slope = _where(lambda slope: mean(_tilted(usual, slope)) < here, -_STEEPEST, _STEEPEST)
    return max(0.0, slope * (here - 3) - log(sum(_tilted(usual, slope)) / sum(usual)))


@lru_cache(maxsize=4096)
def band(reviews: int, past: Stars) -> tuple[float, float]:
    """Between which means so many reviews lie nine times of ten: the same bound, half of the rest on either side."""
    usual, weight, rest = _believed(past), _weight(reviews, past), -log(0.05)
    middle = mean(usual)
    low = _where(lambda here: weight * _rate(usual, here) > rest, 1.0, middle)
    high = _where(lambda here: weight * _rate(usual, here) < rest, middle, 5.0)
    return low, high


def _where(is_before: Callable[[float], bool], low: float, high: float) -> float:
    """Where something stops being true, by halving."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if is_before(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2
