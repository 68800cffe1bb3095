"""The values of a config that tell a time: lengths, moments, time zones, hours of the day.

The forms of `Meaning` that config.values knows by `TIME_FORMS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Final

from socialhub.config.durations import parse_duration
from socialhub.config.problems import BadValue, nearest, shown
from socialhub.hours import WORDS, Hours, parse_hours
from socialhub.i18n import _
from socialhub.sources.settings import NEVER, Meaning


def _duration(value: str, meaning: Meaning, _place: object) -> int:
    if NEVER in meaning.choices and re.fullmatch(r"\s*0\s*(s|min|h|d|j)?\s*", value):
        return 0
    try:
        return parse_duration(value)
    except ValueError:
        message = _("{written} is not a length of time; write {examples}")
        suggestion = f"{value.strip()[:-1].strip()} min" if re.fullmatch(r"\s*[0-9]{1,6}\s*m\s*", value) else ""
        raise BadValue(
            message.format(written=f'"{shown(value)}"', examples='"90 s", "5 min", "2 h", "30 d", "13 months", "PT5M"'),
            suggestion,
        ) from None


def _timezone(value: str, _meaning: Meaning, _place: object) -> str:
    from zoneinfo import ZoneInfo, available_timezones

    if not value:
        return value
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        close = get_close_matches(shown(value), available_timezones(), n=1)
        message = _("{written} is not a time zone").format(written=f'"{shown(value)}"')
        raise BadValue(message, close[0] if close else "Europe/Paris") from None
    return value


def _moment(value: str, _meaning: Meaning, _place: object) -> str:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        message = _("{written} is not a moment; write {examples}")
        examples = '"2026-11-27 18:00", "2026-11-27"'
        raise BadValue(message.format(written=f'"{shown(value)}"', examples=examples)) from None
    return value


def _hours(value: str, _meaning: Meaning, _place: object) -> str:
    _read_hours(value, '"mon-fri 09:00-18:00", "22:00-07:00", "sat-sun"', WORDS)
    return value


def _business_hours(value: str, _meaning: Meaning, _place: object) -> str:
    examples = '"mon-fri 09:00-18:00", "mon-thu 09:00-18:00, fri 09:00-16:00"'
    if _read_hours(value, examples).words:
        raise BadValue(_("business hours are days and times: write {examples}").format(examples=examples))
    return value


def _night(value: str, _meaning: Meaning, _place: object) -> str:
    if value and _read_hours(value, examples := '"23:00-06:00", ""').words:
        raise BadValue(_("the night is days and times: write {examples}").format(examples=examples))
    return value


def _read_hours(value: str, examples: str, words: Iterable[str] = ()) -> Hours:
    try:
        return parse_hours(value)
    except ValueError as error:
        choices = ", ".join((examples, *words))
        message = _("{written} tells no hours; write {examples}")
        written = f'"{shown(str(error))}"'
        raise BadValue(message.format(written=written, examples=choices), nearest(value.lower(), words)) from None


TIME_FORMS: Final[dict[str, Callable[[Any, Meaning, object], Any]]] = {
    "duration": _duration,
    "timezone": _timezone,
    "moment": _moment,
    "hours": _hours,
    "business-hours": _business_hours,
    "night": _night,
}
