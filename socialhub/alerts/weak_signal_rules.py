"""The rule about weak signals: terms that more and more people use on a topic, before there are many mentions of it.

Looks at a topic every few minutes; what it has read of the latest hours it keeps. Only reads.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from socialhub.alert_rules import PlannedEvent, Rule
from socialhub.alerts.listening import listened_share
from socialhub.alerts.signals import Signal, Why
from socialhub.alerts.standing import State, cooled_down, grew, held_back
from socialhub.alerts.topic_words import PastReader, Telling, examples, words_of
from socialhub.alerts.watch import States
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.detect.rising import (
    LINK_FLOOR,
    NEEDED,
    Group,
    Lately,
    Risen,
    Verdict,
    candidates,
    chance_of,
    groups_of,
    is_link,
    judge,
    own_words,
    rising_of,
)
from socialhub.detect.volume import COMPLETE
from socialhub.model import Tone, Topic
from socialhub.records import dataclass
from socialhub.store import news, volumes, wordings
from socialhub.store.alert_facts import Window
from socialhub.store.connection import Connection
from socialhub.store.topics import active_topics
from socialhub.volumes import Listening

LOOKED_BACK: Final = 6 * HOUR
MOST_LATEST: Final = 2_000
"""So many of the latest mentions of LOOKED_BACK are looked at: a busy topic is looked at more shortly."""
MOST_ARRIVED: Final = 10_000
"""Among so many that arrived last they are looked for: an import of old mentions pushes few aside."""
LOOK_EVERY: Final = 5 * MINUTE
PAST_LOOK_EVERY: Final = 15 * MINUTE
"""A backtest has many days to look at."""
QUIET: Final = HOUR
"""A signal that nobody has added to for so long is over."""
MOST_ASKED: Final = 20
"""So many of the terms that look as if they rose are held against the whole past."""
NEW_SOURCE: Final = 2 * DAY
"""A source that was first heard so lately brings words of its own: it is left out while others are known better."""
LEARNING_FLOOR: Final = 2
"""So many times as many people it takes while the past is short."""
SHOWN: Final = 3
"""So many signals are told of that are no alert."""
NAMED: Final = 200
"""So many of its mentions are named."""
BRANDS: Final = ("brand", "competitor")
_TELLERS: Final = ("burst", "moment")
_WHY: Final = {
    Verdict.RISES: Why.RAISED,
    Verdict.USUAL: Why.USUAL,
    Verdict.RECURS: Why.RECURS,
    Verdict.ROOM: Why.EVERYBODY,
}


@dataclass(frozen=True, slots=True)
class _Look:
    """One look: the rule's topic, what the texts since `start` (ms UTC) are held against, how many terms were tried."""

    rule: Rule
    topic: Topic
    start: int
    telling: Telling
    tried: int
    listened: float


