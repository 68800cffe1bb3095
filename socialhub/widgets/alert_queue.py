"""The alert queue: worst first, resolved ones dimmed at the end. Sentences come from the words it is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import ClassVar, Final

from textual.message import Message

from socialhub.ages import clock_time, date_text
from socialhub.clock import DAY
from socialhub.i18n import _
from socialhub.incidents import Alert, Severity
from socialhub.widgets.alert_words import AlertWords
from socialhub.widgets.cells import Line, Piece, cut, left, right, safe, width_of, wrap
from socialhub.widgets.glyphs import Glyphs
from socialhub.widgets.line_list import Entry, LineList

RESOLVED: Final = "resolved"
FIRING: Final = "firing"
WIDE: Final = 50
"""From this many cells on the severity is spelt out; below, its mark alone says it."""

_LEAST_SUBJECT: Final = 4
"""Fewer cells of a source's name tell nothing."""

SEVERITY_LOOKS: Final = {
    Severity.CRISIS: "alerts--crisis",
    Severity.WARNING: "alerts--warning",
    Severity.NOTICE: "alerts--notice",
}


def severity_mark(severity: Severity, glyphs: Glyphs) -> str:
    """The mark that says the severity without colour."""
    return {Severity.CRISIS: glyphs.crisis, Severity.WARNING: glyphs.warning, Severity.NOTICE: glyphs.notice}[severity]


class AlertQueue(LineList):
    """The queue: `AlertQueue(wording)`. Message AlertChosen on Enter.

    An alert that is resolved under the reader's cursor keeps its place until the cursor leaves it, so that nobody acts
    on the one that would have moved up.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "alerts--crisis",
        "alerts--warning",
        "alerts--notice",
        "alerts--resolved",
        "alerts--title",
        "alerts--detail",
        "alerts--quiet",
    }
    DEFAULT_CSS = """
    AlertQueue {
        & > .alerts--crisis { color: $text-error; text-style: bold reverse; }
        & > .alerts--warning { color: $text-warning; text-style: bold; }
        & > .alerts--notice { color: $text-muted; }
        & > .alerts--resolved { color: $text-muted; text-style: dim; }
        & > .alerts--title { text-style: bold; }
        & > .alerts--detail { color: $text-muted; }
        & > .alerts--quiet { color: $text-success; }
        &:ansi > .alerts--detail { text-style: dim; }
    }
    """

    class AlertChosen(Message):
        """The reader wants to see this alert (its number)."""

        def __init__(self, alert: int) -> None:
            super().__init__()
            self.alert = alert

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
        self._alerts: tuple[Alert, ...] = ()
        self._now = 0
        self._watched = ""
        self._held: tuple[int, int] | None = None

    def show(self, alerts: Sequence[Alert], now: int, watched: str = "") -> None:
        """Draw these alerts (as `alert_rows` orders them); `watched` says, when nothing burns, what is watched."""
        self._hold(alerts)
        self._alerts, self._now, self._watched = tuple(alerts), now, watched
        self.rebuild()

    @property
    def selected(self) -> Alert | None:
        """The alert under the cursor."""
        return next((alert for alert in self._alerts if alert.id == self.cursor), None)

    def choose(self, key: int) -> None:
        """Tell the screen which alert to open."""
        self.post_message(self.AlertChosen(key))

    def _hold(self, alerts: Sequence[Alert]) -> None:
        """Note the place of the alert under the cursor when it has just been resolved."""
        before = self.selected
        after = next((alert for alert in alerts if alert.id == self.cursor), None)
        reading = self.touched and self.has_focus
        if before is None or after is None or not reading or after.state != RESOLVED:
            self._held = None
        elif before.state != RESOLVED:
            self._held = (before.id, self._alerts.index(before))

    def _in_order(self) -> list[Alert]:
        alerts = list(self._alerts)
        if self._held is not None and self._held[0] == self.cursor and self.selected is not None:
            alerts.remove(self.selected)
            alerts.insert(self._held[1], self.selected)
        return alerts

    def compose_entries(self, width: int) -> list[Entry]:
        """The alerts, under a calm sentence when none is open."""
        entries: list[Entry] = []
        if all(alert.state == RESOLVED for alert in self._alerts):
            entries.append(Entry(None, self._quiet_lines(width)))
        times = {alert.id: self._time(alert) for alert in self._alerts}
        time_width = max(map(width_of, times.values()), default=0)
        word_width = max((width_of(self.words.severity_word(alert.severity)) for alert in self._alerts), default=0)
        for alert in self._in_order():
            mark, look = self._mark(alert)
            word = self.words.severity_word(alert.severity)
            label = f"{mark} {left(word, word_width)}" if width >= WIDE else mark
            head = (Piece(label, look), Piece(f" {right(times[alert.id], time_width)}  ", _side_look(alert)))
            entries.append(Entry(alert.id, self._lines(alert, head, width)))
        return entries

    def _lines(self, alert: Alert, head: Line, width: int) -> tuple[Line, ...]:
        title, detail = self.words.alert_lines(alert, self._now, self.zone)
        state = safe(self.words.state_words(alert, self._now, self.zone))
        shown = _shortened(safe(title), safe(alert.subject), width - sum(width_of(piece.text) for piece in head))
        first = (*head, Piece(shown, "alerts--resolved" if alert.state == RESOLVED else "alerts--title"))
        if alert.state == RESOLVED:
            return ((*first, Piece(f" {self.glyphs.dot} {state}", "alerts--resolved")),)
        indent = sum(width_of(piece.text) for piece in head) if width >= WIDE else 2
        more = f" {self.glyphs.dot} {safe(detail)}" if detail else ""
        state_look = "" if alert.state == FIRING else "alerts--detail"
        return (first, (Piece(" " * indent + state, state_look), Piece(more, "alerts--detail")))

    def _quiet_lines(self, width: int) -> tuple[Line, ...]:
        calm = (Piece(f"{self.glyphs.good} ", "alerts--quiet"), Piece(_("Nothing burns."), "alerts--title"))
        return (calm, *((Piece(line, "alerts--detail"),) for line in wrap(safe(self._watched), width)))

    def _time(self, alert: Alert) -> str:
        recent = abs(self._now - alert.started) < DAY
        return clock_time(alert.started, self.zone) if recent else date_text(alert.started, self._now, self.zone)

    def _mark(self, alert: Alert) -> tuple[str, str]:
        if alert.state == RESOLVED:
            return self.glyphs.resolved, "alerts--resolved"
        return severity_mark(alert.severity, self.glyphs), SEVERITY_LOOKS[alert.severity]


def _shortened(title: str, subject: str, width: int) -> str:
    """A title whose subject is cut where it does not fit, rather than what follows it: how long it lasts."""
    room = width - (width_of(title) - width_of(subject))
    if not subject or subject not in title or not _LEAST_SUBJECT <= room < width_of(subject):
        return title
    return title.replace(subject, cut(subject, room), 1)


def _side_look(alert: Alert) -> str:
    return "alerts--resolved" if alert.state == RESOLVED else ""
