"""The rules about volume: the verdict on a series becomes a signal, with its severity and numbers. Only reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from socialhub.alert_rules import PlannedEvent, Rule
from socialhub.alerts.signals import OF_JUDGED, Signal, Why
from socialhub.alerts.standing import State, held_back
from socialhub.alerts.volume import Found, VolumeWatch
from socialhub.alerts.watch import States
from socialhub.clock import DAY, HOUR
from socialhub.detect.decision import COOL_DOWN, Judged
from socialhub.detect.volume import COMPLETE, Raised, Verdict
from socialhub.detect.week import Week
from socialhub.incidents import Severity
from socialhub.model import Topic
from socialhub.store.alert_facts import Window, counted, tones_counted
from socialhub.store.connection import Connection

STILL: Final = 0.5
"""What is seen is quiet while it is less than half as surprising as an alert needs."""
CRISIS_NEGATIVE: Final = 0.5
"""A crisis is negative to this share at least."""
CRISIS_TIMES: Final = 2.0
"""A crisis is so many times as surprising as an alert needs."""
LONGEST_START: Final = HOUR
"""A burst is said to have begun so long ago at most, however long the window that shows it best."""
PAST_LEARNT_EVERY: Final = 6 * HOUR
"""A backtest learns what is usual so often; the room itself every hour."""


class VolumeRules:
    """Follows the rules about volume, whose kinds differ in what they make of it. A watch.Watch."""

    kinds = ("burst", "rival")

    def __init__(self, week: Week, planned: Sequence[PlannedEvent], *, past: bool = False) -> None:
        self._planned = planned
        self._volume = VolumeWatch(week, learnt_every=PAST_LEARNT_EVERY if past else HOUR, whole=past)

    def begin(self, db: Connection, now: int, seconds: float | None) -> None:
        """See Watch."""
        self._volume.begin(db, now, seconds)

    def look(self, db: Connection, rule: Rule, topic: Topic, states: States) -> Iterator[Signal]:
        """The topic and its parts; a part is not raised while an alert about the whole topic tells of it."""

        def state(subject: str) -> State | None:
            return states.get((rule.kind, subject))

        def raised(subject: str) -> Raised | None:
            return each.raised if (each := state(subject)) else None

        whole, fresh = state(topic.id), False
        for found in self._volume.look(db, topic, raised):
            told = is_told_by(whole, found) or (fresh and bool(found.series.part))
            signal = signal_of(db, rule, found, self._planned, told_with_topic=told)
            signal = held_back(signal, state(signal.subject))
            if signal.why is Why.RAISED:
                signal = with_comparison(db, signal)
                fresh = fresh or not found.series.part
            yield signal


def is_told_by(whole: State | None, found: Found) -> bool:
    """Whether the alert about the whole topic tells of this part of it: it is open, or not long over."""
    if whole is None or not found.series.part:
        return False
    lately = DAY if found.verdict.why is Judged.RISE else COOL_DOWN
    return whole.ended is None or found.verdict.end - whole.ended < lately


def signal_of(
    db: Connection, rule: Rule, found: Found, planned: Sequence[PlannedEvent], *, told_with_topic: bool
) -> Signal:
    """What a rule says of a verdict; `told_with_topic`: an alert about the whole topic tells of it.

    Of what is planned, and of a part of a topic, nothing more is made than a notice.
    """
    verdict, series = found.verdict, found.series
    window = window_of(found)
    why = OF_JUDGED[verdict.why]
    if why is Why.RAISED and verdict.excess < rule.floor:
        why = Why.FLOOR
    if why is Why.RAISED and told_with_topic:
        why = Why.INHIBITED
    numbers = _numbers(found)
    severity = rule.severity
    event = next((event for event in planned if event.covers(series.topic.id, verdict.end)), None)
    if event is not None:
        numbers["planned"] = event.name
    if series.part or event is not None:
        severity = min(severity, Severity.NOTICE)
    elif why is Why.RAISED and _is_crisis(db, rule, verdict, window):
        severity = Severity.CRISIS
    calm, quiet = verdict.calm and found.listened >= COMPLETE, verdict.surprise < STILL * verdict.needed
    started = verdict.start if verdict.why is Judged.RISE else max(verdict.start, verdict.end - LONGEST_START)
    return Signal(
        rule,
        series.topic,
        series.subject,
        why,
        severity,
        started,
        verdict.surprise,
        calm,
        quiet,
        numbers,
        window,
    )


def with_comparison(db: Connection, signal: Signal) -> Signal:
    """The signal with what the same stretch of time held yesterday and a week ago."""
    window = signal.window
    numbers = dict(signal.numbers)
    for name, ago in (("yesterday", DAY), ("last_week", 7 * DAY)):
        numbers[name] = counted(db, replace(window, start=window.start - ago, end=window.end - ago))
    return replace(signal, numbers=numbers)


def window_of(found: Found) -> Window:
    """Which mentions a verdict is about."""
    series, verdict = found.series, found.verdict
    return Window(
        series.topic.number,
        verdict.start,
        verdict.end,
        tone=int(series.value) if series.part == "tone" else None,
        source=series.source if series.part == "source" else None,
        place=series.value if series.part == "place" else "",
    )


def _is_crisis(db: Connection, rule: Rule, verdict: Verdict, window: Window) -> bool:
    if rule.crisis_from is None or verdict.excess < rule.crisis_from:
        return False
    if verdict.surprise < CRISIS_TIMES * verdict.needed:
        return False
    negative, judged = tones_counted(db, window)
    return judged > 0 and negative >= CRISIS_NEGATIVE * judged


def _numbers(found: Found) -> dict[str, Any]:
    verdict, series = found.verdict, found.series
    return {
        "topic": series.topic.name,
        "part": series.part,
        **({series.part: series.value} if series.part else {}),
        "test": str(verdict.why),
        "seen": verdict.seen,
        "expected": round(verdict.expected, 1),
        "low": round(verdict.lower, 1),
        "high": round(verdict.upper, 1),
        "probability": verdict.chance,
        "excess": round(verdict.excess, 1),
        "floor": verdict.floor,
        "needed": round(verdict.needed, 2),
        "completeness": round(verdict.completeness, 3),
        "since": verdict.start,
        "until": verdict.end,
        "window": verdict.end - verdict.start,
        "learning": verdict.learning,
    }
