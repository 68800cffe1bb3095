"""A stored mention told anew: its words edited, or shown by the original after a copy. Its counts move with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from socialhub.store import fts
from socialhub.store.connection import Connection, next_revs
from socialhub.store.counts import CountDelta
from socialhub.store.labels import Label, fixed_tones, note_judged, settled
from socialhub.store.people import attach
from socialhub.store.places import places_of, write_places
from socialhub.store.prepared import Prepared, evidence
from socialhub.store.schema import ALL_TOPICS
from socialhub.store.sightings import keep_words
from socialhub.store.stories import first_in_topic
from socialhub.store.tones import bucket_of

INSERT_MATCH: Final = (
    "INSERT INTO mention_topics (topic, mention, tone, confidence, score, why, own, first_of_story)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


def match_row(topic: int, mention: int, label: Label, first: int) -> tuple[object, ...]:
    """The values of INSERT_MATCH: `first` is 1 for the first of its story in the topic."""
    return topic, mention, label.tone, label.confidence, label.score, label.why, label.own, first


def edit(db: Connection, source: int, seen: int, mention: int, prepared: Prepared, delta: CountDelta) -> None:
    """Replace the words of a stored mention, which `source` shows edited; the earlier ones are kept as a version."""
    old = _told(db, mention)
    if old is None:
        return
    draft = prepared.draft
    db.execute(
        "INSERT OR REPLACE INTO versions (mention, seen, title, text, sha256, raw)"
        " SELECT id, ?, title, text, sha256, raw FROM mentions WHERE id = ?",
        (seen, mention),
    )
    keep_words(db, mention, old.title, old.text, source, draft.native_id)
    _tell_anew(db, mention, old, prepared, old.source, delta)
    db.execute("UPDATE mentions SET edited = ? WHERE id = ?", (draft.edited or seen, mention))


def lead(db: Connection, source: int, mention: int, prepared: Prepared, delta: CountDelta) -> None:
    """Let the original, which `source` shows, speak for a mention that a copy had shown until now.

    Words, author, address and counts become those of the original; when it was published and seen first stay, and what
    the copy said stays with its sighting.
    """
    old = _told(db, mention)
    if old is None:
        return
    draft = prepared.draft
    keep_words(db, mention, old.title, old.text, source, draft.native_id)
    _tell_anew(db, mention, old, prepared, source, delta)
    (before,) = db.execute("SELECT canonical_id FROM mentions WHERE id = ?", (mention,)).fetchone()
    db.execute("DELETE FROM aliases WHERE id = ?", (prepared.canonical_id,))
    db.execute(
        "UPDATE mentions SET source = ?, native_id = ?, canonical_id = ?, kind = ?, url = ?, site = ?, author = ?,"
        " handle = ?, bio = ?, followers = ?, account_created = ?, parent_id = ?, edited = ? WHERE id = ?",
        (
            *(source, draft.native_id, prepared.canonical_id, draft.kind, draft.url, draft.site, draft.author),
            *(draft.handle, draft.bio, draft.followers, draft.account_created, draft.parent_id, draft.edited),
            mention,
        ),
    )
    db.execute("INSERT OR IGNORE INTO aliases (id, mention) VALUES (?, ?)", (before, mention))
    db.execute("DELETE FROM mention_people WHERE mention = ?", (mention,))
    attach(db, [(person, mention, old.published) for person in prepared.people])


def revive(db: Connection, source: int, mention: int, prepared: Prepared, delta: CountDelta) -> None:
    """Give a mention that was taken away for a while its words, author and address again, as `source` shows them."""
    db.execute("UPDATE mentions SET tombstone = '' WHERE id = ?", (mention,))
    old = _told(db, mention)
    if old is None:
        return
    # What is told anew is taken out of the index first: there it stands with no words.
    fts.insert(db, [(mention, "", "", "")])
    _tell_anew(db, mention, old, prepared, source, delta)
    draft = prepared.draft
    db.execute(
        "UPDATE mentions SET kind = ?, url = ?, site = ?, author = ?, handle = ?, bio = ?, followers = ?,"
        " account_created = ?, parent_id = ?, edited = ? WHERE id = ?",
        (
            *(draft.kind, draft.url, draft.site, draft.author, draft.handle, draft.bio, draft.followers),
            *(draft.account_created, draft.parent_id, draft.edited, mention),
        ),
    )
    attach(db, [(person, mention, old.published) for person in prepared.people])


@dataclass(frozen=True, slots=True)
class _Told:
    """A mention as it was told and counted before."""

    title: str
    text: str
    published: int
    source: int
    tone: int | None
    confidence: float
    story: int


def _told(db: Connection, mention: int) -> _Told | None:
    row = db.execute(
        "SELECT title, text, published, source, tone, confidence, story FROM mentions WHERE id = ? AND tombstone = ''",
        (mention,),
    ).fetchone()
    return None if row is None else _Told(*row)


def _tell_anew(db: Connection, mention: int, old: _Told, prepared: Prepared, source: int, delta: CountDelta) -> None:
    """Words, topics, tones and places of a mention, counted under `source` from now on."""
    old_places = places_of(db, mention)
    fts.delete(db, mention, old.title, old.text)
    counted: list[tuple[Any, ...]] = [(ALL_TOPICS, int(old.story == mention), old.tone, old.confidence)]
    counted += db.execute(
        "SELECT topic, first_of_story, tone, confidence FROM mention_topics WHERE mention = ?", (mention,)
    ).fetchall()
    for topic, first, *marks in counted:
        delta.add(topic, old.published, old.source, bucket_of(*marks), -1, -first, old_places)
    firsts = {topic: first for topic, first, *_marks in counted}
    db.execute("DELETE FROM mention_topics WHERE mention = ?", (mention,))
    fixed, own = fixed_tones(db, mention), prepared.own()
    labels = settled(prepared.general, own, prepared.topics, fixed)
    note_judged(db, mention, {ALL_TOPICS: prepared.general, **own}, fixed)
    for topic, label in labels.items():
        if topic not in firsts:
            firsts[topic] = int(first_in_topic(db, topic, old.story) in (None, mention))
        delta.add(topic, old.published, source, label.bucket, 1, firsts[topic], prepared.places)
        if topic != ALL_TOPICS:
            db.execute(INSERT_MATCH, match_row(topic, mention, label, firsts[topic]))
    if set(prepared.places) != set(old_places):
        db.execute("DELETE FROM mention_places WHERE mention = ?", (mention,))
        write_places(db, [(place, mention) for place in prepared.places])
    _write_words(db, mention, prepared, labels[ALL_TOPICS])
    fts.insert(db, [(mention, prepared.title_words, prepared.body_words, prepared.marks)])


def _write_words(db: Connection, mention: int, prepared: Prepared, general: Label) -> None:
    draft = prepared.draft
    db.execute(
        "UPDATE mentions SET rev = ?, title = ?, text = ?, warning = ?, links = ?, media = ?, lang = ?, tone = ?,"
        " confidence = ?, score = ?, model = ?, why = ?, exact_key = ?, sha256 = ?, raw = ? WHERE id = ?",
        (
            *(next_revs(db), draft.title, draft.text, draft.warning, "\n".join(draft.links), draft.media, draft.lang),
            *(*general.marks, prepared.score, prepared.model, prepared.why, prepared.exact_key),
            *(*evidence(draft), mention),
        ),
    )
