"""What people do with an alert, and what time does to it: taken, given back, lapsed, assigned, resolved, judged.

Every act is conditional on how the alert stands in the transaction that changes it, so that the second of two operators
learns what the first did (`Outcome`), and leaves a step in its life. Acts of people belong in durable transactions.
An escalation that has to begin anew has no step behind it and no time set: alerts/escalation sets one.
"""

from __future__ import annotations

from typing import Any, Final

from socialhub.errors import UserError
from socialhub.i18n import _
from socialhub.incidents import TAKEN_FOR, Action, Alert, Outcome, Verdict
from socialhub.store.alerts import alert_by_id, log_step, open_alert
from socialhub.store.connection import Connection, next_revs
from socialhub.text import clean, clip

LONGEST_COMMENT: Final = 1_000
"""Characters of a comment or a note."""
_CHAIN_ANEW: Final = "step = 0, step_due = NULL"


def acknowledge(
    db: Connection,
    number: int,
    operator: str,
    now: int,
    *,
    until: int | None = None,
    comment: str = "",
    take_over: bool = False,
) -> Outcome:
    """Somebody looks after an open alert `until` then (ms UTC; None: TAKEN_FOR from now), and it stops escalating.

    Who has it already moves the end. What another has is TAKEN, unless it is to be taken over.
    """
    end = now + TAKEN_FOR if until is None else until
    before = alert_by_id(db, number)
    changed = _change(
        db,
        number,
        now,
        "state = 'acknowledged', taken_by = :operator, taken_at = :now, taken_until = :end,"
        # Help that whoever has it asked for still comes.
        " step_due = CASE state WHEN 'acknowledged' THEN step_due END",
        "state = 'firing' OR (state = 'acknowledged' AND (taken_by = :operator OR :over))",
        {"operator": operator, "end": end, "over": take_over},
    )
    if not changed or before is None:
        return _refusal(before)
    over = before.state == "acknowledged" and before.taken_by != operator
    log_step(db, number, now, Action.TAKEN_OVER if over else Action.ACKNOWLEDGED, operator, _said(comment), end)
    return Outcome.DONE


def unacknowledge(db: Connection, number: int, operator: str, now: int) -> Outcome:
    """Give an acknowledged alert back: it fires, and escalates from the beginning. Anybody may, for whoever sleeps."""
    if not _fire_again(db, number, now):
        return _refusal(alert_by_id(db, number))
    log_step(db, number, now, Action.UNACKNOWLEDGED, operator)
    return Outcome.DONE


def lapse(db: Connection, now: int) -> list[int]:
    """Alerts that were taken until a moment that is past fire again and escalate anew; returns their numbers."""
    forgotten = db.execute(
        "SELECT id, taken_by FROM alerts WHERE state = 'acknowledged' AND taken_until <= ? ORDER BY id", (now,)
    ).fetchall()
    for number, holder in forgotten:
        _fire_again(db, number, now)
        log_step(db, number, now, Action.LAPSED, "", holder)
    return [number for number, _holder in forgotten]


def assign(db: Connection, number: int, to: str, operator: str, now: int, *, force: bool = False) -> Outcome:
    """Give an open alert to somebody ("": to nobody). What another than `operator` has is HELD, unless `force`.

    That is who works on it; whoever took it still answers for it, and without anybody it goes on escalating.
    """
    before = alert_by_id(db, number)
    if before is not None and before.state != "resolved" and before.assignee == to:
        return Outcome.SAME
    changed = _change(
        db,
        number,
        now,
        "assignee = :to",
        "state <> 'resolved' AND (assignee IN ('', :operator) OR :force)",
        {"to": to, "operator": operator, "force": force},
    )
    if not changed or before is None:
        return Outcome.HELD if before is not None and before.state != "resolved" else _refusal(before)
    log_step(db, number, now, Action.ASSIGNED if to else Action.UNASSIGNED, operator, to or before.assignee)
    return Outcome.DONE


