"""A sighting that is not of the mention it was taken for becomes a mention of its own, and the other way round.

What was split off stays so when it is seen again, whoever shows it under the same identity. Both are logged in the
histories of the mentions. Nothing is judged here as the way in does: other words have the topics that their queries
find in them, and no tone until somebody, or a new model, judges them.
"""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from socialhub.errors import UserError
from socialhub.i18n import _
from socialhub.identities import SPLIT
from socialhub.records import dataclass
from socialhub.store import fts
from socialhub.store.connection import Connection, next_revs
from socialhub.store.counts import CountDelta
from socialhub.store.documents import documents_of
from socialhub.store.known import find_named
from socialhub.store.labels import Label
from socialhub.store.marks import touch
from socialhub.store.mutes import mute_arrivals
from socialhub.store.places import places_of, write_places
from socialhub.store.privacy import erase_one
from socialhub.store.rewriting import INSERT_MATCH, match_row
from socialhub.store.schema import ALL_TOPICS
from socialhub.store.sightings import hand_over, let_go, settle_numbers
from socialhub.store.stories import first_in_topic
from socialhub.store.work import log_events

_SHOWN: Final = ("kind", "title", "text", "url", "site", "author", "handle", "likes", "shares", "replies", "reach")
"""What a sighting keeps of its own of what a mention has."""
_JUDGED: Final = ("tone", "confidence", "score", "model", "why")


@dataclass(frozen=True, slots=True)
class _Split:
    """A mention that comes off another: its id, whether it says the same words, its story, when it was published."""

    id: int
    of: int
    same: bool
    story: int
    published: int
    source: int


def split_off(db: Connection, source: int, native_id: str, operator: str, now: int, zone: tzinfo) -> int:
    """Make what a source shows under this id a mention of its own; returns it.

    Raises UserError for the way that its mention speaks by, and for one that nothing is known of.
    """
    row = db.execute(
        "SELECT g.mention, g.words, g.claimed, g.text IS NULL, s.name,"
        " g.source = m.source AND g.native_id = m.native_id FROM sightings g JOIN sources s ON s.id = g.source"
        " JOIN mentions m ON m.id = g.mention AND m.tombstone = '' WHERE g.source = ? AND g.native_id = ?",
        (source, native_id),
    ).fetchone()
    if row is None or (row[1] is None and not row[5]):
        raise UserError(_("What this source shows of the mention is not known yet."), _("Wait for its next reading."))
    mention, words, claimed, same, name, leads = row
    if leads:
        raise UserError(_("The mention speaks by this source."), _("Split off what the others show."))
    identity = _free_identity(db, claimed or f"{name}/{native_id}", mention) or f"{SPLIT}{name}/{native_id}"
    made = _insert(db, mention, identity, words, source, native_id, same=bool(same))
    let_go(db, source, native_id, made.id)
    settle_numbers(db, [mention])
    _match(db, made, now, zone)
    log_events(db, [(mention, now, operator, "split", name), (made.id, now, operator, "apart", str(mention))])
    touch(db, [mention])
    mute_arrivals(db, made.id, made.id, [], now, zone)
    return made.id


def _free_identity(db: Connection, identity: str, mention: int) -> str:
    """The identity when nothing else bears it: taken from the mention where it is another one's name of it; else ""."""
    bearer = find_named(db, [identity])
    if bearer == mention:
        return identity if db.execute("DELETE FROM aliases WHERE id = ?", (identity,)).rowcount else ""
    return "" if bearer is not None else identity


