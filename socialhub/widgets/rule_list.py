"""The rules of alerts as a list: which are on, how grave, about what, and how often they were right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.message import Message

from socialhub.i18n import _
from socialhub.records import dataclass
from socialhub.widgets.cells import Piece, cut, left, right, safe, width_of
from socialhub.widgets.line_list import Entry, LineList

NEW: Final = 0
"""The key of the row for a rule that does not exist yet."""
_WIDE: Final = 70
"""Cells from which there is room for words beside what a rule looks for."""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule: `about` is what it watches, `on` whether it is in force.

    `record` tells how often it was right, `brief` the same where there is little room.
    """

    key: int
    name: str
    severity: str = ""
    about: str = ""
    record: str = ""
    brief: str = ""
    on: bool = True


class RuleList(LineList):
    """The list. Message Picked on Enter."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"rules--side", "rules--new", "rules--off"}
    DEFAULT_CSS = """
    RuleList {
        height: 1fr;
        & > .rules--side { color: $text-muted; }
        & > .rules--new { color: $text-accent; }
        & > .rules--off { color: $text-muted; text-style: dim; }
    }
    """

    class Picked(Message):
        """The reader wants to see or change this rule."""

        def __init__(self, key: int) -> None:
            super().__init__()
            self.key = key

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[RuleRow, ...] = ()

    def show(self, rows: Sequence[RuleRow]) -> None:
        """Draw these."""
        self._rows = tuple(rows)
        self.rebuild()

    def choose(self, key: int) -> None:
        """Enter."""
        self.post_message(self.Picked(key))

    def compose_entries(self, width: int) -> list[Entry]:
        """A line each; the record stands at the right end, what it watches takes what is left."""
        names = max((width_of(safe(row.name)) for row in self._rows), default=0)
        names = min(names, max(width // 3, 12))
        severities = max((width_of(row.severity) for row in self._rows), default=0)
        notes = [row.record if width >= _WIDE else row.brief for row in self._rows]
        records = max(map(width_of, notes), default=0)
        return [
            Entry(row.key, (self._line(row, note, width, names, severities, records),))
            for row, note in zip(self._rows, notes, strict=True)
        ]

    def _line(
        self, row: RuleRow, note: str, width: int, names: int, severities: int, records: int
    ) -> tuple[Piece, ...]:
        if row.key == NEW:
            return (Piece(cut(safe(row.name), width, self.glyphs.ellipsis), "rules--new"),)
        look = "" if row.on else "rules--off"
        about = row.about if row.on else _("switched off")
        room = max(width - names - severities - records - 6, 0)
        return (
            Piece(left(safe(row.name), names, self.glyphs.ellipsis), look),
            Piece(f"  {left(row.severity, severities)}", look),
            Piece(f"  {left(safe(about), room, self.glyphs.ellipsis)}  ", "rules--side"),
            Piece(left(note, records) if width >= _WIDE else right(note, records), "rules--side"),
        )