def ask_escalation(db: Connection, number: int, operator: str, now: int, comment: str = "") -> Outcome:
    """Have an open alert take the next step of its escalation within a minute, whoever has it, hidden or not."""
    if not _change(db, number, now, "step_due = :now", "state <> 'resolved'"):
        return _refusal(alert_by_id(db, number))
    log_step(db, number, now, Action.ESCALATION_ASKED, operator, _said(comment))
    return Outcome.DONE


def resolve(
    db: Connection, number: int, operator: str, now: int, *, verdict: Verdict = Verdict.NONE, comment: str = ""
) -> Outcome:
    """Close an open alert, by a person or (operator "") because its cause is gone; a person may judge it, too."""
    if not _change(db, number, now, "state = 'resolved', ended = :now, step_due = NULL", "state <> 'resolved'"):
        return _refusal(alert_by_id(db, number))
    log_step(db, number, now, Action.RESOLVED, operator, _said(comment))
    if verdict:
        judge(db, number, verdict, operator, now)
    return Outcome.DONE


def reopen(db: Connection, before: Alert, operator: str, now: int) -> Outcome:
    """Undo a resolution: the alert is again as it was `before`, its verdict too."""
    if (present := open_alert(db, before.kind, before.subject)) is not None:
        return Outcome.SAME if present.id == before.id else Outcome.NEWER
    changed = _change(
        db,
        before.id,
        now,
        "state = :state, ended = NULL, verdict = :verdict, step_due = :due,"
        # What fires is nobody's, whoever had it when it was closed.
        " taken_by = iif(:state = 'acknowledged', taken_by, ''),"
        " taken_at = iif(:state = 'acknowledged', taken_at, NULL),"
        " taken_until = iif(:state = 'acknowledged', taken_until, NULL)",
        "state = 'resolved'",
        {"state": before.state, "verdict": before.verdict, "due": before.step_due},
    )
    if not changed:
        return Outcome.UNKNOWN
    log_step(db, before.id, now, Action.REOPENED, operator)
    return Outcome.DONE


def judge(db: Connection, number: int, verdict: Verdict, operator: str, now: int) -> Outcome:
    """Say what an alert was, at any time of its life (NONE: take it back); it counts for the precision of its rule."""
    if not _change(db, number, now, "verdict = :verdict", "verdict <> :verdict", {"verdict": verdict.value}):
        return Outcome.UNKNOWN if alert_by_id(db, number) is None else Outcome.SAME
    log_step(db, number, now, Action.JUDGED, operator, verdict)
    return Outcome.DONE


def note(db: Connection, number: int, text: str, operator: str, now: int) -> Outcome:
    """Write a note into an alert's life; the text is cleaned and cut. Raises UserError when none is left."""
    words = _said(text)
    if not words:
        raise UserError(_("This note says nothing."))
    if not _change(db, number, now, "state = state", "1"):
        return Outcome.UNKNOWN
    log_step(db, number, now, Action.NOTED, operator, words)
    return Outcome.DONE


def _fire_again(db: Connection, number: int, now: int) -> bool:
    return _change(
        db,
        number,
        now,
        f"state = 'firing', taken_by = '', taken_at = NULL, taken_until = NULL, {_CHAIN_ANEW}",
        "state = 'acknowledged'",
    )


def _change(
    db: Connection, number: int, now: int, changes: str, condition: str, values: dict[str, Any] | None = None
) -> bool:
    """Change an alert where it stands as the condition says; both are SQL of this file."""
    return bool(
        db.execute(
            f"UPDATE alerts SET rev = :rev, updated = :now, {changes} WHERE id = :number AND ({condition})",  # noqa: S608
            {"rev": next_revs(db), "now": now, "number": number, **(values or {})},
        ).rowcount
    )


def _refusal(alert: Alert | None) -> Outcome:
    """Why an act on an open alert was not possible."""
    if alert is None:
        return Outcome.UNKNOWN
    states = {"resolved": Outcome.RESOLVED, "acknowledged": Outcome.TAKEN}
    return states.get(alert.state, Outcome.NOT_TAKEN)


def _said(text: str) -> str:
    return clip(clean(text).strip(), LONGEST_COMMENT)
