"""Alerts as rows: opened and resolved by the collector, acknowledged by people, each step kept with who and when."""

from __future__ import annotations

import json
from typing import Any, Final

from socialhub.incidents import Alert, AlertEvent, Severity
from socialhub.store.connection import Connection, next_revs

_COLUMNS: Final = (
    "id, rev, kind, subject, severity, state, started, updated, ended, taken_by, taken_at, facts, rule, topic,"
    " incident, taken_until, assignee, silence, inhibitor, verdict, step, step_due, calm_since, told"
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


def last_resolved(db: Connection, kind: str, subject: str) -> Alert | None:
    """The alert of this kind and subject that was resolved last."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM alerts WHERE kind = ? AND subject = ? AND state = 'resolved'"  # noqa: S608
        " ORDER BY ended DESC, id DESC LIMIT 1",
        (kind, subject),
    ).fetchone()
    return _to_alert(row) if row else None


def raise_alert(
    db: Connection, kind: str, subject: str, severity: Severity, started: int, now: int, facts: dict[str, Any]
) -> int:
    """Open an alert, or bring the open one up to date (it keeps its earliest start); returns its number."""
    present = open_alert(db, kind, subject)
    stored = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    if present is None:
        number = db.execute(
            "INSERT INTO alerts (rev, kind, subject, severity, state, started, updated, facts)"
            " VALUES (?, ?, ?, ?, 'firing', ?, ?, ?)",
            (next_revs(db), kind, subject, int(severity), started, now, stored),
        ).lastrowid
        _note(db, int(number or 0), now, "raised")
        return int(number or 0)
    if present.facts != facts or present.severity != severity:
        db.execute(
            "UPDATE alerts SET rev = ?, severity = ?, started = min(started, ?), updated = ?, facts = ? WHERE id = ?",
            (next_revs(db), int(severity), started, now, stored, present.id),
        )
    return present.id


def acknowledge(db: Connection, number: int, operator: str, now: int) -> bool:
    """Somebody takes a firing alert; False when it is not firing (any more)."""
    changed = db.execute(
        "UPDATE alerts SET rev = ?, state = 'acknowledged', taken_by = ?, taken_at = ?, updated = ?"
        " WHERE id = ? AND state = 'firing'",
        (next_revs(db), operator, now, now, number),
    ).rowcount
    if changed:
        _note(db, number, now, "acknowledged", operator)
    return bool(changed)


def unacknowledge(db: Connection, number: int, operator: str, now: int) -> bool:
    """Give an acknowledged alert back: it fires again. False when it is not acknowledged."""
    changed = db.execute(
        "UPDATE alerts SET rev = ?, state = 'firing', taken_by = '', taken_at = NULL, updated = ?"
        " WHERE id = ? AND state = 'acknowledged'",
        (next_revs(db), now, number),
    ).rowcount
    if changed:
        _note(db, number, now, "unacknowledged", operator)
    return bool(changed)


def resolve(db: Connection, number: int, operator: str, now: int) -> bool:
    """Close an alert, by a person or (operator "") because its cause is gone. False when it is closed already."""
    changed = db.execute(
        "UPDATE alerts SET rev = ?, state = 'resolved', ended = ?, updated = ? WHERE id = ? AND state <> 'resolved'",
        (next_revs(db), now, now, number),
    ).rowcount
    if changed:
        _note(db, number, now, "resolved", operator)
    return bool(changed)


def reopen(db: Connection, before: Alert, operator: str, now: int) -> bool:
    """Undo a resolution: the alert is again as it was `before`. False when a newer one is open on the same subject."""
    if open_alert(db, before.kind, before.subject) is not None:
        return False
    changed = db.execute(
        "UPDATE alerts SET rev = ?, state = ?, ended = NULL, updated = ? WHERE id = ? AND state = 'resolved'",
        (next_revs(db), before.state, now, before.id),
    ).rowcount
    if changed:
        _note(db, before.id, now, "reopened", operator)
    return bool(changed)


def events_of(db: Connection, number: int) -> list[AlertEvent]:
    """The steps of an alert's life, in order."""
    rows = db.execute("SELECT at, action, operator, detail FROM alert_events WHERE alert = ? ORDER BY id", (number,))
    return [AlertEvent(*row) for row in rows]


def _note(db: Connection, number: int, now: int, action: str, operator: str = "", detail: str = "") -> None:
    db.execute(
        "INSERT INTO alert_events (alert, at, action, operator, detail) VALUES (?, ?, ?, ?, ?)",
        (number, now, action, operator, detail),
    )
