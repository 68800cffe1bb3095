"""Where alerts stand in their escalation: which of them wait for a step, who asked for one, and the step taken."""

from __future__ import annotations

from socialhub.incidents import Action, Alert
from socialhub.store.connection import Connection, next_revs


def waits(alert: Alert, leader: Alert | None) -> bool:
    """Whether an alert escalates by itself: nobody has it, nothing hides it, and the `leader` of its incident does not
    speak for it.
    """
    return alert.state == "firing" and not alert.is_hidden and (leader is None or not leader.speaks_for(alert))


def asked_by(db: Connection, alert: int) -> str | None:
    """Who asked for a step that was not taken yet; None when nobody did."""
    row = db.execute(
        "SELECT action, operator FROM alert_events WHERE alert = ? AND action IN (?, ?, ?) ORDER BY id DESC LIMIT 1",
        (alert, Action.ESCALATION_ASKED, Action.ESCALATED, Action.NOT_ESCALATED),
    ).fetchone()
    return str(row[1]) if row is not None and row[0] == Action.ESCALATION_ASKED else None


def last_step(db: Connection, alert: int) -> tuple[str, str]:
    """(action, detail) of the newest step of an alert's life."""
    row = db.execute(
        "SELECT action, detail FROM alert_events WHERE alert = ? ORDER BY id DESC LIMIT 1", (alert,)
    ).fetchone()
    return (str(row[0]), str(row[1])) if row is not None else ("", "")


def stand_at(db: Connection, alert: int, chain: str, step: int, due: int | None) -> None:
    """Write down how many steps of which chain are behind an alert, and when the next is due (ms UTC)."""
    db.execute(
        "UPDATE alerts SET rev = ?, chain = ?, step = ?, step_due = ? WHERE id = ?",
        (next_revs(db), chain, step, due, alert),
    )
