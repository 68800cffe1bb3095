"""Whether a metric stands out against its own past: counts as the room's mentions do, all else by its ranks. Pure.

Counts whose rows come at least every quarter of an hour are held against the rhythm of their weeks by `volume`. What
that cannot judge (a fall, rows by the hour, levels such as people who wait) is held against the same stretch of earlier
days: the middle of them is expected, their median deviation from it tells how widely it strays, and how unlikely it is
follows Student's t of four degrees of freedom, whose tails are as heavy as those of business figures.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from math import exp, log, sqrt
from typing import Final

from socialhub.clock import DAY, HOUR, MINUTE, floor_hour, floor_minute
from socialhub.detect import volume
from socialhub.detect.believed import JEFFREYS
from socialhub.detect.decision import Judged
from socialhub.detect.tails import apart, band
from socialhub.detect.usual import Usual, learn
from socialhub.detect.week import Week, kind_of
from socialhub.metrics import Adds, pace_of
from socialhub.records import dataclass
from socialhub.volumes import Hours, Listening, Minutes, Span

LEARNT_DAYS: Final = 28
FAST: Final = 15 * MINUTE
"""Counts whose rows come at least so often are judged by the minute."""
NEEDED: Final = 7.0
"""Nats, from which on a figure is no chance: one in a thousand."""
LEAST_MOVE: Final = 0.15
"""It must lie so far from the expected, as a share of that."""
ENOUGH_PAST: Final = 7
"""So many earlier stretches at least are compared with."""
ALIKE_ENOUGH: Final = 3
"""Days of the same kind (working days, Saturdays, Sundays) are compared with where there are so many; else all days."""
COMPLETE: Final = 0.8
"""Less of the rows that usually come, and nothing is said of a stretch."""
STALE: Final = 2
"""What the latest row tells is the present for so many times the usual time between rows."""
_PACED_BY: Final = 40
_NORMAL: Final = 1.4826
# Makes a median deviation a standard one, where the figures are normal.
_LEAST_SPREAD: Final = 0.03
# No figure is steadier than this share of itself.
_FEW: Final = 5.0
# So few are better told by their mean than by the middle one.
_FAST_SOURCE: Final = 0


class Rows:
    """The rows of a metric in the order of their times.

    `are_counts`: they add up, and every row that was told is whole and not below zero.
    """

    def __init__(self, rows: Iterable[tuple[int, float]], adds: Adds) -> None:
        self.adds = adds
        self.are_counts = adds is Adds.SUM
        self.at, self.values, self._sums = array("q"), array("d"), array("d", [0.0])
        self.extend(rows)

    def extend(self, rows: Iterable[tuple[int, float]]) -> None:
        """Later rows."""
        for at, value in rows:
            self.at.append(at)
            self.values.append(value)
            self._sums.append(self._sums[-1] + value)
            self.are_counts = self.are_counts and value >= 0 and value.is_integer()

    def cut(self, moment: int) -> None:
        """Forget the rows from `moment` (ms UTC) on."""
        place = bisect_left(self.at, moment)
        del self.at[place:], self.values[place:], self._sums[place + 1 :]

    def pace(self, now: int) -> int:
        """The usual time between the latest rows before `now`; 0 for too few."""
        last = bisect_left(self.at, now)
        return pace_of(self.at[max(0, last - _PACED_BY) : last][::-1])

    def end(self, now: int) -> int:
        """Up to when the rows tell (ms UTC): the end of the time of the latest one, not after `now`."""
        last = bisect_left(self.at, now)
        return min(now, self.at[last - 1] + max(self.pace(now), 1)) if last else 0

    def between(self, start: int, end: int) -> list[tuple[int, float]]:
        """The rows in [start, end) ms UTC."""
        low, high = bisect_left(self.at, start), bisect_left(self.at, end)
        return list(zip(self.at[low:high], self.values[low:high], strict=True))

    def figure(self, start: int, end: int) -> float:
        """What the rows in [start, end) make together."""
        low, high = bisect_left(self.at, start), bisect_left(self.at, end)
        if self.adds is Adds.LAST:
            return self.values[high - 1] if high > low else 0.0
        total = self._sums[high] - self._sums[low]
        return total if self.adds is Adds.SUM else total / max(1, high - low)

    def completeness(self, start: int, end: int, pace: int) -> float:
        """The share of the rows that usually come in [start, end) which came."""
        count = bisect_left(self.at, end) - bisect_left(self.at, start)
        return min(1.0, count * pace / (end - start))


@dataclass(frozen=True, slots=True)
class Found:
    """What is said of a metric up to `end`: `seen` from `start` on, where `expected` (`low` to `high` nine times of
    ten) is usual, of `past` earlier stretches (0: of the weeks as a whole). The chance of something as far away is at
    most `chance`; `surprise` is what decides (nats), from `needed` on.

    `excess` is how far above the expected it lies; `calm` says that it does not stand out, `quiet` that it hardly does.
    """

    why: Judged
    start: int
    end: int
    seen: float = 0.0
    expected: float = 0.0
    low: float = 0.0
    high: float = 0.0
    chance: float = 1.0
    surprise: float = 0.0
    needed: float = NEEDED
    excess: float = 0.0
    completeness: float = 0.0
    calm: bool = False
    quiet: bool = False
    learning: bool = True
    past: int = 0

    @property
    def weight(self) -> float:
        """How much of what it needs it has."""
        return self.surprise / self.needed


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is usual for a metric of counts, as `volume` wants it."""

    usual: Usual
    hours: Hours


