"""The rule about the turn of a topic's tone: what is usual is learnt once an hour, the last hours are judged anew.

Only reads. A turn is no second alert where a burst of the topic tells of it, and none at all where one author, or
another model, made it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from socialhub.alert_rules import Rule
from socialhub.alerts import series as cut
from socialhub.alerts.listening import listened_share
from socialhub.alerts.series import LEARNT_HOURS, Heard
from socialhub.alerts.signals import Signal, Why
from socialhub.alerts.standing import State, cooled_down, held_back
from socialhub.alerts.watch import States
from socialhub.clock import DAY, HOUR, floor_hour
from socialhub.detect.tone import DAY_HOURS, NOT_YET, SURPRISE, Moved, Turn, UsualTone, judge, learn
from socialhub.detect.volume import COMPLETE
from socialhub.model import Tone, Topic
from socialhub.records import dataclass
from socialhub.store import tone_counts, volumes
from socialhub.store.alert_facts import Window
from socialhub.store.connection import Connection
from socialhub.store.tone_counts import SourceTones
from socialhub.volumes import Listening

STILL: Final = 0.5
"""What is seen is quiet while it is less than half as surprising as an alert needs."""
LEAST_AUTHORS: Final = 5
"""So many people must have said something negative: one who is angry is no turn."""
COMPARED: Final = 200
"""So many mentions of before are looked at to tell which model judged them."""
SAME_JUDGE: Final = 0.5
"""So far apart (total variation) the models may be that judged what is compared."""
_WHY: Final = {
    Moved.USUAL: Why.USUAL,
    Moved.TURN: Why.RAISED,
    Moved.DRIFT: Why.RAISED,
    Moved.BETTER: Why.BETTER,
    Moved.FEW: Why.TOO_FEW,
    Moved.LEARNING: Why.LEARNING,
}


@dataclass(frozen=True, slots=True)
class _Learnt:
    """What is known of a topic: learnt from `start` on, its last whole day, what is usual."""

    start: int
    last_day: SourceTones
    usual: UsualTone


class ToneRules:
    """Follows the rules about the tone of topics. A watch.Watch."""

    kinds = ("tone_shift",)

    def __init__(self, *, learnt_every: int = HOUR, whole: bool = False) -> None:
        """`whole` is for looking back: what was caught up counts as soon as it is stored."""
        self._learnt_every, self._whole = learnt_every, whole
        self._now = 0
        self._seconds: float | None = None
        self._heard = Heard(0, {}, {})
        self._listening: dict[int, Listening] = {}
        self._learnt: dict[int, _Learnt] = {}

    def begin(self, db: Connection, now: int, seconds: float | None) -> None:
        """See Watch."""
        self._now, self._seconds = now, seconds
        start = cut.start_of_past(now - now % self._learnt_every)
        if self._heard.start != start:
            learnt = volumes.heard(db, start, start + LEARNT_HOURS * HOUR, unlooked=self._whole)
            self._heard = cut.heard_in(start, learnt)
        lately = volumes.heard(db, floor_hour(now) - DAY, now, unlooked=self._whole)
        self._listening = {source: each.listening for source, each in lately.items()}

    def look(self, db: Connection, rule: Rule, topic: Topic, states: States) -> Iterator[Signal]:
        """One signal: the topic's tone as a whole."""
        known = self._known(db, topic)
        if known is None:
            return
        now, state = self._now, states.get((rule.kind, topic.id))
        spans = {source: each.covered for source, each in self._listening.items()}
        windows = [tone_counts.heard_tones(db, topic.number, now - hours * HOUR, now, spans) for hours in (1, 4)]
        turn = judge(known.usual, [*windows, known.last_day])
        signal = self._signal(rule, topic, turn, known, state)
        if signal.why is Why.RAISED:
            signal = _checked(db, signal, self._heard.start, states)
        yield _told_before(held_back(cooled_down(signal, state, now), state), state)

    def _known(self, db: Connection, topic: Topic) -> _Learnt | None:
        """What is known of a topic, learnt now where it is not and there is time."""
        known, start = self._learnt.get(topic.number), self._heard.start
        if (known is None or known.start != start) and (self._seconds is None or self._seconds > 0):
            begun = time.monotonic()
            known = self._learnt[topic.number] = self._learn(db, topic)
            if self._seconds is not None:
                self._seconds -= time.monotonic() - begun
        return known

    def _learn(self, db: Connection, topic: Topic) -> _Learnt:
        heard = self._heard
        hours = tone_counts.hour_tones(db, topic.number, heard.start, heard.end)
        known = {}
        for source, since in heard.since.items():
            first = max(0, -(-(max(since, topic.since) - heard.start) // HOUR))
            known[source] = LEARNT_HOURS - first - sum(hour >= first for hour in heard.missed[source])
        last_day: SourceTones = {}
        for hour, tones in enumerate(hours[-DAY_HOURS:], LEARNT_HOURS - DAY_HOURS):
            for source, (negative, judged) in tones.items():
                if hour in heard.missed.get(source, ()):
                    continue
                before = last_day.get(source, (0, 0))
                last_day[source] = before[0] + negative, before[1] + judged
        return _Learnt(heard.start, last_day, learn(hours, known))

    def _signal(self, rule: Rule, topic: Topic, turn: Turn, known: _Learnt, state: State | None) -> Signal:
        end = floor_hour(self._now) if turn.hours == DAY_HOURS else self._now
        start = end - turn.hours * HOUR
        weights = known.usual.late.stories
        last, lately, whole = (
            listened_share(weights, self._listening, low, high)
            for low, high in ((self._now - HOUR, self._now), (self._now - NOT_YET * HOUR, self._now), (start, end))
        )
        why = _WHY[turn.moved]
        if why is Why.RAISED and turn.excess < rule.floor:
            why = Why.FLOOR
        if why in (Why.USUAL, Why.BETTER) and min(last, whole) < COMPLETE:
            why = Why.INCOMPLETE
        drifted = state is not None and state.test == Moved.DRIFT and turn.moved is Moved.DRIFT
        return Signal(
            rule,
            topic,
            topic.id,
            why,
            rule.severity,
            start if turn.hours < DAY_HOURS else end - HOUR,
            turn.surprise,
            calm=turn.last < STILL * SURPRISE and last >= COMPLETE,
            quiet=turn.lately < STILL * SURPRISE and lately >= COMPLETE and not drifted,
            numbers=_numbers(topic, turn, start, end, whole),
            window=Window(topic.number, start, end, tone=int(Tone.NEGATIVE)),
        )


def _numbers(topic: Topic, turn: Turn, start: int, end: int, completeness: float) -> dict[str, Any]:
    return {
        "topic": topic.name,
        "part": "",
        "test": str(turn.moved),
        "seen": turn.negative,
        "expected": round(turn.expected, 1),
        "judged": turn.judged,
        "negative": round(turn.share, 3),
        "low": round(turn.low, 3),
        "high": round(turn.high, 3),
        "usual": round(turn.usual, 3),
        "usual_low": round(turn.usual_low, 3),
        "usual_high": round(turn.usual_high, 3),
        "probability": turn.chance,
        "needed": SURPRISE,
        "completeness": round(completeness, 3),
        "since": start,
        "until": end,
        "window": end - start,
        "learning": turn.moved is Moved.LEARNING,
        "compared": list(turn.sources),
    }


def _told_before(signal: Signal, state: State | None) -> Signal:
    """The signal, kept back where a day's share moved by hours that were told."""
    if signal.why is not Why.RAISED or signal.numbers["test"] != Moved.DRIFT or state is None or state.ended is None:
        return signal
    return replace(signal, why=Why.COOL_DOWN) if state.ended > signal.window.start else signal


def _checked(db: Connection, signal: Signal, learnt_from: int, states: States) -> Signal:
    """A turn that would be raised, with what it is compared with; kept back where something else makes it."""
    window, topic = signal.window, signal.topic
    if any(_tells_of(states.get(("burst", subject)), window) for subject in tellers(topic)):
        return replace(signal, why=Why.INHIBITED)
    if tone_counts.authors_within(db, window, LEAST_AUTHORS) < LEAST_AUTHORS:
        return replace(signal, why=Why.FLOOR)
    within = tone_counts.models_within(db, replace(window, tone=None))
    before = tone_counts.models_before(db, topic.number, learnt_from, window.start, COMPARED)
    if not is_same_judge(within, before):
        return replace(signal, why=Why.OTHER_MODEL)
    return replace(signal, numbers={**signal.numbers, **earlier_shares(db, window)})


def earlier_shares(db: Connection, window: Window) -> dict[str, Any]:
    """The share of negative in the same stretch of time yesterday and a week ago; None where nothing was judged."""
    shares = {}
    for name, ago in (("yesterday", DAY), ("last_week", 7 * DAY)):
        tones = tone_counts.minute_tones(db, window.topic, window.start - ago, window.end - ago)
        judged = sum(judged for _negative, judged in tones.values())
        shares[name] = round(sum(negative for negative, _judged in tones.values()) / judged, 3) if judged else None
    return shares


def tellers(topic: Topic) -> tuple[str, str]:
    """The subjects of bursts that tell of a topic's tone: all of it, and what is negative of it."""
    return topic.id, f"{topic.id}·tone:{int(Tone.NEGATIVE)}"


def _tells_of(burst: State | None, window: Window) -> bool:
    """Whether a burst is going on, or was in the time that the tone is told of."""
    return burst is not None and (burst.ended is None or burst.ended > window.start)


def is_same_judge(within: Counter[str], before: Counter[str]) -> bool:
    """Whether mostly the same models judged two groups of mentions; a group that is gone does not say."""
    if not within.total() or not before.total():
        return True
    models = within.keys() | before.keys()
    apart = sum(abs(within[model] / within.total() - before[model] / before.total()) for model in models) / 2
    return apart <= SAME_JUDGE
