"""Silences as rows: what is hidden, why, by whom and until when; which alerts each hid, and how often that was.

Which alerts a silence matches is decided in alerts/silencing. A silence ends by itself, or by hand before its time; its
row and what it hid stay. Acts of people belong in durable transactions.
"""

from __future__ import annotations

from typing import Any, Final

from socialhub.incidents import Action, Heard, Silence
from socialhub.store.alerts import log_step
from socialhub.store.connection import Connection, next_revs

_COLUMNS: Final = (
    "id, rev, query, reason, operator, made, ends, ended, ended_by, warned,"
    " (SELECT count(*) FROM silenced WHERE silence = s.id)"
)


# ---- reading -----------------------------------------------------------------------------------------------------


def silence_rows(db: Connection) -> list[Silence]:
    """All silences, the newest first."""
    return _read(db, "1 ORDER BY id DESC")


def silences_in_force(db: Connection, now: int) -> list[Silence]:
    """Those that hide something at `now`, the oldest first."""
    return _read(db, "ended IS NULL AND ends > ? ORDER BY id", now)


def silence_by_number(db: Connection, number: int) -> Silence | None:
    """One silence."""
    found = _read(db, "id = ?", number)
    return found[0] if found else None


def alerts_hidden_by(db: Connection, number: int) -> list[int]:
    """The numbers of the alerts that a silence hid, the newest first."""
    rows = db.execute("SELECT alert FROM silenced WHERE silence = ? ORDER BY alert DESC", (number,))
    return [alert for (alert,) in rows]


def _read(db: Connection, condition: str, *values: Any) -> list[Silence]:
    rows = db.execute(f"SELECT {_COLUMNS} FROM silences s WHERE {condition}", values)  # noqa: S608
    return [Silence(*row) for row in rows]


# ---- made and ended by people ------------------------------------------------------------------------------------


def insert_silence(db: Connection, query: str, reason: str, operator: str, now: int, ends: int) -> int:
    """A new silence, of a query and with a reason that were checked; returns its number."""
    number = db.execute(
        "INSERT INTO silences (rev, query, reason, operator, made, ends) VALUES (?, ?, ?, ?, ?, ?)",
        (next_revs(db), query, reason, operator, now, ends),
    ).lastrowid
    return int(number or 0)


def end_silence(db: Connection, number: int, operator: str, now: int) -> bool:
    """End a silence before its time. False when it is over (or was never there)."""
    return _change(db, number, "ended = :now, ended_by = :operator", now, {"operator": operator})


def move_end(db: Connection, number: int, ends: int, now: int) -> bool:
    """Let a silence that is in force end at another moment (ms UTC, to come); its end is announced anew."""
    return _change(db, number, "ends = :ends, warned = NULL", now, {"ends": ends})


def mark_warned(db: Connection, number: int, now: int) -> bool:
    """Note that the end of a silence was announced."""
    return _change(db, number, "warned = :now", now, {})


def _change(db: Connection, number: int, changes: str, now: int, values: dict[str, Any]) -> bool:
    return bool(
        db.execute(
            f"UPDATE silences SET rev = :rev, {changes}"  # noqa: S608
            " WHERE id = :number AND ended IS NULL AND ends > :now",
            {"rev": next_revs(db), "number": number, "now": now, **values},
        ).rowcount
    )


# ---- what they do to alerts --------------------------------------------------------------------------------------


def hide_alert(db: Connection, alert: int, silence: Silence, now: int) -> None:
    """Hide an alert behind a silence: it does not escalate, and nobody is told of it."""
    db.execute(
        "UPDATE alerts SET rev = ?, updated = ?, silence = ?, step_due = NULL WHERE id = ?",
        (next_revs(db), now, silence.id, alert),
    )
    db.execute("INSERT OR IGNORE INTO silenced (silence, alert) VALUES (?, ?)", (silence.id, alert))
    log_step(db, alert, now, Action.SILENCED, silence.operator, silence.reason, silence.ends)


def show_alert(db: Connection, alert: int, operator: str, why: Heard, now: int) -> None:
    """An alert is heard again, because `operator` ended its silence or ("") by itself; it escalates from the start."""
    db.execute(
        "UPDATE alerts SET rev = ?, updated = ?, silence = NULL, step = 0, step_due = NULL WHERE id = ?",
        (next_revs(db), now, alert),
    )
    log_step(db, alert, now, Action.UNSILENCED, operator, why)
