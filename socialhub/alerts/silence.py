"""Source-silent and network alerts: what detect/silence finds becomes, stays or stops being an alert.

An alert that a person closed does not come back for the same silence; it does for the next one.
"""

from __future__ import annotations

from typing import Any

from socialhub.detect.silence import SilenceReport, silent_sources
from socialhub.incidents import Action, AlertKind, Severity
from socialhub.model import SourceRow
from socialhub.store import alerts as alert_store
from socialhub.store import sources as source_store
from socialhub.store.alert_life import resolve
from socialhub.store.connection import Connection


def watch_silence(db: Connection, now: int, collector_started: int, silent_after: int) -> int:
    """Open and resolve the alerts about silence inside the caller's transaction; returns how many are newly raised."""
    rows = source_store.source_rows(db)
    report = silent_sources(rows, now, collector_started, silent_after)
    wanted = _wanted(report, rows)
    raised = 0
    for (kind, subject), (severity, facts) in wanted.items():
        if alert_store.open_alert(db, kind, subject) is None and closed_by_hand(db, kind, subject, facts["since"]):
            continue
        raised += alert_store.open_alert(db, kind, subject) is None
        alert_store.raise_alert(db, kind, subject, severity, facts["since"] or now, now, facts)
    for alert in alert_store.alert_rows(db, resolved=False):
        if alert.kind in (AlertKind.SOURCE_SILENT, AlertKind.NETWORK) and (alert.kind, alert.subject) not in wanted:
            resolve(db, alert.id, "", now)
    return raised


def _wanted(report: SilenceReport, rows: list[SourceRow]) -> dict[tuple[str, str], tuple[Severity, dict[str, Any]]]:
    """The alerts that should be open, by (kind, subject)."""
    wanted: dict[tuple[str, str], tuple[Severity, dict[str, Any]]] = {}
    if report.network:
        names = sorted(each.source.name for each in report.network_sources)
        wanted[AlertKind.NETWORK, ""] = (Severity.WARNING, {"sources": names, "since": report.network_since})
    for each in report.single:
        wanted[AlertKind.SOURCE_SILENT, each.source.name] = (
            Severity.NOTICE,
            _facts(each.source, each.since, stopped=False),
        )
    for row in rows:
        if row.state == "stopped":
            since = row.last_success or row.last_error
            wanted[AlertKind.SOURCE_SILENT, row.name] = (Severity.NOTICE, _facts(row, since, stopped=True))
    return wanted


def _facts(row: SourceRow, since: int | None, *, stopped: bool) -> dict[str, Any]:
    return {
        "source": row.name,
        "since": since,
        "interval": row.interval,
        "last_success": row.last_success,
        "reason": row.error,
        "stopped": stopped,
    }


def closed_by_hand(db: Connection, kind: str, subject: str, since: int | None) -> bool:
    """Whether a person closed the alert about this very silence."""
    last = alert_store.last_resolved(db, kind, subject)
    if last is None or last.facts.get("since") != since:
        return False
    ends = [event for event in alert_store.events_of(db, last.id) if event.action == Action.RESOLVED]
    return any(event.operator for event in ends[-1:])
