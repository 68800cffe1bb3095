"""The rules about ratings: the stars that an app, or whatever a source brings reviews of, is given fell. Only reads.

Each source of a topic is judged against its own past. A fall lasts until the last days are as usual again: what it was
given this week is no past yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp
from typing import Any, Final

from socialhub.alert_rules import Rule
from socialhub.alerts.listening import listened_share
from socialhub.alerts.signals import Signal, Why
from socialhub.alerts.standing import State, held_back
from socialhub.alerts.watch import States
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.detect.ratings import (
    ENOUGH_PAST,
    LEAST_FALL,
    NEEDED,
    NONE,
    SPANS,
    Fall,
    Stars,
    band,
    best_fall,
    fall_of,
)
from socialhub.detect.volume import COMPLETE
from socialhub.incidents import Severity
from socialhub.model import Topic
from socialhub.store.alert_facts import Window
from socialhub.store.connection import Connection
from socialhub.store.ratings import Rated, reviews, reviews_counted
from socialhub.store.volumes import heard, source_names

PAST: Final = 90 * DAY
"""So long before the last week tells what is usual."""
READ_EVERY: Final = 5 * MINUTE
STILL: Final = 0.5
"""The last days are as usual while they are less than half as surprising as an alert needs."""
GRAVE_FALL: Final = 1.0
"""A fall of so many stars is a warning."""


class RatingRules:
    """Follows the rules about ratings. `past`: for a backtest, which reads a day at once. A watch.Watch."""

    kinds = ("rating_drop",)

    def __init__(self, *, past: bool = False) -> None:
        self._ahead, self._learnt_every = (DAY, DAY) if past else (0, HOUR)
        self._now = self._read = self._learnt = 0
        self._usual: dict[tuple[int, int], Stars] = {}
        self._latest: dict[tuple[int, int], list[Rated]] = {}
        self._names: dict[int, str] = {}
        self._past = past
        self._deaf: frozenset[int] = frozenset()

    def begin(self, db: Connection, now: int, seconds: float | None) -> None:
        """See Watch. The last week is read every five minutes, what is usual every hour."""
        back, self._now = now < self._now, now
        if back or now >= self._learnt + self._learnt_every:
            self._learnt, self._usual = now, {}
            end = now - SPANS[-1]
            for each in reviews_counted(db, end - PAST, end):
                key = each.topic, each.source
                self._usual[key] = _with(self._usual.get(key, NONE), each.stars, each.reviews)
            self._names = source_names(db)
        if back or now >= self._read + (self._ahead or READ_EVERY):
            self._read, self._latest = now, {}
            self._deaf = self._not_heard(db, now)
            for each in reviews(db, now - SPANS[-1], now + self._ahead):
                self._latest.setdefault((each.topic, each.source), []).append(each)

    def _not_heard(self, db: Connection, now: int) -> frozenset[int]:
        """The sources of which too little of the last day was heard to call it as usual."""
        day = now - SPANS[0], now
        listening = {source: each.listening for source, each in heard(db, *day, unlooked=self._past).items()}
        return frozenset(source for source in self._names if listened_share({source: 1.0}, listening, *day) < COMPLETE)

    def look(self, db: Connection, rule: Rule, topic: Topic, states: States) -> Iterator[Signal]:
        """A signal for each source that brought a review of the topic this week, or has an open alert."""
        for source, name in sorted(self._names.items()):
            subject = f"{topic.id}·source:{name}"
            state = states.get((rule.kind, subject))
            given = self._latest.get((topic.number, source), ())
            if given or (state is not None and state.ended is None):
                windows = [(span, _stars(given, self._now - span, self._now)) for span in SPANS]
                past = self._usual.get((topic.number, source), NONE)
                yield held_back(self._judged(rule, topic, source, subject, windows, past, state), state)

    def _judged(
        self,
        rule: Rule,
        topic: Topic,
        source: int,
        subject: str,
        windows: list[tuple[int, Stars]],
        past: Stars,
        state: State | None,
    ) -> Signal:
        now, fall = self._now, best_fall(windows, past, rule.floor)
        # The week remembers for long what is over: only what the last days still show is raised, and lasts.
        lately = max(fall_of(stars, past, span).surprise for span, stars in windows[:-1])
        still = lately < STILL * NEEDED
        calm = still and (source not in self._deaf or not sum(windows[-1][1]))
        numbers = {"topic": topic.name, "source": self._names[source], **_numbers(rule, fall, past, now)}
        grave = fall.fall >= GRAVE_FALL
        return Signal(
            rule,
            topic,
            subject,
            _why(rule, fall, still=still),
            max(rule.severity, Severity.WARNING) if grave else rule.severity,
            now - fall.span,
            fall.surprise,
            calm,
            calm,
            numbers,
            Window(topic.number, now - fall.span, now, source=source),
        )


def _numbers(rule: Rule, fall: Fall, past: Stars, now: int) -> dict[str, Any]:
    low, high = band(max(1, fall.reviews), past)
    return {
        "part": "source",
        "test": rule.kind,
        "seen": fall.reviews,
        "expected": round(fall.usual, 2),
        "mean": round(fall.mean, 2),
        "usual": round(fall.usual, 2),
        "low": round(low, 2),
        "high": round(high, 2),
        "probability": exp(-fall.surprise),
        "past": fall.past,
        "floor": rule.floor,
        "needed": NEEDED,
        "completeness": 1.0,
        "since": now - fall.span,
        "until": now,
        "window": fall.span,
        "learning": fall.past < ENOUGH_PAST,
    }


def _why(rule: Rule, fall: Fall, *, still: bool) -> Why:
    if fall.past < ENOUGH_PAST:
        return Why.LEARNING
    if fall.reviews < rule.floor:
        return Why.FLOOR
    return Why.RAISED if fall.surprise >= NEEDED and fall.fall >= LEAST_FALL and not still else Why.USUAL


def _with(stars: Stars, star: int, reviews: int) -> Stars:
    one, two, three, four, five = (number + reviews * (place == star) for place, number in enumerate(stars, 1))
    return one, two, three, four, five


def _stars(given: list[Rated] | tuple[()], start: int, end: int) -> Stars:
    stars = NONE
    for each in given:
        if start <= each.published < end:
            stars = _with(stars, each.stars, 1)
    return stars
