"""Looking back with the same detectors: why something is or is not an alert, and what a rule would have raised.

Both read the counts as they are now: what came in late counts as if it had been there in time. Nothing is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from socialhub.alert_rules import Rule, rules_for
from socialhub.alerts.settings import Settings
from socialhub.alerts.settling import REMEMBERED, state_in
from socialhub.alerts.signals import Signal, Why
from socialhub.alerts.standing import State, Step, grew, next_step
from socialhub.alerts.watches import watch_for, watches_of
from socialhub.clock import DAY, MINUTE, floor_minute
from socialhub.incidents import Alert, Severity
from socialhub.model import Topic
from socialhub.records import dataclass
from socialhub.store import alert_run
from socialhub.store.connection import Connection

STEP: Final = 5 * MINUTE
"""A backtest looks so often; the room itself looks every minute."""


def why(db: Connection, topic: Topic, settings: Settings, at: int, *, now: bool) -> list[Signal]:
    """What every rule says of a topic and its parts at a minute (ms UTC), each with the test that decided.

    `now`: it is the present minute, so that silences and inhibitors in force count, too.
    """
    standings = alert_run.standings_at(db, at, REMEMBERED, topic.number)
    states = {key: state_in(db, standings, key) for key in standings}
    found: list[Signal] = []
    for watch in watches_of(settings, back=not now):
        watch.begin(db, floor_minute(at), None)
        for kind in watch.kinds:
            for rule in rules_for(settings.rules, kind, topic.id, topic.kind):
                found += watch.look(db, rule, topic, states)
    told = {each.subject for each in found if each.rule.kind == "burst" and each.why is Why.INHIBITED}
    # What another alert tells of is told once, as a burst, and not as a moment, too.
    found = [
        each
        for each in found
        if each.rule.kind != "moment" or each.why is not Why.INHIBITED or each.subject not in told
    ]
    return [hidden(signal, standings.get(signal.key)) for signal in found] if now else found


def hidden(signal: Signal, alert: Alert | None) -> Signal:
    """The signal, told as hidden where the open alert about it is."""
    if alert is None or alert.ended is not None or signal.why is not Why.RAISED:
        return signal
    if alert.silence is not None:
        return replace(signal, why=Why.SILENCED)
    return replace(signal, why=Why.INHIBITED) if alert.inhibitor is not None else signal


@dataclass(frozen=True, slots=True)
class Fired:
    """An alert that a rule would have raised: from when to when (None: it would be open still), and how bad at worst.

    `signal` is the one that raised it, `strongest` the strength of the one that showed most, `latest` the last one that
    would have raised it.
    """

    signal: Signal
    at: int
    ended: int | None
    worst: Severity
    strongest: float
    latest: Signal


def backtest(
    db: Connection,
    rule: Rule,
    settings: Settings,
    topics: Sequence[Topic],
    since: int,
    until: int,
) -> Iterator[tuple[int, list[Fired]]]:
    """Try a rule on what is stored from `since` to `until` (ms UTC), on topics as a whole.

    Yields after each day how far it is (ms UTC) and what ended by then; the last time with what is open still.
    """
    fired: list[Fired] = []
    told = since
    for at, ended in look_by_look(db, rule, settings, topics, since, until):
        fired += ended
        if at - told >= DAY:
            yield at, fired
            told, fired = at, []
    yield until, fired


def look_by_look(
    db: Connection,
    rule: Rule,
    settings: Settings,
    topics: Sequence[Topic],
    since: int,
    until: int,
) -> Iterator[tuple[int, list[Fired]]]:
    """The same, told after each look at a topic: its moment (ms UTC) and what ended with it, at last what is open
    still.
    """
    watch = watch_for(rule.kind, settings, past=True)
    watched = {topic: _Runs() for topic in topics if rule.watches(topic.id, topic.kind)}
    for at in range(since - since % STEP, until + 1, STEP):
        watch.begin(db, at, None)
        for topic, runs in watched.items():
            fired: list[Fired] = []
            for signal in watch.look(db, rule, topic, runs.states(at)):
                fired += runs.of[signal.key].take(signal, at)
            yield at, fired
    yield until, [open_one for runs in watched.values() for open_one in runs.still_open()]


class _Runs:
    """The lives of one topic's alerts in a backtest, by (kind, subject)."""

    def __init__(self) -> None:
        self.of: defaultdict[tuple[str, str], _Run] = defaultdict(_Run)

    def states(self, at: int) -> dict[tuple[str, str], State | None]:
        """How each stands that is open, or ended not long before `at`."""
        return {
            key: run.state
            for key, run in self.of.items()
            if run.state is not None and (run.state.ended is None or run.state.ended >= at - REMEMBERED)
        }

    def still_open(self) -> list[Fired]:
        """The alerts that last."""
        return [each for run in self.of.values() for each in run.still_open()]


class _Run:
    """The life of the alerts about one subject in a backtest."""

    def __init__(self) -> None:
        self.state: State | None = None
        self._open: Fired | None = None

    def take(self, signal: Signal, at: int) -> list[Fired]:
        """The next signal; returns the alert that it ended."""
        step = next_step(signal, self.state, at)
        if step is Step.RAISE:
            self._open = Fired(signal, at, None, signal.severity, signal.strength, signal)
            self.state = State(
                None, signal.strength, str(signal.numbers["test"]), started=signal.started, severity=signal.severity
            )
        elif self.state is not None and step is Step.CALM:
            self.state = replace(self.state, calm_since=at)
        elif self.state is not None and self._open is not None and step is Step.LAST:
            stronger = max(signal.strength, self.state.strength) if grew(signal, self.state) else self.state.strength
            self.state = replace(self.state, calm_since=None, strength=stronger)
            if signal.why is Why.RAISED:
                worst = max(self._open.worst, signal.severity)
                self._open = replace(self._open, worst=worst, strongest=stronger, latest=signal)
        elif self.state is not None and self._open is not None and step is Step.RESOLVE:
            over, self._open = replace(self._open, ended=at), None
            self.state = replace(self.state, ended=at)
            return [over]
        return []

    def still_open(self) -> list[Fired]:
        """The alert that lasts."""
        return [self._open] if self._open is not None else []
