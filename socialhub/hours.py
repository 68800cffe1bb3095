"""Hours of the week as people write them: "mon-fri 09:00-18:00", "22:00-07:00", business_hours, holidays. Pure.

They are civil hours: nine o'clock is nine o'clock in summer and in winter. A span that ends before it begins goes on
into the next day, and belongs to the day on which it began.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from socialhub.clock import to_datetime
from socialhub.holidays import is_holiday
from socialhub.records import dataclass

ALWAYS: Final = "always"
BUSINESS: Final = "business_hours"
OFF_HOURS: Final = "off_hours"
HOLIDAYS: Final = "holidays"
WORDS: Final = (ALWAYS, BUSINESS, OFF_HOURS, HOLIDAYS)
"""What can be written in the place of days and times."""
_DAYS: Final = {
    name: number
    for number, names in enumerate(
        (("mon", "lun"), ("tue", "mar"), ("wed", "mer"), ("thu", "jeu"), ("fri", "ven"), ("sat", "sam"), ("sun", "dim"))
    )
    for name in names
}
_PART: Final = re.compile(
    r"(?:(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?)?\s*"
    r"(?:(?P<start>\d{1,2}:\d{2})\s*-\s*(?P<end>\d{1,2}:\d{2}))?"
)
_DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Span:
    """On these days of the week (0 is Monday), from `start` to `end` in minutes of the day; beyond 1440 is tomorrow."""

    days: frozenset[int]
    start: int
    end: int

    def covers(self, moment: datetime) -> bool:
        """Whether a local moment lies inside."""
        minute, day = moment.hour * 60 + moment.minute, moment.weekday()
        today = day in self.days and self.start <= minute < self.end
        return today or ((day - 1) % 7 in self.days and minute + _DAY < self.end)


@dataclass(frozen=True, slots=True)
class Hours:
    """A moment is within these hours when one of the spans covers it, or one of the WORDS."""

    spans: tuple[Span, ...] = ()
    words: frozenset[str] = frozenset()


def parse_hours(written: str) -> Hours:
    """Hours as they are written, parts joined by commas. Raises ValueError with the part that cannot be read."""
    spans: list[Span] = []
    words: set[str] = set()
    for part in written.lower().split(","):
        part = part.strip()
        if part in WORDS:
            words.add(part)
        else:
            spans.append(_span(part))
    return Hours(tuple(spans), frozenset(words))


def _span(part: str) -> Span:
    match = _PART.fullmatch(part)
    if match is None or not part:
        raise ValueError(part)
    days = _days(match["first"], match["last"], part) if match["first"] else frozenset(range(7))
    if match["start"] is None:
        return Span(days, 0, _DAY)
    start, end = _minute(match["start"], part), _minute(match["end"], part)
    if start == _DAY:
        raise ValueError(part)
    return Span(days, start, end if end > start else end + _DAY)


def _days(first: str, last: str | None, part: str) -> frozenset[int]:
    if first not in _DAYS or (last or first) not in _DAYS:
        raise ValueError(part)
    low, high = _DAYS[first], _DAYS[last or first]
    # fri-mon goes round the end of the week.
    return frozenset(day % 7 for day in range(low, (high if high >= low else high + 7) + 1))


def _minute(clock: str, part: str) -> int:
    hour, minute = map(int, clock.split(":"))
    if minute > 59 or hour * 60 + minute > _DAY:
        raise ValueError(part)
    return hour * 60 + minute


ALL_HOURS: Final = Hours(words=frozenset({ALWAYS}))


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a room is at work: its business hours, but on no public holiday of its country and on no day it is closed.

    `business` holds spans only; `zone` is where its people live.
    """

    zone: tzinfo
    business: Hours
    country: str = ""
    closed: frozenset[date] = frozenset()

    def within(self, hours: Hours, moment: int) -> bool:
        """Whether a moment (ms UTC) is within hours."""
        local = to_datetime(moment, self.zone)
        return any(span.covers(local) for span in hours.spans) or any(self._holds(word, local) for word in hours.words)

    def is_day_off(self, day: date) -> bool:
        """Whether a day is a public holiday, or one on which the room is closed."""
        return day in self.closed or is_holiday(self.country, day)

    def _holds(self, word: str, local: datetime) -> bool:
        if word in (BUSINESS, OFF_HOURS):
            return self._at_work(local) == (word == BUSINESS)
        return word == ALWAYS or self.is_day_off(local.date())

    def _at_work(self, local: datetime) -> bool:
        minute = local.hour * 60 + local.minute
        for span in self.business.spans:
            if span.covers(local):
                # What began yesterday evening is yesterday's work.
                began = local.date() if span.start <= minute < span.end else local.date() - timedelta(days=1)
                if not self.is_day_off(began):
                    return True
        return False
