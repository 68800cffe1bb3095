"""The dates that feeds and tables really carry, as milliseconds UTC.

Understands ISO 8601, RFC 822, epoch seconds and milliseconds, day-month-year in digits, and month names of seven
languages with zone names; what it cannot read is None. Pure; the present is passed in. A date without a zone is read
in `zone`.
"""

from __future__ import annotations

import re
from calendar import timegm
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from time import struct_time
from typing import Final

from socialhub.clock import DAY, SECOND, from_datetime

_EARLIEST: Final = from_datetime(datetime(1995, 1, 1, tzinfo=UTC))
"""Nothing was published on the web before: such a date is a mistake."""
_FURTHEST_OFFSET: Final = 14 * 60

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv januar jänner januari enero ene gennaio gen janeiro",
            "february feb février fevrier févr fevr fév fev februar februari febrero febbraio fevereiro",
            "march mar mars märz maerz mrz mär maart mrt marzo março",
            "april apr avril avr abril abr aprile",
            "may mai mei mayo maggio mag maio",
            "june jun juin juni junio giugno giu junho",
            "july jul juillet juil juli julio luglio lug julho",
            "august aug août aout augustus agosto ago",
            "september sep sept septembre septiembre setiembre settembre set setembro",
            "october oct octobre oktober okt octubre ottobre ott outubro out",
            "november nov novembre noviembre novembro",
            "december dec décembre decembre déc dezember dez diciembre dic dicembre dezembro",
        ),
        1,
    )
    for name in names.split()
}
# Minutes east of Greenwich. Names with two meanings take the one news agencies use (BST is British, IST Indian).
_ZONES: Final = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    **dict.fromkeys(("bst", "west", "cet", "mez", "hnec"), 60),
    **dict.fromkeys(("cest", "mesz", "eet", "haec", "cat", "sast"), 120),
    **dict.fromkeys(("eest", "msk", "eat", "trt"), 180),
    "gst": 240,
    "ist": 330,
    **dict.fromkeys(("sgt", "hkt", "awst"), 480),
    **dict.fromkeys(("jst", "kst"), 540),
    "acst": 570,
    "aest": 600,
    "acdt": 630,
    "aedt": 660,
    "nzst": 720,
    "nzdt": 780,
    "nst": -210,
    **dict.fromkeys(("brt", "art", "adt"), -180),
    **dict.fromkeys(("ast", "edt"), -240),
    **dict.fromkeys(("est", "cdt"), -300),
    **dict.fromkeys(("cst", "mdt"), -360),
    **dict.fromkeys(("mst", "pdt"), -420),
    **dict.fromkeys(("pst", "akdt"), -480),
    "akst": -540,
    "hst": -600,
}

_TIME: Final = (
    r"(?:[\s,T]*(?:[àa]t?|um|-|–)?\s*(?P<hour>\d{1,2})"
    r"(?:(?:\s?h\s?|:)(?P<minute>\d{1,2})|\s?h\b)(?:[:m](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?(?:\s*uhr)?)?"
)
_ZONE: Final = r"(?:[\s(]*(?P<zone>[a-z]{1,5})?\s*(?P<offset>[+-]\d{1,2}:?(?:\d{2})?)?\)?)?"
_NAME: Final = r"(?P<month>[^\W\d_]{3,9})\.?"
_FORMS: Final = tuple(
    re.compile(date + _TIME + _ZONE + r"(?:\s.*)?$", re.IGNORECASE)
    for date in (
        r"(?P<day>\d{1,2})(?:er|\.|st|nd|rd|th)?[\s/-]+(?:de\s+)?"
        + _NAME
        + r",?[\s/-]+(?:de[l]?\s+)?(?P<year>\d{4}|\d{2})",
        _NAME + r"\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
        r"(?P<year>\d{4})[/.-](?P<number>\d{1,2})[/.-](?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})[/.-](?P<number>\d{1,2})[/.-](?P<year>\d{4}|\d{2})",
    )
)
# "Sat Nov 21 10:00:00 CET 2026", as C's asctime and `date` write it.
_ASCTIME: Final = re.compile(_NAME + r"\s+(?P<day>\d{1,2})" + _TIME + _ZONE + r"\s+(?P<year>\d{4})$", re.IGNORECASE)
_WEEKDAY: Final = re.compile(r"^[^\W\d_]{2,10}(?:\.?,?\s+|\.?,)(?=\S*\d|[^\W\d_]+\.?\s+\d)")
_EPOCH: Final = re.compile(r"(\d{9,10})(?:\.\d+)?$|(\d{12,13})$")


