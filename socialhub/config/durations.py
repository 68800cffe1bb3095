"""Lengths of time as people write them: "90 s", "5 min", "2 h", "30 j", "13 mois", or ISO 8601 "PT5M"."""

from __future__ import annotations

import re
from typing import Final

from socialhub.clock import DAY, HOUR, MINUTE, SECOND

WEEK: Final = 7 * DAY
YEAR: Final = 365 * DAY
MONTH: Final = YEAR // 12
"""A twelfth of a year of 365 days, so that 12 months are a year."""
LONGEST: Final = 100 * YEAR

_UNITS: Final[dict[str, int]] = {
    **dict.fromkeys(["s", "sec", "second", "seconds", "seconde", "secondes"], SECOND),
    **dict.fromkeys(["min", "mins", "minute", "minutes"], MINUTE),
    **dict.fromkeys(["h", "hour", "hours", "heure", "heures"], HOUR),
    **dict.fromkeys(["d", "day", "days", "j", "jour", "jours"], DAY),
    **dict.fromkeys(["w", "week", "weeks", "sem", "semaine", "semaines"], WEEK),
    **dict.fromkeys(["month", "months", "mois"], MONTH),
    **dict.fromkeys(["y", "year", "years", "an", "ans", "année", "années"], YEAR),
}
_WRITTEN: Final = (
    ("years", YEAR),
    ("months", MONTH),
    ("d", DAY),
    ("h", HOUR),
    ("min", MINUTE),
    ("s", SECOND),
)
_PIECE: Final = re.compile(r"([0-9]+(?:[.,][0-9]+)?)\s*([^\W\d_]+)\s*")
_ISO: Final = re.compile(
    r"P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?"
    r"(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:[.,][0-9]+)?)S)?)?"
)
_ISO_UNITS: Final = (YEAR, MONTH, WEEK, DAY, HOUR, MINUTE, SECOND)


def parse_duration(written: str) -> int:
    """Milliseconds of a written length of time; ValueError when it is none, is zero or is above a hundred years."""
    text = written.strip()
    pieces = _iso_pieces(text) if text.startswith("P") else _plain_pieces(text)
    total = sum(float(number.replace(",", ".")) * unit for number, unit in pieces)
    if not 0 < total <= LONGEST:
        raise ValueError(written)
    return round(total)


def _iso_pieces(text: str) -> list[tuple[str, int]]:
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return [(number, unit) for number, unit in zip(match.groups(), _ISO_UNITS, strict=True) if number]


def _plain_pieces(text: str) -> list[tuple[str, int]]:
    pieces: list[tuple[str, int]] = []
    position = 0
    while match := _PIECE.match(text, position):
        unit = _UNITS.get(match[2].lower())
        if unit is None:
            raise ValueError(text)
        pieces.append((match[1], unit))
        position = match.end()
    if position < len(text):
        raise ValueError(text)
    return pieces


def format_duration(milliseconds: int) -> str:
    """The shortest exact way to write a length of time; `parse_duration` reads it back, if it is one (0 is "0 s")."""
    if milliseconds == 0:
        return "0 s"
    for name, unit in _WRITTEN:
        if milliseconds % unit == 0:
            return f"{milliseconds // unit} {name}"
    return f"{milliseconds // SECOND}.{milliseconds % SECOND:03} s"
