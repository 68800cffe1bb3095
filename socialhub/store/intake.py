"""A batch into the cache in one transaction: new mentions, edits, sightings, boosts, deletions, counts, index.

The caller (pipeline/ingest) has cleaned, matched and judged everything; nothing here reads a text's meaning.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from socialhub.model import Boost, Deletion, Draft, Verdict
from socialhub.store import fts
from socialhub.store.connection import Connection, next_revs
from socialhub.store.counts import CountDelta
from socialhub.store.known import engagement_of
from socialhub.store.labels import Label, fixed_tones, label_of, note_judged, settled
from socialhub.store.people import attach
from socialhub.store.places import places_of, write_places
from socialhub.store.schema import ALL_TOPICS
from socialhub.store.stories import first_in_topic
from socialhub.store.tombstones import bury
from socialhub.store.tones import bucket_of

MAX_RAW: Final = 16_384
"""Bytes of a received record kept as evidence; the SHA-256 is of the whole."""


@dataclass(slots=True)
class Prepared:
    """A mention ready to be stored: a clean draft and what the stages found.

    `story` is the id of the first mention of the same words, 0 when this is the first. `topics` are topic numbers,
    `places` codes of the gazetteer with all that lies around them, `by_topic` the tones that differ from the general.
    """

    draft: Draft
    canonical_id: str
    published: int
    exact_key: int
    title_words: str
    body_words: str
    marks: str
    tone: int | None = None
    confidence: float = 0.0
    score: float = 0.0
    model: str = ""
    why: str = ""
    topics: tuple[int, ...] = ()
    story: int = 0
    same_story_as: Prepared | None = None
    people: tuple[int, ...] = ()
    places: tuple[str, ...] = ()
    by_topic: Mapping[int, Verdict] = field(default_factory=dict)
    id: int = 0

    @property
    def general(self) -> Label:
        """The general label, as the judge left it."""
        return Label(self.tone, self.confidence, self.score, self.why)

    def own(self) -> dict[int, Label]:
        """The labels of topics that differ from it."""
        return {topic: label_of(verdict) for topic, verdict in self.by_topic.items()}


@dataclass(slots=True)
class Intake:
    """One batch, sorted by what has to happen."""

    source: int
    seen: int
    new: list[Prepared] = field(default_factory=list)
    edits: list[tuple[int, Prepared]] = field(default_factory=list)
    engagement: list[tuple[int, Draft]] = field(default_factory=list)
    sightings: list[tuple[str, int]] = field(default_factory=list)
    boosts: list[Boost] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)


def store_intake(db: Connection, intake: Intake) -> int:
    """Write the batch inside the caller's transaction; returns how many mentions are new."""
    delta = CountDelta()
    _insert_new(db, intake, delta)
    for mention, prepared in intake.edits:
        _apply_edit(db, intake, mention, prepared, delta)
    _update_engagement(db, intake)
    db.executemany(
        "INSERT OR IGNORE INTO sightings (source, native_id, mention, seen) VALUES (?, ?, ?, ?)",
        [(intake.source, native, mention, intake.seen) for native, mention in intake.sightings],
    )
    for boost in intake.boosts:
        db.execute(
            "INSERT OR IGNORE INTO relays (mention, author, at)"
            " SELECT id, ?, ? FROM mentions WHERE canonical_id = ? AND tombstone = ''",
            (boost.author, boost.at, boost.canonical_id),
        )
    for deletion in intake.deletions:
        if mention_id := _find_deleted(db, intake.source, deletion):
            bury(db, mention_id, deletion.reason)
    delta.apply(db)
    return len(intake.new)


