"""How a row of the places is laid out: the plain data, which columns a width has room for, the text of each cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from socialhub.i18n import _, decimal, number, percent
from socialhub.records import dataclass
from socialhub.widgets.cells import safe, width_of
from socialhub.widgets.glyphs import Glyphs
from socialhub.widgets.trend_columns import COARSEST, FEWEST_BARS, LARGEST_RATIO, RISE

READABLE_NAME: Final = 18
SHORTEST_NAME: Final = 12
LONGEST_NAME: Final = 36
INDENT: Final = 2
"""Cells by which a place stands inside the one that it lies in."""
_EXACT_BELOW: Final = 10


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """What was said of one place in the shown span.

    `parent` is the key of the place around it, None for one that stands at the top. `totals` are mentions
    a cell, `usual` the mean of the weeks before (None: not known), `negative` the share judged negative in percent
    (None: nothing was judged).
    """

    key: int
    name: str
    parent: int | None
    totals: tuple[int, ...]
    total: int
    usual: float | None
    negative: int | None


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in cells; 0 leaves a column out. `merged` cells of the rows make one bar."""

    name: int
    bars: int
    merged: int
    count: int
    usual: int
    ratio: int
    negative: int


def usual_text(usual: float | None, glyphs: Glyphs) -> str:
    """The usual level: "3.2", "140"; a dash when no week is known."""
    if usual is None:
        return glyphs.none
    rounded = round(usual, 1)
    return number(round(usual)) if rounded >= _EXACT_BELOW or rounded == int(rounded) else decimal(usual, 1)


def ratio_text(row: PlaceRow, glyphs: Glyphs, *, whole: bool) -> str:
    """The count beside the usual level: "×6.2", "new" where it is usually silent, a dash when that is not known.

    A fall is not told of a span that is not `whole`: it may be the hole's (DECISIONS 15).
    """
    if row.usual is None or (not whole and row.total < row.usual):
        return glyphs.none
    if row.usual == 0:
        return _("new")
    ratio = row.total / row.usual
    if ratio >= LARGEST_RATIO:
        return f">{glyphs.times}999"
    return glyphs.times + (decimal(ratio, 1) if round(ratio, 1) < _EXACT_BELOW else str(round(ratio)))


def has_risen(row: PlaceRow) -> bool:
    """Whether the count is far above the usual level."""
    return row.usual is not None and row.total >= RISE * row.usual


def negative_text(row: PlaceRow, glyphs: Glyphs) -> str:
    """The share judged negative."""
    return glyphs.none if row.negative is None else percent(row.negative / 100)


def headings() -> tuple[str, str, str, str]:
    """The names of the columns of numbers: count, usual level, ratio, negative share."""
    return _("mentions"), _("usual"), _("ratio"), _("negative")


def columns_for(rows: Sequence[tuple[PlaceRow, int]], width: int, glyphs: Glyphs, *, whole: bool) -> Columns:
    """The widest layout that fits the rows, each with its depth.

    Room is won in this order: names shrink to a readable width, bars get coarser and go, names shrink further, then the
    usual level goes, then the negative share, then the ratio; name and count always stay.
    """
    texts = [
        (
            number(row.total),
            usual_text(row.usual, glyphs),
            ratio_text(row, glyphs, whole=whole),
            negative_text(row, glyphs),
        )
        for row, _depth in rows
    ]
    count, usual, ratio, negative = (
        max(width_of(heading), *(width_of(text[place]) for text in texts)) for place, heading in enumerate(headings())
    )
    longest = max(width_of(safe(row.name)) + depth * INDENT + 2 for row, depth in rows)
    longest = min(max(longest, SHORTEST_NAME), LONGEST_NAME)
    numbers = count + usual + ratio + negative + 4
    cells = max(len(row.totals) for row, _depth in rows)
    for merged in range(1, COARSEST + 1):
        bars = -(-cells // merged)
        room = width - numbers - bars - 1
        if room >= min(longest, READABLE_NAME) and bars >= min(cells, FEWEST_BARS):
            return Columns(min(longest, room), bars, merged, count, usual, ratio, negative)
    for kept in ((usual, ratio, negative), (0, ratio, negative), (0, ratio, 0), (0, 0, 0)):
        room = width - count - 1 - sum(column + 1 for column in kept if column)
        if room >= SHORTEST_NAME or not any(kept):
            return Columns(max(min(longest, room), 0), 0, 1, count, *kept)
    raise AssertionError
