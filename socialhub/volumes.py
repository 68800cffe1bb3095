"""Counts as detection reads them: the hours that teach what is usual, the minutes that are judged. Plain data.

A source that was not listened to says nothing: its hours and minutes are left out of what is seen and of what is
expected alike. Times are ms UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from socialhub.clock import MINUTE
from socialhub.records import dataclass

Span: TypeAlias = tuple[int, int]
"""[start, end) in ms UTC."""


def without(spans: Iterable[Span], lost: Sequence[Span]) -> list[Span]:
    """What is left of spans once others are taken out of them. All in order; the spans do not overlap."""
    left, passed = [], 0
    for start, end in spans:
        while passed < len(lost) and lost[passed][1] <= start:
            passed += 1
        # What reaches beyond this span is met again by the next.
        number = passed
        while number < len(lost) and lost[number][0] < end:
            low, high = lost[number]
            if start < low:
                left.append((start, low))
            start = max(start, high)
            number += 1
        if start < end:
            left.append((start, end))
    return left


def touched_minutes(spans: Iterable[Span]) -> list[Span]:
    """The whole minutes of which spans hold something, each once. All in order."""
    touched: list[Span] = []
    for start, end in spans:
        low, high = start - start % MINUTE, -(-end // MINUTE) * MINUTE
        if touched and low <= touched[-1][1]:
            touched[-1] = touched[-1][0], max(touched[-1][1], high)
        elif low < high:
            touched.append((low, high))
    return touched


@dataclass(frozen=True, slots=True)
class Hours:
    """Mentions of one series in `length` whole hours from `start` on; the hours are numbered from 0.

    `counts` holds {source: {hour: mentions}}, hours without mentions left out. `since` is the first hour in which a
    source was listened to for this series, `missed` the later ones in which it was not, or not all the time.
    """

    start: int
    length: int
    counts: Mapping[int, Mapping[int, int]]
    since: Mapping[int, int]
    missed: Mapping[int, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Listening:
    """When a source was listened to.

    What was published in `heard` is stored, or some of it where a minute was lost in part: it is looked at, and says no
    more than was said. `covered` holds nothing that was lost, and goes on until the next answer is due: what is not
    heard yet is no hole. In order, without overlaps.
    """

    heard: tuple[Span, ...]
    covered: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Minutes:
    """Mentions of one series in the minutes before `end` (a whole minute): {source: {minute: mentions}}."""

    end: int
    counts: Mapping[int, Mapping[int, int]]
    listening: Mapping[int, Listening]
