"""Messages as rows: what is meant to be sent to whom, what came of it. At least once (DECISIONS 29).

A row is `waiting` until its try begins, which is committed before anything is sent (`sending`); then it is sent, waits
for the next try, or has failed. Whatever is found `sending` when a collector begins was in flight when the one before
died: it is sent again, under the same message id, in doubt.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, Final

from socialhub.incidents import Action, Notification, Occasion, Severity, Untold
from socialhub.store.alerts import log_step
from socialhub.store.connection import Connection, next_revs
from socialhub.store.reaching import note_failure, note_reached

_COLUMNS: Final = (
    "id, rev, alert, target, reason, severity, made, due, state, tries, sent, error, message_id, doubt, digest,"
    " title, body"
)


def _read(db: Connection, condition: str, *values: Any) -> list[Notification]:
    rows = db.execute(f"SELECT {_COLUMNS} FROM notifications WHERE {condition}", values)  # noqa: S608
    return [_to_notification(row) for row in rows]


def _to_notification(row: tuple[Any, ...]) -> Notification:
    fields = list(row)
    fields[5], fields[13] = Severity(row[5]), bool(row[13])
    return Notification(*fields)


# ---- reading -----------------------------------------------------------------------------------------------------


def notification_by_id(db: Connection, number: int) -> Notification | None:
    """One message."""
    found = _read(db, "id = ?", number)
    return found[0] if found else None


def notifications_of(db: Connection, alert: int) -> list[Notification]:
    """The messages about an alert, the oldest first, those that were dropped too."""
    return _read(db, "alert = ? ORDER BY id", alert)


def newest_notifications(db: Connection, limit: int) -> list[Notification]:
    """Messages as they left, or wait to: the newest first; what was gathered is told by its digest."""
    return _read(db, "state NOT IN ('gathered', 'dropped') ORDER BY id DESC LIMIT ?", limit)


def last_told(db: Connection, alert: int) -> dict[str, Notification]:
    """By target, the last message about an alert that was not dropped, sent or not."""
    return {each.target: each for each in _read(db, "alert = ? AND state <> 'dropped' ORDER BY id", alert)}


def kinds_told(db: Connection, leader: int, left_out: int) -> dict[str, frozenset[str]]:
    """By target, the kinds of an incident's alerts that it was told of, or is about to be; one alert is left out."""
    # Whatever joins an incident is younger than what leads it.
    rows = db.execute(
        "SELECT DISTINCT n.target, a.kind FROM alerts a JOIN notifications n ON n.alert = a.id"
        " WHERE a.id >= ?1 AND (a.id = ?1 OR a.incident = ?1) AND a.id <> ?2 AND n.state <> 'dropped'",
        (leader, left_out),
    ).fetchall()
    return {target: frozenset(kind for name, kind in rows if name == target) for target, _kind in rows}


def answered_message(db: Connection, message: Notification) -> str:
    """The id of the first message to a target about an alert (about its incident, where it joined one), which this one
    answers to; "" while nothing was sent.
    """
    alert = _told_of(db, message)[-1:]
    row = (
        db.execute(
            "SELECT message_id FROM notifications WHERE alert = ? AND target = ? AND tries > 0 ORDER BY id LIMIT 1",
            (*alert, message.target),
        ).fetchone()
        if alert
        else None
    )
    return row[0] if row else ""


def due_notifications(db: Connection, now: int, latest: int) -> list[Notification]:
    """Messages whose time has come, or is after `latest` (ms UTC); the gravest first, then the oldest."""
    rows = _read(db, "state = 'waiting' AND due <= ?", now) + _read(db, "state = 'waiting' AND due > ?", latest)
    return sorted(rows, key=lambda each: (-each.severity, each.id))


def targets_in_flight(db: Connection) -> set[str]:
    """To whom something is being sent."""
    return {target for (target,) in db.execute("SELECT target FROM notifications WHERE state = 'sending'")}


def sent_between(db: Connection, target: str, since: int, until: int) -> int:
    """How many messages a target has been sent after `since` and not after `until` (ms UTC)."""
    row = db.execute(
        "SELECT count(*) FROM notifications WHERE target = ? AND sent > ? AND sent <= ? AND state = 'sent'",
        (target, since, until),
    ).fetchone()
    return int(row[0])