def _insert(
    db: Connection, mention: int, identity: str, words: int, source: int, native_id: str, *, same: bool
) -> _Split:
    """The row of the new mention: what the sighting shows, the rest from the mention it comes off."""
    shown = ", ".join(f"coalesce(g.{each}, m.{each})" if each in ("title", "text") else f"g.{each}" for each in _SHOWN)
    judged = ", ".join(f"m.{each}" for each in _JUDGED) if same else "NULL, 0, 0, '', ''"
    made, story, published = db.execute(
        "INSERT INTO mentions (rev, canonical_id, source, native_id, published, seen, backfill, exact_key, story, lang,"  # noqa: S608
        f" {', '.join(_SHOWN)}, {', '.join(_JUDGED)}) SELECT ?, ?, g.source, g.native_id, m.published, g.seen, 1, ?,"
        f" m.story, m.lang, {shown}, {judged} FROM sightings g JOIN mentions m ON m.id = ?"
        " WHERE g.source = ? AND g.native_id = ? RETURNING id, story, published",
        (next_revs(db), identity, words, mention, source, native_id),
    ).fetchone()
    if not same:
        story = made
        db.execute("UPDATE mentions SET story = id WHERE id = ?", (made,))
    fts.insert(
        db,
        db.execute(
            "SELECT id, fold_words(title), fold_words(text), fold_marks(title, text) FROM mentions WHERE id = ?",
            (made,),
        ).fetchall(),
    )
    db.execute(
        "INSERT INTO mention_people (person, mention, published) SELECT p.person, ?, p.published FROM mention_people p"
        " JOIN mentions m ON m.id = p.mention JOIN mentions n ON n.id = ? WHERE p.mention = ? AND m.handle = n.handle",
        (made, made, mention),
    )
    return _Split(made, mention, same, story, published, source)


def _match(db: Connection, made: _Split, now: int, zone: tzinfo) -> None:
    """The topics and places of a new mention, and what it counts for."""
    # Splitting is rare: whoever only reads does without the matcher.
    from socialhub.query import matches, parse

    ((_id, document),) = documents_of(db, [made.id])
    places = places_of(db, made.of) if made.same else ()
    write_places(db, [(place, made.id) for place in places])
    delta = CountDelta()
    general = Label(*db.execute("SELECT tone, confidence FROM mentions WHERE id = ?", (made.id,)).fetchone())
    delta.add(ALL_TOPICS, made.published, made.source, general.bucket, 1, int(made.story == made.id), places)
    for topic, query in db.execute("SELECT id, query FROM topics WHERE active").fetchall():
        if not matches(parse(query), document, now, zone):
            continue
        told = db.execute(
            "SELECT tone, confidence, score, why, own FROM mention_topics WHERE topic = ? AND mention = ?",
            (topic, made.of),
        ).fetchone()
        label = Label(*told) if told is not None and made.same else general
        first = int(first_in_topic(db, topic, made.story) is None)
        db.execute(INSERT_MATCH, match_row(topic, made.id, label, first))
        delta.add(topic, made.published, made.source, label.bucket, 1, first, places)
    delta.apply(db)


def split_from(db: Connection, mention: int) -> int | None:
    """The mention that this one was split off; None when it was not, or that one is gone."""
    row = db.execute(
        "SELECT m.id FROM work_events e JOIN mentions m ON m.id = CAST(e.detail AS INTEGER) AND m.tombstone = ''"
        " WHERE e.mention = ? AND e.action = 'apart' ORDER BY e.id DESC LIMIT 1",
        (mention,),
    ).fetchone()
    return None if row is None else int(row[0])


def rejoin(db: Connection, mention: int, operator: str, now: int) -> int:
    """What was split off is of the same mention again, with the notes and tags it got meanwhile; returns that one.

    Raises UserError for a mention that was not split off, or whose other half is gone.
    """
    whole = split_from(db, mention)
    if whole is None:
        raise UserError(_("Mention {id} was not split off another that is still there.").format(id=mention))
    (name,) = db.execute(
        "SELECT s.name FROM mentions m JOIN sources s ON s.id = m.source WHERE m.id = ?", (mention,)
    ).fetchone()
    hand_over(db, mention, whole)
    db.execute("UPDATE mention_notes SET mention = ? WHERE mention = ?", (whole, mention))
    db.execute("UPDATE OR IGNORE mention_tags SET mention = ? WHERE mention = ?", (whole, mention))
    db.execute("UPDATE OR IGNORE relays SET mention = ? WHERE mention = ?", (whole, mention))
    erase_one(db, mention)
    log_events(db, [(whole, now, operator, "rejoin", name)])
    touch(db, [whole])
    return whole
