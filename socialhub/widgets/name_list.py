"""A list of names with what stands behind each: saved searches. Knows no store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.message import Message

from socialhub.widgets.cells import Piece, left, safe, width_of
from socialhub.widgets.line_list import Entry, LineList

_LONGEST_NAME = 24


class NameList(LineList):
    """The list. Messages: Picked on Enter, Moved when the reader stands on another."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"names--detail"}
    DEFAULT_CSS = """
    NameList {
        height: 1fr;
        & > .names--detail { color: $text-muted; }
    }
    """

    class Picked(Message):
        """The reader wants this one."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    class Moved(Message):
        """The reader stands on the row `place`."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, when_empty: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._when_empty = when_empty
        self._rows: tuple[tuple[str, str], ...] = ()

    def show(self, rows: Sequence[tuple[str, str]]) -> None:
        """Draw these (name, detail)."""
        self._rows = tuple(rows)
        self.rebuild()

    @property
    def selected(self) -> str | None:
        """The name under the cursor."""
        return self._rows[self.cursor][0] if self.cursor is not None and self.cursor < len(self._rows) else None

    def select(self, key: int) -> None:
        """Put the cursor on a row, and tell."""
        before = self.cursor
        super().select(key)
        if self.cursor is not None and self.cursor != before:
            self.post_message(self.Moved(self.cursor))

    def choose(self, key: int) -> None:
        """Tell which one."""
        self.post_message(self.Picked(self._rows[key][0]))

    def compose_entries(self, width: int) -> list[Entry]:
        """A line each."""
        if not self._rows:
            return [Entry(None, ((Piece(self._when_empty, "names--detail"),),))]
        bare = not any(detail for _name, detail in self._rows)
        widest = max(width_of(safe(name)) for name, _detail in self._rows)
        room = width if bare else min(widest, _LONGEST_NAME, width // 2)
        return [
            Entry(
                place,
                ((Piece(left(safe(name), room, self.glyphs.ellipsis)), Piece(f"  {safe(detail)}", "names--detail")),),
            )
            for place, (name, detail) in enumerate(self._rows)
        ]
