"""The rules about metrics: beyond a limit for a while, or unusual against their own past. Only reads.

A metric is no topic: its alert belongs to the first topic that the rule watches and that the metric stands beside.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from socialhub.alert_rules import PlannedEvent, Rule
from socialhub.alerts.signals import OF_JUDGED, Signal, Why
from socialhub.alerts.standing import State, cooled_down, held_back
from socialhub.alerts.watch import States
from socialhub.clock import DAY, HOUR, floor_hour
from socialhub.detect.decision import Judged
from socialhub.detect.figures import COMPLETE, LEARNT_DAYS, STALE, Found, Learnt, Rows, judge, learn_counts
from socialhub.detect.week import Week
from socialhub.incidents import Severity
from socialhub.metrics import Metric
from socialhub.model import Topic
from socialhub.records import dataclass
from socialhub.store.alert_facts import Window
from socialhub.store.connection import Connection
from socialhub.store.metrics import read_metrics, rows_of
from socialhub.store.topics import active_topics
from socialhub.text import fold

CERTAIN_TIMES: Final = 1.5
"""What is so many times as surprising as an alert needs is as grave as the rule says; before, it is a notice."""
LATE: Final = 4 * HOUR
"""Rows of so long are read again every minute: some come late or are corrected."""
ABOVE, BELOW, UNUSUAL = "above", "below", "unusual"


@dataclass(slots=True)
class _Series:
    """What is known of one metric: its rows, complete up to `read` (ms UTC), and what is usual for counts."""

    rows: Rows
    read: int
    learnt: Learnt | None


class MetricRules:
    """Follows the rules about metrics. `past`: for a backtest, which reads a day at once. A watch.Watch."""

    kinds = ("metric",)

    def __init__(self, week: Week, planned: Sequence[PlannedEvent], *, past: bool = False) -> None:
        self._week, self._planned = week, planned
        self._learn_every, self._ahead = (DAY, DAY) if past else (HOUR, 0)
        self._now, self._seconds = 0, 0.0
        self._budget: float | None = None
        self._topics: list[Topic] = []
        self._metrics: tuple[Metric, ...] = ()
        self._known: dict[int, _Series] = {}

    def begin(self, db: Connection, now: int, seconds: float | None) -> None:
        """See Watch. The latest rows are read every minute, four weeks every hour."""
        if now < self._now:
            self._known.clear()
        if not self._ahead or not self._metrics or now // DAY != self._now // DAY:
            self._metrics = read_metrics(db, now + self._ahead)
            self._topics = active_topics(db)
        self._now, self._budget = now, seconds

    def look(self, db: Connection, rule: Rule, topic: Topic, states: States) -> Iterator[Signal]:
        """A signal for each metric that the rule means and that is told with this topic, and for alerts on others."""
        prefix = f"{topic.id}·metric:{rule.id}/"
        told = set()
        for metric in self._metrics:
            if not _is_meant(rule, metric) or not self._tells(rule, metric, topic):
                continue
            subject = f"{prefix}{metric.shown}/{metric.source}"
            told.add(subject)
            if (known := self._series(db, metric)) is not None:
                state = states.get((rule.kind, subject))
                yield self._judged(rule, topic, metric, known, subject, state)
        for (kind, subject), state in states.items():
            is_open = state is not None and state.ended is None
            if kind == rule.kind and subject.startswith(prefix) and subject not in told and is_open:
                yield _over(rule, topic, subject, self._now)

    def _tells(self, rule: Rule, metric: Metric, topic: Topic) -> bool:
        """Whether the alert about a metric belongs to this topic."""
        beside = (each for each in self._topics if rule.watches(each.id, each.kind) and metric.concerns(each.id))
        first = next(beside, None)
        return first is not None and first.number == topic.number

    def _series(self, db: Connection, metric: Metric) -> _Series | None:
        """The rows of a metric up to the minute of the look; None while there is no time to learn it."""
        known, now = self._known.get(metric.number), self._now
        due = floor_hour(now) if not self._ahead else now - now % DAY
        stale = known is None or known.read < due or known.rows.adds is not metric.adds
        if stale and (self._budget is None or self._budget > 0):
            begun = time.monotonic()
            rows = Rows(
                rows_of(db, metric.number, due - LEARNT_DAYS * DAY - 2 * DAY, now + self._ahead + 1), metric.adds
            )
            known = self._known[metric.number] = _Series(rows, now, learn_counts(rows, now, self._week))
            if self._budget is not None:
                self._budget -= time.monotonic() - begun
        elif known is not None and not self._ahead:
            known.rows.cut(now - LATE)
            known.rows.extend(rows_of(db, metric.number, now - LATE, now + 1))
        return known

    def _judged(
        self, rule: Rule, topic: Topic, metric: Metric, known: _Series, subject: str, state: State | None
    ) -> Signal:
        raised = None if state is None else state.raised
        found = judge(known.rows, self._now, self._week, known.learnt, raised)
        limit = rule.above if rule.above is not None else rule.below
        numbers = _numbers(rule, topic, metric, known.rows, found)
        if limit is not None:
            return held_back(self._limited(rule, topic, subject, known.rows, found, limit, numbers), state)
        why = OF_JUDGED[found.why]
        if why is Why.RAISED and found.why is Judged.BURST and found.excess < rule.floor:
            why = Why.FLOOR
        severity = rule.severity if found.weight >= CERTAIN_TIMES else min(rule.severity, Severity.NOTICE)
        signal = self._signal(rule, topic, subject, found, why, severity, numbers)
        return held_back(cooled_down(signal, state, self._now), state)

    def _signal(
        self,
        rule: Rule,
        topic: Topic,
        subject: str,
        found: Found,
        why: Why,
        severity: Severity,
        numbers: dict[str, Any],
    ) -> Signal:
        event = next((event for event in self._planned if event.covers(topic.id, found.end)), None)
        if event is not None:
            severity, numbers = min(severity, Severity.NOTICE), numbers | {"planned": event.name}
        window = Window(topic.number, found.start, found.end)
        strength, calm = found.surprise, found.calm and found.why is not Judged.INCOMPLETE
        return Signal(
            rule, topic, subject, why, severity, found.start, strength, calm, calm or found.quiet, numbers, window
        )

    def _limited(
        self, rule: Rule, topic: Topic, subject: str, rows: Rows, found: Found, limit: float, numbers: dict[str, Any]
    ) -> Signal:
        """Beyond a limit: every row of the latest `lasting` is, and none is missing."""
        side, pace, end = (ABOVE if rule.above is not None else BELOW), rows.pace(self._now), rows.end(self._now)
        start = end - max(rule.lasting, pace, 1)
        told = rows.between(start, end)
        beyond = [value > limit if side == ABOVE else value < limit for _at, value in told]
        lately = bool(beyond) and beyond[-1]
        fresh = bool(told) and self._now - end <= (STALE * pace or DAY)
        complete = rows.completeness(start, end, pace) if pace else float(bool(told))
        latest = told[-1][1] if told else 0.0
        holds = all(beyond) and complete >= COMPLETE
        why = Why.INCOMPLETE if not fresh else Why.RAISED if lately and holds else Why.BRIEF if lately else Why.USUAL
        numbers |= {"test": side, "limit": limit, "seen": latest, "since": start, "until": end, "window": end - start}
        numbers |= {"completeness": round(complete, 3), "needed": 1.0, "learning": False}
        if found.why is Judged.LEARNING:
            numbers = {key: value for key, value in numbers.items() if key not in ("probability", "past")}
        strength = 1 + abs(latest - limit) / max(abs(limit), 1.0) if lately else 0.0
        judged = replace(found, start=start, end=end, surprise=strength, calm=fresh and not lately, quiet=not lately)
        if not fresh:
            judged = replace(judged, why=Judged.INCOMPLETE)
        elif found.why is Judged.INCOMPLETE:
            judged = replace(judged, why=Judged.USUAL)
        return self._signal(rule, topic, subject, judged, why, rule.severity, numbers)


def _is_meant(rule: Rule, metric: Metric) -> bool:
    """Whether a rule is about a metric: by its name alone, with its part, or about all."""
    return not rule.metric or fold(rule.metric) in (fold(metric.name), fold(metric.shown))


def _numbers(rule: Rule, topic: Topic, metric: Metric, rows: Rows, found: Found) -> dict[str, Any]:
    numbers = {
        "topic": topic.name,
        "part": "metric",
        "metric": metric.shown,
        "unit": metric.unit,
        "adds": metric.adds.value,
        "told_by": metric.source,
        "test": UNUSUAL,
        "seen": round(found.seen, 3),
        "expected": round(found.expected, 3),
        "low": round(found.low, 3),
        "high": round(found.high, 3),
        "probability": found.chance,
        "past": found.past,
        "floor": rule.floor,
        "needed": round(found.needed, 2),
        "completeness": round(found.completeness, 3),
        "since": found.start,
        "until": found.end,
        "window": found.end - found.start,
        "learning": found.learning,
        # It began when the figures did, whatever was said first.
        "first": None,
    }
    for name, ago in (("yesterday", DAY), ("last_week", 7 * DAY)):
        before = found.start - ago, found.end - ago
        if found.end > found.start and rows.between(*before):
            numbers[name] = round(rows.figure(*before), 3)
    return numbers


def _over(rule: Rule, topic: Topic, subject: str, now: int) -> Signal:
    """What is said of an alert about a metric that is gone, or told with another topic: nothing, and so it ends."""
    told = {"topic": topic.name, "part": "metric", "test": UNUSUAL, "metric": subject.partition("/")[2]}
    nothing = dict.fromkeys(("seen", "expected", "completeness", "window", "needed"), 0)
    numbers = {**told, **nothing, "floor": rule.floor, "since": now, "until": now, "learning": False}
    window = Window(topic.number, now, now)
    return Signal(rule, topic, subject, Why.USUAL, rule.severity, now, 0.0, True, True, numbers, window)
