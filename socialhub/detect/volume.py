"""A room's bursts of volume: more mentions than a topic's own weeks, hours and sources make expect. Pure.

Two tests. *Burst*: the last quarter, hour and four hours together, decided as in a lone series (`decision`, `burst`).
*Rise*: the last whole day alone, against what was usual before it: what swells over days. Both compare what complete
sources brought with what these sources usually bring; a source that was down, that has just come back or that is not
known yet stands on neither side.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, log
from typing import Final

from socialhub.clock import DAY, HOUR, floor_hour
from socialhub.detect.decision import (
    COOL_DOWN,
    FLOOR,
    SCALES,
    SURPRISE,
    Bar,
    Judged,
    Known,
    bar_for,
    decide,
)
from socialhub.detect.tails import band, surprise
from socialhub.detect.usual import DAY_HOURS, Usual, known_by
from socialhub.detect.week import Week
from socialhub.records import dataclass
from socialhub.volumes import Hours, Minutes, Span

RISE: Final = 5.0
"""Nats of the last day alone from which on it is a rise."""
COMPLETE: Final = 0.8
"""The share of the usual mentions whose sources must have been listened to, or nothing is called usual."""
DAYS_FOR_RISE: Final = 4
"""Days listened to, the last one among them, before a rise is looked for."""
BAND: Final = 0.9
"""The chance with which a usual count lies in its band."""
_QUARTER_WOBBLE: Final = 1.15
# A quarter of an hour strays by so much more than the hours do (measured on mentions of brands).


@dataclass(frozen=True, slots=True)
class Raised:
    """The last alert on the same series: when it ended (None: it lasts), and its greatest surprise."""

    ended: int | None
    surprise: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a series at a minute, with its numbers.

    Between `start` and `end` (ms UTC) `seen` mentions came where `expected` were usual, `lower` to `upper` in BAND of
    all cases; the chance of so many is at most `chance`. `surprise` is what decides (nats), from `needed` on. `excess`
    is how many more than expected came in the longest window, of which `floor` are needed. `completeness` is the share
    of the usual mentions whose sources were listened to; `sources` are those that count, `left_out` those that would.
    `learning` says that the series is known for less than a day; `calm` that the last hour lies within its band again
    and nothing new has begun.
    """

    why: Judged
    start: int = 0
    end: int = 0
    seen: int = 0
    expected: float = 0.0
    lower: float = 0.0
    upper: float = 0.0
    chance: float = 1.0
    surprise: float = 0.0
    needed: float = SURPRISE
    excess: float = 0.0
    floor: float = FLOOR
    completeness: float = 1.0
    sources: tuple[int, ...] = ()
    left_out: tuple[int, ...] = ()
    learning: bool = False
    calm: bool = False

    @property
    def raised(self) -> bool:
        """Whether it is to be told."""
        return self.why in (Judged.BURST, Judged.RISE)


@dataclass(frozen=True, slots=True)
class _Window:
    """What complete sources brought in a stretch of time, and what they usually bring."""

    start: int
    end: int
    seen: int
    expected: float
    wobble: float
    talk: float

    @property
    def spread(self) -> float:
        """The squared coefficient of variation of the rate that tells of talk, too."""
        return self.wobble + self.talk / self.expected

    @property
    def surprise(self) -> float:
        return surprise(self.seen, self.expected, self.spread) if self.expected > 0 else 0.0

    @property
    def excess(self) -> float:
        return self.seen - self.expected

    @property
    def band(self) -> tuple[float, float]:
        return band(self.expected, self.spread, BAND) if self.expected > 0 else (0.0, 0.0)

    @property
    def beyond(self) -> bool:
        """Whether it is above its band."""
        return self.seen > self.band[1]


def judge(
    usual: Usual, hours: Hours, minutes: Minutes, week: Week, *, raised: Raised | None = None, siblings: int = 1
) -> Verdict:
    """The verdict on a series at `minutes.end`.

    `usual` was learnt from `hours`, which reach to the last whole hour and hold the same sources. `raised` is the last
    alert on the series; `siblings` counts the series of the same sort that are looked at (the sources of a topic, its
    places): the more tries chance has, the more surprise is needed.
    """
    return _Look(usual, hours, minutes, week, log(siblings)).verdict(raised)