def learn_counts(rows: Rows, end: int, week: Week) -> Learnt | None:
    """The rhythm of four weeks before the hour of `end` (ms UTC); None where rows are no counts, or come too seldom."""
    pace = rows.pace(end)
    start = floor_hour(end) - LEARNT_DAYS * DAY
    if not 0 < pace <= FAST or not rows.are_counts:
        return None
    length = LEARNT_DAYS * DAY // HOUR
    counts: dict[int, int] = {}
    told: dict[int, int] = {}
    for at, value in rows.between(start, floor_hour(end)):
        hour = (at - start) // HOUR
        if value:
            counts[hour] = counts.get(hour, 0) + int(value)
        told[hour] = told.get(hour, 0) + 1
    since = min(told, default=length)
    enough = COMPLETE * HOUR / pace
    missed = frozenset(hour for hour in range(since, length) if told.get(hour, 0) < enough)
    hours = Hours(start, length, {_FAST_SOURCE: counts}, {_FAST_SOURCE: since}, {_FAST_SOURCE: missed})
    return Learnt(learn(hours, week.slots(start, length)), hours)


def judge(rows: Rows, now: int, week: Week, learnt: Learnt | None, raised: volume.Raised | None) -> Found:
    """What is to be said of a metric at `now` (ms UTC)."""
    pace, end = rows.pace(now), floor_minute(rows.end(now))
    if not pace:
        return Found(Judged.LEARNING, now, now)
    if now - end > STALE * pace:
        return Found(Judged.INCOMPLETE, end, end, learning=False)
    compared = _compared(rows, end, pace, week, rises=learnt is None)
    if learnt is None:
        return compared
    counted = _counted(rows, end, pace, week, learnt, raised)
    # What is usual at this hour is better known from all weeks; a fall is known from the same hour alone.
    return compared if compared.why is Judged.RISE and counted.why is not Judged.BURST else counted


def _counted(rows: Rows, end: int, pace: int, week: Week, learnt: Learnt, raised: volume.Raised | None) -> Found:
    """A rise of counts, as one of mentions."""
    start = floor_hour(end - 4 * HOUR)
    minutes: dict[int, float] = {}
    for at, value in rows.between(start - pace, end):
        # A row tells of all its minutes alike.
        low, high = _minutes_of(at, pace, end)
        for minute in range(low, high, MINUTE):
            minutes[minute] = minutes.get(minute, 0.0) + value * MINUTE / (high - low)
    heard = _covered(rows, start, end, pace)
    present = Minutes(end, {_FAST_SOURCE: minutes}, {_FAST_SOURCE: Listening(heard, heard)})  # type: ignore[dict-item]
    verdict = volume.judge(learnt.usual, learnt.hours, present, week, raised=raised)
    why = Judged.BURST if verdict.raised else verdict.why
    return Found(
        why,
        verdict.start,
        verdict.end,
        float(round(verdict.seen)),
        verdict.expected,
        verdict.lower,
        verdict.upper,
        verdict.chance,
        verdict.surprise,
        verdict.needed,
        verdict.excess,
        rows.completeness(max(verdict.start, end - DAY), verdict.end, pace) if verdict.end > verdict.start else 0.0,
        verdict.calm,
        verdict.surprise < verdict.needed / 2,
        verdict.learning,
    )


def _covered(rows: Rows, start: int, end: int, pace: int) -> tuple[Span, ...]:
    """The stretches of which rows tell."""
    spans: list[Span] = []
    for at, _value in rows.between(start - pace, end):
        low, high = _minutes_of(at, pace, end)
        if spans and low - spans[-1][1] <= pace // 2:
            spans[-1] = spans[-1][0], max(high, spans[-1][1])
        else:
            spans.append((low, high))
    return tuple((max(low, start), high) for low, high in spans if high > start)


def _minutes_of(at: int, pace: int, end: int) -> Span:
    """The whole minutes that a row tells of."""
    low = floor_minute(at)
    return low, max(min(floor_minute(at + pace), end), low + MINUTE)


