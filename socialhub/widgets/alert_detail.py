"""One alert in full: its sentence, who has it, its numbers in words, its life step by step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import ClassVar

from socialhub.ages import moment_text
from socialhub.i18n import _
from socialhub.incidents import Alert, AlertEvent
from socialhub.widgets.alert_queue import SEVERITY_LOOKS
from socialhub.widgets.alert_words import AlertWords
from socialhub.widgets.cells import Line, Piece, left, safe, width_of, wrap
from socialhub.widgets.glyphs import severity_mark
from socialhub.widgets.line_list import Entry, LineList

__all__ = ["AlertDetail"]


class AlertDetail(LineList):
    """`AlertDetail(wording)`: text that scrolls when it is higher than its place."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "alerts--crisis",
        "alerts--warning",
        "alerts--notice",
        "alerts--title",
        "alerts--detail",
    }
    DEFAULT_CSS = """
    AlertDetail {
        & > .alerts--crisis { color: $text-error; text-style: bold reverse; }
        & > .alerts--warning { color: $text-warning; text-style: bold; }
        & > .alerts--notice { color: $text-muted; }
        & > .alerts--title { text-style: bold; }
        & > .alerts--detail { color: $text-muted; }
        &:ansi > .alerts--detail { text-style: dim; }
    }
    """

    def __init__(
        self,
        words: AlertWords,
        *,
        zone: tzinfo | None = None,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.words = words
        self.zone = zone
        self._alert: Alert | None = None
        self._steps: tuple[AlertEvent, ...] = ()
        self._now = 0

    def show(self, alert: Alert, steps: Sequence[AlertEvent], now: int) -> None:
        """Draw this alert and the steps of its life (`now` in ms UTC)."""
        self._alert, self._steps, self._now = alert, tuple(steps), now
        self.rebuild()

    def choose(self, key: int) -> None:
        """Nothing here can be chosen."""

    def compose_entries(self, width: int) -> list[Entry]:
        """Paragraphs of text; none of them can be selected."""
        if self._alert is None:
            return []
        blocks = [self._heading(self._alert, width), self._numbers(self._alert, width), self._life(width)]
        lines: list[Line] = []
        for block in blocks:
            lines += [(), *block] if lines and block else block
        return [Entry(None, tuple(lines))]

    def _heading(self, alert: Alert, width: int) -> list[Line]:
        title, detail = self.words.alert_lines(alert, self._now, self.zone)
        severity = f"{severity_mark(alert.severity, self.glyphs)} {self.words.severity_word(alert.severity)}"
        state = safe(self.words.state_words(alert, self._now, self.zone))
        return [
            (Piece(severity, SEVERITY_LOOKS[alert.severity]), Piece(f" {self.glyphs.dot} {state}")),
            *((Piece(line, "alerts--title"),) for line in wrap(safe(title), width)),
            *((Piece(line),) for line in wrap(safe(detail), width)),
        ]

    def _numbers(self, alert: Alert, width: int) -> list[Line]:
        facts = self.words.fact_lines(alert, self._now, self.zone)
        return [
            (Piece(f"{self.glyphs.dot} " if first else "  ", "alerts--detail"), Piece(line))
            for fact in facts
            for first, line in _first_marked(wrap(safe(fact), width - 2))
        ]

    def _life(self, width: int) -> list[Line]:
        if not self._steps:
            return []
        times = [moment_text(step.at, self._now, self.zone) for step in self._steps]
        column = max(map(width_of, times))
        lines: list[Line] = [(Piece(_("What happened"), "alerts--title"),)]
        for time, step in zip(times, self._steps, strict=True):
            words = safe(self.words.step_line(step, self._now, self.zone))
            for first, line in _first_marked(wrap(words, width - column - 2)):
                lines.append((Piece(left(time if first else "", column) + "  ", "alerts--detail"), Piece(line)))
        return lines


def _first_marked(lines: list[str]) -> list[tuple[bool, str]]:
    """Each line with whether it is the first."""
    return [(place == 0, line) for place, line in enumerate(lines)]