def was_told_later(db: Connection, message: Notification) -> bool:
    """Whether its target has had a later message about the same alert."""
    row = db.execute(
        "SELECT 1 FROM notifications n LEFT JOIN notifications whole ON whole.id = n.digest"
        " WHERE n.alert = ? AND n.target = ? AND n.id > ? AND 'sent' IN (n.state, whole.state) LIMIT 1",
        (message.alert, message.target, message.id),
    ).fetchone()
    return row is not None


def is_under_way(db: Connection, message: Notification) -> bool:
    """Whether a message, or the one that gathered it, is still to arrive."""
    if message.digest is None:
        return message.state in ("waiting", "sending")
    whole = notification_by_id(db, message.digest)
    return whole is not None and is_under_way(db, whole)


def digest_due(db: Connection, target: str) -> int | None:
    """When the notices that are being gathered for a target are sent; None while there are none."""
    row = db.execute(
        "SELECT min(due) FROM notifications WHERE target = ? AND state = 'waiting' AND severity = ? AND tries = 0",
        (target, int(Severity.NOTICE)),
    ).fetchone()
    return None if row[0] is None else int(row[0])


def alerts_worth_telling(db: Connection, since: int) -> list[int]:
    """Open alerts, and those over since that moment (ms UTC) of which somebody was told or is about to be."""
    opened = db.execute("SELECT id FROM alerts WHERE state <> 'resolved'").fetchall()
    over = db.execute(
        "SELECT id FROM alerts WHERE ended > ? AND EXISTS"
        " (SELECT 1 FROM notifications n WHERE n.alert = alerts.id AND n.state <> 'dropped')",
        (since,),
    ).fetchall()
    return sorted(number for (number,) in opened + over)


# ---- intents -----------------------------------------------------------------------------------------------------


def intend(
    db: Connection, alert: int | None, target: str, reason: Occasion, severity: Severity, now: int, due: int
) -> int:
    """A message that is to be sent at `due` (ms UTC); returns its number."""
    number = db.execute(
        "INSERT INTO notifications (rev, alert, target, reason, severity, made, due, state, message_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', ?)",
        (next_revs(db), alert, target, reason, int(severity), now, due, uuid.uuid4().hex),
    ).lastrowid
    return int(number or 0)


def intend_instead(db: Connection, number: int, reason: Occasion, severity: Severity, due: int) -> None:
    """A message that waits and has never arrived is sent for another reason, in new words, and no later than `due`."""
    db.execute(
        "UPDATE notifications SET rev = ?, reason = ?, severity = ?, due = min(due, ?), title = '', body = ''"
        " WHERE id = ? AND state = 'waiting'",
        (next_revs(db), reason, int(severity), due, number),
    )


def drop(db: Connection, number: int, reason: Untold) -> None:
    """A message that waits is not sent at all, nor is what it gathered."""
    db.execute(
        "UPDATE notifications SET rev = ?, state = 'dropped', reason = ? WHERE id = ? AND state = 'waiting'",
        (next_revs(db), reason, number),
    )
    db.execute("UPDATE notifications SET state = 'dropped' WHERE digest = ?", (number,))


def note_untold(db: Connection, alert: int, why: Untold, now: int, target: str = "") -> None:
    """Write into an alert's life why nobody (or not this target) is told; a reason that lasts is written once."""
    detail = f"{why} {target}".rstrip()
    known = db.execute(
        "SELECT 1 FROM alert_events WHERE alert = ? AND action = ? AND detail = ?", (alert, Action.NOT_NOTIFIED, detail)
    ).fetchone()
    if known is None:
        log_step(db, alert, now, Action.NOT_NOTIFIED, "", detail)


# ---- sending -----------------------------------------------------------------------------------------------------


def write_message(db: Connection, number: int, title: str, body: str) -> None:
    """What a message says, from its first try on."""
    db.execute("UPDATE notifications SET title = ?, body = ? WHERE id = ?", (title, body, number))


def gather(db: Connection, numbers: Iterable[int], target: str, severity: Severity, now: int) -> int:
    """Put messages that wait into one; returns its number."""
    digest = intend(db, None, target, Occasion.DIGEST, severity, now, now)
    rev = next_revs(db)
    db.executemany(
        "UPDATE notifications SET rev = ?, state = 'gathered', digest = ? WHERE id = ? AND state = 'waiting'",
        [(rev, digest, number) for number in numbers],
    )
    return digest


