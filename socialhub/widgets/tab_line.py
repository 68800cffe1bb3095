"""A line of tabs with their keys and counts; one of them is open. Knows nothing of what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from socialhub.widgets.cells import Piece, length
from socialhub.widgets.painting import paint


class TabLine(Widget):
    """The line. Messages: Clicked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabs--key", "tabs--open", "tabs--other", "tabs--count"}
    DEFAULT_CSS = """
    TabLine {
        height: 1;
        & > .tabs--key { color: $text-accent; }
        & > .tabs--open { text-style: bold reverse; }
        & > .tabs--other { color: $text-muted; }
        & > .tabs--count { color: $text-muted; }
    }
    """

    class Clicked(Message):
        """A tab was clicked on."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._tabs: tuple[tuple[str, str], ...] = ()
        self._open = 0

    def show(self, tabs: Sequence[tuple[str, str]], open_: int) -> None:
        """Draw these (name, count) with the one at place `open_` lit."""
        if (tuple(tabs), open_) != (self._tabs, self._open):
            self._tabs, self._open = tuple(tabs), open_
            self.refresh()

    def _pieces(self) -> list[list[Piece]]:
        """The tabs; where there is little room the counts of the others go, then their names."""
        room = self.size.width
        for level in range(3):
            tabs = [self._tab(place, level) for place in range(len(self._tabs))]
            if sum(map(length, tabs)) <= room:
                return tabs
        return [self._tab(place, 2) for place in range(len(self._tabs))]

    def _tab(self, place: int, level: int) -> list[Piece]:
        name, count = self._tabs[place]
        is_open = place == self._open
        pieces = [Piece(f" [{place + 1}] ", "tabs--key")]
        if is_open or level < 2:
            pieces.append(Piece(name, "tabs--open" if is_open else "tabs--other"))
        if count and (is_open or level < 1):
            pieces.append(Piece(f" {count}", "tabs--count"))
        return [*pieces, Piece(" ")]

    def render_line(self, y: int) -> Strip:
        """The one line."""
        return paint(self, tuple(piece for tab in self._pieces() for piece in tab), self.size.width, self.rich_style)

    def on_click(self, event: events.Click) -> None:
        """Which tab it was."""
        reached = 0
        for place, tab in enumerate(self._pieces()):
            reached += length(tab)
            if event.x < reached:
                self.post_message(self.Clicked(place))
                return
