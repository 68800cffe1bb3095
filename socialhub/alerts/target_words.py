"""Alerts about targets that cannot be reached, in words. What servers said is cleaned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from socialhub.ages import age, duration, moment_text
from socialhub.alerts.number_words import number_in, plain
from socialhub.errors import Reason
from socialhub.i18n import _, ngettext, number
from socialhub.incidents import Alert


def lines(alert: Alert, now: int, zone: tzinfo | None = None) -> tuple[str, str]:
    """(title, detail) of an alert about a target. `now` is ms UTC, `zone` the reader's."""
    target = _target(alert)
    until = now if alert.ended is None else alert.ended
    length = until - int(number_in(alert, "since") or alert.started)
    if alert.ended is not None:
        title = _("no message reached {target} for {length}").format(target=target, length=duration(length))
    else:
        title = _("no message reaches {target} for {length}").format(target=target, length=age(length))
    return title, " · ".join(part for part in (_waiting(alert), _reason(alert)) if part)


def facts(alert: Alert, now: int, zone: tzinfo | None = None) -> Iterator[str]:
    """What is known of it, a sentence each."""
    reached = number_in(alert, "reached")
    if reached is not None:
        yield _("last message that got through: {time}").format(time=moment_text(int(reached), now, zone))
    elif "reached" in alert.facts:
        yield _("no message has ever got through")
    if waiting := _waiting(alert):
        yield waiting
    if given_up := int(number_in(alert, "given_up") or 0):
        words = ngettext("{count} message was given up", "{count} messages were given up", given_up)
        yield words.format(count=number(given_up))
    if reason := _reason(alert):
        yield _("last error: {reason}").format(reason=reason)
    yield _("'socialhub alerts test-notify {target}' tries it now").format(target=_target(alert))


def _target(alert: Alert) -> str:
    return plain(str(alert.facts.get("target") or alert.subject))


def _waiting(alert: Alert) -> str:
    count = int(number_in(alert, "waiting") or 0)
    return (
        ngettext("{count} message waits", "{count} messages wait", count).format(count=number(count)) if count else ""
    )


def _reason(alert: Alert) -> str:
    """The stored Reason in words, "" when there is none."""
    stored: Any = alert.facts.get("reason")
    if not isinstance(stored, str) or not stored:
        return ""
    try:
        return plain(Reason.from_json(stored).sentence())
    except (ValueError, KeyError, AttributeError, TypeError):
        return plain(stored)
