"""Places as a tree: regions, what lies in them once unfolded, each beside its usual level. Draws what it is given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import tzinfo
from itertools import groupby
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from socialhub.i18n import number
from socialhub.widgets.bindings import bind
from socialhub.widgets.cells import Line, Piece, left, right, safe, wrap
from socialhub.widgets.line_list import Entry, LineList
from socialhub.widgets.place_rows import (
    INDENT,
    Columns,
    PlaceRow,
    columns_for,
    has_risen,
    headings,
    negative_text,
    ratio_text,
    usual_text,
)
from socialhub.widgets.sparkline import hole_sentence, merge, sparkline

MOSTLY: int = 50
"""From this negative share on (percent) it is marked."""


class PlaceList(LineList):
    """The places. Enter unfolds a place or, on one that has nothing in it, asks for its mentions: `PlaceChosen`."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("why", "mentions")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "places--bars",
        "places--hole",
        "places--faint",
        "places--rise",
        "places--negative",
    }
    DEFAULT_CSS = """
    PlaceList {
        & > .places--bars { color: $text-primary; }
        & > .places--hole { color: $text-muted; }
        & > .places--faint { color: $text-muted; }
        & > .places--rise { text-style: bold; }
        & > .places--negative { color: $text-error; }
        &:ansi > .places--hole { text-style: dim; }
        &:ansi > .places--faint { text-style: dim; }
    }
    """

    class PlaceChosen(Message):
        """The reader wants the mentions of this place (its key)."""

        def __init__(self, key: int) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, zone: tzinfo | None = None, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.zone = zone
        self._rows: tuple[PlaceRow, ...] = ()
        self._inside: dict[int | None, list[PlaceRow]] = {}
        self._unfolded: set[int] = set()
        self._holes: tuple[bool, ...] = ()
        self._start = self._step = 0
        self._when_empty = ""

    def show(
        self, rows: Sequence[PlaceRow], holes: Sequence[bool], start: int, step: int, *, when_empty: str = ""
    ) -> None:
        """Draw these rows, the most spoken of first among those that lie in one place. Cells are `step` ms long from
        `start` (ms UTC) on; `holes` tells which of them nobody listened to; `when_empty` is said without rows.
        """
        self._rows, self._holes = tuple(rows), tuple(holes)
        self._start, self._step, self._when_empty = start, step, when_empty
        inside: defaultdict[int | None, list[PlaceRow]] = defaultdict(list)
        for row in self._rows:
            inside[row.parent].append(row)
        self._inside = dict(inside)
        self.rebuild()

    @property
    def selected(self) -> PlaceRow | None:
        """The row under the cursor."""
        return next((row for row in self._rows if row.key == self.cursor), None)

    def choose(self, key: int) -> None:
        """Unfold the place, fold it again, or ask for its mentions."""
        if key not in self._inside:
            self.post_message(self.PlaceChosen(key))
            return
        self._unfolded ^= {key}
        self.rebuild()

    def action_mentions(self) -> None:
        """Ask for the mentions of the place under the cursor, folded or not."""
        if self.cursor is not None:
            self.post_message(self.PlaceChosen(self.cursor))

    # ---- lines ---------------------------------------------------------------------------------------------------

    def compose_entries(self, width: int) -> list[Entry]:
        """A line of headings, the rows, and where the holes are."""
        shown = self._shown(None, 0)
        entries: list[Entry] = []
        if shown:
            columns = columns_for(shown, width, self.glyphs, whole=not any(self._holes))
            entries = [Entry(None, (_heading(columns),))]
            entries += [Entry(row.key, (self._line(row, depth, columns),)) for row, depth in shown]
        remarks = ["" if shown else self._when_empty, hole_sentence(self._holes, self._start, self._step, self.zone)]
        told = [line for remark in remarks for line in wrap(remark, width)]
        return entries + [Entry(None, ((Piece(line, "places--hole"),),)) for line in told]

    def _shown(self, parent: int | None, depth: int) -> list[tuple[PlaceRow, int]]:
        """The rows that are not folded away, each with its depth."""
        found: list[tuple[PlaceRow, int]] = []
        for row in self._inside.get(parent, ()):
            found.append((row, depth))
            if row.key in self._unfolded:
                found += self._shown(row.key, depth + 1)
        return found

    def _line(self, row: PlaceRow, depth: int, columns: Columns) -> Line:
        glyphs = self.glyphs
        mark = " " if row.key not in self._inside else glyphs.unfolded if row.key in self._unfolded else glyphs.folded
        name = left(" " * (depth * INDENT) + f"{mark} {safe(row.name)}", columns.name, glyphs.ellipsis)
        pieces = [Piece(name)]
        if columns.bars:
            pieces += [Piece(" "), *self._bars(row, columns)]
        risen = "places--rise" if has_risen(row) else ""
        pieces.append(Piece(" " + right(number(row.total), columns.count), risen))
        if columns.usual:
            pieces.append(Piece(" " + right(usual_text(row.usual, glyphs), columns.usual), "places--faint"))
        if columns.ratio:
            told = ratio_text(row, glyphs, whole=not any(self._holes))
            pieces.append(Piece(" " + right(told, columns.ratio), risen))
        if columns.negative:
            bad = row.negative is not None and row.negative >= MOSTLY
            look = "places--negative" if bad else "places--faint"
            pieces.append(Piece(" " + right(negative_text(row, glyphs), columns.negative), look))
        return tuple(pieces)

    def _bars(self, row: PlaceRow, columns: Columns) -> list[Piece]:
        """The sparkline, newest cell at the right edge."""
        totals, holes = merge(row.totals, self._holes, columns.merged)
        bars = sparkline(totals, holes, glyphs=self.glyphs)
        runs = groupby(zip(bars, holes, strict=True), key=lambda cell: cell[1])
        pieces = [
            Piece("".join(bar for bar, _hole in run), "places--hole" if hole else "places--bars") for hole, run in runs
        ]
        return [Piece(" " * (columns.bars - len(bars))), *pieces]


def _heading(columns: Columns) -> Line:
    widths = (columns.count, columns.usual, columns.ratio, columns.negative)
    told = "".join(" " + right(name, width) for name, width in zip(headings(), widths, strict=True) if width)
    gap = columns.name + (columns.bars + 1 if columns.bars else 0)
    return (Piece(" " * gap + told, "places--faint"),)
