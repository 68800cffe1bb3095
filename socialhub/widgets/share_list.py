"""Share of voice: a row a topic with its bar, what the figures rest on, every measure. Draws what it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.message import Message

from socialhub.i18n import _
from socialhub.records import dataclass
from socialhub.widgets.cells import Line, Piece, cut, left, right, safe, width_of, wrap
from socialhub.widgets.glyphs import ASCII
from socialhub.widgets.line_list import Entry, LineList

SHORTEST_NAME: Final = 8
LONGEST_NAME: Final = 24
FEWEST_BARS: Final = 6
MOST_BARS: Final = 60
LONGEST_LABEL: Final = 22
FIRST_MEASURE: Final = 1_000_000
"""Keys from here on are measures; those below are places of topics."""
_PLAIN: Final = str.maketrans({"≈": "~", "≥": ">", "—": "-", "–": "-", "−": "-"})


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One topic: `part` (0…1) is its bar, None when unknown; the texts are figures of the period and of the one before.

    `details` are (now, before) of every measure, in the order of the labels.
    """

    name: str
    part: float | None
    share: str
    interval: str
    share_before: str
    value: str
    value_before: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShareSheet:
    """All that is shown: `measure` is what the bars say (its place among the labels)."""

    rows: tuple[ShareRow, ...]
    labels: tuple[str, ...]
    measure: int
    remarks: tuple[str, ...]
    suspended: bool


class ShareList(LineList):
    """The comparison. Enter on a topic asks for its mentions, on a measure puts it into the bars."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"share--bars", "share--faint", "share--warning", "share--figure"}
    DEFAULT_CSS = """
    ShareList {
        & > .share--bars { color: $text-primary; }
        & > .share--faint { color: $text-muted; }
        & > .share--warning { color: $text-warning; }
        & > .share--figure { text-style: bold; }
        &:ansi > .share--faint { text-style: dim; }
    }
    """

    class TopicChosen(Message):
        """The reader wants the mentions of the topic at this place."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    class MeasureChosen(Message):
        """The reader wants this measure in the bars."""

        def __init__(self, measure: int) -> None:
            super().__init__()
            self.measure = measure

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._sheet: ShareSheet | None = None
        self._topic = 0

    def show(self, sheet: ShareSheet) -> None:
        """Draw this; the same again costs nothing."""
        if sheet != self._sheet:
            self._sheet = sheet
            self.rebuild()

    def choose(self, key: int) -> None:
        """Enter."""
        if key >= FIRST_MEASURE:
            self.post_message(self.MeasureChosen(key - FIRST_MEASURE))
        else:
            self.post_message(self.TopicChosen(key))

    def compose_entries(self, width: int) -> list[Entry]:
        """Headings and topics, remarks, measures."""
        sheet = self._sheet
        if sheet is None:
            return []
        if not sheet.rows:
            empty = _("no topic yet: name what to listen for under [[topics]] in config.toml")
            return [Entry(None, self._wrapped(empty, width, "share--faint"))]
        if self.cursor is not None and self.cursor < FIRST_MEASURE:
            self._topic = min(self.cursor, len(sheet.rows) - 1)
        entries = self._topic_entries(sheet, width)
        for place, remark in enumerate(sheet.remarks):
            look = "share--warning" if sheet.suspended and place == 0 else "share--faint"
            entries.append(Entry(None, self._wrapped(remark, width, look)))
        return [*entries, Entry(None, ((),)), *self._measure_entries(sheet, width)]

    def _wrapped(self, text: str, width: int, look: str) -> tuple[Line, ...]:
        return tuple((Piece(line, look),) for line in wrap(self._fitting(safe(text)), width))

    def _fitting(self, text: str) -> str:
        """The text in the signs that this terminal has."""
        return text.translate(_PLAIN) if self.glyphs is ASCII else text

    # ---- topics --------------------------------------------------------------------------------------------------

    def _topic_entries(self, sheet: ShareSheet, width: int) -> list[Entry]:
        label, before = sheet.labels[sheet.measure], _("before")
        heads = (_("share"), "95 %", before, self._fitting(label), before)
        figures = [heads, *(self._figures(row) for row in sheet.rows)]
        widths = [min(max(width_of(row[place]) for row in figures), LONGEST_LABEL) for place in range(len(heads))]
        longest = min(max(width_of(safe(row.name)) for row in sheet.rows), LONGEST_NAME)
        while len(widths) > 1 and width - sum(widths) - len(widths) < SHORTEST_NAME:
            widths.pop()
        room = width - sum(widths) - len(widths)
        name = min(longest, max(SHORTEST_NAME, room - 1 - FEWEST_BARS))
        bars = min(MOST_BARS, room - name - 1)
        bars = bars if bars >= FEWEST_BARS else 0
        name = name if bars else min(longest, room)
        entries = [Entry(None, (self._topic_line(left("", name), "", bars, heads, widths, "share--faint"),))]
        for place, row in enumerate(sheet.rows):
            shown = left(safe(row.name), name, self.glyphs.ellipsis)
            line = self._topic_line(shown, self._bar(row.part, bars), bars, self._figures(row), widths, "")
            entries.append(Entry(place, (line,)))
        return entries

    def _figures(self, row: ShareRow) -> tuple[str, ...]:
        texts = (row.share, row.interval, f"({row.share_before})", row.value, f"({row.value_before})")
        return tuple(map(self._fitting, texts))

    def _topic_line(
        self, name: str, bar: str, bars: int, figures: Sequence[str], widths: Sequence[int], look: str
    ) -> Line:
        pieces = [Piece(name, look)]
        if bars:
            pieces.append(Piece(" " + left(bar, bars), "share--bars"))
        for place, (text, width) in enumerate(zip(figures, widths, strict=False)):
            shown = " " + right(text, width, self.glyphs.ellipsis)
            pieces.append(Piece(shown, look or ("share--figure", "share--faint", "share--faint")[min(place, 2) % 3]))
        return tuple(pieces)

    def _bar(self, part: float | None, width: int) -> str:
        """Full cells for the part, at least one for anything; dots where it is unknown."""
        if part is None:
            return self.glyphs.hole * width
        return self.glyphs.levels[-1] * (max(1, round(part * width)) if part > 0 else 0)

    # ---- measures ------------------------------------------------------------------------------------------------

    def _measure_entries(self, sheet: ShareSheet, width: int) -> list[Entry]:
        label = min(max(map(width_of, sheet.labels)), LONGEST_LABEL) + 2
        columns = [self._column(row) for row in sheet.rows]
        wide = max(width_of(text) for column in columns for text in column)
        shown = max(1, (width - label) // (wide + 2))
        first = min(max(0, self._topic - shown + 1), max(0, len(columns) - shown))
        visible = columns[first : first + shown]
        cell = min(wide, max(1, width - label - 2))
        entries = []
        for place, (name, *texts) in enumerate(zip(["", *sheet.labels], *visible, strict=True)):
            mark = self.glyphs.cursor if place - 1 == sheet.measure else " "
            line = [Piece(f"{mark} " + left(self._fitting(name), label - 2, self.glyphs.ellipsis), "share--faint")]
            line += [
                Piece("  " + right(cut(text, cell, self.glyphs.ellipsis), cell), "" if place else "share--figure")
                for text in texts
            ]
            entries.append(Entry(FIRST_MEASURE + place - 1 if place else None, (tuple(line),)))
        return entries

    def _column(self, row: ShareRow) -> list[str]:
        """The name, then every figure with that of the period before."""
        return [safe(row.name), *(self._fitting(f"{now} ({before})") for now, before in row.details)]
