"""The stars of reviews by topic and source. Times are ms UTC; what is no rating of one to five stars is left out."""

from __future__ import annotations

from typing import Final

from socialhub.records import dataclass
from socialhub.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Rated:
    """Reviews of a topic by a source (row numbers): when one was published (0 for several), its stars, how many."""

    published: int
    topic: int
    source: int
    stars: int
    reviews: int


_FROM: Final = (
    " FROM mentions m INDEXED BY mentions_rated CROSS JOIN mention_topics t ON t.mention = m.id"
    " WHERE m.rating IS NOT NULL AND m.rating BETWEEN 1 AND 5 AND m.published >= ? AND m.published < ?"
    " AND m.tombstone = ''"
)


def reviews(db: Connection, start: int, end: int) -> list[Rated]:
    """Every review published in [start, end), in that order; one of two topics twice."""
    rows = db.execute(
        f"SELECT m.published, t.topic, m.source, CAST(round(m.rating) AS INTEGER), 1{_FROM} ORDER BY m.published",
        (start, end),
    )
    return [Rated(*row) for row in rows]


def reviews_counted(db: Connection, start: int, end: int) -> list[Rated]:
    """The same, counted by topic, source and stars."""
    rows = db.execute(
        f"SELECT 0, t.topic, m.source, CAST(round(m.rating) AS INTEGER), count(*){_FROM} GROUP BY 2, 3, 4",
        (start, end),
    )
    return [Rated(*row) for row in rows]
