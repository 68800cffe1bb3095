"""Public holidays: the days on which a country rests, Sundays apart. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

_FIXED: Final = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER: Final = (1, 39, 50)
# Easter Monday, Ascension, Whit Monday.


@lru_cache(maxsize=32)
def french_holidays(year: int) -> frozenset[date]:
    """The eleven public holidays of France (article L3133-1 of the Code du travail)."""
    # A console reads the config and asks for no holiday.
    from dateutil.easter import easter

    sunday = easter(year)
    moving = (sunday + timedelta(days=days) for days in _AFTER_EASTER)
    return frozenset((*(date(year, month, day) for month, day in _FIXED), *moving))


_HOLIDAYS: Final = {"FR": french_holidays}
COUNTRIES: Final = tuple(_HOLIDAYS)
"""The countries whose holidays are known, by their code (ISO 3166-1)."""


def is_holiday(country: str, day: date) -> bool:
    """Whether a country rests on this day; never in one that is not among COUNTRIES ("" for none)."""
    return country in _HOLIDAYS and day in _HOLIDAYS[country](day.year)
