"""The rules about the press: it takes up what people have been saying on social networks. Only reads.

An article is judged once, when it is news: whether enough people used its words before the first article that did.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from socialhub.alert_rules import Rule
from socialhub.alerts.latest import LatestNews
from socialhub.alerts.mention_rules import At, looked_back, signal_of_mentions, tells, unless_deaf
from socialhub.alerts.signals import Signal
from socialhub.alerts.watch import States
from socialhub.detect.echo import BEFORE, WAVE, Echo, Post, echo_of, words_among, words_of
from socialhub.model import Kind, Topic
from socialhub.store import press
from socialhub.store.connection import Connection
from socialhub.store.news import News
from socialhub.store.press import Written
from socialhub.store.topics import active_topics
from socialhub.text import tokenise


class PickUpRules:
    """Follows the rules about the press. A watch.Watch."""

    kinds = ("pick_up",)

    def __init__(self, latest: LatestNews) -> None:
        self._latest = latest
        self._topics: list[Topic] = []
        self._judged: dict[tuple[str, int], dict[int, Echo | None]] = {}

    def begin(self, db: Connection, now: int, seconds: float | None) -> None:
        """See Watch."""
        self._latest.begin(now)
        self._topics = active_topics(db)

    def look(self, db: Connection, rule: Rule, topic: Topic, states: States) -> Iterator[Signal]:
        """The articles that take something up, in one alert about the topic."""
        state, now = states.get((rule.kind, topic.id)), self._latest.now
        latest = self._latest.since(db, topic, looked_back(state, now))
        asked = [each for each in latest if each[1].kind == Kind.ARTICLE and tells(topic, each[1], rule, self._topics)]
        before = self._judged.get((rule.id, topic.number), {})
        judged = {row.mention: before[row.mention] for _at, row in asked if row.mention in before}
        for _at, row in asked:
            if row.mention not in judged:
                judged[row.mention] = _judge(db, rule, topic, row)
        self._judged[rule.id, topic.number] = judged
        found = [each for each in asked if judged[each[1].mention] is not None]
        told = _told(found, judged)
        signal = signal_of_mentions(rule, topic, topic.id, found, state, now, floor=1, numbers=told)
        yield unless_deaf(db, signal, found, self._latest)


def _judge(db: Connection, rule: Rule, topic: Topic, row: News) -> Echo | None:
    """What an article takes up; None where it is none of the press, or takes nothing up."""
    if not press.is_of_press(db, row.mention):
        return None
    start = row.published - WAVE - BEFORE
    articles = press.articles(db, topic.number, start, row.published + 1)
    article = next((each for each in articles if each.mention == row.mention), None)
    if article is None:
        return None
    own = frozenset(word.lstrip("#") for word in tokenise(f"{topic.name} {topic.query}"))
    taken = Post(article.published, words_of(article.text, article.lang, own))
    said = press.posts(db, topic.number, start, row.published)
    return echo_of(taken, _alike(articles, taken.words), _alike(said, taken.words), rule.floor)


def _alike(told: list[Written], words: frozenset[str]) -> list[Post]:
    """What was written, with those of the words that it has: an echo asks for no others."""
    return [Post(each.published, words_among(each.text, each.lang, words)) for each in told]


def _told(found: list[At], judged: dict[int, Echo | None]) -> dict[str, Any]:
    """Who was first, how many outlets, after how long, and what it is about."""
    by_time = sorted((row for _at, row in found), key=lambda row: (row.published, row.mention))
    if not by_time or (echo := judged[by_time[0].mention]) is None:
        return {}
    return {
        "outlet": by_time[0].site or by_time[0].name,
        "outlets": len({row.site or row.name for row in by_time}),
        "posts": echo.posts,
        "began": echo.began,
        "delay": echo.taken_up - echo.began,
        "words": list(echo.words),
    }
