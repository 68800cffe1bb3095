"""The last day of the sources for a terminal and for programs: the strip of polls, mentions an hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from socialhub.i18n import _
from socialhub.polled import SLOTS, Heard, Polled, gathered, heard_of, strip_from
from socialhub.polled_words import CELL_WORDS
from socialhub.widgets.glyphs import glyphs_of, polled_mark

if TYPE_CHECKING:
    from socialhub.model import SourceRow
    from socialhub.store.connection import Connection

IN_TABLE: Final = SLOTS // 8
"""Cells of a strip in the table of sources: one for two hours."""
_STYLES: Final = {
    Polled.OK: "green",
    Polled.EMPTY: "dim",
    Polled.SLOW: "yellow",
    Polled.PARTLY: "yellow",
    Polled.FAILED: "red bold",
    Polled.PAUSED: "dim",
    Polled.HOLE: "dim",
}


def last_day(db: Connection, rows: Sequence[SourceRow], now: int) -> dict[int, Heard]:
    """How each source was heard in the day before `now` (ms UTC), by its number."""
    from socialhub.store.poll_slots import slots_from

    slots = slots_from(db, strip_from(now))
    return {row.number: heard_of(slots.get(row.number, {}), now, row) for row in rows}


def strip_text(heard: Heard, now: int, count: int = IN_TABLE) -> Text:
    """The strip in `count` cells."""
    glyphs = glyphs_of()
    return Text.assemble(*((polled_mark(cell, glyphs), _STYLES[cell]) for cell in gathered(heard.cells, now, count)))


def legend_text(heard: Heard) -> str:
    """What the marks in this strip mean."""
    glyphs = glyphs_of()
    return "  ".join(f"{polled_mark(cell, glyphs)} {_(CELL_WORDS[cell])}" for cell in Polled if cell in heard.cells)


def day_values(heard: Heard | None) -> Mapping[str, Any]:
    """The day for JSON: how many of its quarters of an hour were how, and new mentions an hour."""
    counts = Counter(heard.cells if heard is not None else ())
    return {
        "mentions_an_hour": heard.an_hour if heard is not None else None,
        "quarters_24h": {cell.value: counts[cell] for cell in Polled if counts[cell]},
    }