def _insert_new(db: Connection, intake: Intake, delta: CountDelta) -> None:
    if not intake.new:
        return
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'mentions'").fetchone()
    next_id = (int(row[0]) if row else 0) + 1
    rev = next_revs(db, len(intake.new))
    seen_stories: set[tuple[int, int]] = set()
    rows, sightings, matches, words = [], [], [], []
    for offset, prepared in enumerate(intake.new):
        prepared.id = next_id + offset
        first = prepared.same_story_as
        prepared.story = first.id if first is not None else prepared.story or prepared.id
        rows.append(_mention_row(prepared, rev + offset, intake))
        sightings.append((intake.source, prepared.draft.native_id, prepared.id, intake.seen))
        words.append((prepared.id, prepared.title_words, prepared.body_words, prepared.marks))
        own_story = prepared.story == prepared.id
        labels = settled(prepared.general, prepared.own(), prepared.topics, {})
        for topic in prepared.topics:
            label = labels[topic]
            first_here = own_story or _is_first_of_story(db, topic, prepared.story, seen_stories)
            seen_stories.add((topic, prepared.story))
            matches.append(_match_row(topic, prepared.id, label, int(first_here)))
            delta.add(topic, prepared.published, intake.source, label.bucket, 1, int(first_here), prepared.places)
        bucket = labels[ALL_TOPICS].bucket
        delta.add(ALL_TOPICS, prepared.published, intake.source, bucket, 1, int(own_story), prepared.places)
    db.executemany(_INSERT_MENTION, rows)
    db.executemany("INSERT INTO sightings (source, native_id, mention, seen) VALUES (?, ?, ?, ?)", sightings)
    db.executemany(_INSERT_MATCH, matches)
    attach(db, [(person, each.id, each.published) for each in intake.new for person in each.people])
    write_places(db, [(place, prepared.id) for prepared in intake.new for place in prepared.places])
    fts.insert(db, words)


