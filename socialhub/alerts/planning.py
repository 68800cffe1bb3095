"""Who has to be told of what: once a minute every alert is held against what each target has been told of it.

| | the target |
|---|---|
| it fires and the target knows nothing of it | is told, if it wants alerts of this severity and topic |
| it is graver than what the target was told | is told |
| it is the first of its kind in an incident that the target knows | is told of it, once |
| nobody has taken it for long, or it escalates | is told again |
| it is over | is told, if it knew of it |
| it was over when it was learned | is told with the next notices (`plan_late`) |
| it is hidden, taken, or said by another alert | is not, for a named reason, which is a step of the alert's life |

So nothing is missed: what was raised while nobody collected, what an operator closed in another process, what is heard
again after a silence, a target that is new in the config. Only intents are written here: sending.py sends them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from socialhub.alerts.escalation import Escalation
from socialhub.alerts.leading import Lead, lead_of
from socialhub.alerts.silencing import is_silenced
from socialhub.clock import DAY
from socialhub.incidents import Alert, AlertKind, Change, Notification, Occasion, Severity, Transition, Untold
from socialhub.store import notifications as store
from socialhub.store.alerts import alert_by_id
from socialhub.store.connection import Connection
from socialhub.store.topics import active_topics
from socialhub.targets import Notifying, Target

TOLD_OF_END: Final = DAY
"""That something ended longer ago is news to nobody."""


def plan(
    db: Connection, now: int, notifying: Notifying, changed: Iterable[Transition], escalated: Iterable[Escalation]
) -> None:
    """Write the messages that a minute asks for, inside its transaction, and why others are not written."""
    if not notifying.targets:
        return
    topics = {topic.number: topic.id for topic in active_topics(db)}
    repeated = {each.alert for each in changed if each.change is Change.REPEATED}
    called = {each.alert: each.targets for each in escalated}
    for number in store.alerts_worth_telling(db, now - TOLD_OF_END):
        if (alert := alert_by_id(db, number)) is not None:
            _plan(db, alert, topics, now, notifying, called.get(number, ()), repeat=number in repeated)


def plan_late(db: Connection, now: int, notifying: Notifying, alerts: Iterable[Alert]) -> None:
    """Tell of what was over when it was learned as notices are told: in the digest of whom it is for, never at once."""
    topics = {topic.number: topic.id for topic in active_topics(db)}
    for alert in alerts:
        wanting = [each for each in notifying.targets if each.wants(alert.severity, topics.get(alert.topic or 0, ""))]
        if is_silenced(db, alert, now):
            store.note_untold(db, alert.id, Untold.SILENCED, now)
            continue
        for target in wanting:
            due = _due(db, Severity.NOTICE, target, Occasion.LATE, now)
            store.intend(db, alert.id, target.name, Occasion.LATE, alert.severity, now, due)


def _plan(
    db: Connection,
    alert: Alert,
    topics: Mapping[int, str],
    now: int,
    notifying: Notifying,
    called: Iterable[str],
    *,
    repeat: bool,
) -> None:
    told = store.last_told(db, alert.id)
    # Whoever cannot be reached need not be told that.
    reachable = [
        each for each in notifying.targets if (alert.kind, alert.subject) != (AlertKind.UNREACHABLE, each.name)
    ]
    called_by_name = {name: notifying.target(name) for name in called}
    for name, target in called_by_name.items():
        if target is None:
            store.note_untold(db, alert.id, Untold.TARGET_GONE, now, name)
        else:
            _write(db, alert, target, Occasion.ESCALATED, told.get(name), now, notifying)
    topic, lead = topics.get(alert.topic or 0, ""), lead_of(db, alert, topics)
    wanting = [target for target in reachable if target.wants(alert.severity, topic)]
    unheard = alert.is_open and not wanting and not told and not called_by_name
    for target in reachable:
        if target.name in called_by_name:
            continue
        known = told.get(target.name)
        occasion = occasion_for(alert, known, lead, target, wants=target in wanting, repeat=repeat)
        if isinstance(occasion, Untold):
            store.note_untold(db, alert.id, occasion, now)
        elif occasion is not None and (occasion is not Occasion.RESOLVED or target.all_clear):
            unheard = False
            _write(db, alert, target, occasion, known, now, notifying)
    if unheard:
        store.note_untold(db, alert.id, Untold.NO_TARGET, now)


def occasion_for(
    alert: Alert, known: Notification | None, lead: Lead | None, target: Target, *, wants: bool, repeat: bool
) -> Occasion | Untold | None:
    """What a target is told of an alert now, why it is not, or None when there is nothing new for it.

    `known` is what it was told last, `lead` what speaks for the alert, `repeat` whether it is time to remind of it.
    """
    if not alert.is_open:
        ends = (Occasion.RESOLVED, Occasion.LATE)
        reached = known is not None and known.reason not in ends and may_have_arrived(known)
        return Occasion.RESOLVED if reached and not alert.is_hidden else None
    occasion = _news(alert, known, repeat=repeat)
    if occasion is None:
        return None
    why = untold_because(alert, lead, target, graver=occasion is Occasion.WORSE)
    # A notice changes nothing for who was called to the incident.
    matters = wants or alert.severity > Severity.NOTICE
    if why is Untold.GROUPED and known is None and matters and lead is not None and lead.is_new_to(target, alert.kind):
        return Occasion.JOINED
    return (why or occasion) if wants else None


def _news(alert: Alert, known: Notification | None, *, repeat: bool) -> Occasion | None:
    if known is None:
        return Occasion.RAISED
    if known.reason == Occasion.RESOLVED:
        return Occasion.REOPENED
    if alert.severity > known.severity:
        return Occasion.WORSE
    return Occasion.REPEATED if repeat else None


def untold_because(alert: Alert, lead: Lead | None, target: Target, *, graver: bool) -> Untold | None:
    """Why a target is not told of an open alert, however new it is.

    That one is taken is no reason not to tell that it has become `graver`.
    """
    if alert.silence is not None:
        return Untold.SILENCED
    if alert.inhibitor is not None:
        return Untold.INHIBITED
    if alert.state == "acknowledged" and not graver:
        return Untold.TAKEN
    return Untold.GROUPED if lead is not None and lead.speaks_to(target) else None


def may_have_arrived(message: Notification) -> bool:
    """Whether a message reached its target, or nobody knows that it did not."""
    return message.state in ("sending", "sent", "gathered") or message.doubt


def _write(
    db: Connection,
    alert: Alert,
    target: Target,
    occasion: Occasion,
    known: Notification | None,
    now: int,
    notifying: Notifying,
) -> None:
    """Intend a message; one that waits and cannot have arrived says the news instead of another one beside it."""
    if occasion is Occasion.REPEATED and known is not None and store.is_under_way(db, known):
        return
    due = _due(db, alert.severity, target, occasion, now)
    if known is not None and known.state == "waiting" and not known.doubt:
        # Who has not heard of it at all does not learn that it grew.
        store.intend_instead(
            db, known.id, Occasion(known.reason) if occasion is Occasion.WORSE else occasion, alert.severity, due
        )
    else:
        store.intend(db, alert.id, target.name, occasion, alert.severity, now, due)
    if not occasion.is_urgent and not notifying.calendar.within(target.hours, now):
        store.note_untold(db, alert.id, Untold.OUTSIDE_HOURS, now, target.name)


def _due(db: Connection, severity: Severity, target: Target, occasion: Occasion, now: int) -> int:
    """When a message leaves at the earliest (ms UTC): notices are gathered, everything else leaves at once."""
    if severity is not Severity.NOTICE or occasion.is_urgent:
        return now
    gathering = store.digest_due(db, target.name)
    return now + target.digest if gathering is None else gathering
