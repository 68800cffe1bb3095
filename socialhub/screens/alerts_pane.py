"""The alerts: what burns and who has it, narrowed as the reader likes, with the keys of an alert."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import BindingType

from socialhub.alerts import wording
from socialhub.alerts.step_words import silence_line
from socialhub.hearing_words import calm_words, unheard_words
from socialhub.i18n import _, ngettext, number
from socialhub.incidents import Alert, Severity
from socialhub.live import Room
from socialhub.screens.alarm import nobodys
from socialhub.screens.alert_keys import AlertKeys
from socialhub.screens.context import Context
from socialhub.screens.side_pane import SidePane
from socialhub.widgets.alert_filter import NO_CHOICES, AlertChoices, AlertFilter, Standing
from socialhub.widgets.alert_queue import AlertQueue
from socialhub.widgets.bindings import bind


class AlertsPane(SidePane, AlertKeys):
    """The queue under its filter. What silences and greater alerts hide is told, and shown when it is asked for."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("filter", "filter"), bind("back", "back"), bind("muted", "hidden")]

    def __init__(self, context: Context, place: int | None = None) -> None:
        super().__init__(context, "alerts", place)
        self.room_context = context
        self.list = AlertQueue(wording, zone=context.zone)
        self._bar = AlertFilter()
        self._room: Room | None = None
        self._collecting: int | None = None
        self._choices = NO_CHOICES
        self._with_hidden = False

    def compose(self) -> ComposeResult:
        """Title, filter and queue."""
        yield self.title_line
        yield self._bar
        yield self.list

    def on_mount(self) -> None:
        """What can be chosen never changes."""
        self._bar.offer_severities({severity: wording.severity_word(severity) for severity in reversed(Severity)})

    @property
    def shown_alert(self) -> Alert | None:
        """The alert under the cursor."""
        return self.list.selected

    # ---- the queue -----------------------------------------------------------------------------------------------

    def show_room(self, room: Room, collecting: int | None) -> None:
        """Draw the queue."""
        self._room, self._collecting = room, collecting
        self._draw()

    def _draw(self) -> None:
        if (room := self._room) is None:
            return
        heard = [alert for alert in room.alerts if alert.is_open and not alert.is_hidden]
        hidden = sum(alert.is_open and alert.is_hidden for alert in room.alerts)
        self.title_line.show(self._remark(), self._chip(nobodys(room.alerts), hidden))
        shown = [alert for alert in room.alerts if self._holds(alert)]
        watched, remark = wording.all_quiet(len(room.sources), len(room.topics)), ""
        if self._choices != NO_CHOICES:
            watched, remark = "", "" if shown else _("No alert is like that.")
        elif hidden and not heard and not self._with_hidden:
            remark = _("Nothing burns that is not silenced.")
            watched = self._unheard(unheard_words, room) or watched
        elif words := self._unheard(calm_words, room):
            watched, remark = "", words
        hiding = {alert.id: self._hidden_words(alert, room) for alert in shown if alert.is_open and alert.is_hidden}
        self.list.show(shown, self.context.clock.now(), watched, remark=remark, hidden=hiding)

    def _unheard(self, words: Callable[..., str], room: Room) -> str:
        return words(room.sources, self.context.clock.now(), self._collecting, self.context.zone)

    def _hidden_words(self, alert: Alert, room: Room) -> str:
        """What hides an alert."""
        silence = next((each for each in room.silences if each.id == alert.silence), None)
        if silence is not None:
            return silence_line(silence, self.context.clock.now(), self.context.zone)
        if alert.inhibitor is not None:
            return _("quiet while alert {number} burns").format(number=alert.inhibitor)
        return _("silenced")

    def _holds(self, alert: Alert) -> bool:
        """Whether it is shown: as chosen, and what is hidden only when that was asked for."""
        if alert.is_open and alert.is_hidden and not self._with_hidden and self._choices.standing != Standing.HIDDEN:
            return False
        if self._choices == NO_CHOICES:
            return True
        now, zone = self.context.clock.now(), self.context.zone
        said = (*wording.alert_lines(alert, now, zone), wording.state_words(alert, now, zone), alert.subject)
        return self._choices.hold(alert, " ".join(said), self.context.operator)

    def _chip(self, nobodys: int, hidden: int) -> str:
        """How many nobody has, and how many are hidden, whatever is chosen."""
        parts = []
        if nobodys:
            parts.append(ngettext("{count} to take", "{count} to take", nobodys).format(count=number(nobodys)))
        if hidden:
            words = ngettext("{count} silenced", "{count} silenced", hidden).format(count=number(hidden))
            parts.append(f"{words}, {self.context.key_name('muted')}")
        return " · ".join(parts)

    def _remark(self) -> str:
        choices = self._choices
        severity = wording.severity_word(Severity(choices.severity)) if choices.severity is not None else ""
        standing = self._bar.standing_word if choices.standing is not None else ""
        return " · ".join(part for part in (choices.words, severity, standing) if part)

    def action_hidden(self) -> None:
        """Show what is silenced, or hide it again."""
        self._with_hidden = not self._with_hidden
        self._draw()

    # ---- the filter ----------------------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Narrow the queue."""
        self.add_class("-filtering")
        self._bar.begin()

    def action_back(self) -> None:
        """Out of the filter."""
        if self._choices == NO_CHOICES and not self.has_class("-filtering"):
            raise SkipAction
        self._leave()

    def on_alert_filter_changed(self, event: AlertFilter.Changed) -> None:
        """Another choice."""
        event.stop()
        self._narrow(event.choices)

    def on_alert_filter_accepted(self, event: AlertFilter.Accepted) -> None:
        """On in the queue, narrowed."""
        event.stop()
        self.remove_class("-filtering")
        self.list.focus()

    def on_alert_filter_left(self, event: AlertFilter.Left) -> None:
        """All alerts again."""
        event.stop()
        self._leave()

    def _leave(self) -> None:
        self._bar.clear()
        self._narrow(NO_CHOICES)
        self.remove_class("-filtering")
        self.list.focus()

    def _narrow(self, choices: AlertChoices) -> None:
        self._choices = choices
        self._draw()
