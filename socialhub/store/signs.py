"""The posts that signs of inauthenticity are looked for in: of one author, of a story, of a topic. Times are ms UTC."""

from __future__ import annotations

from typing import Any, Final

from socialhub.authors import AUTHOR_SQL
from socialhub.records import dataclass
from socialhub.store.authors import Whose, rows_of
from socialhub.store.connection import Connection

MOST_POSTS: Final = 2_000
_LONGEST: Final = 600
"""Characters of a text that are read to count its words."""


@dataclass(frozen=True, slots=True)
class PostRow:
    """One mention: its author's key, what it says and links to, when the account was made, who knows the author.

    `story` is shared by copies; `watched` says that the author stands on a watchlist, `role` what an operator
    called them.
    """

    mention: int
    author: str
    published: int
    story: int
    kind: str
    site: str
    text: str
    links: tuple[str, ...]
    account_created: int | None
    watched: bool
    role: str


_COLUMNS: Final = (
    f"m.id, {AUTHOR_SQL}, m.published, m.story, m.kind, lower(m.site), substr(m.title || ' ' || m.text, 1, {_LONGEST}),"  # noqa: S608
    " m.links, m.account_created, EXISTS (SELECT 1 FROM mention_people a JOIN people o ON o.id = a.person AND o.active"
    f" WHERE a.mention = m.id), ifnull((SELECT role FROM author_roles WHERE author = {AUTHOR_SQL}), '')"
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


def _read(db: Connection, statement: str, values: dict[str, Any]) -> list[PostRow]:
    rows = db.execute(statement, values | {"most": MOST_POSTS})
    return [_to_row(row) for row in rows]


def _to_row(row: tuple[Any, ...]) -> PostRow:
    fields = list(row)
    fields[7], fields[9] = tuple(row[7].splitlines()), bool(row[9])
    return PostRow(*fields)


def press_sites(db: Connection) -> frozenset[str]:
    """The sites whose audience class is known: what links there shares an article."""
    return frozenset(site for (site,) in db.execute("SELECT site FROM audiences"))
