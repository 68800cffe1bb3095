"""Alerts found by number, and alerts and silences as objects for JSON (times in UTC)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from socialhub.alerts.wording import alert_lines
from socialhub.cli.view import moment
from socialhub.errors import UserError
from socialhub.i18n import _
from socialhub.incidents import Alert, AlertEvent, Silence

if TYPE_CHECKING:
    from socialhub.store.connection import Connection


def find_alert(db: Connection, number: int) -> Alert:
    """An alert by its number. Raises UserError when there is none."""
    from socialhub.store.alerts import alert_by_id

    alert = alert_by_id(db, number)
    if alert is None:
        raise UserError(_("There is no alert {id}.").format(id=number), _("'socialhub alerts list --all'"))
    return alert


def alert_values(alert: Alert, slugs: dict[int, str], now: int) -> dict[str, Any]:
    """An alert; `slugs` are the ids of topics by number."""
    title, detail = alert_lines(alert, now)
    return {
        "id": alert.id,
        "kind": alert.kind,
        "subject": alert.subject,
        "topic": slugs.get(alert.topic or 0),
        "rule": alert.rule or None,
        "severity": alert.severity.name.lower(),
        "state": alert.state,
        "started": moment(alert.started),
        "updated": moment(alert.updated),
        "ended": moment(alert.ended),
        "taken_by": alert.taken_by or None,
        "taken_at": moment(alert.taken_at),
        "taken_until": moment(alert.taken_until),
        "assignee": alert.assignee or None,
        "verdict": alert.verdict or None,
        "incident": alert.incident,
        "silence": alert.silence,
        "inhibitor": alert.inhibitor,
        "chain": alert.chain or None,
        "step": alert.step,
        "step_due": moment(alert.step_due),
        "title": title,
        "detail": detail,
        "facts": alert.facts,
    }


def step_values(step: AlertEvent) -> dict[str, Any]:
    """A step of an alert's life."""
    return {
        "at": moment(step.at),
        "action": step.action,
        "operator": step.operator,
        "detail": step.detail,
        "until": moment(step.until),
    }


def silence_values(silence: Silence, now: int) -> dict[str, Any]:
    """A silence."""
    return {
        "id": silence.id,
        "query": silence.query,
        "reason": silence.reason,
        "operator": silence.operator,
        "made": moment(silence.made),
        "ends": moment(silence.ends),
        "ended": moment(silence.ended),
        "ended_by": silence.ended_by or None,
        "in_force": silence.in_force(now),
        "hid": silence.hidden,
    }
