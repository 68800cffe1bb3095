"""The run of the alerts: once a minute the room is looked at, and what is found becomes, changes or ends alerts.

`look` only reads, a topic at a time, and takes most of the time; `run` writes, in the transaction of one minute, in
this order: raise, worsen, resolve; group; inhibit; silences; acknowledgements that lapse; escalation. Time is handed
in. What is usual is learnt anew after a start.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from socialhub.alert_rules import rules_for
from socialhub.alerts import grouping
from socialhub.alerts.escalation import Escalation, escalate
from socialhub.alerts.settings import Settings
from socialhub.alerts.settling import REMEMBERED, drop_unwatched, settle, state_in
from socialhub.alerts.signals import Signal
from socialhub.alerts.silencing import apply_silences
from socialhub.alerts.watches import watches_of
from socialhub.clock import HOUR, floor_minute
from socialhub.incidents import Alert, Change, Transition
from socialhub.model import Topic
from socialhub.records import dataclass
from socialhub.store import alert_run
from socialhub.store.alert_life import lapse
from socialhub.store.connection import Connection
from socialhub.store.topics import active_topics

LEARN_SECONDS: Final = 0.25
"""Seconds of learning in one minute's look: a large room is learnt over the first minutes after a start."""


@dataclass(frozen=True, slots=True)
class Minute:
    """What a minute brought: changes of alerts, and whom escalation tells."""

    changed: tuple[Transition, ...]
    escalated: tuple[Escalation, ...]


class Engine:
    """Looks at one room and keeps its alerts: `begin`, then `look` at each topic, then `run` in a transaction."""

    def __init__(self, settings: Settings, *, learnt_every: int = HOUR) -> None:
        self._settings = settings
        kinds = {rule.kind for rule in settings.rules}
        # What no rule asks for is not learnt.
        self._watches = [each for each in watches_of(settings, learnt_every=learnt_every) if kinds & set(each.kinds)]
        self._now = 0

    def begin(self, db: Connection, now: int, seconds: float | None = LEARN_SECONDS) -> list[Topic]:
        """Begin a look at the minute that `now` (ms UTC) lies in; returns the topics to look at.

        Learning may take so many seconds of it (None: as long as it takes).
        """
        self._now = floor_minute(now)
        for watch in self._watches:
            watch.begin(db, self._now, seconds)
        return active_topics(db)

    def look(self, db: Connection, topic: Topic) -> list[Signal]:
        """What was judged about a topic, each with its reason; nothing is written."""
        standings = alert_run.standings(db, self._now - REMEMBERED, topic.number)
        states = {key: state_in(db, standings, key) for key in standings}
        return [
            signal
            for watch in self._watches
            for kind in watch.kinds
            for rule in rules_for(self._settings.rules, kind, topic.id, topic.kind)
            for signal in watch.look(db, rule, topic, states)
        ]

    def run(self, db: Connection, now: int, signals: Sequence[Signal]) -> Minute:
        """Write what a look found into the alerts; returns what changed and whom to tell."""
        standings = alert_run.standings(db, now - REMEMBERED)
        changed: list[Transition] = []
        for signal in signals:
            state = state_in(db, standings, signal.key)
            if (transition := settle(db, signal, standings.get(signal.key), state, now)) is not None:
                changed.append(transition)
        changed += self._drop_unwatched(db, list(standings.values()), now)
        opened = alert_run.open_alerts(db)
        raised = {each.alert for each in changed if each.change is Change.RAISED}
        by_key = {signal.key: signal for signal in signals}
        fresh = [(alert, by_key[alert.kind, alert.subject]) for alert in opened if alert.id in raised]
        grouping.group(db, fresh, opened, now)
        grouping.inhibit(db, opened, now)
        apply_silences(db, now)
        lapse(db, now)
        return Minute(tuple(changed), tuple(escalate(db, now, self._settings.duty)))

    def _drop_unwatched(self, db: Connection, alerts: Sequence[Alert], now: int) -> list[Transition]:
        """Alerts of rules that are switched off, and of topics that are gone, end."""
        rules = {rule.id: rule for rule in self._settings.rules}
        topics = {topic.number: topic for topic in active_topics(db)}
        dropped = []
        for alert in alerts:
            if alert.rule and alert.ended is None:
                rule, topic = rules.get(alert.rule), topics.get(alert.topic or 0)
                if rule is None or topic is None or not rule.watches(topic.id, topic.kind):
                    dropped.append(drop_unwatched(db, alert, now))
        return dropped
