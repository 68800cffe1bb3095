"""Escalation: an alert that nobody takes is told to more and more people, by the first chain that is for it.

| | what happens |
|---|---|
| it fires, or fires again | its chain begins: the first step is due after its time |
| a step is due | its targets are told; whoever is on call stands in the place of `on_call` |
| outside the hours of the chain | it waits until they begin |
| nobody is on call | the next step comes at once |
| it grows into the business of another chain | that one begins |
| somebody takes it, silences it, the first alert of its incident says it, or it is over | it stops |
| somebody asks for help | the next step comes at once, whatever the hours, and whoever has it |

What is decided, and why nothing was, is a step of the alert's life.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from socialhub.duty import Chain, Duty
from socialhub.incidents import Action, Alert, Held
from socialhub.records import dataclass
from socialhub.store import escalations as store
from socialhub.store.alerts import alert_rows, log_step
from socialhub.store.connection import Connection
from socialhub.store.topics import active_topics


class Why(StrEnum):
    """Why targets are told."""

    STARTED = "started"  # it fires
    UNANSWERED = "unanswered"  # nobody took it after the step before
    AGAIN = "again"  # nobody took it in a whole round
    BY_HAND = "by_hand"  # somebody asked for help


@dataclass(frozen=True, slots=True)
class Escalation:
    """An alert (its number) that `targets` are to be told of now, by the `step` of its chain (from 1 on), and why."""

    alert: int
    step: int
    targets: tuple[str, ...]
    reason: Why


@dataclass(frozen=True, slots=True)
class Turn:
    """What a look at an alert comes to: where it stands then, who is told, and why it was held up."""

    chain: str
    step: int
    due: int | None
    told: Escalation | None = None
    held: tuple[Held, ...] = ()


def look(alert: Alert, topic: str, now: int, duty: Duty, *, asked: bool, leader: Alert | None = None) -> Turn:
    """What is to be done about an open alert of a topic (slug, "" for none) at this moment (ms UTC).

    `asked`: somebody wants its next step at once; `leader` leads its incident.
    """
    chain = duty.chain_for(alert.severity, topic)
    by_itself = store.waits(alert, leader)
    if chain is None:
        return Turn(alert.chain, alert.step, None, held=(Held.NO_CHAIN,) if asked else ())
    turn = Turn(alert.chain, alert.step, alert.step_due)
    if alert.chain != chain.name or (by_itself and alert.step == 0 and alert.step_due is None):
        turn = Turn(chain.name, 0, now + chain.wait_before(0))
    if asked:
        return _take_step(replace(turn, due=now), alert.id, chain, now, duty, asked=True, goes_on=by_itself)
    if not by_itself or turn.due is None or turn.due > now:
        return turn
    if not duty.calendar.within(chain.hours, now):
        return replace(turn, held=(Held.OUTSIDE_HOURS,))
    return _take_step(turn, alert.id, chain, now, duty, asked=False, goes_on=True)


def _take_step(turn: Turn, alert: int, chain: Chain, now: int, duty: Duty, *, asked: bool, goes_on: bool) -> Turn:
    """Tell the targets of the next step that has any; `goes_on`: without an answer the one after it will come."""
    step, held = turn.step, list[Held]()
    # Who asks for help after the last step gets the last one again.
    last = max(chain.length, step + 1)
    told = None
    while told is None and step < last:
        place = chain.place(step)
        if targets := duty.resolved(chain.steps[place].to, now):
            told = Escalation(alert, place + 1, targets, _why(step, place, asked=asked))
        else:
            held.append(Held.NOBODY_ON_CALL)
        step += 1
    step = min(step, chain.length)
    due = now + chain.wait_before(step) if goes_on and step < chain.length else None
    if goes_on and due is None:
        held.append(Held.EXHAUSTED)
    return Turn(chain.name, step, due, told, tuple(dict.fromkeys(held)))


def _why(step: int, place: int, *, asked: bool) -> Why:
    if asked:
        return Why.BY_HAND
    if step == 0:
        return Why.STARTED
    return Why.UNANSWERED if place else Why.AGAIN


def escalate(db: Connection, now: int, duty: Duty) -> list[Escalation]:
    """Take the steps that are due inside the caller's transaction; returns who is to be told of what."""
    slugs = {topic.number: topic.id for topic in active_topics(db)}
    told: list[Escalation] = []
    opened = {alert.id: alert for alert in alert_rows(db, limit=-1, resolved=False)}
    for alert in opened.values():
        leader = opened.get(alert.incident or 0)
        due = alert.step_due is not None and alert.step_due <= now
        asker = store.asked_by(db, alert.id) if due else None
        if asker is None and not store.waits(alert, leader):
            continue
        turn = look(alert, slugs.get(alert.topic or 0, ""), now, duty, asked=asker is not None, leader=leader)
        if (turn.chain, turn.step, turn.due) != (alert.chain, alert.step, alert.step_due):
            store.stand_at(db, alert.id, turn.chain, turn.step, turn.due)
        if turn.told is not None:
            told.append(turn.told)
        _log(db, alert.id, turn, asker or "", now)
    return told


def _log(db: Connection, alert: int, turn: Turn, asker: str, now: int) -> None:
    """Write down what was decided; a wait that goes on is written down once."""
    for held in turn.held:
        if held is not Held.EXHAUSTED and store.last_step(db, alert) != (Action.NOT_ESCALATED, held):
            log_step(db, alert, now, Action.NOT_ESCALATED, asker, held)
    if turn.told is not None:
        log_step(db, alert, now, Action.ESCALATED, asker, ", ".join(turn.told.targets))
    if Held.EXHAUSTED in turn.held:
        log_step(db, alert, now, Action.NOT_ESCALATED, "", Held.EXHAUSTED)
