"""What the run of alerts reads and writes: how each subject stands, how bad it is, its calm, incident and inhibitor.

People's acts are in alert_life. Everything here belongs into the transaction of one minute.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from socialhub.incidents import Action, Alert, Severity
from socialhub.store.alerts import alerts_where, log_step
from socialhub.store.connection import Connection, next_revs


def standings(db: Connection, since: int, topic: int | None = None) -> dict[tuple[str, str], Alert]:
    """By (kind, subject): the open alert, else the one that was resolved last, not before `since` (ms UTC).

    Of one topic, or of everything.
    """
    about = "(state <> 'resolved' OR ended >= ?)" + ("" if topic is None else " AND topic = ?")
    values = (since,) if topic is None else (since, topic)
    rows = alerts_where(db, f"{about} ORDER BY state <> 'resolved', ended, id", values)
    return {(alert.kind, alert.subject): alert for alert in rows}


def standings_at(db: Connection, at: int, remembered: int, topic: int) -> dict[tuple[str, str], Alert]:
    """`standings` of a topic as they were at a moment (ms UTC): what was not raised yet is left out."""
    rows = alerts_where(
        db,
        "topic = ?1 AND (ended IS NULL OR ended >= ?2) AND EXISTS (SELECT 1 FROM alert_events e"
        " WHERE e.alert = alerts.id AND e.action = ?3 AND e.at <= ?4) ORDER BY id",
        (topic, at - remembered, Action.RAISED, at),
    )
    return {
        (alert.kind, alert.subject): replace(alert, ended=None)
        if alert.ended is not None and alert.ended > at
        else alert
        for alert in rows
    }


def open_alerts(db: Connection) -> list[Alert]:
    """All open alerts, the oldest first."""
    return alerts_where(db, "state <> 'resolved' ORDER BY id")


def closed_by_hand(db: Connection, number: int) -> bool:
    """Whether it was a person who resolved an alert."""
    row = db.execute(
        "SELECT operator FROM alert_events WHERE alert = ? AND action = ? ORDER BY id DESC LIMIT 1",
        (number, Action.RESOLVED),
    ).fetchone()
    return row is not None and bool(row[0])


def record_late(db: Connection, alert: Alert, now: int, comment: str) -> int:
    """An alert that was over before it was learned, at `now` (ms UTC); returns its number."""
    facts = json.dumps(alert.facts, ensure_ascii=False, sort_keys=True)
    number = db.execute(
        "INSERT INTO alerts (rev, kind, subject, severity, state, started, updated, ended, facts, rule, topic)"
        " VALUES (?, ?, ?, ?, 'resolved', ?, ?, ?, ?, ?, ?)",
        (
            *(next_revs(db), alert.kind, alert.subject, int(alert.severity), alert.started, now, alert.ended),
            *(facts, alert.rule, alert.topic),
        ),
    ).lastrowid
    log_step(db, int(number or 0), now, Action.RAISED)
    log_step(db, int(number or 0), now, Action.RESOLVED, "", comment)
    return int(number or 0)


def was_told(db: Connection, kind: str, subject: str, since: int, until: int) -> bool:
    """Whether an alert about a subject lasted at some moment within [since, until] (ms UTC)."""
    found = db.execute(
        "SELECT 1 FROM alerts WHERE kind = ? AND subject = ? AND started <= ? AND (ended IS NULL OR ended >= ?)",
        (kind, subject, until, since),
    )
    return found.fetchone() is not None


def bring_up_to_date(db: Connection, alert: Alert, severity: Severity, facts: dict[str, Any], now: int) -> None:
    """Newer numbers, and how bad it is now; that it became worse is a step of its life."""
    db.execute(
        "UPDATE alerts SET rev = ?, severity = ?, updated = ?, facts = ? WHERE id = ?",
        (next_revs(db), int(severity), now, json.dumps(facts, ensure_ascii=False, sort_keys=True), alert.id),
    )
    if severity > alert.severity:
        log_step(db, alert.id, now, Action.WORSENED, "", severity.name.lower())


def note_calm(db: Connection, number: int, since: int | None) -> None:
    """Since when the cause of an alert seems gone (ms UTC); None: it is not."""
    db.execute("UPDATE alerts SET calm_since = ? WHERE id = ?", (since, number))


def join_incident(db: Connection, number: int, leader: int, reason: str, now: int) -> None:
    """Group an alert under the one that leads its incident; `reason` names what they share."""
    db.execute("UPDATE alerts SET rev = ?, incident = ? WHERE id = ?", (next_revs(db), leader, number))
    log_step(db, number, now, Action.GROUPED, "", f"{leader} {reason}")


def set_inhibitor(db: Connection, number: int, inhibitor: int | None, now: int) -> None:
    """Another open alert mutes this one; None: none does any more."""
    db.execute("UPDATE alerts SET rev = ?, inhibitor = ? WHERE id = ?", (next_revs(db), inhibitor, number))
    action = Action.UNINHIBITED if inhibitor is None else Action.INHIBITED
    log_step(db, number, now, action, "", "" if inhibitor is None else str(inhibitor))
