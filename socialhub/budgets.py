"""What a source may spend of something (calls, units, money) in a span of time, and when it will be used up. Pure.

Spending is kept in slots of SLOT ms; a slot counts as long as anything spent in it may count for the server, so a cap
is never exceeded, and what a rolling window gives back comes up to a slot late. Money is in millionths of a dollar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from socialhub.clock import DAY, HOUR, MINUTE, from_datetime, to_datetime
from socialhub.records import dataclass

SLOT: Final = 15 * MINUTE
"""Every time zone in use is a multiple of this away from UTC: days begin with a slot everywhere."""
RATE_OVER: Final = HOUR
"""The rate is what was spent in the last hour: a forecast must follow a crisis."""
FORECAST_STEP: Final = 5 * MINUTE
"""Forecasts are told in steps, so that they do not flicker."""

CALLS: Final = "calls"
SEARCHES: Final = "searches"
UNITS: Final = "units"
QUERIES: Final = "queries"
HASHTAGS: Final = "hashtags"
MONEY: Final = "money"
"""Millionths of a US dollar. Sources may bring units of their own; these have words in both languages."""
DOLLAR: Final = 1_000_000


PAID_ONCE: Final = frozenset({HASHTAGS})
"""Of these the same thing again costs nothing: an hour that began with some says nothing of the next."""


class Span(StrEnum):
    """Over which span a cap holds: the calendar day or month of the server's time zone, or the last 24 h or 7 days."""

    DAY = "day"
    MONTH = "month"
    ROLLING_DAY = "24h"
    ROLLING_WEEK = "7d"


_LENGTHS: Final = {Span.ROLLING_DAY: DAY, Span.ROLLING_WEEK: 7 * DAY}


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that may be spent of a unit within a span. `zone` is where the server's days and months begin."""

    unit: str
    most: int
    span: Span
    zone: str = "UTC"

    def start(self, now: int) -> int:
        """From which slot on spending counts at `now` (ms UTC)."""
        if self.span in _LENGTHS:
            moment = now - _LENGTHS[self.span]
            return moment - moment % SLOT
        return from_datetime(self._first(now))

    def end(self, now: int) -> int:
        """When the calendar day or month ends; for a rolling window, when all that was spent until now is forgotten."""
        if self.span in _LENGTHS:
            return now - now % SLOT + SLOT + _LENGTHS[self.span]
        first = self._first(now)
        following = first + timedelta(days=1)
        return from_datetime(following if self.span is Span.DAY else (first + timedelta(days=32)).replace(day=1))

    def fits_from(self, slots: Mapping[int, int], amount: int, now: int) -> int:
        """When so much more may be spent (`now` when it may be at once); `slots` is what was spent, by slot."""
        start = self.start(now)
        spent = sum(spent for slot, spent in slots.items() if slot >= start)
        if spent + amount <= self.most:
            return now
        if self.span in _LENGTHS:
            for slot in sorted(slot for slot in slots if slot >= start):
                spent -= slots[slot]
                if spent + amount <= self.most:
                    return slot + SLOT + _LENGTHS[self.span]
        return self.end(now)

    def _first(self, now: int) -> datetime:
        midnight = to_datetime(now, _zone(self.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight if self.span is Span.DAY else midnight.replace(day=1)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was recorded: where it stands, so that what was not used after all can be given back there."""

    unit: str
    slot: int
    amount: int
    what: str = ""


@dataclass(frozen=True, slots=True)
class Meter:
    """How a cap stands: what was spent, and at what pace (an hour).

    `free_at` is when there is more again (ms UTC), `gone_at` when it will be used up at this pace, None when it will
    not, or is already.
    """

    cap: Cap
    spent: int
    hourly: int
    free_at: int
    gone_at: int | None

    @property
    def used_up(self) -> bool:
        """Whether nothing is left."""
        return self.spent >= self.cap.most


def meter_of(cap: Cap, slots: Mapping[int, int], now: int, planned: int = 0) -> Meter:
    """How a cap stands at `now`; `slots` is what was spent, by slot, at least since `cap.start`.

    `planned` is what the polls of an hour will cost as they are planned now: a crisis spends faster than it did before.
    """
    start = cap.start(now)
    counting = {slot: spent for slot, spent in slots.items() if slot >= start}
    spent = sum(counting.values())
    since = slot_of(now - RATE_OVER)
    recent = 0 if cap.unit in PAID_ONCE else sum(spent for slot, spent in slots.items() if slot >= since)
    pace = max(recent / (now - since), 0 if cap.unit in PAID_ONCE else planned / HOUR)
    used_up = spent >= cap.most
    free_at = cap.fits_from(counting, 1, now) if used_up else cap.end(now)
    gone_at = None if used_up or pace <= 0 else _gone_at(cap, counting, pace, now)
    return Meter(cap, spent, round(pace * HOUR), free_at, gone_at)


def _gone_at(cap: Cap, counting: Mapping[int, int], pace: float, now: int) -> int | None:
    """When the cap is reached if it goes on like this; None when the calendar is faster, or old spending drops out."""
    if cap.span not in _LENGTHS:
        moment = now + round((cap.most - sum(counting.values())) / pace)
        return moment - moment % FORECAST_STEP if moment < cap.end(now) else None
    # What was spent drops out slot by slot; a window's length from now all of it has, and the pace alone remains.
    kept = sum(counting.values())
    for slot in (*sorted(counting), None):
        drops_out = now + _LENGTHS[cap.span] if slot is None else slot + SLOT + _LENGTHS[cap.span]
        moment = now + round((cap.most - kept) / pace)
        if moment < drops_out:
            return moment - moment % FORECAST_STEP
        kept -= counting.get(slot, 0) if slot is not None else 0
    return None


def slot_of(now: int) -> int:
    """The slot that holds a moment (ms UTC)."""
    return now - now % SLOT


def caps_on(unit: str, caps: Sequence[Cap]) -> list[Cap]:
    """Those that limit this unit."""
    return [cap for cap in caps if cap.unit == unit]


def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)
