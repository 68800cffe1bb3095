"""Stored mentions as topics see them: what a mention had when it came in, nothing of what people did with it since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from socialhub.gazetteer import asked_names
from socialhub.query.document import Document
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
