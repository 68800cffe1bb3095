"""The line at the bottom: the keys that matter where the reader is, as many as fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from socialhub.i18n import N_, _
from socialhub.widgets.cells import width_of

_NAMES: Final = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "exclamation_mark": "!",
    "plus": "+",
    "minus": "-",
    "full_stop": ".",
    "comma": ",",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "enter": N_("Enter"),
    "escape": N_("Esc"),
    "tab": "Tab",
    "shift+tab": N_("Shift+Tab"),
    "pageup": N_("PgUp"),
    "pagedown": N_("PgDn"),
    "home": N_("Home"),
    "end": N_("End"),
    "space": N_("Space"),
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


def key_name(key: str) -> str:
    """A key of Textual as people write it: "[", "Esc", "Ctrl+P"."""
    if key in _NAMES:
        return _(_NAMES[key])
    if key.startswith("ctrl+"):
        return f"Ctrl+{key_name(key[5:]).upper()}"
    return key.upper() if len(key) > 1 and key[0] == "f" and key[1:].isdigit() else key


class Hints(Widget):
    """One line of (key, what it does)."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"hints--key", "hints--label"}
    DEFAULT_CSS = """
    Hints {
        height: 1;
        & > .hints--key { color: $text-accent; }
        & > .hints--label { color: $text-muted; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._hints: tuple[tuple[str, str], ...] = ()

    def show(self, hints: Sequence[tuple[str, str]]) -> None:
        """The keys, most important first; the last one always stays."""
        if tuple(hints) != self._hints:
            self._hints = tuple(hints)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        width = self.size.width
        base = self.rich_style
        key_style = base + self.get_component_rich_style("hints--key", partial=True)
        label_style = base + self.get_component_rich_style("hints--label", partial=True)
        segments: list[Segment] = []
        for key, label in self._fitting(width):
            segments += [Segment(f" {key}", key_style), Segment(f" {label} ", label_style)]
        return Strip(segments).adjust_cell_length(width, base)

    def _fitting(self, width: int) -> list[tuple[str, str]]:
        if not self._hints:
            return []
        *others, last = self._hints
        room = width - width_of(f" {last[0]} {last[1]} ")
        kept = []
        for hint in others:
            room -= width_of(f" {hint[0]} {hint[1]} ")
            if room < 0:
                break
            kept.append(hint)
        return [*kept, last]
