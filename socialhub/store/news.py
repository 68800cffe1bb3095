"""What is new of a topic, mention by mention: as it arrived, or, for looking back, as it was published.

Times are ms UTC. A row costs some microseconds, so that callers ask for what they have not read yet.
"""

from __future__ import annotations

from typing import Any, Final

from socialhub.authors import AUTHOR_SQL
from socialhub.reach import PEOPLE_SQL
from socialhub.records import dataclass
from socialhub.store.connection import Connection
from socialhub.store.tones import ToneColumns


@dataclass(frozen=True, slots=True)
class News:
    """One mention of a topic.

    `tone` is its bucket towards the topic, `people` whom it may have reached (None: unknown); `author` is a key (see
    authors), `name` how they are shown, `site` in small letters; `topics` are the numbers of all that it matched.
    """

    mention: int
    published: int
    seen: int
    tone: int
    people: int | None
    kind: str
    source: int
    author: str
    name: str
    site: str
    topics: tuple[int, ...]


_COLUMNS: Final = (
    f"SELECT m.id, m.published, m.seen, {ToneColumns('t.tone', 't.confidence').bucket}, {PEOPLE_SQL}, m.kind,"  # noqa: S608
    f" m.source, {AUTHOR_SQL}, coalesce(nullif(m.handle, ''), nullif(m.author, ''), m.site), lower(m.site),"
    " (SELECT group_concat(topic) FROM mention_topics WHERE mention = m.id) FROM "
)


def arrivals(db: Connection, topic: int, above: int) -> list[News]:
    """The mentions of a topic (row number) that arrived after mention `above`, in order of arrival."""
    return _read(
        db,
        "mention_topics t CROSS JOIN mentions m ON m.id = t.mention JOIN sources s ON s.id = m.source"
        " WHERE t.topic = ? AND t.mention > ? AND m.tombstone = '' ORDER BY t.mention",
        (topic, above),
    )


def published(db: Connection, topic: int, start: int, end: int) -> list[News]:
    """The mentions of a topic published in [start, end), in that order."""
    return _read(
        db,
        "mentions m INDEXED BY mentions_by_published CROSS JOIN mention_topics t ON t.topic = ?1 AND t.mention = m.id"
        " JOIN sources s ON s.id = m.source WHERE m.published >= ?2 AND m.published < ?3 AND m.tombstone = ''"
        " ORDER BY m.published, m.id",
        (topic, start, end),
    )


ENDS: Final = (
    # Asked for both ends at once SQLite reads all rows.
    "SELECT coalesce((SELECT min(id) FROM mentions), 1), coalesce((SELECT max(id) FROM mentions), 0) + 1"
)
"""The first number of a mention, and the first after the last."""


def newest_before(db: Connection, moment: int) -> int:
    """The last mention that arrived before a moment; 0 for none. Found by halving: ids follow arrival."""
    low, high = db.execute(ENDS).fetchone()
    while low < high:
        middle = (low + high) // 2
        row = db.execute("SELECT id, seen FROM mentions WHERE id >= ? ORDER BY id LIMIT 1", (middle,)).fetchone()
        if row is None or row[1] >= moment:
            high = middle
        else:
            low = row[0] + 1
    return int(low) - 1


def _read(db: Connection, rest: str, values: tuple[int, ...]) -> list[News]:
    return [_to_news(row) for row in db.execute(_COLUMNS + rest, values)]


def _to_news(row: tuple[Any, ...]) -> News:
    fields: list[Any] = [*row[:10], tuple(map(int, row[10].split(",")))]
    return News(*fields)
