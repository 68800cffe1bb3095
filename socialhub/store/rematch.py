"""The past matched again: which stored mentions belong to a topic whose query is new or changed. One job a topic.

A chunk first reads (no lock is held: whoever works on jobs is the only writer of mentions), then writes what changed
with its counts, stories and revisions in one transaction. The index of words says where to look, the live matcher's
own code decides. Mentions that were taken back keep the topics they had: their words are gone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import lru_cache
from typing import Any, Final

from socialhub.query import Node, matches, parse, to_sql
from socialhub.query.tree import Field, leaves
from socialhub.store import jobs
from socialhub.store.connection import Connection, next_revs
from socialhub.store.counts import CountDelta
from socialhub.store.documents import documents
from socialhub.store.jobs import Job
from socialhub.store.labels import FIXED
from socialhub.store.places import places_of
from socialhub.store.rematch_jobs import ask_rematch
from socialhub.store.stories import first_in_topic
from socialhub.store.tones import bucket_of

MOST: Final = 1_500
"""Mentions looked at, and changed, in one chunk: 30 ms to judge them, as much again when all of them change."""
LEAST: Final = 50
STRETCH: Final = 100_000
"""Ids that one chunk may cover when few of their mentions hold the words: some 40 ms of the index at worst."""
IN_TIME: Final = 0.08
"""Seconds of judging after which a chunk ends early: patterns may be slow."""
_LONGEST_GAP: Final = 5.0
"""Seconds between two chunks beyond which nobody was working."""

_TOO_LONG: Final = 0.12
_SHORT: Final = 0.05
"""Seconds of a whole chunk after which the next is smaller, or may be larger again: 0.2 must not be reached."""

_parsed = lru_cache(maxsize=64)(parse)


def ask_after_people(db: Connection, now: int) -> None:
    """Ask for the topics that ask for watchlists: their people were just found anew in the past."""
    for number, query in db.execute("SELECT id, query FROM topics WHERE active ORDER BY position").fetchall():
        if any(isinstance(leaf, Field) and leaf.name == "list" for leaf in leaves(_parsed(query))):
            ask_rematch(db, number, "", now)


# ---- a chunk -----------------------------------------------------------------------------------------------------


class Pace:
    """How large the next chunk is: smaller on a slow or busy machine. `most` counts mentions, `stretch` ids."""

    def __init__(self) -> None:
        self.most, self.stretch = MOST, STRETCH

    def note(self, seconds: float) -> None:
        """How long the last chunk took."""
        if seconds > _TOO_LONG:
            self.most = max(min(LEAST, MOST), self.most // 2)
        elif seconds < _SHORT:
            self.most = min(MOST, self.most * 2)
        self.stretch = max(1, STRETCH * self.most // MOST)


@dataclass(slots=True)
class Chunk:
    """What a chunk found in the mentions with low < id <= high: those to put into the topic and to take out of it."""

    topic: int
    low: int
    high: int
    added: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)


def find_chunk(db: Connection, job: Job, zone: tzinfo, now: int, pace: Pace) -> Chunk | None:
    """Look at the next mentions; None when nothing is left or the topic is not looked for any more."""
    topic, until = int(job.parameters["topic"]), int(job.parameters["until"])
    (oldest,) = db.execute("SELECT coalesce(min(id), 1) FROM mentions").fetchone()
    low = max(int(job.progress.get("after", 0)), int(oldest) - 1)
    row = db.execute("SELECT query FROM topics WHERE id = ? AND active", (topic,)).fetchone()
    if low >= until or row is None:
        return None
    most = pace.most
    found, high = _matching(db, _parsed(row[0]), low, min(until, low + pace.stretch), most, zone, now)
    present = [
        int(mention)
        for (mention,) in db.execute(
            "SELECT t.mention FROM mention_topics t CROSS JOIN mentions m ON m.id = t.mention WHERE t.topic = ?"
            " AND t.mention > ? AND t.mention <= ? AND m.tombstone = '' ORDER BY t.mention LIMIT ?",
            (topic, low, high, most),
        )
    ]
    if len(present) == most:
        high = present[-1]
    wanted, had = {mention for mention in found if mention <= high}, set(present)
    return Chunk(topic, low, high, sorted(wanted - had), sorted(had - wanted))


def _matching(
    db: Connection, node: Node, low: int, high: int, most: int, zone: tzinfo, now: int
) -> tuple[list[int], int]:
    """The mentions that match, and how far it was looked: to `high` or to where the chunk was full or out of time."""
    asked = to_sql(node, zone)
    if asked.words and not asked.rest:
        exact = [
            int(mention)
            for (mention,) in db.execute(
                "SELECT rowid FROM fts WHERE fts MATCH ? AND rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?",
                (asked.words, low, high, most),
            )
        ]
        return exact, exact[-1] if len(exact) == most else high
    found, deadline = [], time.monotonic() + IN_TIME
    for place, (mention, document) in enumerate(documents(db, low, high, most, asked.words), start=1):
        if matches(node, document, now, zone):
            found.append(mention)
        if place == most or time.monotonic() > deadline:
            return found, mention
    return found, high


def store_chunk(db: Connection, job: Job, chunk: Chunk, active: float) -> None:
    """Write what changed and how far the job is, inside the caller's transaction.

    `active` is seconds since the chunk before; it makes the time that is left.
    """
    delta = CountDelta()
    rows = _rows(db, chunk.topic, [*chunk.added, *chunk.removed])
    stories = _Stories(db, chunk.topic, {rows[mention].story for mention in (*chunk.added, *chunk.removed)})
    _remove(db, chunk, rows, delta)
    _add(db, chunk, rows, delta)
    stories.settle(chunk, rows, delta)
    delta.apply(db)
    changed = sorted([*chunk.added, *chunk.removed])
    if changed:
        rev = next_revs(db, len(changed))
        numbered = [(rev + offset, mention) for offset, mention in enumerate(changed)]
        db.executemany("UPDATE mentions SET rev = ? WHERE id = ?", numbered)
    progress = _progress(job, chunk, active)
    first = int(progress["first"])
    jobs.note_progress(db, job.id, chunk.high - first, int(job.parameters["until"]) - first, progress)


def _progress(job: Job, chunk: Chunk, active: float) -> dict[str, Any]:
    before = job.progress
    return {
        "first": before.get("first", chunk.low),
        "after": chunk.high,
        "added": before.get("added", 0) + len(chunk.added),
        "removed": before.get("removed", 0) + len(chunk.removed),
        "active": round(before.get("active", 0.0) + min(active, _LONGEST_GAP), 3),
    }


# ---- what a mention counts for -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """What the counts of the topic need of a mention: its label there, or the one it will have there."""

    places: tuple[str, ...]
    published: int
    source: int
    tone: int | None
    confidence: float
    story: int

    @property
    def bucket(self) -> int:
        return bucket_of(self.tone, self.confidence)


_LABEL: Final = (
    "CASE WHEN t.mention IS NOT NULL THEN t.{column} WHEN c.mention IS NOT NULL THEN {fixed} ELSE m.{column} END"
)
_LABELS: Final = (
    f"{_LABEL.format(column='tone', fixed='c.tone')}, {_LABEL.format(column='confidence', fixed=repr(FIXED))}"
)


def _rows(db: Connection, topic: int, mentions: Iterable[int]) -> dict[int, _Row]:
    """A mention that is new to the topic goes along with its general tone, unless somebody fixed it there before."""
    found = db.execute(
        f"SELECT m.id, m.published, m.source, {_LABELS}, m.story FROM json_each(:mentions) j"  # noqa: S608
        " CROSS JOIN mentions m ON m.id = j.value"
        " LEFT JOIN mention_topics t ON t.topic = :topic AND t.mention = m.id"
        " LEFT JOIN corrections c ON c.mention = m.id AND c.topic = :topic",
        {"mentions": json.dumps(list(mentions)), "topic": topic},
    )
    return {row[0]: _Row(places_of(db, row[0]), *row[1:]) for row in found.fetchall()}


def _remove(db: Connection, chunk: Chunk, rows: dict[int, _Row], delta: CountDelta) -> None:
    for mention in chunk.removed:
        row = rows[mention]
        (first,) = db.execute(
            "DELETE FROM mention_topics WHERE topic = ? AND mention = ? RETURNING first_of_story",
            (chunk.topic, mention),
        ).fetchone()
        delta.add(chunk.topic, row.published, row.source, row.bucket, -1, -first, row.places)


def _add(db: Connection, chunk: Chunk, rows: dict[int, _Row], delta: CountDelta) -> None:
    """Nobody is the first of its story yet: that is settled once all of the chunk is there."""
    for mention in chunk.added:
        row = rows[mention]
        delta.add(chunk.topic, row.published, row.source, row.bucket, 1, 0, row.places)
    db.executemany(
        "INSERT INTO mention_topics (topic, mention, tone, confidence, first_of_story) VALUES (?, ?, ?, ?, 0)",
        [(chunk.topic, mention, rows[mention].tone, rows[mention].confidence) for mention in chunk.added],
    )


class _Stories:
    """Keeps the oldest mention of each story in the topic its first, whoever comes or goes."""

    def __init__(self, db: Connection, topic: int, stories: set[int]) -> None:
        self._db, self._topic = db, topic
        self._before = {story: first_in_topic(db, topic, story) for story in stories}

    def settle(self, chunk: Chunk, rows: dict[int, _Row], delta: CountDelta) -> None:
        """Give the place of the first to whoever is it now."""
        gone = set(chunk.removed)
        come: dict[int, int] = {}
        for mention in chunk.added:
            come.setdefault(rows[mention].story, mention)
        for story, old in self._before.items():
            if old is not None and old in gone:
                new = first_in_topic(self._db, self._topic, story)
                old = None
            else:
                new = min((each for each in (old, come.get(story)) if each is not None), default=None)
            if new is not None:
                self._set_first(new, 1, rows, delta)
            if old is not None and old != new:
                self._set_first(old, 0, rows, delta)

    def _set_first(self, mention: int, first: int, rows: dict[int, _Row], delta: CountDelta) -> None:
        changed = self._db.execute(
            "UPDATE mention_topics SET first_of_story = ? WHERE topic = ? AND mention = ? AND first_of_story <> ?",
            (first, self._topic, mention, first),
        ).rowcount
        if changed:
            row = rows.get(mention) or _rows(self._db, self._topic, [mention])[mention]
            delta.add(self._topic, row.published, row.source, row.bucket, 0, 1 if first else -1)