def _compared(rows: Rows, end: int, pace: int, week: Week, *, rises: bool) -> Found:
    """The latest stretch against the same one of earlier days; only what lies below, unless it looks for `rises`."""
    length = max(HOUR, pace)
    start = end - length
    seen, complete = rows.figure(start, end), rows.completeness(start, end, pace)
    past = _past(rows, start, length, pace, week)
    if past is None:
        return Found(Judged.LEARNING, start, end, seen, completeness=complete)
    expected, low, high, rare = (_of_counts if rows.are_counts else _of_levels)(seen, past)
    rare = rare if rises or seen < expected else 0.0
    usual_move = abs(seen - expected) < LEAST_MOVE * abs(expected)
    why = Judged.RISE if rare >= NEEDED and not usual_move else Judged.USUAL
    if complete < COMPLETE:
        why = Judged.INCOMPLETE
    calm = rare < NEEDED / 2 and complete >= COMPLETE
    return Found(
        why,
        start,
        end,
        seen,
        expected,
        low,
        high,
        exp(-rare),
        rare,
        NEEDED,
        seen - expected,
        complete,
        calm,
        calm,
        learning=False,
        past=len(past.alike),
    )


@dataclass(frozen=True, slots=True)
class _Past:
    """The same stretch of earlier days: of `alike` ones, and how widely all kinds of days `stray`, as a share."""

    alike: Sequence[float]
    stray: float

    def strayed(self, middle: float) -> float:
        """How widely earlier stretches strayed, as a standard deviation; few of them may not have shown it."""
        own = _middle(abs(figure - middle) for figure in self.alike) * (1 + 2 / len(self.alike))
        return _NORMAL * max(own, self.stray * abs(middle))


def _of_levels(seen: float, past: _Past) -> tuple[float, float, float, float]:
    """(expected, low, high, how unlikely in nats) of something that is no count."""
    expected = _middle(past.alike)
    spread = max(past.strayed(expected), _LEAST_SPREAD * abs(expected), 1e-9)
    rare = -log(2 * _tail(abs(seen - expected) / spread))
    return expected, expected - _NINE_OF_TEN * spread, expected + _NINE_OF_TEN * spread, rare


def _of_counts(seen: float, past: _Past) -> tuple[float, float, float, float]:
    """The same of a count: chance alone makes it stray, and what the earlier ones strayed beyond that."""
    expected = _middle(past.alike)
    if expected < _FEW:
        expected = (sum(past.alike) + JEFFREYS) / len(past.alike)
    strayed = past.strayed(expected)
    wobble = max((strayed * strayed - expected) / (expected * expected), _LEAST_SPREAD**2)
    return expected, *band(expected, wobble, volume.BAND), apart(seen, expected, wobble)


def _past(rows: Rows, start: int, length: int, pace: int, week: Week) -> _Past | None:
    """The same stretch of earlier days: of the same kind where there are enough, else of all; None: too few."""
    kinds: dict[int, list[float]] = {}
    for day in range(1, LEARNT_DAYS + 1):
        low = start - day * DAY
        if rows.completeness(low, low + length, pace) >= COMPLETE:
            kinds.setdefault(_kind_of_day(week, low), []).append(rows.figure(low, low + length))
    known = [figure for figures in kinds.values() for figure in figures]
    if len(known) < ENOUGH_PAST:
        return None
    alike = kinds.get(_kind_of_day(week, start), [])
    middles = {kind: _middle(figures) for kind, figures in kinds.items() if len(figures) >= ALIKE_ENOUGH}
    stray = [abs(each / middle - 1) for kind, middle in middles.items() if middle for each in kinds[kind]]
    return _Past(alike if len(alike) >= ALIKE_ENOUGH else known, _middle(stray) if stray else 0.0)


def usual_beside(rows: Rows, start: int, end: int) -> float | None:
    """The middle figure of [start, end) in the last four weeks, or where fewer than three are known of the last days;
    None where these are too few, or rows are missing now.
    """
    pace = rows.pace(end)
    if not pace or end <= start or rows.completeness(start, end, pace) < COMPLETE:
        return None
    for days in (range(7, LEARNT_DAYS + 1, 7), range(-(-(end - start) // DAY), LEARNT_DAYS + 1)):
        spans = ((start - day * DAY, end - day * DAY) for day in days)
        known = [rows.figure(*span) for span in spans if rows.completeness(*span, pace) >= COMPLETE]
        if len(known) >= ALIKE_ENOUGH:
            return _middle(known)
    return None


def _middle(figures: Iterable[float]) -> float:
    """Their median. A console that starts need not wait for `statistics`."""
    inside = sorted(figures)
    return (inside[(len(inside) - 1) // 2] + inside[len(inside) // 2]) / 2


def _kind_of_day(week: Week, moment: int) -> int:
    """Working day, Saturday, or Sunday."""
    return kind_of(week.slot(moment)) // 24


_FAR: Final = 100.0
# From here on the first term of the tail is all of it, and the difference below nothing but rounding.
_NINE_OF_TEN: Final = 2.132
# Between so many spreads on either side Student's t of four degrees of freedom lies nine times of ten.


def _tail(away: float) -> float:
    """The chance that Student's t of four degrees of freedom lies above `away` (Abramowitz and Stegun, 26.7.4)."""
    if away > _FAR:
        return 3 / away**4
    angle = away / sqrt(4 + away * away)
    return 0.5 * (1 - angle * (1 + (1 - angle * angle) / 2))
