"""Erasure and retention: what leaves the cache leaves every table, the index and the file (DECISIONS 28).

Works in chunks inside the caller's short transactions, counts corrected in each, so that collecting goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from socialhub.bridges import bridged
from socialhub.store import fts
from socialhub.store.alert_privacy import forget_in_alerts, forget_quotes
from socialhub.store.authors import forget_roles_of
from socialhub.store.connection import Connection, Writer
from socialhub.store.counts import CountDelta
from socialhub.store.exchanges import forget_exchanges
from socialhub.store.known import erasure_hash, other_identities
from socialhub.store.marks import note_erased
from socialhub.store.mutes import forget_mutes_about
from socialhub.store.notifications import forget_notifications
from socialhub.store.places import places_of
from socialhub.store.schema import ALL_TOPICS, MENTION_TABLES
from socialhub.store.searches import forget_history
from socialhub.store.stories import hand_on
from socialhub.store.tones import bucket_of

CHUNK: Final = 500
"""Mentions erased in one transaction: well under 200 ms."""


@dataclass(frozen=True, slots=True)
class Purge:
    """What is to go: mentions published before `older_than` (ms), of one topic (slug), of one author, or both.

    `keep_counts` leaves the curves as they were (retention); erasing a person corrects them too. `remember` keeps a
    salted hash so that the post is not collected again. `except_topics` have a retention of their own.
    """

    older_than: int | None = None
    topic: str = ""
    author: str = ""
    except_topics: tuple[str, ...] = ()
    keep_counts: bool = True
    remember: bool = False

    def to_parameters(self) -> dict[str, Any]:
        """The form stored in a job."""
        return {
            "older_than": self.older_than,
            "topic": self.topic,
            "author": self.author,
            "except_topics": list(self.except_topics),
            "keep_counts": self.keep_counts,
            "remember": self.remember,
        }

    @staticmethod
    def from_parameters(stored: dict[str, Any]) -> Purge:
        """Read back what `to_parameters` wrote."""
        return Purge(**{**stored, "except_topics": tuple(stored["except_topics"])})


def _conditions(purge: Purge) -> tuple[str, dict[str, Any]]:
    parts, values = ["1"], dict[str, Any]()
    if purge.older_than is not None:
        parts.append("m.published < :older_than")
        values["older_than"] = purge.older_than
    if purge.topic:
        parts.append(
            "m.id IN (SELECT t.mention FROM mention_topics t JOIN topics p ON p.id = t.topic WHERE p.slug = :topic)"
        )
        values["topic"] = purge.topic
    if purge.author:
        # A bridge writes the same person otherwise: who is erased is erased under every name of their posts.
        parts.append(
            "(m.handle COLLATE NOCASE IN (:author, :copy) OR m.author = :author COLLATE NOCASE OR m.id IN"
            " (SELECT mention FROM sightings WHERE handle COLLATE NOCASE IN (:author, :copy)"
            " OR author = :author COLLATE NOCASE))"
        )
        values |= {"author": purge.author, "copy": bridged(purge.author) or purge.author}
    for number, slug in enumerate(purge.except_topics):
        parts.append(
            "m.id NOT IN (SELECT t.mention FROM mention_topics t JOIN topics p ON p.id = t.topic"  # noqa: S608
            f" WHERE p.slug = :kept{number})"
        )
        values[f"kept{number}"] = slug
    return " AND ".join(parts), values


def count_doomed(db: Connection, purge: Purge) -> int:
    """How many mentions a purge would erase."""
    where, values = _conditions(purge)
    return int(db.execute(f"SELECT count(*) FROM mentions m WHERE {where}", values).fetchone()[0])  # noqa: S608


@dataclass(frozen=True, slots=True)
class Purged:
    """How many mentions a chunk erased (0: nothing is left), and the stories whose first was among them.

    `moved` are their new ids by the old ones, 0 where nothing is left of a story.
    """

    erased: int
    moved: dict[int, int]


def purge_chunk(db: Connection, purge: Purge) -> Purged:
    """Erase the next mentions of a purge inside the caller's transaction."""
    where, values = _conditions(purge)
    doomed = db.execute(f"{_ROWS} WHERE {where} ORDER BY m.published LIMIT {CHUNK}", values).fetchall()
    moved = _erase_rows(db, doomed, purge)
    if not doomed and purge.author:
        # A query may name them in any spelling: nobody's is kept.
        forget_history(db)
        forget_mutes_about(db, purge.author)
        forget_in_alerts(db, purge.author)
        for name in (purge.author, bridged(purge.author)):
            db.execute("DELETE FROM relays WHERE author = ? COLLATE NOCASE", (name,))
            db.execute("DELETE FROM people_apart WHERE handle = lower(ltrim(?, '@'))", (name,))
        db.execute(
            "DELETE FROM person_notes WHERE person IN (SELECT id FROM people WHERE name = :author COLLATE NOCASE OR"
            " instr(char(10) || lower(handles) || char(10), char(10) || lower(ltrim(:author, '@')) || char(10)))",
            {"author": purge.author},
        )
        forget_roles_of(db, purge.author)
        forget_exchanges(db)
    elif not doomed and purge.older_than is not None and not purge.topic:
        forget_history(db, purge.older_than)
        forget_notifications(db, purge.older_than)
        forget_exchanges(db, purge.older_than)
    return Purged(len(doomed), moved)


