"""An alert that was over when it was learned: told with its own times, and nobody is called."""

from __future__ import annotations

from typing import Any

from socialhub.alerts.replay import Fired
from socialhub.incidents import Alert


def late_alert(fired: Fired, start: int, ended: int, now: int, facts: dict[str, Any]) -> Alert:
    """What `fired` tells of [start, ended), learned at `now` (ms UTC); `facts` are its numbers and examples."""
    signal = fired.signal
    told = {**facts, "strength": fired.strongest, "learned": now}
    return Alert(
        *(0, 0, signal.rule.kind, signal.subject, fired.worst, "resolved", start, now, ended, "", None, told),
        rule=signal.rule.id,
        topic=signal.topic.number,
    )
