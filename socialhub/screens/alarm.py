"""What burns most, for the line on top of every screen, and the call when a crisis begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual.app import App

from socialhub.i18n import _
from socialhub.incidents import Alert, Severity
from socialhub.screens.context import Context
from socialhub.widgets.glyphs import glyphs_of
from socialhub.widgets.incident_folds import folded

if TYPE_CHECKING:
    from socialhub.live import Room
    from socialhub.widgets.alarm_bar import Alarm

_CALL_SECONDS: Final = 15.0
"""How long the call of a new crisis stands over whatever screen is open; the line on top stays."""


def worst_alert(alerts: Sequence[Alert]) -> Alert | None:
    """The open alert that needs somebody most, silenced and inhibited ones apart.

    A crisis that nobody has comes first, then one that somebody has (the room is not calm), then the worst of the
    others that nobody has. `alerts` are in the order of the queue: worst and newest first.
    """
    heard = [alert for alert in alerts if alert.is_open and not alert.is_hidden]
    ranked = (
        lambda alert: alert.severity is Severity.CRISIS and alert.state == "firing",
        lambda alert: alert.severity is Severity.CRISIS,
        lambda alert: alert.state == "firing",
    )
    return next((alert for matches in ranked for alert in heard if matches(alert)), None)


def nobodys(alerts: Sequence[Alert]) -> int:
    """How many incidents fire that nobody has."""
    return len(folded([alert for alert in alerts if alert.state == "firing" and not alert.is_hidden]))


def alarm_of(room: Room | None, context: Context) -> Alarm | None:
    """What the line on top says, None when nothing burns."""
    worst = worst_alert(room.alerts) if room is not None else None
    if room is None or worst is None:
        return None
    from socialhub.alerts.wording import alert_lines, severity_word, state_words
    from socialhub.widgets.alarm_bar import Alarm

    now = context.clock.now()
    others = nobodys(room.alerts) - (worst.state == "firing")
    more = f" (+{others})" if others else ""
    words = alert_lines(worst, now, context.zone)[0]
    if worst.severity is Severity.CRISIS:
        words = f"{words} {glyphs_of().dot} {state_words(worst, now, context.zone)}"
    key = f"{context.key_name('alarm')} {_('open')}"
    word = f"{severity_word(worst.severity)}{more}"
    return Alarm(worst.id, worst.severity, word, words, worst.state != "firing", key)


class CrisisCall(App[int]):
    """Calls when a crisis begins, over whatever screen is open. Mixed into the app, which has `room_context`."""

    room_context: Context
    _called: frozenset[int] | None = None

    def call_from_nothing(self) -> None:
        """There is no cache: every crisis of a new one is to be called."""
        self._called = frozenset()

    def call_new_crises(self, room: Room) -> None:
        """Tell the crises that were not there when this was last asked; those found at the start are on screen.

        While one burns no sheet covers the line on top (the style sheet's `-burning`): a call passes, the line stays.
        """
        worst = worst_alert(room.alerts)
        self.set_class(worst is not None and worst.severity is Severity.CRISIS, "-burning")
        crises = [alert for alert in room.alerts if alert.severity is Severity.CRISIS and alert.state == "firing"]
        heard = [alert for alert in crises if not alert.is_hidden]
        known, self._called = self._called, frozenset(alert.id for alert in heard)
        new = [alert for alert in heard if known is not None and alert.id not in known]
        if not new:
            return
        from socialhub.alerts.wording import alert_lines, severity_word

        context = self.room_context
        lines = [alert_lines(alert, context.clock.now(), context.zone)[0] for alert in new]
        lines.append(_("{key} opens it.").format(key=context.key_name("alarm")))
        title = f"{glyphs_of().crisis} {severity_word(Severity.CRISIS)}"
        self.notify("\n".join(lines), title=title, severity="error", timeout=_CALL_SECONDS, markup=False)