def parse_date(raw: str, *, zone: tzinfo = UTC) -> int | None:
    """Milliseconds UTC that `raw` names, None when it names none that exists."""
    raw = " ".join(raw.split())[:100]
    epoch = _EPOCH.match(raw)
    if epoch:
        return int(epoch[1]) * SECOND if epoch[1] else int(epoch[2])
    try:
        return _in_zone(datetime.fromisoformat(raw), zone)
    except (ValueError, OverflowError):
        pass
    bare = _WEEKDAY.sub("", raw)
    for form in (*_FORMS, _ASCTIME):
        found = form.match(bare) or form.match(raw)
        if found:
            return _read_match(found.groupdict(), zone)
    return None


def _in_zone(value: datetime, zone: tzinfo) -> int:
    offset = value.utcoffset()
    if offset is not None and abs(offset) > timedelta(minutes=_FURTHEST_OFFSET):
        value = value.replace(tzinfo=UTC)
    return from_datetime(value if value.tzinfo else value.replace(tzinfo=zone))


def _read_match(parts: dict[str, str | None], zone: tzinfo) -> int | None:
    day, year = int(parts["day"] or 0), int(parts["year"] or 0)
    if parts.get("number"):
        month = int(parts["number"] or 0)
        if month > 12 >= day:
            day, month = month, day
    else:
        month = _MONTHS.get((parts["month"] or "").casefold(), 0)
    hour = int(parts["hour"] or 0)
    if parts["half"]:
        hour = hour % 12 + (12 if parts["half"][0] in "pP" else 0)
    # "24:00" is the end of its day.
    midnight = hour == 24 and not int(parts["minute"] or 0)
    try:
        value = datetime(
            year + 2000 if year < 100 else year,
            month,
            day,
            0 if midnight else hour,
            int(parts["minute"] or 0),
            min(int(parts["second"] or 0), 59),
            tzinfo=_named_zone(parts["zone"] or "", parts["offset"] or "", zone),
        )
        return from_datetime(value) + (DAY if midnight else 0)
    except (ValueError, OverflowError):
        return None


def _named_zone(name: str, offset: str, otherwise: tzinfo) -> tzinfo:
    """The zone of "CET", "+0100", "GMT+1"; an impossible offset is taken for UTC, an unknown name for `otherwise`."""
    if offset:
        digits = offset[1:].replace(":", "")
        hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
        east = (hours * 60 + minutes) * (-1 if offset[0] == "-" else 1)
        return timezone(timedelta(minutes=east)) if abs(east) <= _FURTHEST_OFFSET and minutes < 60 else UTC
    east_by_name = _ZONES.get(name.casefold())
    return otherwise if east_by_name is None else timezone(timedelta(minutes=east_by_name))


def plausible(moment: int | None, now: int) -> int | None:
    """`moment` unless it lies before the web or more than a day ahead of `now` (first sight is better then)."""
    return moment if moment is not None and _EARLIEST <= moment <= now + DAY else None


def feed_date(raw: str, parsed: struct_time | None, now: int) -> int | None:
    """The date of an entry (ms UTC): our own reading, else feedparser's (`parsed`, UTC), if plausible at `now`."""
    moment = parse_date(raw) if raw else None
    if moment is None and parsed is not None:
        try:
            moment = timegm(parsed) * SECOND
        except (ValueError, OverflowError):
            moment = None
    return plausible(moment, now)
