"""The line that keeps an alert in sight wherever the reader is: a crisis reversed over the whole width, also without
colour; one that somebody has taken, and a lesser alert, in bold only.
"""

from __future__ import annotations

from typing import ClassVar

from textual.strip import Strip
from textual.widget import Widget

from socialhub.incidents import Severity
from socialhub.records import dataclass
from socialhub.widgets.cells import Piece, cut, safe, width_of
from socialhub.widgets.glyphs import glyphs_of, severity_mark
from socialhub.widgets.painting import paint

_LEAST_WORDS = 24
"""Cells of the sentence that the key may not take away."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What burns most: which alert, how badly, in one word, and a sentence. `held`: somebody has it. `key` tells how to
    open it.
    """

    alert: int
    severity: Severity
    word: str
    words: str
    held: bool
    key: str


class AlarmBar(Widget):
    """One line, or a band of three on a wall. Which screens show the lesser alarms is the style sheet's affair."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"alarm--burning", "alarm--held", "alarm--lesser"}
    DEFAULT_CSS = """
    AlarmBar {
        display: none; height: 1;
        & > .alarm--burning { color: $text-error; text-style: bold reverse; }
        & > .alarm--held { color: $text-error; text-style: bold; }
        & > .alarm--lesser { color: $text-warning; text-style: bold; }
        &.-crisis { display: block; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._glyphs = glyphs_of()
        self._alarm: Alarm | None = None

    def show(self, alarm: Alarm | None) -> None:
        """What burns most; None when nothing does."""
        if alarm == self._alarm:
            return
        self._alarm = alarm
        crisis = alarm is not None and alarm.severity is Severity.CRISIS
        self.set_class(crisis, "-crisis")
        self.set_class(alarm is not None and not crisis, "-lesser")
        self.refresh()

    @property
    def text(self) -> str:
        """The line as it stands on screen, whether it is in sight or not."""
        return self.render_line(self.size.height // 2).text.strip()

    def render_line(self, y: int) -> Strip:
        """The sentence on the middle line, the key at its right end."""
        width, alarm = self.size.width, self._alarm
        if alarm is None:
            return Strip.blank(width, self.rich_style)
        look = "alarm--lesser"
        if alarm.severity is Severity.CRISIS:
            look = "alarm--held" if alarm.held else "alarm--burning"
        line = self._line(alarm, width) if y == self.size.height // 2 else ""
        return paint(self, (Piece(line + " " * (width - width_of(line)), look),), width, self.rich_style)

    def _line(self, alarm: Alarm, width: int) -> str:
        words = safe(f" {severity_mark(alarm.severity, self._glyphs)} {alarm.word} {self._glyphs.dot} {alarm.words}")
        key = f" {safe(alarm.key)} "
        room = width - width_of(key)
        if room < _LEAST_WORDS:
            return cut(words, width, self._glyphs.ellipsis)
        words = cut(words, room, self._glyphs.ellipsis)
        return words + " " * (room - width_of(words)) + key
