"""Writes what is to be done with the alert about a subject, and tells what changed. In the transaction of a minute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from socialhub.alerts.signals import Signal, Why
from socialhub.alerts.standing import State, Step, grew, held_back, next_step, state_of
from socialhub.clock import DAY
from socialhub.incidents import Alert, Change, Transition
from socialhub.store import alert_run
from socialhub.store.alert_facts import published_at, told_of
from socialhub.store.alert_life import resolve
from socialhub.store.alerts import raise_alert
from socialhub.store.connection import Connection

REMEMBERED: Final = DAY
"""For so long after its end an alert has a say in whether the next one is raised."""
UNWATCHED: Final = "unwatched"
"""Why an alert is resolved whose rule or topic is gone."""
Standings: TypeAlias = Mapping[tuple[str, str], Alert]


def state_in(db: Connection, standings: Standings, key: tuple[str, str]) -> State | None:
    """How the last alert about a subject stands."""
    alert = standings.get(key)
    if alert is None:
        return None
    return state_of(alert, alert.ended is not None and alert_run.closed_by_hand(db, alert.id))


def settle(db: Connection, signal: Signal, alert: Alert | None, state: State | None, now: int) -> Transition | None:
    """Bring one subject's alert in line with its signal; returns what changed, if anybody may want to know."""
    # Whoever closed it while the room was looked at is not told of the same cause again.
    signal = held_back(signal, state)
    step = next_step(signal, state, now)
    if step is Step.RAISE:
        return _raised(db, signal, now)
    if alert is None or state is None:
        return None
    if step is Step.CALM:
        alert_run.note_calm(db, alert.id, now)
    elif step is Step.RESOLVE:
        resolve(db, alert.id, "", now)
        return Transition(alert.id, Change.RESOLVED)
    elif step is Step.LAST:
        return _lasting(db, signal, alert, state, now)
    return None


def drop_unwatched(db: Connection, alert: Alert, now: int) -> Transition:
    """Resolve an alert whose rule is switched off or whose topic is gone."""
    resolve(db, alert.id, "", now, comment=UNWATCHED)
    return Transition(alert.id, Change.RESOLVED)


def _raised(db: Connection, signal: Signal, now: int) -> Transition:
    rule, topic = signal.rule.id, signal.topic.number
    facts = facts_of(db, signal)
    # The window that shows it best may begin before anything was said.
    started = max(signal.started, published_at(db, facts["first"]) or 0)
    number = raise_alert(db, *signal.key, signal.severity, started, now, facts, rule=rule, topic=topic)
    return Transition(number, Change.RAISED)


def _lasting(db: Connection, signal: Signal, alert: Alert, state: State, now: int) -> Transition | None:
    if alert.calm_since is not None:
        alert_run.note_calm(db, alert.id, None)
    worse = signal.why is Why.RAISED and signal.severity > alert.severity
    if worse or grew(signal, state):
        kept = {"strength": max(signal.strength, state.strength), "test": state.test}
        alert_run.bring_up_to_date(
            db, alert, max(signal.severity, alert.severity), {**facts_of(db, signal), **kept}, now
        )
    if worse:
        return Transition(alert.id, Change.WORSE)
    return Transition(alert.id, Change.REPEATED) if _is_forgotten(alert, signal.rule.repeat, now) else None


def _is_forgotten(alert: Alert, repeat: int, now: int) -> bool:
    """Whether nobody has taken an alert for `repeat` (ms; 0: that does not matter) since somebody was told, or could
    not be. What was told in the future was told before the clock was set back, or while the room was looked at.
    """
    told = alert.started if alert.told is None else alert.told
    return repeat > 0 and alert.state == "firing" and abs(now - told) >= repeat


def facts_of(db: Connection, signal: Signal) -> dict[str, Any]:
    """The numbers of a signal, and what the mentions behind it tell."""
    return {**told_of(db, signal.window), **signal.numbers, "strength": signal.strength}
