"""Metrics that are told no more: no row for so many times their usual pace becomes an alert, a new row ends it.

A metric of a source that is itself silent, paused or stopped is told by that; what came by an import comes once.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

from socialhub.alerts.silence import closed_by_hand
from socialhub.clock import DAY
from socialhub.incidents import AlertKind, Severity
from socialhub.metrics import PACED, Metric
from socialhub.store import alerts as alert_store
from socialhub.store.alert_life import resolve
from socialhub.store.connection import Connection
from socialhub.store.metrics import moments_of, read_metrics
from socialhub.store.sources import source_rows

PAUSES_OF: Final = 28 * DAY
"""So long of its past tells which pauses a metric usually makes: nights, weekends."""
ONCE: Final = 2
"""So many pauses may have been failures: the next longest is usual. Of a short past the longest is."""
SETTLED: Final = 14 * DAY
LONGER: Final = 1.2
"""A silence is so many times as long as the longest usual pause."""
_ONCE_ONLY: Final = ("import",)


def watch_metrics(db: Connection, now: int, started: int, silent_after: int) -> int:
    """Open and resolve the alerts inside the caller's transaction; returns how many are newly raised.

    `started` is when the collector began to listen: before, nobody could have heard a row.
    """
    failing = {each.name for each in source_rows(db) if each.state != "active" or each.error}
    wanted = {}
    for metric in read_metrics(db, now):
        if metric.source_kind in _ONCE_ONLY or metric.source in failing or not metric.pace:
            continue
        waited, heard = now - metric.last, now - max(metric.seen, started)
        if min(waited, heard) <= silent_after * metric.pace:
            continue
        # Four weeks are looked at for those alone that may be silent: this is asked every few seconds.
        pause = usual_pause(moments_of(db, metric.number, now - PAUSES_OF, now + 1))
        if waited > LONGER * pause:
            wanted[f"{metric.source}: {metric.shown}"] = _facts(metric, pause)
    raised = 0
    for subject, facts in wanted.items():
        is_open = alert_store.open_alert(db, AlertKind.METRIC_SILENT, subject) is not None
        if not is_open and closed_by_hand(db, AlertKind.METRIC_SILENT, subject, facts["since"]):
            continue
        raised += not is_open
        since = facts["since"]
        alert_store.raise_alert(db, AlertKind.METRIC_SILENT, subject, Severity.NOTICE, since, now, facts)
    for alert in alert_store.alert_rows(db, resolved=False):
        if alert.kind == AlertKind.METRIC_SILENT and alert.subject not in wanted:
            resolve(db, alert.id, "", now)
    return raised


def usual_pause(moments: list[int]) -> int:
    """The longest usual time between two rows at these moments (in order), ms."""
    gaps = sorted((later - earlier for earlier, later in pairwise(moments)), reverse=True)
    if len(moments) < PACED:
        return 0
    settled = moments[-1] - moments[0] >= SETTLED
    return gaps[min(ONCE, len(gaps) - 1)] if settled else gaps[0]


def _facts(metric: Metric, pause: int) -> dict[str, Any]:
    return {
        "metric": metric.shown,
        "told_by": metric.source,
        "since": metric.last + metric.pace,
        "last": metric.last,
        "pace": metric.pace,
        "pause": pause,
    }
