"""What leaves now, what waits, and what comes of a try. Reads and writes rows; the sending itself is the messenger's.

| | |
|---|---|
| one at a time | a target has at most one message in flight |
| pointless | what is over, hidden, taken, unwanted by now or said otherwise before it was told is dropped, and why |
| hours | outside the hours of its target a message waits; who is called by an escalation is told at any hour |
| flood | a target that has had its messages of the hour waits; a crisis has as many again in reserve |
| digest | notices wait until they are due together; what is due together leaves as one, crises and calls apart |
| failure | it is tried again after RETRIES, in the end given up; who cannot be reached is left alone meanwhile |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

from socialhub.alerts.leading import lead_of
from socialhub.alerts.messages import alert_message, digest_message, repetition_mark, spoken_to
from socialhub.alerts.messenger import Delivery
from socialhub.alerts.planning import untold_because
from socialhub.clock import HOUR, MINUTE, SECOND
from socialhub.incidents import Alert, Notification, Occasion, Severity, Untold
from socialhub.records import dataclass
from socialhub.store import notifications as store
from socialhub.store.alerts import alert_by_id
from socialhub.store.connection import Connection
from socialhub.store.topics import active_topics
from socialhub.targets import Notifying, Target

RETRIES: Final = (
    *(15 * SECOND, 1 * MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE),
    *(11 * (30 * MINUTE,)),
)
"""How long after its first, second … failed try a message is tried again (ms): for six hours in all."""
REFUSED_FROM: Final = 4
"""What was refused (a wrong address, a token that is no longer valid) begins with the pauses from here on."""
RESERVE: Final = 2
"""A crisis may leave while a target has had less than so many times its messages of the hour."""
TOLD_IN_DIGEST: Final = 40
"""So many alerts, the gravest, fill the longest message; of the others it tells how many they are."""
HOLD: Final = 1 * MINUTE
"""How often what is held back is looked at again."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way: its row as it was committed, whom it is for, the id of what it answers to ("": nothing),
    and its words, marked where it may have arrived before.
    """

    message: Notification
    target: Target
    thread: str
    body: str


def due_now(db: Connection, now: int, notifying: Notifying) -> list[Notification]:
    """Messages whose time has come; so has that of one which waits for longer than anything does: the clock was set
    back meanwhile, or its target gathers for less long.
    """
    longest = max((*RETRIES, *(target.digest for target in notifying.targets)))
    return store.due_notifications(db, now, now + longest)


def prepare(db: Connection, now: int, notifying: Notifying) -> list[Outgoing]:
    """The messages that leave now, one a target, written down as being sent; what cannot leave is held or dropped."""
    outgoing = []
    in_flight = store.targets_in_flight(db)
    topics = {topic.number: topic.id for topic in active_topics(db)}
    due = sorted(due_now(db, now, notifying), key=lambda each: each.target)
    for name, rows in groupby(due, key=lambda each: each.target):
        target = notifying.target(name)
        if target is None:
            for row in rows:
                _drop(db, row, Untold.TARGET_GONE, now, name)
        elif name not in in_flight:
            free = _not_held(db, list(rows), target, now, notifying)
            leaving = [row for row in free if _stays(db, row, target, topics, now)]
            if leaving:
                outgoing.append(_begin(db, leaving, target, now, notifying))
    return outgoing


def _stays(db: Connection, row: Notification, target: Target, topics: Mapping[int, str], now: int) -> bool:
    """Whether a message still has a point; it is dropped otherwise. What may have arrived is always sent again."""
    if row.alert is None or row.doubt:
        return True
    alert = alert_by_id(db, row.alert)
    why = Untold.OVER if alert is None else _pointless(db, row, alert, target, topics)
    if why is not None:
        _drop(db, row, why, now, target.name if why in (Untold.UNWANTED, Untold.SUPERSEDED) else "")
    return why is None


def _pointless(
    db: Connection, row: Notification, alert: Alert, target: Target, topics: Mapping[int, str]
) -> Untold | None:
    """Why a message that has not arrived need not be sent any more; who was called is told as long as it burns."""
    called = row.reason == Occasion.ESCALATED
    if not called and store.was_told_later(db, row):
        return Untold.SUPERSEDED
    if row.reason in (Occasion.RESOLVED, Occasion.LATE):
        return None
    if not alert.is_open:
        return Untold.OVER
    if called:
        return None
    if row.reason == Occasion.JOINED:
        return untold_because(alert, None, target, graver=False)
    if not target.wants(alert.severity, topics.get(alert.topic or 0, "")):
        return Untold.UNWANTED
    return untold_because(alert, lead_of(db, alert, topics), target, graver=row.reason == Occasion.WORSE)


def _not_held(
    db: Connection, rows: Sequence[Notification], target: Target, now: int, notifying: Notifying
) -> list[Notification]:
    """The messages that the target's hours, and those it has had, let leave now; the others are held."""
    within = notifying.calendar.within(target.hours, now)
    sent = store.sent_between(db, target.name, now - HOUR, now)
    free, held = [], []
    for row in rows:
        why: Untold | None = None
        if not within and row.reason != Occasion.ESCALATED:
            why = Untold.OUTSIDE_HOURS
        elif sent >= target.limit * (RESERVE if row.severity is Severity.CRISIS else 1):
            why = Untold.FLOOD
        if why is None:
            free.append(row)
            continue
        held.append(row.id)
        if row.alert is not None:
            store.note_untold(db, row.alert, why, now, target.name)
    store.hold(db, held, now + HOLD)
    return free


