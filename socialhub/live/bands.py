"""What is usual for a topic over time, for curves: learnt as detection learns it, from the last 28 days, once an hour.

A source that was not listened to stands on neither side, so that the band of an hour with a hole is lower, as its count
is. Learning a series takes some milliseconds; bands of cells that are past are kept for the hour.
"""

from __future__ import annotations

import time
from itertools import accumulate
from typing import Final, TypeAlias

from socialhub.alerts import series as cut
from socialhub.alerts.series import LEARNT_HOURS, Heard, Series
from socialhub.clock import DAY, HOUR, floor_hour
from socialhub.detect.decision import Known
from socialhub.detect.tails import band
from socialhub.detect.usual import FLAT, SPREADS, Usual, learn
from socialhub.detect.volume import BAND
from socialhub.detect.week import Week
from socialhub.model import Topic
from socialhub.records import dataclass
from socialhub.store import volumes
from socialhub.store.connection import Connection
from socialhub.store.schema import ALL_TOPICS

Limits: TypeAlias = tuple[tuple[float, float] | None, ...]
"""For each cell of a curve the least and the most that is usual in it; None where that is not known.

How far counts stray is learnt up to a day; of longer cells nothing is called usual.
"""
_ROOM: Final = Series(Topic(ALL_TOPICS, "", "", "", "", "", 0))


@dataclass(frozen=True, slots=True)
class _Learnt:
    """What is usual for a series; `expected` adds up the mentions expected in the hours from the first on."""

    usual: Usual
    expected: tuple[float, ...]
    known_from: int


class Bands:
    """The bands of a room's topics; `week` is that of its people. Belongs to one thread.

    `seconds` is for how long series are learnt in one look (None: as long as it takes): those whose turn does not come
    are not known yet, and `unfinished` is true.
    """

    def __init__(self, week: Week, *, seconds: float | None = None) -> None:
        self._week = week
        self._seconds = seconds
        self._until = 0.0
        self.unfinished = False
        self._heard = Heard(0, {}, {})
        self._slots: tuple[int, ...] = ()
        self._learnt: dict[tuple[int, str], _Learnt] = {}
        self._drawn: dict[tuple[int, str, int, int, int], Limits] = {}

    def begin_look(self) -> None:
        """Another look: there is time to learn again."""
        self._until = time.monotonic() + (self._seconds or 0.0)
        self.unfinished = False

    def limits(self, db: Connection, series: Series, start: int, step: int, cells: int, now: int) -> Limits:
        """The bands of `cells` cells of `step` ms from `start` (ms UTC), as is known at `now`."""
        self._begin_hour(db, now)
        key = series.topic.number, series.subject, start, step, cells
        if key not in self._drawn:
            if self._must_wait(series):
                self.unfinished = True
                return (None,) * cells
            learnt = self._known(db, series)
            self._drawn[key] = tuple(self._limit(learnt, start + cell * step, step) for cell in range(cells))
        return self._drawn[key]

    def _must_wait(self, series: Series) -> bool:
        """Whether a series is still to be learnt and the time for that is over."""
        known = (series.topic.number, series.subject) in self._learnt
        return self._seconds is not None and not known and time.monotonic() > self._until

    def _begin_hour(self, db: Connection, now: int) -> None:
        start = cut.start_of_past(now)
        if self._heard.start != start:
            self._learnt, self._drawn = {}, {}
            self._heard = cut.heard_in(start, volumes.heard(db, start, floor_hour(now)))
            self._slots = self._week.slots(start, LEARNT_HOURS + 1)

    def _known(self, db: Connection, series: Series) -> _Learnt:
        key = series.topic.number, series.subject
        if key not in self._learnt:
            self._learnt[key] = self._learn(db, series)
        return self._learnt[key]

    def _learn(self, db: Connection, series: Series) -> _Learnt:
        heard, number = self._heard, series.topic.number
        if series.part == "place":
            cells = volumes.place_hour_cells(db, number, series.value, heard.start, heard.end)
            hours = cut.place_hours(series, cells, heard)
        else:
            hours = cut.hours_of(series, volumes.hour_cells(db, number, heard.start, heard.end), heard)
        parent = (
            FLAT if series is _ROOM else self._known(db, Series(series.topic) if series.part else _ROOM).usual.shape
        )
        usual = learn(hours, self._slots[:LEARNT_HOURS], parent)
        rates = []
        for hour in range(LEARNT_HOURS + 1):
            # Of the hour that is running, who is listened to is not counted yet: as in the one before.
            last = min(hour, LEARNT_HOURS - 1)
            speaking = sum(
                level
                for source, level in usual.levels.items()
                if hours.since[source] <= last and last not in hours.missed.get(source, ())
            )
            rates.append(speaking * usual.shape[self._slots[hour]])
        begun = min(hours.since.values(), default=LEARNT_HOURS)
        return _Learnt(usual, (0.0, *accumulate(rates)), heard.start + begun * HOUR)

    def _limit(self, learnt: _Learnt, start: int, step: int) -> tuple[float, float] | None:
        if learnt.usual.how_well is not Known.WELL or start < learnt.known_from or step > DAY:
            return None
        expected = self._up_to(learnt, start + step) - self._up_to(learnt, start)
        if expected <= 0:
            return None
        spread = max(place for place, length in enumerate(SPREADS) if place == 0 or step >= length * HOUR)
        return band(expected, learnt.usual.wobbles[spread] + learnt.usual.talk / expected, BAND)

    def _up_to(self, learnt: _Learnt, moment: int) -> float:
        """The mentions expected from the first hour to a moment."""
        hour, rest = divmod(moment - self._heard.start, HOUR)
        if hour > LEARNT_HOURS:
            hour, rest = LEARNT_HOURS, HOUR
        below = learnt.expected[hour]
        return below + (learnt.expected[hour + 1] - below) * rest / HOUR
