"""The posts that signs of inauthenticity are looked for in: of one author, of a story, of a topic. Times are ms UTC."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from socialhub.authors import AUTHOR_SQL, INDEXED_SQL
from socialhub.clock import HOUR
from socialhub.records import dataclass
from socialhub.store.authors import Whose, rows_of
from socialhub.store.connection import Connection
from socialhub.store.voices import first_arrival_since

MOST_POSTS: Final = 2_000
_LONGEST: Final = 600
"""Characters of a text that are read to count its words."""
_EXCERPT: Final = 280
"""Characters of a text that are told."""


@dataclass(frozen=True, slots=True)
class PostRow:
    """One mention: its author's key, what it says and links to, when the account was made, who knows the author.

    `story` is shared by copies; `words` counts those of its text without tags, handles and links; `watched` says that
    the author stands on a watchlist, `role` what an operator called them; `source` is a number, `name` what the
    author's past is asked for (authors.INDEXED_SQL).
    """

    mention: int
    author: str
    published: int
    story: int
    kind: str
    site: str
    words: int
    links: tuple[str, ...]
    account_created: int | None
    watched: bool
    role: str
    source: int
    seen: int
    name: str


_COLUMNS: Final = (
    f"m.id, {AUTHOR_SQL}, m.published, m.story, m.kind, lower(m.site), substr(m.title || ' ' || m.text, 1, {_LONGEST}),"  # noqa: S608
    " m.links, m.account_created, EXISTS (SELECT 1 FROM mention_people a JOIN people o ON o.id = a.person AND o.active"
    f" WHERE a.mention = m.id), ifnull((SELECT role FROM author_roles WHERE author = {AUTHOR_SQL}), ''),"
    f" m.source, m.seen, {INDEXED_SQL}"
)


def posts_of_author(db: Connection, whose: Whose, since: int) -> list[PostRow]:
    """The newest posts of an author since then."""
    table, condition, values, at = rows_of(whose)
    return _read(
        db,
        f"SELECT {_COLUMNS} FROM {table} WHERE {condition} AND {at} >= :since ORDER BY {at} DESC LIMIT :most",  # noqa: S608
        values | {"since": since},
    )


def posts_of_story(db: Connection, story: int) -> list[PostRow]:
    """The first posts of a story (the id of its first mention)."""
    return _read(
        db,
        f"SELECT {_COLUMNS} FROM (SELECT :story AS id UNION ALL SELECT id FROM (SELECT id FROM mentions"  # noqa: S608
        " WHERE story = :story AND story <> id ORDER BY id LIMIT :most)) x CROSS JOIN mentions m ON m.id = x.id"
        " JOIN sources s ON s.id = m.source WHERE m.tombstone = ''",
        {"story": story},
    )


def posts_of_topic(db: Connection, topic: int, since: int) -> list[PostRow]:
    """The newest posts on a topic (row number) that were published since then."""
    return _read(
        db,
        f"SELECT {_COLUMNS} FROM mention_topics t CROSS JOIN mentions m ON m.id = t.mention"  # noqa: S608
        " JOIN sources s ON s.id = m.source WHERE t.topic = :topic AND m.published >= :since AND m.tombstone = ''"
        " ORDER BY t.mention DESC LIMIT :most",
        {"topic": topic, "since": since},
    )


def posts_arrived(db: Connection, topic: int, above: int) -> list[PostRow]:
    """The posts on a topic (row number) that arrived after mention `above`, in order of arrival."""
    return _read(
        db,
        f"SELECT {_COLUMNS} FROM mention_topics t CROSS JOIN mentions m ON m.id = t.mention"  # noqa: S608
        " JOIN sources s ON s.id = m.source WHERE t.topic = :topic AND t.mention > :above AND m.tombstone = ''"
        " ORDER BY t.mention",
        {"topic": topic, "above": above},
    )


def posts_published(db: Connection, topic: int, start: int, end: int) -> list[PostRow]:
    """The posts on a topic (row number) published in [start, end), in that order."""
    return _read(
        db,
        f"SELECT {_COLUMNS} FROM mentions m INDEXED BY mentions_by_published CROSS JOIN mention_topics t"  # noqa: S608
        " ON t.topic = :topic AND t.mention = m.id JOIN sources s ON s.id = m.source"
        " WHERE m.published >= :start AND m.published < :end AND m.tombstone = '' ORDER BY m.published, m.id",
        {"topic": topic, "start": start, "end": end},
    )


def account_ages(db: Connection, start: int, end: int, most: int) -> list[int]:
    """How old accounts were (ms) when they wrote in [start, end), as far as is told: of `most` evenly chosen posts."""
    low, high = first_arrival_since(db, start), first_arrival_since(db, end)
    rows = db.execute(
        "WITH RECURSIVE spread(id) AS (SELECT :low UNION ALL SELECT id + :step FROM spread WHERE id + :step < :high)"
        " SELECT m.published - m.account_created FROM spread CROSS JOIN mentions m ON m.id = spread.id"
        " WHERE m.account_created IS NOT NULL AND m.published >= :start AND m.published < :end AND m.tombstone = ''",
        {"low": low, "high": high, "step": max(1, (high - low) // most), "start": start, "end": end},
    )
    return [age for (age,) in rows]


def hours_awake(db: Connection, names: Collection[str], start: int, end: int) -> dict[str, int]:
    """In how many different hours of [start, end) each of these names (authors.INDEXED_SQL) wrote something."""
    return {
        name: int(
            db.execute(
                f"SELECT count(DISTINCT m.published / {HOUR}) FROM mentions m"  # noqa: S608
                f" WHERE {INDEXED_SQL} = ? AND m.published >= ? AND m.published < ?",
                (name, start, end),
            ).fetchone()[0]
        )
        for name in names
    }


def text_of(db: Connection, mention: int) -> str:
    """The first words of a mention; "" for one that is gone."""
    row = db.execute(
        f"SELECT substr(trim(title || ' ' || text), 1, {_EXCERPT}) FROM mentions WHERE id = ?",  # noqa: S608
        (mention,),
    ).fetchone()
    return str(row[0]) if row else ""


def copies_within(db: Connection, topic: int, start: int, end: int) -> int:
    """How many mentions of a topic (row number) in [start, end) told what another one told before, by the counts."""
    (copies,) = db.execute(
        "SELECT coalesce(sum(mentions - stories), 0) FROM counts WHERE topic = ? AND minute >= ? AND minute < ?",
        (topic, start, end),
    ).fetchone()
    return int(copies)


def _read(db: Connection, statement: str, values: dict[str, Any]) -> list[PostRow]:
    rows = db.execute(statement, values | {"most": MOST_POSTS})
    return [_to_row(row) for row in rows]


def _to_row(row: tuple[Any, ...]) -> PostRow:
    fields = list(row)
    fields[6] = sum(word[0] not in "#@" and "://" not in word for word in row[6].split())
    fields[7], fields[9] = tuple(row[7].splitlines()), bool(row[9])
    return PostRow(*fields)


def press_sites(db: Connection) -> frozenset[str]:
    """The sites whose audience class is known: what links there shares an article."""
    return frozenset(site for (site,) in db.execute("SELECT site FROM audiences"))