_INSERT_MATCH: Final = (
    "INSERT INTO mention_topics (topic, mention, tone, confidence, score, why, own, first_of_story)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


def _match_row(topic: int, mention: int, label: Label, first: int) -> tuple[object, ...]:
    return topic, mention, label.tone, label.confidence, label.score, label.why, label.own, first


def _is_first_of_story(db: Connection, topic: int, story: int, seen_stories: set[tuple[int, int]]) -> bool:
    """Whether no earlier mention of the story belongs to the topic (the story's first may match another one only)."""
    return (topic, story) not in seen_stories and first_in_topic(db, topic, story) is None


_COLUMNS: Final = (
    "id",
    "rev",
    "canonical_id",
    "source",
    "native_id",
    "kind",
    "published",
    "seen",
    "edited",
    "backfill",
    "tone",
    "confidence",
    "score",
    "model",
    "why",
    "exact_key",
    "story",
    "lang",
    "title",
    "text",
    "url",
    "site",
    "author",
    "handle",
    "bio",
    "followers",
    "account_created",
    "rating",
    "likes",
    "shares",
    "replies",
    "reach",
    "place",
    "parent_id",
    "warning",
    "links",
    "media",
    "sha256",
    "raw",
)
_INSERT_MENTION: Final = f"INSERT INTO mentions ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608


def _mention_row(prepared: Prepared, rev: int, intake: Intake) -> tuple[object, ...]:
    draft = prepared.draft
    return (
        prepared.id,
        rev,
        prepared.canonical_id,
        intake.source,
        draft.native_id,
        draft.kind,
        prepared.published,
        intake.seen,
        draft.edited,
        int(draft.backfill),
        prepared.tone,
        prepared.confidence,
        prepared.score,
        prepared.model,
        prepared.why,
        prepared.exact_key,
        prepared.story,
        draft.lang,
        draft.title,
        draft.text,
        draft.url,
        draft.site,
        draft.author,
        draft.handle,
        draft.bio,
        draft.followers,
        draft.account_created,
        draft.rating,
        draft.likes,
        draft.shares,
        draft.replies,
        draft.reach,
        draft.place,
        draft.parent_id,
        draft.warning,
        "\n".join(draft.links),
        draft.media,
        *_evidence(draft),
    )


def _evidence(draft: Draft) -> tuple[bytes | None, bytes | None]:
    """(SHA-256 of what was received, its first MAX_RAW bytes); the words stand in where a source gives no record."""
    received = draft.raw or "\n".join((draft.title, draft.text)).encode("utf-8", "replace")
    return hashlib.sha256(received).digest(), draft.raw[:MAX_RAW] or None


def _apply_edit(db: Connection, intake: Intake, mention: int, prepared: Prepared, delta: CountDelta) -> None:
    """Replace the words of a stored mention, keep the earlier ones as a version, move its counts."""
    old = db.execute(
        "SELECT title, text, sha256, raw, published, source, tone, confidence, story FROM mentions"
        " WHERE id = ? AND tombstone = ''",
        (mention,),
    ).fetchone()
    if old is None:
        return
    title, text, sha256, raw, published, source, tone, confidence, story = old
    old_places = places_of(db, mention)
    db.execute(
        "INSERT OR REPLACE INTO versions (mention, seen, title, text, sha256, raw) VALUES (?, ?, ?, ?, ?, ?)",
        (mention, intake.seen, title, text, sha256, raw),
    )
    fts.delete(db, mention, title, text)
    counted = [(ALL_TOPICS, int(story == mention), tone, confidence)]
    counted += db.execute(
        "SELECT topic, first_of_story, tone, confidence FROM mention_topics WHERE mention = ?", (mention,)
    ).fetchall()
    for topic, first, *marks in counted:
        delta.add(topic, published, source, bucket_of(*marks), -1, -first, old_places)
    firsts = {topic: first for topic, first, *_marks in counted}
    db.execute("DELETE FROM mention_topics WHERE mention = ?", (mention,))
    fixed, own = fixed_tones(db, mention), prepared.own()
    labels = settled(prepared.general, own, prepared.topics, fixed)
    note_judged(db, mention, {ALL_TOPICS: prepared.general, **own}, fixed)
    for topic, label in labels.items():
        if topic not in firsts:
            firsts[topic] = int(first_in_topic(db, topic, story) in (None, mention))
        delta.add(topic, published, source, label.bucket, 1, firsts[topic], prepared.places)
        if topic != ALL_TOPICS:
            db.execute(_INSERT_MATCH, _match_row(topic, mention, label, firsts[topic]))
    if set(prepared.places) != set(old_places):
        db.execute("DELETE FROM mention_places WHERE mention = ?", (mention,))
        write_places(db, [(place, mention) for place in prepared.places])
    draft = prepared.draft
    db.execute(
        "UPDATE mentions SET rev = ?, title = ?, text = ?, warning = ?, links = ?, media = ?, lang = ?, tone = ?,"
        " confidence = ?, score = ?, model = ?, why = ?, exact_key = ?, edited = ?, sha256 = ?, raw = ? WHERE id = ?",
        (
            next_revs(db),
            draft.title,
            draft.text,
            draft.warning,
            "\n".join(draft.links),
            draft.media,
            draft.lang,
            *labels[ALL_TOPICS].marks,
            prepared.score,
            prepared.model,
            prepared.why,
            prepared.exact_key,
            draft.edited or intake.seen,
            *_evidence(draft),
            mention,
        ),
    )
    fts.insert(db, [(mention, prepared.title_words, prepared.body_words, prepared.marks)])


def _update_engagement(db: Connection, intake: Intake) -> None:
    if not intake.engagement:
        return
    rev = next_revs(db, len(intake.engagement))
    db.executemany(
        "UPDATE mentions SET rev = ?, likes = coalesce(?, likes), shares = coalesce(?, shares),"
        " replies = coalesce(?, replies), reach = coalesce(?, reach), rating = coalesce(?, rating),"
        " followers = coalesce(?, followers) WHERE id = ? AND tombstone = ''",
        [(rev + offset, *engagement_of(draft), mention) for offset, (mention, draft) in enumerate(intake.engagement)],
    )


def _find_deleted(db: Connection, source: int, deletion: Deletion) -> int | None:
    row = None
    if deletion.native_id:
        row = db.execute(
            "SELECT mention FROM sightings WHERE source = ? AND native_id = ?", (source, deletion.native_id)
        ).fetchone()
    if row is None and deletion.canonical_id:
        row = db.execute("SELECT id FROM mentions WHERE canonical_id = ?", (deletion.canonical_id,)).fetchone()
    return int(row[0]) if row else None
