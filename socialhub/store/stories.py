"""The stories as they are stored: `mentions.story` is the id of a story's first mention, the oldest that is left.

In a topic another may be the first: the story's own may belong to other topics only (a topic may ask for a source, an
author, a date).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from socialhub.store.connection import Connection
from socialhub.store.counts import CountDelta
from socialhub.store.marks import touch
from socialhub.store.schema import ALL_TOPICS
from socialhub.store.tones import bucket_of

MOST_RECALLED: Final = 20_000
"""Mentions of the past that are read at the start of a collector: a day of a busy room, under a second."""


def first_in_topic(db: Connection, topic: int, story: int) -> int | None:
    """The oldest mention of a story (the id of its first mention) in a topic; None when the topic holds none of it."""
    if db.execute("SELECT 1 FROM mention_topics WHERE topic = ? AND mention = ?", (topic, story)).fetchone():
        return story
    row = db.execute(
        "SELECT m.id FROM mentions m CROSS JOIN mention_topics t ON t.topic = ? AND t.mention = m.id"
        " WHERE m.story = ? AND m.story <> m.id ORDER BY m.id LIMIT 1",
        (topic, story),
    ).fetchone()
    return int(row[0]) if row else None


# ---- when firsts are erased --------------------------------------------------------------------------------------


def hand_on(
    db: Connection, stories: Iterable[int], topics: Iterable[tuple[int, int]], delta: CountDelta
) -> dict[int, int]:
    """The firsts of these stories, and of these (topic, story) pairs, are gone: the next oldest take their places.

    Returns the new ids of the stories by their old ones; 0 for a story of which nothing is left.
    """
    moved = {}
    for story in stories:
        (heir,) = db.execute("SELECT min(id) FROM mentions WHERE story = ? AND story <> id", (story,)).fetchone()
        moved[story] = heir or 0
        if heir is not None:
            db.execute("UPDATE mentions SET story = ? WHERE story = ? AND story <> id", (heir, story))
            delta.add(ALL_TOPICS, *_counted_as(db, heir), 0, 1)
            touch(db, [heir])
    for topic, story in topics:
        first = first_in_topic(db, topic, moved.get(story, story))
        if first is not None and _becomes_first(db, topic, first):
            delta.add(topic, *_counted_as(db, first, topic), 0, 1)
    return moved


def _becomes_first(db: Connection, topic: int, mention: int) -> bool:
    changed = db.execute(
        "UPDATE mention_topics SET first_of_story = 1 WHERE topic = ? AND mention = ? AND first_of_story = 0",
        (topic, mention),
    ).rowcount
    return changed > 0


def _counted_as(db: Connection, mention: int, topic: int = ALL_TOPICS) -> tuple[int, int, int]:
    """When it was published, its source and the tone under which it is counted in a topic."""
    published, source, tone, confidence, *label = db.execute(
        "SELECT m.published, m.source, m.tone, m.confidence, t.tone, t.confidence FROM mentions m"
        " LEFT JOIN mention_topics t ON t.mention = m.id AND t.topic = ? WHERE m.id = ?",
        (topic, mention),
    ).fetchone()
    return published, source, bucket_of(tone, confidence) if topic == ALL_TOPICS else bucket_of(*label)


# ---- what a restart forgot ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PastTelling:
    """A stored mention as far as stories need it.

    `matched` is 1 for one that belongs to a topic; `places` are codes of the gazetteer, joined by blanks.
    """

    story: int
    title: str
    text: str
    exact_key: int
    kind: str
    published: int
    site: str
    author: str
    source: str
    matched: int
    places: str


def recent_tellings(db: Connection, since: int, limit: int = MOST_RECALLED) -> list[PastTelling]:
    """What was published from `since` on (ms), the newest `limit` of it, in order of arrival; tombstones apart."""
    rows = db.execute(
        "SELECT m.id, m.story, m.title, m.text, m.exact_key, m.kind, m.published, m.site, m.author, s.name,"
        " EXISTS (SELECT 1 FROM mention_topics WHERE mention = m.id),"
        " ifnull((SELECT group_concat(place, ' ') FROM mention_places WHERE mention = m.id), '')"
        " FROM mentions m JOIN sources s ON s.id = m.source WHERE m.published >= ? AND m.tombstone = ''"
        " AND (m.title <> '' OR m.text <> '') ORDER BY m.published DESC LIMIT ?",
        (since, limit),
    ).fetchall()
    return [PastTelling(*row[1:]) for row in sorted(rows)]
