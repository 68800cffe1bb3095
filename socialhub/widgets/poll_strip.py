"""A day of polls as a strip of cells, each with a mark of its own and a colour; and its legend."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from textual.content import Content

from socialhub.i18n import _
from socialhub.polled import SLOTS, Heard, Polled, gathered
from socialhub.polled_words import CELL_WORDS
from socialhub.widgets.cells import Piece
from socialhub.widgets.glyphs import Glyphs, polled_mark

_STYLES: Final[dict[Polled, str]] = {
    Polled.OK: "$text-success",
    Polled.EMPTY: "$text-muted",
    Polled.SLOW: "$text-warning",
    Polled.PARTLY: "$text-warning",
    Polled.FAILED: "bold $text-error",
    Polled.PAUSED: "$text-muted",
    Polled.HOLE: "$text-muted",
}
STRIPS: Final = (SLOTS, SLOTS // 2, SLOTS // 4, SLOTS // 8)
"""Cells that a strip may have, from one a quarter of an hour to one for two hours."""
LOOKS: Final[dict[Polled, str]] = {
    Polled.OK: "sources--ok",
    Polled.EMPTY: "sources--idle",
    Polled.SLOW: "sources--late",
    Polled.PARTLY: "sources--late",
    Polled.FAILED: "sources--bad",
    Polled.PAUSED: "sources--idle",
    Polled.HOLE: "sources--idle",
}


def strip_pieces(heard: Heard | None, now: int, count: int, glyphs: Glyphs) -> list[Piece]:
    """The strip in `count` cells (one of STRIPS); blanks where nothing is known."""
    if heard is None:
        return [Piece(" " * count)]
    cells = gathered(heard.cells, now, count)
    return [Piece(polled_mark(cell, glyphs) * len(list(run)), LOOKS[cell]) for cell, run in groupby(cells)]


def strip_content(heard: Heard, now: int, count: int, glyphs: Glyphs) -> Content:
    """The strip for a text."""
    return Content.assemble(*((polled_mark(cell, glyphs), _STYLES[cell]) for cell in gathered(heard.cells, now, count)))


def widest_strip(width: int) -> int:
    """The most cells of a strip that fit a width; 0 where none does."""
    return next((count for count in STRIPS if count <= width), 0)


def legend(glyphs: Glyphs) -> list[tuple[str, str]]:
    """(mark, what it tells) of every kind of cell."""
    return [(polled_mark(cell, glyphs), _(words)) for cell, words in CELL_WORDS.items()]
