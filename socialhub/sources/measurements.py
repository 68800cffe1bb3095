"""One row of a metric in the exchange format (kind "metric"), and numbers as people's tables write them. Pure.

Required: `metric`, `value`, `published_at` (when the time begins that the row tells of). Optional: `unit place topic`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from socialhub.clock import HOUR, to_datetime
from socialhub.errors import Reason
from socialhub.metrics import METRIC, Measurement
from socialhub.sources.feed_dates import parse_date
from socialhub.text import clean, clip

MOST: Final = 1e15
"""A greater figure is a mistake."""
_QUOTED, _SHORT = 200, 40
_MARKS: Final = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2019": "'", "\u066b": ".", "\uff0c": ","})
_DRESSED: Final = re.compile(
    r"(?P<sign>[+-]?)\s*[€$£¥]?\s*(?P<inner>[+-]?)\s*(?P<number>[\d.,'\s]*\d[eE+\d.,]*)\s*[€$£¥%‰]?"
)
_PLAIN: Final = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_GROUPED: Final = re.compile(r"\d{1,3}(?:(?P<mark>[.,'])\d{3})(?:(?P=mark)\d{3})*")


def is_metric(record: Mapping[str, Any]) -> bool:
    """Whether a record says that it is a row of a metric."""
    kind = record.get("kind")
    return isinstance(kind, str) and kind.strip().lower() == METRIC


def number_of(written: object, *, comma_groups: bool = False) -> float | None:
    """A number as JSON has it, or as people write it: "1 234,5", "1.234,5", "1,234.5", "12 %"; None: it is none.

    One mark alone is the decimal one, unless it stands before each three of several groups, or `comma_groups` (in a
    table whose columns are parted by commas) and it is a comma before three digits.
    """
    if isinstance(written, str):
        value = _spelled(written, comma_groups)
    elif isinstance(written, int | float) and not isinstance(written, bool):
        value = float(written) if abs(written) < MOST else None
    else:
        return None
    return value if value is not None and math.isfinite(value) and abs(value) < MOST else None


def _spelled(written: str, comma_groups: bool) -> float | None:
    dressed = _DRESSED.fullmatch(written.translate(_MARKS).strip())
    if dressed is None or (dressed["sign"] and dressed["inner"]):
        return None
    # What parts groups of three in French is a space of any width.
    text = "'".join(dressed["number"].split())
    grouped = _GROUPED.fullmatch(text)
    many = grouped is not None and (text.count(grouped["mark"]) > 1 or grouped["mark"] == "'")
    if grouped is not None and (many or (comma_groups and grouped["mark"] == ",")):
        text = text.replace(grouped["mark"], "")
    else:
        text = _with_a_point(text)
    return float(f"{dressed['sign']}{dressed['inner']}{text}") if _PLAIN.fullmatch(text) else None


def _with_a_point(text: str) -> str:
    """Of two sorts of marks the last one is the decimal one; the other parts groups of three, and is taken out."""
    decimal = max(text.rfind(","), text.rfind("."))
    if decimal < 0:
        return text
    whole, part = text[:decimal], text[decimal + 1 :]
    groups = re.split(r"[.,']", whole)
    if len(groups) > 1 and (len(groups[0]) > 3 or any(len(each) != 3 for each in groups[1:])):
        return ""
    return "".join(groups) + "." + part


def measurement_of(record: Mapping[str, Any], at: int, *, comma_groups: bool = False) -> Measurement | Reason:
    """The row of a metric whose time begins `at` (ms UTC), or what is missing from it."""
    name, value = text_of(record, "metric"), record.get("value")
    if not name:
        return Reason("line-missing", {"key": "metric"})
    if value is None or value == "":
        return Reason("line-missing", {"key": "value"})
    figure = number_of(value, comma_groups=comma_groups)
    if figure is None:
        return Reason("line-bad-value", {"value": quoted(str(value))})
    return Measurement(name, at, figure, *(text_of(record, key) for key in ("unit", "place", "topic")))


class HourTwice:
    """The hour that clocks in `zone` show twice when summer time ends: what a table tells of it again, without an
    offset, is of its second time, and no correction.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._told: set[str] = set()

    def placed(self, row: Measurement, written: str) -> Measurement:
        """The row where it belongs; `written` is its date as the table has it."""
        if self._clock(row.at) != self._clock(row.at + HOUR) or parse_date(written, zone=UTC) == row.at:
            return row
        if row.native_id in self._told:
            return replace(row, at=row.at + HOUR)
        self._told.add(row.native_id)
        return row

    def _clock(self, moment: int) -> datetime:
        return to_datetime(moment, self._zone).replace(tzinfo=None)


def quoted(value: str) -> str:
    """What could not be read, as a reason may hold it: clean and short."""
    return clip(clean(value[:_QUOTED], single_line=True), _SHORT)


def text_of(record: Mapping[str, Any], key: str) -> str:
    """A value as a text of one line's ends; "" where there is none."""
    value = record.get(key)
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
