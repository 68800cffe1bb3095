"""The alert queue: worst first, resolved ones dimmed at the end, an incident one line. Words are given to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import ClassVar, Final

from textual.binding import BindingType
from textual.events import Blur
from textual.message import Message

from socialhub.ages import age
from socialhub.i18n import _, ngettext, number
from socialhub.incidents import Alert, Severity
from socialhub.widgets.alert_words import AlertWords
from socialhub.widgets.bindings import bind
from socialhub.widgets.cells import Line, Piece, cut, left, right, safe, width_of, wrap
from socialhub.widgets.glyphs import severity_mark
from socialhub.widgets.incident_folds import Incident, folded, steady_order
from socialhub.widgets.line_list import Entry, LineList

FIRING: Final = "firing"
WIDE: Final = 50
"""From this many cells on the word of the severity stands beside its mark; below, under it."""

_LEAST_SUBJECT: Final = 4
"""Fewer cells of a source's name tell nothing."""

SEVERITY_LOOKS: Final = {
    Severity.CRISIS: "alerts--crisis",
    Severity.WARNING: "alerts--warning",
    Severity.NOTICE: "alerts--notice",
}


class AlertQueue(LineList):
    """The queue: `AlertQueue(wording)`. Message AlertChosen on Enter.

    While somebody reads here nothing changes places: what is resolved, worse or lesser by now says so where it stands,
    what is new comes in above what it beats. The order is made anew when the reader leaves, or goes to the top.
    """

    BINDINGS: ClassVar[list[BindingType]] = [bind("story", "fold")]
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
        self._ranked: tuple[Incident, ...] = ()
        self._incidents: tuple[Incident, ...] = ()
        self._unfolded: set[int] = set()
        self._now = 0
        self._watched = ""
        self._remark = ""
        self._hidden: Mapping[int, str] = {}

    def show(
        self,
        alerts: Sequence[Alert],
        now: int,
        watched: str = "",
        *,
        remark: str = "",
        hidden: Mapping[int, str] | None = None,
    ) -> None:
        """Draw these alerts (as `alert_rows` orders them).

        `watched` says, when nothing burns, what is watched; a `remark` takes the place of "Nothing burns", where more
        is known than what is shown. `hidden` says of alerts, by number, what hides them.
        """
        self._ranked = tuple(folded(alerts))
        self._now, self._watched, self._remark, self._hidden = now, watched, remark, hidden or {}
        self._put_in_order(anew=not (self.touched and self.has_focus))

    def _put_in_order(self, *, anew: bool) -> None:
        if anew:
            self._incidents = self._ranked
        else:
            by_leader = {incident.leader.id: incident for incident in self._ranked}
            known = [incident.leader.id for incident in self._incidents]
            self._incidents = tuple(by_leader[key] for key in steady_order(known, list(by_leader)))
            self._unfold_under_cursor()
        self.rebuild()

    def _unfold_under_cursor(self) -> None:
        """An alert that has joined an incident stays under the cursor."""
        for incident in self._incidents:
            if self.cursor in [alert.id for alert in incident.members]:
                self._unfolded.add(incident.leader.id)

    @property
    def selected(self) -> Alert | None:
        """The alert under the cursor."""
        alerts = (alert for incident in self._incidents for alert in (incident.leader, *incident.members))
        return next((alert for alert in alerts if alert.id == self.cursor), None)

    def choose(self, key: int) -> None:
        """Tell the screen which alert to open."""
        self.post_message(self.AlertChosen(key))

    def action_jump(self, place: int) -> None:
        """To the first (0) or last (-1) entry; the first is the worst as of now."""
        if place == 0:
            self._put_in_order(anew=True)
        super().action_jump(place)

    def action_fold(self) -> None:
        """Show the alerts of the incident under the cursor, or fold them again."""
        for incident in self._incidents:
            if incident.members and self.cursor in [alert.id for alert in (incident.leader, *incident.members)]:
                self._unfolded ^= {incident.leader.id}
                self.select(incident.leader.id)
                self.rebuild()

    def on_blur(self, event: Blur) -> None:
        """Nobody reads here any more."""
        self._put_in_order(anew=True)

    # ---- drawing -------------------------------------------------------------------------------------------------

    def compose_entries(self, width: int) -> list[Entry]:
        """The alerts, under a calm sentence when none is open."""
        entries: list[Entry] = []
        if all(not incident.leader.is_open for incident in self._incidents):
            entries.append(Entry(None, self._quiet_lines(width)))
        shown = [alert for incident in self._incidents for alert in (incident.leader, *incident.members)]
        age_width = max((width_of(self._age(alert)) for alert in shown), default=0)
        word_width = max((width_of(self.words.severity_word(alert.severity)) for alert in shown), default=0)
        for incident in self._incidents:
            head = self._head(incident.leader, incident.severity, width, age_width, word_width)
            entries.append(Entry(incident.leader.id, self._lines(incident, head, width)))
            if incident.leader.id in self._unfolded:
                for alert in incident.members:
                    head = self._head(alert, alert.severity, width, age_width, word_width)
                    entries.append(Entry(alert.id, (self._member_line(alert, head),)))
        return entries

    def _head(self, alert: Alert, severity: Severity, width: int, age_width: int, word_width: int) -> Line:
        """Mark, word where there is room, and age."""
        mark, look = severity_mark(severity, self.glyphs), SEVERITY_LOOKS[severity]
        if not alert.is_open:
            mark, look = self.glyphs.resolved, "alerts--resolved"
        label = f"{mark} {left(self.words.severity_word(severity), word_width)}" if width >= WIDE else mark
        side = "" if alert.is_open else "alerts--resolved"
        return (Piece(label, look), Piece(f" {right(self._age(alert), age_width)}  ", side))

    def _lines(self, incident: Incident, head: Line, width: int) -> tuple[Line, ...]:
        alert = incident.leader
        title, detail = self.words.alert_lines(alert, self._now, self.zone)
        state = safe(self._state_words(alert))
        if waiting := _waiting(incident):
            also = ngettext("{count} more to take", "{count} more to take", waiting).format(count=number(waiting))
            state = f"{state} {self.glyphs.dot} {also}"
        folds = f" {self.glyphs.times}{incident.size}" if incident.members else ""
        room = width - sum(width_of(piece.text) for piece in head) - width_of(folds)
        shown = cut(_shortened(safe(title), safe(alert.subject), room), room, self.glyphs.ellipsis)
        first = (*head, Piece(shown + folds, "alerts--title" if alert.is_open else "alerts--resolved"))
        if not alert.is_open:
            return ((*first, Piece(f" {self.glyphs.dot} {state}", "alerts--resolved")),)
        more = f" {self.glyphs.dot} {safe(detail)}" if detail else ""
        state_look = "" if waiting or (alert.state == FIRING and not alert.is_hidden) else "alerts--detail"
        indent: Line = (Piece(" " * sum(width_of(piece.text) for piece in head)),)
        if width < WIDE:
            word = self.words.severity_word(incident.severity)
            indent = (Piece("  "), Piece(word, SEVERITY_LOOKS[incident.severity]), Piece(f" {self.glyphs.dot} "))
        return (first, (*indent, Piece(state, state_look), Piece(more, "alerts--detail")))

    def _state_words(self, alert: Alert) -> str:
        """Who has it, or what hides it."""
        return self._hidden.get(alert.id) or self.words.state_words(alert, self._now, self.zone)

    def _member_line(self, alert: Alert, head: Line) -> Line:
        """An alert that is folded out of its incident: one line."""
        title = safe(self.words.alert_lines(alert, self._now, self.zone)[0])
        state = safe(self._state_words(alert))
        words = f"{self.glyphs.hook} {title} {self.glyphs.dot} {state}"
        return (*head, Piece(words, "alerts--detail" if alert.is_open else "alerts--resolved"))

    def _quiet_lines(self, width: int) -> tuple[Line, ...]:
        """Nothing burns: of all that is known, or of what is shown."""
        calm: Line = (Piece(f"{self.glyphs.good} ", "alerts--quiet"), Piece(_("Nothing burns."), "alerts--title"))
        first: list[Line] = [(Piece(line, "alerts--title"),) for line in wrap(safe(self._remark), width)] or [calm]
        return (*first, *((Piece(line, "alerts--detail"),) for line in wrap(safe(self._watched), width)))

    def _age(self, alert: Alert) -> str:
        """Since when it burns; of what is over, since when it does not."""
        return age(self._now - (alert.started if alert.ended is None else alert.ended))


def _waiting(incident: Incident) -> int:
    """How many alerts folded under one that somebody has fire themselves, and nobody has them."""
    if incident.leader.state == FIRING and not incident.leader.is_hidden:
        return 0
    return sum(alert.state == FIRING and not alert.is_hidden for alert in incident.members)


def _shortened(title: str, subject: str, width: int) -> str:
    """A title whose subject is cut where it does not fit, rather than what follows it: how long it lasts."""
    room = width - (width_of(title) - width_of(subject))
    if not subject or subject not in title or not _LEAST_SUBJECT <= room < width_of(subject):
        return title
    return title.replace(subject, cut(subject, room), 1)
