"""The rules about keywords: every new mention of a topic that answers to a query is an alert, which gathers the next.

A mention is asked once, when it is new: what is edited or sorted later is not looked for again. Only reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from socialhub.alert_rules import Rule
from socialhub.alerts.latest import LatestNews
from socialhub.alerts.mention_rules import At, looked_back, signal_of_mentions, tells, unless_deaf
from socialhub.alerts.signals import Signal
from socialhub.alerts.watch import States
from socialhub.model import Topic
from socialhub.query import Node, matches, parse
from socialhub.store.connection import Connection
from socialhub.store.documents import documents_of
from socialhub.store.topics import active_topics


class KeywordRules:
    """Follows the rules about keywords. A watch.Watch."""

    kinds = ("keyword",)

    def __init__(self, latest: LatestNews, zone: tzinfo) -> None:
        self._latest, self._zone = latest, zone
        self._topics: list[Topic] = []
        self._trees: dict[str, Node] = {}
        self._answers: dict[tuple[str, int], dict[int, bool]] = {}

    def begin(self, db: Connection, now: int, seconds: float | None) -> None:
        """See Watch."""
        self._latest.begin(now)
        self._topics = active_topics(db)

    def look(self, db: Connection, rule: Rule, topic: Topic, states: States) -> Iterator[Signal]:
        """The mentions that answer. A mention of several topics is told of the first. Raises QueryError."""
        subject = f"{topic.id}·rule:{rule.id}"
        state, now = states.get((rule.kind, subject)), self._latest.now
        latest = self._latest.since(db, topic, looked_back(state, now))
        asked = [each for each in latest if tells(topic, each[1], rule, self._topics)]
        found = self._answering(db, rule, topic, asked, now)
        signal = signal_of_mentions(rule, topic, subject, found, state, now, numbers={"query": rule.query})
        yield unless_deaf(db, signal, found, self._latest)

    def _answering(self, db: Connection, rule: Rule, topic: Topic, asked: list[At], now: int) -> list[At]:
        before = self._answers.get((rule.id, topic.number), {})
        new = [row.mention for _at, row in asked if row.mention not in before]
        tree = self._tree(rule.query)
        answers = {mention: matches(tree, document, now, self._zone) for mention, document in documents_of(db, new)}
        known = {row.mention: before.get(row.mention) or answers.get(row.mention, False) for _at, row in asked}
        self._answers[rule.id, topic.number] = known
        return [each for each in asked if known[each[1].mention]]

    def _tree(self, query: str) -> Node:
        if query not in self._trees:
            self._trees[query] = parse(query)
        return self._trees[query]
