"""The rules about volume: the verdict on a series becomes a signal, with its severity and numbers. Only reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from socialhub.alert_rules import PlannedEvent, Rule, rules_for
from socialhub.alerts.moments import Moods
from socialhub.alerts.rivals import with_subject
from socialhub.alerts.signals import OF_JUDGED, Signal, Why
from socialhub.alerts.standing import State, grew, held_back
from socialhub.alerts.volume import Found, VolumeWatch
from socialhub.alerts.watch import States
from socialhub.clock import DAY, HOUR
from socialhub.detect.decision import COOL_DOWN, Judged
from socialhub.detect.volume import COMPLETE, Raised, Verdict
from socialhub.detect.week import Week
from socialhub.incidents import Severity
from socialhub.model import Tone, Topic
from socialhub.shares import wilson
from socialhub.store.alert_facts import Window, counted, tones_counted
from socialhub.store.connection import Connection
from socialhub.store.schema import UNSURE_BUCKET

STILL: Final = 0.5
"""What is seen is quiet while it is less than half as surprising as an alert needs."""
CERTAIN_TIMES: Final = 1.5
"""Until it is so many times as surprising as an alert needs, a burst is a notice: ordinary weeks have some of these."""
CRISIS_NEGATIVE: Final = 0.5
"""A crisis is negative to this share at least, over an hour and for sure: a quarter may be so by chance."""
CRISIS_TIMES: Final = 2.0
"""A crisis is so many times as surprising as an alert needs."""
LONGEST_START: Final = HOUR
"""A burst is said to have begun so long ago at most, however long the window that shows it best."""
_TELL_TOGETHER: Final = ("burst", "moment")
_STILL_OPEN: Final = 1 << 62
# Later than any end.


class VolumeRules:
    """Follows the rules about volume, whose kinds differ in what they make of it. A watch.Watch.

    What is a moment is no burst: one of the two tells it. `rules` are all that are in force.
    """

    kinds = ("burst", "rival", "moment")

    def __init__(
        self,
        week: Week,
        planned: Sequence[PlannedEvent],
        rules: Sequence[Rule],
        *,
        learnt_every: int = HOUR,
        whole: bool = False,
    ) -> None:
        self._planned, self._rules = planned, rules
        self._moods = Moods()
        self._moments: dict[str, int] = {}
        self._judged: tuple[int, int, tuple[str, ...], list[Found]] = (0, 0, (), [])
        self._volume = VolumeWatch(week, learnt_every=learnt_every, whole=whole)

    def begin(self, db: Connection, now: int, seconds: float | None) -> None:
        """See Watch."""
        self._volume.begin(db, now, seconds)

    def look(self, db: Connection, rule: Rule, topic: Topic, states: States) -> Iterator[Signal]:
        """The topic and its parts; a part is not raised while an alert about the whole topic tells of it."""
        kinds = _TELL_TOGETHER if rule.kind in _TELL_TOGETHER else (rule.kind,)

        def last(subject: str) -> State | None:
            known = [state for kind in kinds if (state := states.get((kind, subject))) is not None]
            return max(known, key=lambda state: state.ended or _STILL_OPEN, default=None)

        whole, fresh = last(topic.id), False
        for found in self._found(db, topic, kinds, last):
            if rule.kind == "moment" and is_idle(found, states):
                continue
            told = is_told_by(whole, found) or (fresh and bool(found.series.part))
            signal = signal_of(db, rule, found, self._planned, told_with_topic=told)
            signal = held_back(signal, last(signal.subject))
            if signal.why is Why.RAISED and rule.kind in _TELL_TOGETHER:
                signal = self._by_mood(db, signal, found, states)
            if signal.why is Why.RAISED:
                signal = with_comparison(db, signal)
                before = last(signal.subject)
                if rule.kind == "rival" and (before is None or before.ended is not None or grew(signal, before)):
                    signal = with_subject(db, signal, found, self._moods)
            fresh = fresh or (signal.why in (Why.RAISED, Why.INHIBITED) and not found.series.part)
            yield signal

    def _found(
        self, db: Connection, topic: Topic, kinds: tuple[str, ...], last: Callable[[str], State | None]
    ) -> list[Found]:
        """The verdicts of this minute, the same ones for all kinds that tell together."""

        def raised(subject: str) -> Raised | None:
            return each.raised if (each := last(subject)) else None

        now = self._volume.now
        if self._judged[:3] != (now, topic.number, kinds):
            self._judged = now, topic.number, kinds, list(self._volume.look(db, topic, raised))
        return self._judged[3]

    def _by_mood(self, db: Connection, signal: Signal, found: Found, states: States) -> Signal:
        """Whether the burst is told as a moment; one that is open as a warning stays what it is."""
        mood = self._moods.of(db, found, signal.window)
        burst, moment = (states.get((kind, signal.subject)) for kind in _TELL_TOGETHER)
        is_burst, is_moment = (state is not None and state.ended is None for state in (burst, moment))
        topic, why, calm = signal.topic, signal.why, signal.calm
        cheerful = mood.cheerful or (is_moment and not mood.turned)
        if signal.rule.kind == "moment":
            if not cheerful:
                why, calm = Why.NOT_POSITIVE, True
            elif is_burst and not is_moment and burst is not None and burst.severity > signal.severity:
                why = Why.INHIBITED
            elif not mood.grows and not is_moment:
                why = Why.NOT_GROWING
            numbers = {**signal.numbers, "positive": mood.positive}
            return replace(signal, why=why, calm=calm, quiet=calm or signal.quiet, numbers=numbers)
        if not cheerful:
            return signal
        rules = rules_for(self._rules, "moment", topic.id, topic.kind)
        told = is_moment or found.verdict.end - self._moments.get(signal.subject, 0) < COOL_DOWN
        if not is_burst and (mood.grows or told) and any(found.verdict.excess >= rule.floor for rule in rules):
            self._moments[signal.subject] = found.verdict.end
            return replace(signal, why=Why.INHIBITED)
        return replace(signal, severity=min(signal.severity, Severity.NOTICE))


def is_idle(found: Found, states: States) -> bool:
    """Whether nothing is to be said of moments in a part of a topic: it does not burst, and had none."""
    is_burst = OF_JUDGED[found.verdict.why] is Why.RAISED
    return bool(found.series.part) and not is_burst and ("moment", found.series.subject) not in states


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

    Of what is planned, of a part of a topic, and of what is hardly more surprising than an alert needs, nothing more is
    made than a notice.
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
    if series.part or event is not None or verdict.surprise < CERTAIN_TIMES * verdict.needed:
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
    start = min(window.start, window.end - HOUR)
    tones = tones_counted(db, replace(window, start=start, tone=None, source=None, place=""))
    judged = sum(count for tone, count in tones.items() if tone != UNSURE_BUCKET)
    surely, _most = wilson(tones.get(Tone.NEGATIVE, 0), judged)
    return surely >= CRISIS_NEGATIVE


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