def _drop(db: Connection, row: Notification, why: Untold, now: int, target: str) -> None:
    store.drop(db, row.id, why)
    if row.alert is not None:
        store.note_untold(db, row.alert, why, now, target)


def _begin(db: Connection, leaving: Sequence[Notification], target: Target, now: int, notifying: Notifying) -> Outgoing:
    """Begin the try of the gravest message, or of all that can be gathered with it."""
    first = leaving[0]
    gathered = [row for row in leaving if _can_be_gathered(row)]
    number = first.id
    if first in gathered and len(gathered) > 1:
        number = store.gather(db, [row.id for row in gathered], target.name, first.severity, now)
    _write_words(db, number, target, now, notifying)
    store.begin_try(db, number)
    message = store.notification_by_id(db, number)
    assert message is not None, "it was begun in this transaction"
    thread = store.answered_message(db, message)
    body = message.body
    if message.doubt:
        with spoken_to(target.language):
            body = f"{repetition_mark()}\n\n{body}"
    return Outgoing(message, target, "" if thread == message.message_id else thread, body)


def _can_be_gathered(row: Notification) -> bool:
    urgent = row.severity is Severity.CRISIS or row.reason == Occasion.ESCALATED
    return row.alert is not None and row.tries == 0 and not urgent


def _write_words(db: Connection, number: int, target: Target, now: int, notifying: Notifying) -> None:
    """What a message says is fixed at its first try: it tells how things stand then."""
    message = store.notification_by_id(db, number)
    if message is None or message.title:
        return
    rows = [message] if message.alert is not None else store.gathered_in(db, number)
    count = len(rows)
    told = [
        (alert, Occasion(row.reason))
        for row in rows[:TOLD_IN_DIGEST]
        if row.alert is not None and (alert := alert_by_id(db, row.alert)) is not None
    ]
    zone = notifying.calendar.zone
    with spoken_to(target.language):
        if message.alert is not None:
            alert, occasion = told[0]
            joined = alert.incident if occasion is Occasion.JOINED else None
            leader = alert_by_id(db, joined) if joined is not None else None
            words = alert_message(alert, occasion, notifying.room, now, zone, leader)
        else:
            words = digest_message(told, count, notifying.room, now, zone)
    store.write_message(db, number, *words)


# ---- what came of it ---------------------------------------------------------------------------------------------


def pause_after(tries: int, *, refused: bool) -> int | None:
    """How long a message waits after its `tries`-th failed try (ms); None: it is given up."""
    place = tries - 1 + (REFUSED_FROM if refused else 0)
    return RETRIES[place] if place < len(RETRIES) else None


def note_delivery(db: Connection, message: Notification, delivery: Delivery, now: int) -> None:
    """Write down what came of a try."""
    if delivery.reason is None:
        store.end_sent(db, message, now)
        return
    error = delivery.reason.to_json()
    pause = pause_after(message.tries, refused=delivery.refused)
    if pause is None:
        store.end_failed(db, message, error, now)
        return
    store.try_again(db, message, error, now, now + pause, doubt=delivery.doubt)
    if not delivery.refused:
        store.put_off(db, message.target, now + pause)
