"""The keys of an alert: the same in the queue, in the view of one alert and in the crisis view."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from socialhub.incidents import Alert
from socialhub.screens.context import Context
from socialhub.widgets.bindings import bind

if TYPE_CHECKING:
    from socialhub.screens.alert_acts import AlertActs


class AlertKeys(Widget):
    """Mixed into what shows alerts, behind the class that gives the styles; needs `room_context` and `shown_alert`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("take", "take"),
        bind("assign", "assign"),
        bind("silence", "silence"),
        bind("close", "close"),
        bind("verdict", "verdict"),
        bind("escalate", "escalate"),
        bind("note", "note"),
        bind("why", "why"),
    ]
    room_context: Context

    @property
    def shown_alert(self) -> Alert | None:
        """The alert that the keys are about."""
        raise NotImplementedError

    @cached_property
    def _acts(self) -> AlertActs:
        from socialhub.screens.alert_acts import AlertActs

        return AlertActs(self)

    def action_take(self) -> None:
        """Take the alert, or say until when."""
        if (alert := self.shown_alert) is not None:
            self._acts.take(alert)

    async def action_assign(self) -> None:
        """Give the alert to somebody."""
        if (alert := self.shown_alert) is not None:
            await self._acts.assign(alert)

    def action_why(self) -> None:
        """Why it is an alert, rule by rule."""
        if (alert := self.shown_alert) is not None:
            from socialhub.screens.why_not import WhyNotWanted

            self.post_message(WhyNotWanted(alert.topic, alert.id))

    async def action_silence(self) -> None:
        """Silence alerts like this one, or hear them again."""
        if (alert := self.shown_alert) is not None:
            from socialhub.screens.silence_acts import SilenceActs

            await SilenceActs(self).act(alert)

    def action_close(self) -> None:
        """Close the alert, or open it again."""
        if (alert := self.shown_alert) is not None:
            self._acts.close(alert)

    def action_verdict(self) -> None:
        """Say what the alert was."""
        if (alert := self.shown_alert) is not None:
            self._acts.judge(alert)

    def action_escalate(self) -> None:
        """Ask for help."""
        if (alert := self.shown_alert) is not None:
            self._acts.escalate(alert)

    def action_note(self) -> None:
        """Write a note into the alert's life."""
        if (alert := self.shown_alert) is not None:
            self._acts.note(alert)
