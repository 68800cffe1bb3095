"""The worst alert that nobody has, in one line, for where the alerts are out of sight."""

from __future__ import annotations

from socialhub.screens.context import Context
from socialhub.screens.state import RoomState


def alarm_words(state: RoomState, context: Context) -> str:
    """The line, "" when nothing burns."""
    firing = [alert for alert in state.room.alerts if alert.state == "firing"] if state.room is not None else []
    if not firing:
        return ""
    from socialhub.alerts.wording import alert_lines, severity_word

    more = f" (+{len(firing) - 1})" if len(firing) > 1 else ""
    first_line = alert_lines(firing[0], context.clock.now(), context.zone)[0]
    return f" {severity_word(firing[0].severity)}{more} · {first_line}"