def cut(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """What of the spans lies in [start, end)."""
    return [(max(low, start), min(high, end)) for low, high in spans if low < end and high > start]


def _length(spans: Iterable[Span]) -> int:
    return sum(high - low for low, high in spans)


class _Look:
    """One look at one series."""

    def __init__(self, usual: Usual, hours: Hours, minutes: Minutes, week: Week, tries: float) -> None:
        self.usual, self.minutes, self.tries = usual, minutes, tries
        self.known = usual.how_well
        self.sources = tuple(source for source in usual.levels if self._counts(source))
        first = floor_hour(minutes.end - SCALES[-1])
        self.rates = [(hour, usual.shape[week.slot(hour)]) for hour in range(first, minutes.end, HOUR)]
        hour, long, _day = usual.wobbles
        wobbles = (hour * _QUARTER_WOBBLE, hour, long)
        self.windows = [self._window(span, wobble) for span, wobble in zip(SCALES, wobbles, strict=True)]
        self.day = self._last_day(hours, week)

    def _counts(self, source: int) -> bool:
        """Whether enough is known of a source that is listened to."""
        known = self.known is not Known.WELL or known_by(self.usual.known_of[source]) is Known.WELL
        return known and source in self.minutes.listening

    def _window(self, span: int, wobble: float) -> _Window:
        start, end = self.minutes.end - span, self.minutes.end
        expected, seen = 0.0, 0
        for source in self.sources:
            heard = cut(self.minutes.listening[source].heard, start, end)
            expected += self.usual.levels[source] * self._busy(heard)
            counts = self.minutes.counts.get(source, {})
            for low, high in heard:
                seen += sum([count for minute, count in counts.items() if low <= minute < high])
        return _Window(start, end, seen, expected, wobble, self.usual.talk)

    def _busy(self, spans: Iterable[Span]) -> float:
        """The length of spans in hours, each hour as long as it is busy."""
        busy = 0.0
        for low, high in spans:
            for hour, rate in self.rates:
                inside = min(high, hour + HOUR) - max(low, hour)
                if inside > 0:
                    busy += rate * inside
        return busy / HOUR

    def _last_day(self, hours: Hours, week: Week) -> _Window | None:
        """The last whole day, where there are three before it to compare with."""
        end = hours.start + hours.length * HOUR
        if self.usual.known < DAYS_FOR_RISE * DAY_HOURS:
            return None
        expected, seen = 0.0, 0
        slots = week.slots(end - DAY, DAY_HOURS)
        for source in self.sources:
            counts, missed = hours.counts.get(source, {}), hours.missed.get(source, ())
            for number, slot in enumerate(slots, hours.length - DAY_HOURS):
                if number >= hours.since[source] and number not in missed:
                    expected += self.usual.day_levels[source] * self.usual.shape[slot]
                    seen += counts.get(number, 0)
        return _Window(end - DAY, end, seen, expected, self.usual.wobbles[-1], self.usual.talk)

    def verdict(self, raised: Raised | None) -> Verdict:
        """The test that comes nearest to what it needs decides what is told."""
        rare, bar = sum(window.surprise for window in self.windows) / len(self.windows), self._bar(SURPRISE)
        window, longest = max(self.windows, key=lambda window: window.surprise), self.windows[-1]
        test, calm = Judged.BURST, not self.windows[1].beyond and rare < bar.surprise
        if self.day is not None and self.day.surprise / (RISE + self.tries) > rare / bar.surprise:
            test, window, longest = Judged.RISE, self.day, self.day
            rare, bar = self.day.surprise, self._bar(RISE)
        why = decide(self.known, bar, rare, longest.excess, self._held_at(raised))
        complete, left_out = self._completeness(window)
        if why is Judged.USUAL and complete < COMPLETE:
            why = Judged.INCOMPLETE
        lower, upper = window.band
        return Verdict(
            test if why is Judged.BURST else why,
            window.start,
            window.end,
            window.seen,
            window.expected,
            lower,
            upper,
            exp(-window.surprise),
            rare,
            bar.surprise,
            longest.excess,
            bar.excess,
            complete,
            self.sources,
            left_out,
            self.known is not Known.WELL,
            calm,
        )

    def _bar(self, surprise: float) -> Bar:
        return bar_for(self.known, surprise + self.tries)

    def _held_at(self, raised: Raised | None) -> float | None:
        """The surprise of the last alert, while nothing is raised after its end."""
        ended = None if raised is None else raised.ended
        if raised is None or ended is None or self.minutes.end - ended >= COOL_DOWN:
            return None
        return raised.surprise

    def _completeness(self, window: _Window) -> tuple[float, tuple[int, ...]]:
        """The share of the usual mentions whose sources were listened to, and the sources that were not, or are new."""
        whole = heard = 0.0
        left_out = []
        for source, level in self.usual.levels.items():
            listening = self.minutes.listening.get(source)
            part = (
                _length(cut(listening.covered, window.start, window.end)) / (window.end - window.start)
                if listening
                else 0.0
            )
            whole += level
            heard += level * part
            if part < COMPLETE or source not in self.sources:
                left_out.append(source)
        return (heard / whole if whole else 1.0), tuple(left_out)
