"""Who cannot be reached: targets whose last tries failed, since when, and what waits for them.

A message that fails notes since when (`failing`); whatever gets through to its target wipes that out.
"""

from __future__ import annotations

from socialhub.records import dataclass
from socialhub.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Unreached:
    """A target to whom nothing got through since `since` (ms UTC), after so many failed tries.

    `error` is the last one (a stored Reason), `waiting` and `given_up` count messages, `reached` is when the last one
    got through (ms UTC; None: never, as far as is known).
    """

    target: str
    since: int
    tries: int
    error: str
    waiting: int
    given_up: int
    reached: int | None


def unreached(db: Connection) -> list[Unreached]:
    """Everybody whose last tries failed, by name."""
    rows = db.execute(
        "SELECT target, min(failing), sum(tries), sum(state = 'failed') FROM notifications"
        " WHERE failing IS NOT NULL GROUP BY target ORDER BY target"
    ).fetchall()
    return [
        Unreached(target, since, tries, _last_error(db, target), _waiting(db, target), given_up, _reached(db, target))
        for target, since, tries, given_up in rows
    ]


def note_failure(db: Connection, number: int, error: str, now: int) -> None:
    """A try of a message failed."""
    db.execute(
        "UPDATE notifications SET error = ?, failed = ?, failing = coalesce(failing, ?) WHERE id = ?",
        (error, now, now, number),
    )


def note_reached(db: Connection, target: str) -> None:
    """Something got through to a target."""
    db.execute("UPDATE notifications SET failing = NULL WHERE target = ? AND failing IS NOT NULL", (target,))


def try_at_once(db: Connection, target: str, now: int) -> None:
    """A target was put right: what failed before is tried again now, not after its pause."""
    db.execute(
        "UPDATE notifications SET due = ? WHERE target = ? AND state = 'waiting' AND due > ? AND tries > 0",
        (now, target, now),
    )


def _last_error(db: Connection, target: str) -> str:
    row = db.execute(
        "SELECT error FROM notifications WHERE target = ? AND failing IS NOT NULL ORDER BY failed DESC LIMIT 1",
        (target,),
    ).fetchone()
    return str(row[0])


def _waiting(db: Connection, target: str) -> int:
    """Messages that have not left, those gathered in one that has not, too."""
    row = db.execute(
        "SELECT (SELECT count(*) FROM notifications n LEFT JOIN notifications g ON g.digest = n.id"
        " WHERE n.target = ?1 AND n.state = 'waiting') + (SELECT count(*) FROM notifications n"
        " LEFT JOIN notifications g ON g.digest = n.id WHERE n.target = ?1 AND n.state = 'sending')",
        (target,),
    ).fetchone()
    return int(row[0])


def _reached(db: Connection, target: str) -> int | None:
    row = db.execute("SELECT max(sent) FROM notifications WHERE target = ? AND state = 'sent'", (target,)).fetchone()
    return None if row[0] is None else int(row[0])
