"""Ages in steps, durations and moments in words, in the interface language. Knows no terminal and no cache.

Steps keep an idle screen silent: an age changes once a minute, then once an hour, then once a day.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Final

from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.i18n import N_, _

HOURS_UNTIL: Final = 48
"""Ages are told in hours up to here, in days from here on."""
UNKNOWN_TIME: Final = "--:--"

_MONTHS: Final = (
    *(N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun")),
    *(N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")),
)


def age(milliseconds: int) -> str:
    """An age in one step, rounded down: "< 1 min", "22 min", "3 h", "5 d". A negative one counts as none."""
    if milliseconds < MINUTE:
        return _("< 1 min")
    if milliseconds < HOUR:
        return _("{count} min").format(count=milliseconds // MINUTE)
    if milliseconds < HOURS_UNTIL * HOUR:
        return _("{count} h").format(count=milliseconds // HOUR)
    return _("{count} d").format(count=milliseconds // DAY)


def duration(milliseconds: int) -> str:
    """A length of time in its two largest units, rounded down: "31 min", "1 h 05 min", "3 d 4 h"."""
    if milliseconds < HOUR:
        return age(milliseconds)
    days, rest = divmod(milliseconds, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes = rest // MINUTE
    if days:
        return _("{days} d {hours} h").format(days=days, hours=hours) if hours else _("{count} d").format(count=days)
    if minutes:
        return _("{hours} h {minutes:02} min").format(hours=hours, minutes=minutes)
    return _("{count} h").format(count=hours)


def clock_time(moment: int, zone: tzinfo | None = None) -> str:
    """HH:MM of a moment (ms UTC) in `zone`, by default the machine's."""
    when = _local(moment, zone)
    return UNKNOWN_TIME if when is None else f"{when:%H:%M}"


def moment_text(moment: int, now: int, zone: tzinfo | None = None) -> str:
    """HH:MM for today, with the date for another day ("21 Nov 18:42"), with the year for another year."""
    when, today = _local(moment, zone), _local(now, zone)
    if when is None:
        return UNKNOWN_TIME
    if today is not None and when.date() == today.date():
        return f"{when:%H:%M}"
    return f"{_date(when, today)} {when:%H:%M}"


def date_text(moment: int, now: int, zone: tzinfo | None = None) -> str:
    """The date of a moment ("21 Nov", "21 Nov 2024" in another year)."""
    when = _local(moment, zone)
    return UNKNOWN_TIME if when is None else _date(when, _local(now, zone))


def month_text(year: int, month: int) -> str:
    """A month: "Nov 2026"."""
    return f"{_(_MONTHS[month - 1])} {year}"


def period(start: int, end: int, now: int, zone: tzinfo | None = None) -> str:
    """A span of time: "03:10–03:40"; with dates where it is not today, or does not end on the day it began."""
    first, last = _local(start, zone), _local(end, zone)
    if first is None or last is None or first.date() != last.date():
        return f"{moment_text(start, now, zone)}–{moment_text(end, now, zone)}"
    return f"{moment_text(start, now, zone)}–{last:%H:%M}"


def _date(when: datetime, today: datetime | None) -> str:
    # French says "1er" of the first alone.
    day = _("1") if when.day == 1 else when.day
    words = _("{day} {month}").format(day=day, month=_(_MONTHS[when.month - 1]))
    return words if today is not None and when.year == today.year else f"{words} {when.year}"


def _local(moment: int, zone: tzinfo | None) -> datetime | None:
    """None for a moment that no calendar holds."""
    try:
        return datetime.fromtimestamp(moment / 1000, zone)
    except (OverflowError, ValueError, OSError):
        return None
