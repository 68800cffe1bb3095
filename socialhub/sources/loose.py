"""Values of JSON objects whose shape is promised by nobody: what is missing or of another type was not told.

Pure: no network, no meaning.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import msgspec

from socialhub.clock import SECOND, from_datetime
from socialhub.sources.pages import decode

Row: TypeAlias = Mapping[str, Any]
MOST_COUNT: Final = 10**12


def row_of(raw: bytes | msgspec.Raw) -> Row:
    """The JSON object in `raw`; raises msgspec.DecodeError."""
    return decode(raw, dict[str, Any])


def rows_in(value: Any) -> list[Row]:
    """The objects of a list; none where it is no list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def part_of(row: Row, name: str) -> Row:
    """An object within an object; empty where there is none."""
    value = row.get(name)
    return value if isinstance(value, dict) else {}


def words_of(row: Row, *names: str) -> str:
    """The first of these that is a text with something in it."""
    return next((value for name in names if isinstance(value := row.get(name), str) and value.strip()), "")


def id_of(row: Row, *names: str) -> str:
    """The first of these that can be an id: a text or a whole number."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return ""


def count_of(row: Row, name: str) -> int | None:
    """A count; what is below zero counts as nothing."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return min(max(0, int(value)), MOST_COUNT)


def second_of(row: Row, name: str) -> int | None:
    """Milliseconds UTC of a date in seconds since 1970."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < MOST_COUNT:
        return None
    return int(value * SECOND)


def date_of(row: Row, *names: str) -> int | None:
    """Milliseconds UTC of the first of these that is an ISO date; one without a zone is read in UTC."""
    for name in names:
        value = row.get(name)
        if not isinstance(value, str):
            continue
        try:
            moment = datetime.fromisoformat(value)
            return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        except (ValueError, OverflowError, OSError):
            continue
    return None
