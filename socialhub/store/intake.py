"""A batch into the cache in one transaction: new mentions, edits, sightings, boosts, deletions, counts, index.

The caller (pipeline/ingest) has cleaned, matched and judged everything; nothing here reads a text's meaning.
"""

from __future__ import annotations

from typing import Final

from socialhub.identities import resolved
from socialhub.store import fts
from socialhub.store.connection import Connection, next_revs
from socialhub.store.counts import CountDelta
from socialhub.store.known import engagement_of, find_named
from socialhub.store.labels import settled
from socialhub.store.people import attach
from socialhub.store.places import write_places
from socialhub.store.prepared import Intake, Prepared, evidence
from socialhub.store.rewriting import INSERT_MATCH, edit, lead, match_row, revive
from socialhub.store.schema import ALL_TOPICS
from socialhub.store.sightings import note_met, note_shown, settle_numbers
from socialhub.store.stories import first_in_topic
from socialhub.store.tombstones import take_away


def store_intake(db: Connection, intake: Intake) -> int:
    """Write the batch inside the caller's transaction; returns how many mentions are new."""
    delta = CountDelta()
    _insert_new(db, intake, delta)
    note_met(db, intake.source, intake.seen, intake.sightings)
    for mention, prepared in intake.leads:
        lead(db, intake.source, mention, prepared, delta)
    for mention, prepared in intake.revivals:
        revive(db, intake.source, mention, prepared, delta)
    for mention, prepared in intake.edits:
        edit(db, intake.source, intake.seen, mention, prepared, delta)
    note_shown(db, intake.source, intake.views)
    _update_engagement(db, intake)
    settle_numbers(db, {each.mention for each in (*intake.sightings, *intake.views)})
    for boost in intake.boosts:
        boosted = find_named(db, (boost.canonical_id, resolved(boost.canonical_id)))
        db.execute(
            "INSERT OR IGNORE INTO relays (mention, author, at)"
            " SELECT id, ?, ? FROM mentions WHERE id = ? AND tombstone = ''",
            (boost.author, boost.at, boosted),
        )
    for deletion in intake.deletions:
        take_away(db, intake, deletion)
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
            matches.append(match_row(topic, prepared.id, label, int(first_here)))
            delta.add(topic, prepared.published, intake.source, label.bucket, 1, int(first_here), prepared.places)
        bucket = labels[ALL_TOPICS].bucket
        delta.add(ALL_TOPICS, prepared.published, intake.source, bucket, 1, int(own_story), prepared.places)
    db.executemany(_INSERT_MENTION, rows)
    db.executemany("INSERT INTO sightings (source, native_id, mention, seen) VALUES (?, ?, ?, ?)", sightings)
    db.executemany(INSERT_MATCH, matches)
    attach(db, [(person, each.id, each.published) for each in intake.new for person in each.people])
    aliases = [(each.name, each.id) for each in intake.new if each.name and each.name != each.canonical_id]
    db.executemany("INSERT OR IGNORE INTO aliases (id, mention) VALUES (?, ?)", aliases)
    write_places(db, [(place, prepared.id) for prepared in intake.new for place in prepared.places])
    fts.insert(db, words)


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
        *evidence(draft),
    )


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
