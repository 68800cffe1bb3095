"""Unreachable alerts: that somebody who is to be told of alerts cannot be told is an alert itself, for the others.

It lasts until a message gets through, or the target leaves the config. One that a person closed does not come back for
the same failure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from socialhub.alerts.silence import closed_by_hand
from socialhub.clock import MINUTE
from socialhub.incidents import AlertKind, Severity
from socialhub.store.alert_life import resolve
from socialhub.store.alert_run import open_alerts
from socialhub.store.alerts import open_alert, raise_alert
from socialhub.store.connection import Connection
from socialhub.store.reaching import Unreached, unreached
from socialhub.targets import Target

PATIENCE: Final = 10 * MINUTE
"""A mail server that restarts, or that wants to be asked twice, is no news."""
LEAST_TRIES: Final = 2


def watch_targets(db: Connection, now: int, targets: Iterable[Target]) -> None:
    """Open, bring up to date and resolve the alerts about targets, inside the caller's transaction."""
    known = {target.name for target in targets}
    dead = {each.target: each for each in unreached(db) if each.target in known}
    for name, each in dead.items():
        present = open_alert(db, AlertKind.UNREACHABLE, name)
        if present is None and (is_young(each, now) or closed_by_hand(db, AlertKind.UNREACHABLE, name, each.since)):
            continue
        raise_alert(db, AlertKind.UNREACHABLE, name, Severity.NOTICE, each.since, now, _facts(each))
    for alert in open_alerts(db):
        if alert.kind == AlertKind.UNREACHABLE and alert.subject not in dead:
            resolve(db, alert.id, "", now)


def is_young(each: Unreached, now: int) -> bool:
    """Whether it has not lasted for long enough to say that somebody cannot be reached."""
    return each.tries < LEAST_TRIES or now - each.since < PATIENCE


def _facts(each: Unreached) -> dict[str, Any]:
    return {
        "target": each.target,
        "since": each.since,
        "reason": each.error,
        "waiting": each.waiting,
        "given_up": each.given_up,
        "reached": each.reached,
    }
