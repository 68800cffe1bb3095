"""What the words of a topic are held against: a sample of its past, and the whole past of single terms. Only reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any, Final

from socialhub.clock import DAY, HOUR, floor_hour
from socialhub.detect.interests import as_written
from socialhub.detect.rising import ENOUGH_PAST, Group, Known, Past, Text, is_link, past_of, said_once, words_in
from socialhub.model import Topic
from socialhub.records import dataclass
from socialhub.store import wordings
from socialhub.store.alert_facts import Window, counted
from socialhub.store.connection import Connection
from socialhub.store.schema import ALL_TOPICS
from socialhub.store.voices import first_arrival_since
from socialhub.store.wordings import Wording

PAST: Final = 28 * DAY
SAMPLED: Final = 1_000
"""So many texts of the past tell which terms are usual."""
SETTLED: Final = 7 * DAY
"""A shorter past knows not all days of the week."""
STRAY: Final = 20
"""One in so many texts may be older than the others: a few old posts make no long past."""
RELEARN: Final = DAY
RELEARN_SHORT: Final = 6 * HOUR
"""A short past is read anew so often."""
DAYS_BEFORE: Final = (1, 2, 3, 7, 14, 21, 28)
"""The same hours so many days before are asked what returns."""
WORDS: Final = 6
EXAMPLES: Final = 3
_MOST_IDS: Final = 1_000_000


@dataclass(slots=True)
class Telling:
    """What is known of a topic as of `learnt` (ms UTC): the past from `start` on has about `texts` texts.

    Nearly all of them were published from `since` on; what did not arrive after mention `above` is older than the past.
    """

    topic: int
    learnt: int
    start: int
    since: int
    texts: int
    above: int
    past: Past
    _days: dict[str, dict[int, int]] = field(default_factory=dict)
    _totals: dict[tuple[int, int, int], int] = field(default_factory=dict)
    _asked: tuple[int, int] = (0, 0)

    @property
    def comparable(self) -> bool:
        """Whether there is a past to be compared with."""
        return self.past.texts >= ENOUGH_PAST

    @property
    def days(self) -> int:
        """How many days the past has."""
        return max(0, self.learnt - self.since) // DAY

    @property
    def settled(self) -> bool:
        """Whether the past is long enough to know all days of the week."""
        return self.learnt - self.since >= SETTLED

    def known(self, db: Connection, term: str, start: int, end: int) -> Known:
        """What is known of a term beside the sample, for texts of [start, end). Links are in no index."""
        if is_link(term):
            return Known(self.past.counts.get(term, 0), self.past.texts, 0, (), (0, 0))
        found = wordings.occurrences(db, self.topic, term, self.above, self.start, end)
        ours = [published for published, on_topic in found if on_topic]
        others = sum(published >= start and not on_topic for published, on_topic in found)
        if self._asked != (start, end):
            self._asked = start, end
            self._totals.clear()
        totals = {ago: self._total(db, start - ago * DAY, end - ago * DAY, self.topic) for ago in DAYS_BEFORE}
        hits = {ago: sum(start - ago * DAY <= each < end - ago * DAY for each in ours) for ago in DAYS_BEFORE}
        self._days[term] = hits
        here, room = (self._total(db, start, end, topic) for topic in (self.topic, ALL_TOPICS))
        before = sum(each < start for each in ours)
        days = tuple((hits[ago], totals[ago]) for ago in DAYS_BEFORE)
        return Known(before, self.texts, here, days, (others, max(0, room - here)))

    def days_of(self, term: str) -> Mapping[int, int]:
        """How often a term that was asked for was said in the same hours so many days before."""
        return self._days.get(term, {})

    def _total(self, db: Connection, start: int, end: int, topic: int) -> int:
        if (start, end, topic) not in self._totals:
            self._totals[start, end, topic] = counted(db, Window(topic, start, end))
        return self._totals[start, end, topic]


class PastReader:
    """Reads the pasts of topics and keeps them for a day. `latest` (ms) before now are no past."""

    def __init__(self, latest: int) -> None:
        self._latest = latest
        self._known: dict[int, Telling] = {}

    def forget(self) -> None:
        """All is read anew."""
        self._known.clear()

    def knows(self, topic: Topic, now: int) -> bool:
        """Whether the past of a topic is known and fresh (ms UTC)."""
        known = self._known.get(topic.number)
        return known is not None and now - known.learnt < (RELEARN if known.settled else RELEARN_SHORT)

    def last(self, topic: Topic) -> Telling | None:
        """What is known of a topic, however old."""
        return self._known.get(topic.number)

    def of(self, db: Connection, topic: Topic, now: int) -> Telling:
        """What is known of a topic, read now where that is not fresh."""
        if not self.knows(topic, now):
            self._known[topic.number] = self._learn(db, topic, now)
        return self._known[topic.number]

    def _learn(self, db: Connection, topic: Topic, now: int) -> Telling:
        start, end = floor_hour(now) - PAST, now - self._latest
        above = first_arrival_since(db, start) - 1
        mentions = wordings.latest(db, topic.number, above, _MOST_IDS)
        step = -(-len(mentions) // SAMPLED) or 1
        sampled = wordings.wordings(db, mentions[::step])
        before = [each for each in sampled if start <= each.published < end]
        past = past_of((each.story, words_in(each.text, each.lang, each.links)) for each in before)
        texts = round(len(mentions) * len(before) / len(sampled)) if sampled else 0
        moments = sorted(each.published for each in before)
        since = moments[len(moments) // STRAY] if moments else now
        return Telling(topic.number, now, start, since, texts, above, past)


def words_of(rows: Iterable[Wording]) -> Iterator[Text]:
    """Stored mentions as their terms; what nobody signs is somebody's each time."""
    for row in rows:
        terms = words_in(row.text, row.lang, row.links)
        yield Text(row.mention, row.published, row.source, row.story, row.author or f"#{row.mention}", terms)


def examples(db: Connection, group: Group) -> Iterator[tuple[str, Any]]:
    """How the terms of a group are written, and what the first authors said with them, [mention, text] each."""
    firsts: dict[str, int] = {}
    for text in group.texts:
        firsts.setdefault(text.author, text.mention)
    rows = {row.mention: row for row in wordings.wordings(db, list(firsts.values()))}
    said = [rows[mention] for mention in firsts.values() if mention in rows]
    terms = said_once(group, WORDS)
    yield "words", [term if is_link(term) else as_written(term, [row.text for row in said]) for term in terms]
    yield "examples", [[row.mention, row.text] for row in said[:EXAMPLES]]