def erase_one(db: Connection, mention: int) -> None:
    """Erase one mention inside the caller's transaction: its counts go, and nothing remembers it."""
    _erase_rows(db, db.execute(f"{_ROWS} WHERE m.id = ?", (mention,)).fetchall(), Purge(keep_counts=False))


_ROWS: Final = (
    "SELECT m.id, m.canonical_id, m.title, m.text, m.published, m.source, m.tone, m.confidence, m.story, m.tombstone"
    " FROM mentions m"
)


def _erase_rows(db: Connection, doomed: list[tuple[Any, ...]], purge: Purge) -> dict[int, int]:
    """Erase these mentions; returns the new ids of the stories that lost their first, by the old ones."""
    delta = CountDelta()
    orphans: list[tuple[int, int]] = []
    for row in doomed:
        orphans += _erase(db, row, purge, delta)
    if doomed:
        forget_quotes(db, {row[0] for row in doomed})
        note_erased(db)
    firsts = [story for topic, story in orphans if topic == ALL_TOPICS]
    moved = hand_on(db, firsts, [each for each in orphans if each[0] != ALL_TOPICS], delta)
    if not purge.keep_counts:
        delta.apply(db)
    return moved


def _erase(db: Connection, row: tuple[Any, ...], purge: Purge, delta: CountDelta) -> list[tuple[int, int]]:
    """Erase one mention; returns the (topic, story) of which it was the first."""
    mention, canonical, title, text, published, source, tone, confidence, story, tombstone = row
    if not tombstone:
        fts.delete(db, mention, title, text)
    places = places_of(db, mention)
    belongs = [(ALL_TOPICS, int(story == mention), tone, confidence)]
    belongs += db.execute(
        "SELECT topic, first_of_story, tone, confidence FROM mention_topics WHERE mention = ?", (mention,)
    ).fetchall()
    for topic, first, *label in belongs:
        delta.add(topic, published, source, bucket_of(*label), -1, -first, places)
    if purge.remember:
        hashes = [(erasure_hash(db, identity),) for identity in (canonical, *other_identities(db, mention))]
        db.executemany("INSERT OR IGNORE INTO erased (hash) VALUES (?)", hashes)
    for table in MENTION_TABLES:
        db.execute(f"DELETE FROM {table} WHERE mention = ?", (mention,))  # noqa: S608
    db.execute("DELETE FROM mentions WHERE id = ?", (mention,))
    return [(topic, story) for topic, first, *_label in belongs if first]


def wipe_traces(writer: Writer) -> None:
    """After the last chunk: make what was erased leave the index and the file for good.

    SQLite's `secure_delete` alone leaves the words in the full-text index; `optimize` rewrites it, the checkpoint
    truncates the write-ahead log, VACUUM rewrites the pages.
    """
    with writer.transaction(durable=True) as db:
        fts.optimise(db)
    writer.checkpoint(truncate=True)
    writer.vacuum()
    writer.checkpoint(truncate=True)
