"""The line above a pane: its number and name, a remark, a rule, and a chip at the right that may say news."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from socialhub.widgets.cells import cut, safe, width_of
from socialhub.widgets.glyphs import ASCII, glyphs_of


class PaneTitle(Widget):
    """One line. `show` repaints it only when something differs; CSS lights it up when its pane has the focus."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"title--name", "title--remark", "title--rule", "title--chip"}
    DEFAULT_CSS = """
    PaneTitle {
        height: 1;
        & > .title--name { color: $text-muted; }
        & > .title--remark { color: $text-muted; }
        & > .title--rule { color: $hairline; }
        & > .title--chip { color: $text-accent; }
    }
    """

    def __init__(self, name: str, *, number: int | None = None, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._title = name
        self._number = number
        self._remark = ""
        self._chip = ""
        self._rule = "-" if glyphs_of() is ASCII else "─"

    def show(self, remark: str = "", chip: str = "") -> None:
        """What stands beside the name, and at the right."""
        remark, chip = safe(remark), safe(chip)
        if (remark, chip) != (self._remark, self._chip):
            self._remark, self._chip = remark, chip
            self.refresh()

    def rename(self, name: str, number: int | None) -> None:
        """Another name or number."""
        if (name, number) != (self._title, self._number):
            self._title, self._number = name, number
            self.refresh()

    @property
    def text(self) -> str:
        """The line as it stands on screen."""
        return self.render_line(0).text

    def render_line(self, y: int) -> Strip:
        """The line."""
        width = self.size.width
        base = self.rich_style
        name = f"{self._number} {self._title}" if self._number else self._title
        left_over = width - width_of(f"{safe(name)} · {self._remark}") - 5
        chip = cut(f" {self._chip} ", max(width // 2, left_over)) if self._chip else ""
        room = width - width_of(chip) - 3
        name = cut(safe(name), room)
        remark = cut(f" · {self._remark}", room - width_of(name)) if self._remark else ""
        fill = max(0, width - 4 - width_of(name + remark + chip))

        pieces = [
            (f"{self._rule} ", "rule"),
            (name, "name"),
            (remark, "remark"),
            (f" {self._rule * fill}", "rule"),
            (chip, "chip"),
            (self._rule, "rule"),
        ]
        segments = [
            Segment(text, base + self.get_component_rich_style(f"title--{part}", partial=True))
            for text, part in pieces
            if text
        ]
        return Strip(segments).simplify().adjust_cell_length(width, base)
