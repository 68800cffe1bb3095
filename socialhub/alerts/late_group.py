"""A coordinated group that was over when it was learned: its numbers and its content. Only reads."""

from __future__ import annotations

from socialhub.alerts.coordination_rules import QUIET
from socialhub.alerts.late_alert import late_alert
from socialhub.alerts.replay import Fired
from socialhub.clock import HOUR
from socialhub.incidents import Alert
from socialhub.store.alert_facts import told_of
from socialhub.store.connection import Connection


def late_group(db: Connection, fired: Fired, now: int) -> Alert | None:
    """The alert about a group that spoke in what was caught up, learned at `now` (ms UTC); None where it goes on."""
    signal = fired.latest
    start, end = int(signal.numbers["since"]), int(signal.numbers["since"]) + int(signal.numbers["window"])
    if fired.ended is None and end > now - QUIET:
        return None
    ended = fired.ended or min(now, end + HOUR)
    facts = {**told_of(db, signal.window), **signal.numbers, "until": end}
    return late_alert(fired, start, ended, now, facts)
