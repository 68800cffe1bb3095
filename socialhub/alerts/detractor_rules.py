"""The rules about detractors: who speaks badly of a topic and is heard, watched, or has complained before. Only reads.

There is an alert for each author, which gathers what they say. Judged are mentions whose tone is sure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from socialhub.alert_rules import Rule
from socialhub.alerts.latest import LatestNews
from socialhub.alerts.mention_rules import RECENT, At, looked_back, signal_of_mentions, tells, unless_deaf
from socialhub.alerts.signals import Signal, Why
from socialhub.alerts.standing import State
from socialhub.alerts.watch import States
from socialhub.clock import DAY
from socialhub.incidents import Severity
from socialhub.model import Kind, Tone, Topic
from socialhub.records import dataclass
from socialhub.store.connection import Connection
from socialhub.store.critics import complaints, watched_as
from socialhub.store.news import News
from socialhub.store.topics import active_topics

LISTS: Final = ("press", "institution", "partner", "influencer")
"""Kinds of watchlists whose people are told of from a fifth (LISTED) of the reach on."""
LISTED: Final = 0.2
OURS: Final = ("employee",)
"""Who stands on such a list is no detractor: our own accounts, and who works for us."""
IN_PERSON: Final = (Kind.POST, Kind.REPLY, Kind.QUOTE)
"""What somebody says before those who follow them; an article is the voice of its outlet."""
LOUD: Final = 10
"""Who reaches so many times what a rule asks for is a warning."""
LATELY: Final = 30 * DAY
AGAIN: Final = 5
"""Who was negative so often before yesterday, unanswered, complains again: one bad day makes many angry."""
MOST_TOLD: Final = 10
"""So many authors of a topic have an open alert at most; the others are told with them."""


@dataclass(frozen=True, slots=True)
class _Critic:
    """Why an author is told of: `told` are the numbers of it; `reach` people, 0 where that is not known."""

    reach: int
    told: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Past:
    """What an author complained of before: how often, how many of them are unanswered, and before yesterday."""

    before: int
    waiting: int
    older: int


class DetractorRules:
    """Follows the rules about detractors. A watch.Watch."""

    kinds = ("detractor",)

    def __init__(self, latest: LatestNews) -> None:
        self._latest = latest
        self._topics: list[Topic] = []
        self._judged: dict[tuple[str, int], dict[int, _Critic | None]] = {}
        self._pasts: dict[tuple[str, str], _Past] = {}

    def begin(self, db: Connection, now: int, seconds: float | None) -> None:
        """See Watch."""
        self._latest.begin(now)
        self._topics = active_topics(db)
        self._pasts.clear()

    def look(self, db: Connection, rule: Rule, topic: Topic, states: States) -> Iterator[Signal]:
        """A signal for each author who has, or had, an alert, or is one; one for the topic where there is none."""
        now = self._latest.now
        known = {subject: state for (kind, subject), state in states.items() if kind == rule.kind}
        since = min((looked_back(state, now) for state in known.values()), default=now - RECENT)
        said = self._said(db, rule, topic, since)
        critics = self._critics(db, rule, topic, said)
        open_now = sum(state is not None and state.ended is None for state in known.values())
        for subject in {**known, **critics}:
            mine = [each for each in said.get(subject, ()) if each[0] >= looked_back(known.get(subject), now)]
            signal = self._signal(db, rule, topic, subject, mine, known.get(subject), critics.get(subject))
            if signal.why is Why.RAISED and not _is_open(known.get(subject)):
                open_now += 1
                signal = signal if open_now <= MOST_TOLD else replace(signal, why=Why.INHIBITED)
            yield signal
        if not known and not critics:
            yield signal_of_mentions(rule, topic, topic.id, (), None, now, numbers={})

    def _said(self, db: Connection, rule: Rule, topic: Topic, since: int) -> dict[str, list[At]]:
        """What is negative since then, by subject."""
        said: dict[str, list[At]] = {}
        for at, row in self._latest.since(db, topic, since):
            if row.tone == Tone.NEGATIVE and row.kind in IN_PERSON and tells(topic, row, rule, self._topics):
                said.setdefault(f"{topic.id}·author:{row.author}", []).append((at, row))
        return said

    def _critics(self, db: Connection, rule: Rule, topic: Topic, said: dict[str, list[At]]) -> dict[str, _Critic]:
        """Who is to be told of for what they said in the last hour, those with most reach first."""
        before = self._judged.get((rule.id, topic.number), {})
        judged: dict[int, _Critic | None] = {}
        found: dict[str, _Critic] = {}
        for subject, mentions in said.items():
            for row in (row for at, row in mentions if at >= self._latest.now - RECENT):
                known = row.mention in before
                critic = judged[row.mention] = before[row.mention] if known else self._judge(db, rule, row)
                if critic is not None:
                    found[subject] = max(found.get(subject, critic), critic, key=lambda each: each.reach)
        self._judged[rule.id, topic.number] = judged
        return dict(sorted(found.items(), key=lambda each: -each[1].reach))

    def _judge(self, db: Connection, rule: Rule, row: News) -> _Critic | None:
        """Whether the author of a mention is told of: the list they stand on, their reach, what they said before."""
        if watched_as(db, row.mention, OURS) is not None:
            return None
        reach = row.people or 0
        watched = watched_as(db, row.mention, LISTS)
        past = self._past(db, rule, row)
        needed = rule.reach * (LISTED if watched is not None else 1)
        if not (rule.reach and reach >= needed) and past.older < AGAIN:
            return None
        told: dict[str, Any] = {"author": row.author, "name": row.name, "before": past.before}
        told["before_unanswered"] = past.waiting
        if reach:
            told["reach"] = reach
        if watched is not None:
            told |= {"name": watched[0], "list": watched[1]}
        return _Critic(reach, told)

    def _past(self, db: Connection, rule: Rule, row: News) -> _Past:
        """Asked once a look: an account that speaks all the time would have its past read for every word."""
        past = self._pasts.get((rule.id, row.author))
        if past is None:
            topics = [each.number for each in self._topics if rule.watches(each.id, each.kind)]
            start, end = row.published - LATELY, row.published
            before, waiting = complaints(db, row, topics, start, end)
            older = complaints(db, row, topics, start, end - DAY)[1] if waiting >= AGAIN else 0
            past = self._pasts[rule.id, row.author] = _Past(before, waiting, older)
        return past

    def _signal(
        self,
        db: Connection,
        rule: Rule,
        topic: Topic,
        subject: str,
        mentions: list[At],
        state: State | None,
        critic: _Critic | None,
    ) -> Signal:
        loud = critic is not None and bool(rule.reach) and critic.reach >= LOUD * rule.reach
        severity = max(rule.severity, Severity.WARNING) if loud else rule.severity
        found = mentions if critic or _is_open(state) else []
        now, told = self._latest.now, critic.told if critic else {}
        signal = signal_of_mentions(rule, topic, subject, found, state, now, severity=severity, numbers=told)
        return unless_deaf(db, signal, found, self._latest)


def _is_open(state: State | None) -> bool:
    return state is not None and state.ended is None
