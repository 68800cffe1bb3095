"""The columns by name on one line: which are on screen, which has the focus, how many wait in each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from socialhub.i18n import number
from socialhub.records import dataclass
from socialhub.widgets.cells import cut, safe, width_of
from socialhub.widgets.glyphs import ASCII, glyphs_of

MOST_COUNTED = 999
_LONGEST_NAME = 20


@dataclass(frozen=True, slots=True)
class Tab:
    """One column."""

    name: str
    waiting: int
    shown: bool
    focused: bool


def waiting_text(waiting: int) -> str:
    """How many wait: "+12", "+999+" for more than are counted, "" for none."""
    if not waiting:
        return ""
    return f"+{number(min(waiting, MOST_COUNTED))}{'+' if waiting > MOST_COUNTED else ''}"


class ColumnTabs(Widget):
    """One line. `show` repaints it only when something differs."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "tabs--hidden",
        "tabs--shown",
        "tabs--focused",
        "tabs--waiting",
        "tabs--rule",
    }
    DEFAULT_CSS = """
    ColumnTabs {
        height: 1;
        & > .tabs--hidden { color: $text-muted; }
        & > .tabs--focused { color: $text-accent; text-style: bold; }
        & > .tabs--waiting { color: $text-accent; }
        & > .tabs--rule { color: $hairline; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._tabs: tuple[Tab, ...] = ()
        self._rule = " | " if glyphs_of() is ASCII else " │ "

    def show(self, tabs: Sequence[Tab]) -> None:
        """Draw these, from left to right."""
        if tuple(tabs) != self._tabs:
            self._tabs = tuple(tabs)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """As many as fit, the focused one always."""
        width, base = self.size.width, self.rich_style
        segments = [Segment(" ", base)]
        for place, tab in enumerate(self._fitting(width - 2)):
            look = "tabs--focused" if tab.focused else "tabs--shown" if tab.shown else "tabs--hidden"
            if place:
                segments.append(Segment(self._rule, self._style("tabs--rule")))
            segments.append(Segment(cut(safe(tab.name), _LONGEST_NAME), self._style(look)))
            if waiting := waiting_text(tab.waiting):
                segments.append(Segment(f" {waiting}", self._style("tabs--waiting")))
        return Strip(segments).adjust_cell_length(width, base)

    def _style(self, name: str):  # type: ignore[no-untyped-def]
        return self.rich_style + self.get_component_rich_style(name, partial=True)

    def _fitting(self, room: int) -> list[Tab]:
        """The focused tab with its neighbours, those at its left first."""
        focused = next((place for place, tab in enumerate(self._tabs) if tab.focused), 0)
        first = last = focused
        widths = [self._width(tab) for tab in self._tabs]
        used = widths[focused] if widths else 0
        while True:
            if last + 1 < len(widths) and used + widths[last + 1] <= room:
                last += 1
                used += widths[last]
            elif first > 0 and used + widths[first - 1] <= room:
                first -= 1
                used += widths[first]
            else:
                return list(self._tabs[first : last + 1])

    def _width(self, tab: Tab) -> int:
        waiting = waiting_text(tab.waiting)
        return width_of(cut(safe(tab.name), _LONGEST_NAME)) + len(self._rule) + (1 + len(waiting) if waiting else 0)
