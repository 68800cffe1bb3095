"""Alerts as rows: raised and read; each step of their life is kept with who and when. What people do: alert_life."""

from __future__ import annotations

import json
from typing import Any, Final

from socialhub.incidents import Action, Alert, AlertEvent, Severity
from socialhub.store.connection import Connection, next_revs

_COLUMNS: Final = (
    "id, rev, kind, subject, severity, state, started, updated, ended, taken_by, taken_at, facts, rule, topic,"
    " incident, taken_until, assignee, silence, inhibitor, verdict, step, step_due, chain, calm_since, told"
)


def _to_alert(row: tuple[Any, ...]) -> Alert:
    fields = list(row)
    fields[4], fields[11] = Severity(row[4]), json.loads(row[11])
    return Alert(*fields)


def alert_rows(db: Connection, *, limit: int = 200, resolved: bool = True) -> list[Alert]:
    """Open alerts first, worst and newest first; then the resolved ones, newest first."""
    where = "" if resolved else " WHERE state <> 'resolved'"
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM alerts{where} ORDER BY state = 'resolved',"  # noqa: S608
        " CASE WHEN state = 'resolved' THEN 0 ELSE severity END DESC, coalesce(ended, started) DESC LIMIT ?",
        (limit,),
    )
    return [_to_alert(row) for row in rows]


def alert_by_id(db: Connection, number: int) -> Alert | None:
    """One alert."""
    row = db.execute(f"SELECT {_COLUMNS} FROM alerts WHERE id = ?", (number,)).fetchone()  # noqa: S608
    return _to_alert(row) if row else None


def open_alert(db: Connection, kind: str, subject: str) -> Alert | None:
    """The open alert of this kind about this subject, if any: there is never more than one."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM alerts WHERE kind = ? AND subject = ? AND state <> 'resolved'",  # noqa: S608
        (kind, subject),
    ).fetchone()
    return _to_alert(row) if row else None


def alerts_where(db: Connection, condition: str, values: tuple[object, ...] = ()) -> list[Alert]:
    """Alerts by a condition of the store's own, with an order if it names one."""
    return [_to_alert(row) for row in db.execute(f"SELECT {_COLUMNS} FROM alerts WHERE {condition}", values)]  # noqa: S608


def last_resolved(db: Connection, kind: str, subject: str) -> Alert | None:
    """The alert of this kind and subject that was resolved last."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM alerts WHERE kind = ? AND subject = ? AND state = 'resolved'"  # noqa: S608
        " ORDER BY ended DESC, id DESC LIMIT 1",
        (kind, subject),
    ).fetchone()
    return _to_alert(row) if row else None


def raise_alert(
    db: Connection,
    kind: str,
    subject: str,
    severity: Severity,
    started: int,
    now: int,
    facts: dict[str, Any],
    *,
    rule: str = "",
    topic: int | None = None,
) -> int:
    """Open an alert, or bring the open one up to date (it keeps its earliest start); returns its number."""
    present = open_alert(db, kind, subject)
    stored = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    if present is None:
        number = db.execute(
            "INSERT INTO alerts (rev, kind, subject, severity, state, started, updated, facts, rule, topic)"
            " VALUES (?, ?, ?, ?, 'firing', ?, ?, ?, ?, ?)",
            (next_revs(db), kind, subject, int(severity), started, now, stored, rule, topic),
        ).lastrowid
        log_step(db, int(number or 0), now, Action.RAISED)
        return int(number or 0)
    if present.facts != facts or present.severity != severity:
        db.execute(
            "UPDATE alerts SET rev = ?, severity = ?, started = min(started, ?), updated = ?, facts = ? WHERE id = ?",
            (next_revs(db), int(severity), started, now, stored, present.id),
        )
    return present.id


def events_of(db: Connection, number: int) -> list[AlertEvent]:
    """The steps of an alert's life, in order."""
    rows = db.execute(
        "SELECT at, action, operator, detail, until FROM alert_events WHERE alert = ? ORDER BY id", (number,)
    )
    return [AlertEvent(*row) for row in rows]


def log_step(
    db: Connection,
    number: int,
    now: int,
    action: Action,
    operator: str = "",
    detail: str = "",
    until: int | None = None,
) -> None:
    """Write a step into an alert's life, in the transaction that makes it (see AlertEvent)."""
    db.execute(
        "INSERT INTO alert_events (alert, at, action, operator, detail, until) VALUES (?, ?, ?, ?, ?, ?)",
        (number, now, action, operator, detail, until),
    )
