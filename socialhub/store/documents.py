"""Stored mentions as queries see them: many as topics do (what they had when they came in), or one with all that
happened to it since.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from socialhub.gazetteer import asked_names
from socialhub.model import Tone
from socialhub.query.document import Document
from socialhub.reach import PEOPLE_SQL
from socialhub.store.connection import Connection

_COLUMNS: Final = (
    "m.id, m.title, m.text, m.author, m.handle, m.bio, m.site, m.url, m.links, m.lang, m.kind, s.name, s.kind,"
    " m.published, m.followers, m.rating, m.media, (SELECT group_concat(DISTINCT w.slug) FROM mention_people p"
    " JOIN watchlist_people l ON l.person = p.person JOIN watchlists w ON w.id = l.list AND w.active"
    " WHERE p.mention = m.id), (SELECT group_concat(place, char(10)) FROM mention_places WHERE mention = m.id)"
)


def documents(db: Connection, after: int, until: int, limit: int, words: str = "") -> Iterator[tuple[int, Document]]:
    """The next `limit` mentions with after < id <= until, in order, tombstones apart.

    With `words` (an FTS5 expression) only those that answer to it.
    """
    key, table, condition = "m.id", "mentions m", ""
    if words:
        key, table = "fts.rowid", "fts CROSS JOIN mentions m ON m.id = fts.rowid"
        condition = "fts MATCH :words AND "
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM {table} JOIN sources s ON s.id = m.source WHERE {condition}{key} > :after"  # noqa: S608
        f" AND {key} <= :until AND m.tombstone = '' ORDER BY {key} LIMIT :limit",
        {"words": words, "after": after, "until": until, "limit": limit},
    )
    for row in rows:
        yield int(row[0]), _document(row)


def documents_of(db: Connection, mentions: Sequence[int]) -> Iterator[tuple[int, Document]]:
    """These mentions, as topics see them."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM json_each(?) j CROSS JOIN mentions m ON m.id = j.value"  # noqa: S608
        " JOIN sources s ON s.id = m.source",
        (json.dumps(mentions),),
    )
    for row in rows:
        yield int(row[0]), _document(row)


_LATER: Final = (
    f"SELECT m.tone, m.confidence, m.story <> m.id, {PEOPLE_SQL}, m.likes, m.shares, m.replies,"  # noqa: S608
    " ifnull(w.state, 'new'), ifnull(w.assignee, ''),"
    " (SELECT group_concat(tag, char(10)) FROM mention_tags WHERE mention = m.id),"
    " (SELECT group_concat(p.slug, char(10)) FROM mention_topics t JOIN topics p ON p.id = t.topic"
    " WHERE t.mention = m.id),"
    " EXISTS (SELECT 1 FROM muted h JOIN mutes u ON u.id = h.mute WHERE h.mention = m.id AND u.lifted IS NULL"
    " AND ifnull(u.ends > :now, 1)),"
    " EXISTS (SELECT 1 FROM mentions r WHERE r.parent_id <> '' AND (r.parent_id = m.canonical_id"
    " OR (r.parent_id = m.native_id AND r.source = m.source))),"
    " ifnull((SELECT read FROM read_marks WHERE operator = :operator AND mention = m.id),"
    " m.id < ifnull((SELECT read_below FROM operators WHERE name = :operator), 0))"
    " , EXISTS (SELECT 1 FROM engagement WHERE mention = m.id AND faster)"
    " FROM mentions m LEFT JOIN mention_work w ON w.mention = m.id WHERE m.id = :id"
)


def document_of(db: Connection, mention: int, operator: str, now: int) -> Document | None:
    """One mention with everything that a query can ask of it, as `operator` sees it at `now` (ms UTC); None if gone."""
    base = db.execute(
        f"SELECT {_COLUMNS} FROM mentions m JOIN sources s ON s.id = m.source WHERE m.id = ?",  # noqa: S608
        (mention,),
    ).fetchone()
    if base is None:
        return None
    document = _document(base)
    row = db.execute(_LATER, {"id": mention, "operator": operator, "now": now}).fetchone()
    tone, document.confidence, repost, document.reach, *counts = row[:7]
    document.tone = None if tone is None else Tone(tone)
    document.repost = bool(repost)
    known = [count for count in counts if count is not None]
    document.engagement = sum(known) if known else None
    document.state, document.assignee = row[7], row[8]
    document.tags = tuple(row[9].splitlines()) if row[9] else ()
    document.topics = tuple(row[10].splitlines()) if row[10] else ()
    document.muted = bool(row[11])
    document.answered = bool(row[12]) or bool(counts[2])
    document.unread = not row[13]
    document.viral = bool(row[14])
    return document


def toned(db: Connection, document: Document, mention: int, topic: int | str) -> Document:
    """The same with the tone towards a topic (row number, or slug in small letters) that the mention belongs to."""
    row = db.execute(
        "SELECT t.tone, t.confidence FROM mention_topics t JOIN topics p ON p.id = t.topic"
        " WHERE t.mention = ? AND (p.id = ? OR lower(p.slug) = ?)",
        (mention, topic, topic),
    ).fetchone()
    if row is None:
        return document
    return replace(document, tone=None if row[0] is None else Tone(row[0]), confidence=row[1])


def _document(row: Sequence[Any]) -> Document:
    return Document(
        title=row[1],
        text=row[2],
        author=row[3],
        handle=row[4],
        bio=row[5],
        site=row[6],
        url=row[7],
        links=tuple(row[8].splitlines()),
        lang=row[9],
        kind=row[10],
        source=row[11],
        source_kind=row[12],
        published=row[13],
        followers=row[14],
        rating=row[15],
        media=row[16],
        lists=tuple(row[17].split(",")) if row[17] else (),
        places=asked_names(tuple(row[18].splitlines())) if row[18] else (),
    )
