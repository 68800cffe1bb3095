"""Who would be told of an alert, and when somebody else comes on call, for commands that say it beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from socialhub.clock import MINUTE, floor_minute

if TYPE_CHECKING:
    from socialhub.duty import Duty
    from socialhub.incidents import Alert
    from socialhub.store.connection import Connection


def next_targets(db: Connection, alert: Alert, duty: Duty, now: int) -> tuple[str, ...] | None:
    """Whom the next step of an alert's escalation would tell at `now` (ms UTC); None where no chain is for it."""
    from socialhub.alerts.escalation import look
    from socialhub.store.topics import active_topics

    slugs = {topic.number: topic.id for topic in active_topics(db)}
    topic = slugs.get(alert.topic or 0, "")
    if duty.chain_for(alert.severity, topic) is None:
        return None
    told = look(alert, topic, now, duty, asked=True).told
    return told.targets if told is not None else ()


def next_change(duty: Duty, now: int, until: int) -> int | None:
    """The first minute after `now` (ms UTC) at which others are on call; None where that is not before `until`."""
    present = duty.on_call(now)
    minutes = range(floor_minute(now) + MINUTE, until, MINUTE)
    return next((moment for moment in minutes if duty.on_call(moment) != present), None)
