"""The topics of the lab as a list of names: which is changed but not saved, how far its past is matched again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.message import Message

from socialhub.records import dataclass
from socialhub.widgets.cells import Piece, cut, left, safe, width_of
from socialhub.widgets.line_list import Entry, LineList

NEW: Final = 0
"""The key of the row for a topic that does not exist yet."""


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One topic: `key` is its number, `remark` stands at the right, `changed` marks an edit that is not saved."""

    key: int
    name: str
    remark: str = ""
    changed: bool = False


class TopicList(LineList):
    """The list. Messages: Moved when another topic is under the cursor, Picked on Enter."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"topics--remark", "topics--changed", "topics--new"}
    DEFAULT_CSS = """
    TopicList {
        height: 1fr;
        & > .topics--remark { color: $text-muted; }
        & > .topics--changed { color: $text-warning; }
        & > .topics--new { color: $text-accent; }
    }
    """

    class Moved(Message):
        """Another topic is under the cursor."""

    class Picked(Message):
        """The reader wants to edit the topic under the cursor."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._rows: tuple[TopicRow, ...] = ()

    def show(self, rows: Sequence[TopicRow]) -> None:
        """Draw these."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self.rebuild()

    def select(self, key: int) -> None:
        """Tell when it is another one."""
        before = self.cursor
        super().select(key)
        if self.cursor != before:
            self.post_message(self.Moved())

    def choose(self, key: int) -> None:
        """Enter."""
        self.post_message(self.Picked())

    def compose_entries(self, width: int) -> list[Entry]:
        """A line each."""
        return [Entry(row.key, (self._line(row, width),)) for row in self._rows]

    def _line(self, row: TopicRow, width: int) -> tuple[Piece, ...]:
        remark = cut(safe(row.remark), width // 2, self.glyphs.ellipsis)
        mark = "*" if row.changed else " "
        room = max(0, width - width_of(remark) - 3)
        name = left(safe(row.name), room, self.glyphs.ellipsis)
        return (
            Piece(mark, "topics--changed"),
            Piece(name, "topics--new" if row.key == NEW else ""),
            Piece(f" {remark} ", "topics--remark"),
        )