def begin_try(db: Connection, number: int) -> None:
    """A message is about to leave; committed before it does."""
    db.execute(
        "UPDATE notifications SET rev = ?, state = 'sending', tries = tries + 1 WHERE id = ? AND state = 'waiting'",
        (next_revs(db), number),
    )


def end_sent(db: Connection, message: Notification, now: int) -> None:
    """A message has left; everybody it tells of knows when, in the life of each alert."""
    db.execute(
        "UPDATE notifications SET rev = ?, state = 'sent', sent = ?, error = '' WHERE id = ?",
        (next_revs(db), now, message.id),
    )
    note_reached(db, message.target)
    for told in _about(db, message):
        for alert in _told_of(db, told):
            db.execute("UPDATE alerts SET rev = ?, told = ? WHERE id = ?", (next_revs(db), now, alert))
            log_step(db, alert, now, Action.NOTIFIED, "", f"{told.reason} {told.target}")


def end_failed(db: Connection, message: Notification, error: str, now: int) -> None:
    """A message cannot be delivered, and is not tried again."""
    db.execute("UPDATE notifications SET rev = ?, state = 'failed' WHERE id = ?", (next_revs(db), message.id))
    # What it gathered has not arrived either.
    db.execute("UPDATE notifications SET state = 'failed' WHERE digest = ?", (message.id,))
    note_failure(db, message.id, error, now)
    for untold in _about(db, message):
        if untold.alert is not None:
            note_untold(db, untold.alert, Untold.GIVEN_UP, now, untold.target)


def try_again(db: Connection, message: Notification, error: str, now: int, due: int, *, doubt: bool) -> None:
    """A message waits for its next try; `doubt`: this one may have arrived all the same."""
    db.execute(
        "UPDATE notifications SET rev = ?, state = 'waiting', due = ?, doubt = doubt OR ? WHERE id = ?",
        (next_revs(db), due, doubt, message.id),
    )
    note_failure(db, message.id, error, now)


def hold(db: Connection, numbers: Iterable[int], until: int) -> None:
    """Messages wait at least until that moment (ms UTC)."""
    db.executemany(
        "UPDATE notifications SET due = ? WHERE id = ? AND state = 'waiting'", [(until, number) for number in numbers]
    )


def put_off(db: Connection, target: str, until: int) -> None:
    """A target cannot be reached: what else waits for it is not tried before that moment (ms UTC)."""
    db.execute(
        "UPDATE notifications SET due = ? WHERE target = ? AND state = 'waiting' AND due < ?", (until, target, until)
    )


def take_up_again(db: Connection, now: int) -> int:
    """What was in flight when the collector before this one died is sent again, in doubt; returns how many."""
    return db.execute(
        "UPDATE notifications SET rev = ?, state = 'waiting', doubt = 1, due = ? WHERE state = 'sending'",
        (next_revs(db), now),
    ).rowcount


def forget_notifications(db: Connection, older_than: int) -> None:
    """Messages made before that moment (ms UTC) go, with what they said; what still waits stays."""
    old = "made < ? AND state IN ('sent', 'failed', 'dropped')"
    db.execute(f"DELETE FROM notifications WHERE digest IN (SELECT id FROM notifications WHERE {old})", (older_than,))  # noqa: S608
    db.execute(f"DELETE FROM notifications WHERE {old}", (older_than,))  # noqa: S608


def _about(db: Connection, message: Notification) -> list[Notification]:
    """The messages that one stands for: itself, or those gathered in it."""
    return [message] if message.alert is not None else _read(db, "digest = ? ORDER BY id", message.id)


def _told_of(db: Connection, message: Notification) -> list[int]:
    """The alert that a message tells of; and the first of its incident, where it tells that it joined that."""
    if message.alert is None:
        return []
    if message.reason != Occasion.JOINED:
        return [message.alert]
    (leader,) = db.execute("SELECT incident FROM alerts WHERE id = ?", (message.alert,)).fetchone()
    return [message.alert, leader] if leader is not None else [message.alert]


def gathered_in(db: Connection, digest: int) -> list[Notification]:
    """The messages that a digest tells, the gravest first."""
    return _read(db, "digest = ? ORDER BY severity DESC, id", digest)