class WeakSignalRules:
    """Follows the rules about weak signals. A watch.Watch."""

    kinds = ("weak_signal",)

    def __init__(self, planned: Sequence[PlannedEvent], *, past: bool, back: bool) -> None:
        self._planned, self._back = planned, back
        self._every = PAST_LOOK_EVERY if past else LOOK_EVERY
        self._now = 0
        self._seconds: float | None = None
        self._latest: dict[int, Lately] = {}
        self._looked: dict[int, int] = {}
        self._pasts = PastReader(LOOKED_BACK)
        self._listening: dict[int, Listening] = {}
        self._since: dict[int, int] = {}
        self._brands: tuple[str, ...] = ()
        self._examples: dict[str, dict[str, object]] = {}

    def begin(self, db: Connection, now: int, seconds: float | None) -> None:
        """See Watch."""
        if now < self._now:
            self._latest.clear()
            self._looked.clear()
            self._pasts.forget()
        self._now, self._seconds = now, seconds
        self._listening.clear()

    def look(self, db: Connection, rule: Rule, topic: Topic, states: States) -> Iterator[Signal]:
        """A signal for each group of terms that rose, and for the strongest others; one for the topic without any.

        Nothing between two looks, and while there is no time to learn.
        """
        if self._now - self._looked.get(topic.number, -self._every) < self._every:
            return
        lasting = _lasting(rule, topic, states)
        if _is_told(topic, states):
            self._looked[topic.number] = self._now
            for subject in lasting.values() or (topic.id,):
                yield self._nothing(rule, topic, subject, Why.INHIBITED)
            return
        telling = self._telling(db, topic)
        if telling is None:
            return
        self._looked[topic.number] = self._now
        self._listen(db)
        groups, look = self._groups(db, rule, topic, telling, states)
        yield from self._signals(db, look, groups, states, lasting)

    def _signals(
        self, db: Connection, look: _Look, groups: Sequence[Group], states: States, lasting: dict[str, str]
    ) -> Iterator[Signal]:
        rule, topic, shown = look.rule, look.topic, 0
        for group in groups:
            signal = self._signal(look, group)
            state = states.get(signal.key)
            signal = held_back(cooled_down(signal, state, self._now), state)
            shown += signal.why is not Why.RAISED
            if signal.why is Why.RAISED or shown <= SHOWN or group.name in lasting:
                yield self._told(db, signal, group, state) if signal.why is Why.RAISED else signal
        names = {group.name for group in groups}
        for name, subject in lasting.items():
            if name not in names:
                yield self._nothing(rule, topic, subject, _usual(look), look.listened)
        if not groups and not lasting:
            why = _usual(look) if look.telling.comparable else Why.LEARNING
            yield self._nothing(rule, topic, topic.id, why, look.listened)

    def _telling(self, db: Connection, topic: Topic) -> Telling | None:
        """What is known of a topic's past, read now where it is not and there is time."""
        started = time.monotonic()
        if not self._pasts.knows(topic, self._now) and self._seconds is not None and self._seconds <= 0:
            return self._pasts.last(topic)
        telling = self._pasts.of(db, topic, self._now)
        if self._seconds is not None:
            self._seconds -= time.monotonic() - started
        return telling

    def _listen(self, db: Connection) -> None:
        if not self._listening:
            spans = volumes.heard(db, self._now - LOOKED_BACK, self._now)
            self._listening = {source: each.listening for source, each in spans.items()}
            self._since = {source: each.since for source, each in spans.items()}
            self._brands = tuple(each.name for each in active_topics(db) if each.kind in BRANDS)

    def _groups(
        self, db: Connection, rule: Rule, topic: Topic, telling: Telling, states: States
    ) -> tuple[list[Group], _Look]:
        """The groups of terms that may rise, and the look that they were found in."""
        start = self._start(topic, states)
        lately = self._read(db, topic, start)
        if len(lately.texts) == MOST_LATEST:
            start = min(text.published for text in lately.texts.values())
        said = Counter(text.source for text in lately.texts.values())
        listened = listened_share(said or dict.fromkeys(self._listening, 1.0), self._listening, start, self._now)
        if not telling.comparable:
            return [], _Look(rule, topic, start, telling, 0, listened)
        events = [each.name for each in self._planned if each.concerns(topic.id) and each.overlaps(start, self._now)]
        own = own_words(f"{topic.name} {topic.query}", [*self._brands, *events], telling.past)
        found, tried = candidates(lately, telling.past, own, MOST_ASKED)
        risen = [judge(each, len(lately.texts), telling.known(db, each.term, start, self._now)) for each in found]
        rising, others = rising_of(risen)
        names = _names(rule, topic, states)
        return [*groups_of(rising, names), *groups_of(others, names)], _Look(
            rule, topic, start, telling, tried, listened
        )

    def _start(self, topic: Topic, states: States) -> int:
        """From when on texts are looked at: what a burst told of that is over is no signal any more."""
        ended = [
            state.ended
            for kind in _TELLERS
            for subject in _subjects(topic)
            if (state := states.get((kind, subject))) is not None and state.ended is not None
        ]
        return min(self._now - QUIET, max([self._now - LOOKED_BACK, *ended]))

    def _read(self, db: Connection, topic: Topic, start: int) -> Lately:
        """The texts of a topic since `start`, those that are new read now."""
        if self._back:
            mentions = wordings.published_in(db, topic.number, start, self._now, MOST_LATEST)
        else:
            mentions = wordings.latest(db, topic.number, news.newest_before(db, start), MOST_ARRIVED)
        lately = self._latest.setdefault(topic.number, Lately())
        known = {source for source, since in self._since.items() if since < self._now - NEW_SOURCE}
        rows = wordings.wordings(db, lately.missing(mentions), start, self._now, MOST_LATEST)
        lately.add(words_of(row for row in rows if not known or row.source in known))
        lately.keep(mentions, start, MOST_LATEST)
        return lately

    def _signal(self, look: _Look, group: Group) -> Signal:
        now, leader, texts = self._now, group.risen[0], group.texts
        why = _WHY[leader.verdict]
        learning = not look.telling.settled
        floor = look.rule.floor * (LEARNING_FLOOR if learning else 1)
        if all(is_link(each.candidate.term) for each in group.risen):
            floor *= LINK_FLOOR
        if why is Why.RAISED and leader.candidate.people < floor:
            why = Why.FLOOR
        named = tuple(sorted(text.mention for text in texts))[-NAMED:]
        gone = leader.verdict is not Verdict.RISES or now - texts[-1].published >= QUIET
        calm = gone and look.listened >= COMPLETE
        started = texts[0].published
        numbers = {
            **_numbers(look, leader, now),
            "part": "word",
            "floor": floor,
            "posts": len(texts),
            "terms": [each.candidate.term for each in group.risen],
            "since": started,
            "window": max(MINUTE, texts[-1].published - started),
            "learning": learning,
            "planned": next((each.name for each in self._planned if each.covers(look.topic.id, now)), ""),
            "mentions": list(named),
        }
        window = Window(look.topic.number, started, now, only=named)
        subject = f"{look.topic.id}·word:{group.name}"
        return Signal(
            look.rule, look.topic, subject, why, look.rule.severity, started, leader.score, calm, calm, numbers, window
        )

    def _told(self, db: Connection, signal: Signal, group: Group, state: State | None) -> Signal:
        """A signal that is raised with how it is written and examples, read anew when it grew."""
        if state is None or state.ended is not None or grew(signal, state) or signal.subject not in self._examples:
            self._examples[signal.subject] = dict(examples(db, group))
        return replace(signal, numbers={**signal.numbers, **self._examples[signal.subject]})

    def _nothing(self, rule: Rule, topic: Topic, subject: str, why: Why, listened: float = 1.0) -> Signal:
        """Nothing rises (any more), or something else tells of it."""
        self._examples.pop(subject, None)
        calm, start = why is not Why.INHIBITED and listened >= COMPLETE, self._now - LOOKED_BACK
        numbers = {
            **dict.fromkeys(("seen", "posts", "yesterday", "last_week"), 0),
            "topic": topic.name,
            "part": "",
            "test": rule.kind,
            "expected": 0.0,
            "needed": NEEDED,
            "probability": 1.0,
            "completeness": round(listened, 3),
            "since": start,
            "until": self._now,
            "window": LOOKED_BACK,
            "learning": why is Why.LEARNING,
        }
        window = Window(topic.number, start, self._now)
        return Signal(rule, topic, subject, why, rule.severity, self._now, 0.0, calm, calm, numbers, window)


