"""Dates as a query writes them: civil dates of any precision and ISO 8601 durations, and the moments they stand for."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from socialhub.clock import DAY, HOUR, MINUTE, SECOND, from_datetime
from socialhub.query.tree import DateRange

_CIVIL: Final = re.compile(r"([12]\d{3})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d))?)?)?", re.ASCII)
_DURATION: Final = re.compile(
    r"P(?!$)(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?!$)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?", re.ASCII
)
_UNITS: Final = (7 * DAY, DAY, HOUR, MINUTE, SECOND)


def is_civil(value: str) -> bool:
    """Whether `value` is a date that exists, such as 2026, 2026-11, 2026-11-01 or 2026-11-01T10:30."""
    match = _CIVIL.fullmatch(value)
    if match is None:
        return False
    try:
        _first_moment(match, UTC)
    except ValueError:
        return False
    return True


def _first_moment(match: re.Match[str], zone: tzinfo) -> datetime:
    year, month, day, hour, minute = match.groups()
    return datetime(int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), tzinfo=zone)


@lru_cache(maxsize=256)
def bounds(civil: str, zone: tzinfo) -> tuple[int, int]:
    """The first millisecond of a civil date in `zone` and the first one after its year, month, day or minute."""
    match = _CIVIL.fullmatch(civil)
    if match is None:
        raise ValueError(civil)
    start = _first_moment(match, zone)
    _year, month, day, hour, _minute = match.groups()
    if hour is not None:
        return from_datetime(start), from_datetime(start) + MINUTE
    if day is not None:
        end = start.replace(tzinfo=None) + timedelta(days=1)
    elif month is not None:
        end = start.replace(tzinfo=None, year=start.year + start.month // 12, month=start.month % 12 + 1)
    else:
        end = start.replace(tzinfo=None, year=start.year + 1)
    return from_datetime(start), from_datetime(end.replace(tzinfo=zone))


def moments(dates: DateRange, zone: tzinfo) -> tuple[int | None, int | None]:
    """The range as [first millisecond, first millisecond after it); None is open."""
    low = high = None
    if dates.low:
        start, end = bounds(dates.low, zone)
        low = start if dates.low_included else end
    if dates.high:
        start, end = bounds(dates.high, zone)
        high = end if dates.high_included else start
    return low, high


def read_duration(value: str) -> int | None:
    """Milliseconds of an ISO 8601 duration in weeks, days, hours, minutes and seconds; None when it is none."""
    match = _DURATION.fullmatch(value.upper())
    if match is None:
        return None
    return sum(int(count) * unit for count, unit in zip(match.groups(), _UNITS, strict=True) if count) or None


def format_duration(span: int) -> str:
    """The ISO 8601 form of whole seconds given in milliseconds, in its largest unit."""
    for letters, unit in (("P{}D", DAY), ("PT{}H", HOUR), ("PT{}M", MINUTE)):
        if span % unit == 0:
            return letters.format(span // unit)
    return f"PT{span // SECOND}S"