def _numbers(look: _Look, leader: Risen, now: int) -> dict[str, object]:
    """The five numbers of an alert, of the term that rose most."""
    days = look.telling.days_of(leader.candidate.term)
    return {
        "topic": look.topic.name,
        "test": look.rule.kind,
        "seen": leader.candidate.people,
        "expected": round(leader.expected, 1),
        "needed": NEEDED,
        "probability": chance_of(leader.score, look.tried),
        "yesterday": days.get(1, 0),
        "last_week": days.get(7, 0),
        "known_days": look.telling.days,
        "completeness": round(look.listened, 3),
        "until": now,
    }


def _usual(look: _Look) -> Why:
    return Why.USUAL if look.listened >= COMPLETE else Why.INCOMPLETE


def _subjects(topic: Topic) -> tuple[str, str]:
    """The subjects of bursts that tell of a topic's words: all of it, and what is negative of it."""
    return topic.id, f"{topic.id}·tone:{int(Tone.NEGATIVE)}"


def _is_told(topic: Topic, states: States) -> bool:
    """Whether a burst of the topic is going on: it tells its words."""
    last = (states.get((kind, subject)) for kind in _TELLERS for subject in _subjects(topic))
    return any(state is not None and state.ended is None for state in last)


def _lasting(rule: Rule, topic: Topic, states: States) -> dict[str, str]:
    """The subjects of the topic's open alerts of this kind, by the term that names them."""
    return {
        subject.removeprefix(f"{topic.id}·word:"): subject
        for (kind, subject), state in states.items()
        if kind == rule.kind and state is not None and state.ended is None
    }


def _names(rule: Rule, topic: Topic, states: States) -> list[str]:
    """The terms that name alerts of the topic that are open, or not long over: what has one of them is the same."""
    known = [(subject, state) for (kind, subject), state in states.items() if kind == rule.kind and state is not None]
    known.sort(key=lambda each: each[1].ended is not None)
    return [subject.removeprefix(f"{topic.id}·word:") for subject, _state in known]
