"""What the press and what people say of a topic, as texts. Times are ms UTC; the latest MOST_READ are read."""

from __future__ import annotations

import json
from typing import Final

from socialhub.model import Kind
from socialhub.records import dataclass
from socialhub.roles import PRESS_CLASSES
from socialhub.store.connection import Connection

MOST_READ: Final = 600
SOCIAL: Final = (Kind.POST, Kind.REPLY, Kind.QUOTE, Kind.COMMENT, Kind.MESSAGE)
"""What people say; a review answers no news."""
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Written:
    """One text: of a post its beginning, of an article its headline. `outlet` is the site, or who signed."""

    mention: int
    published: int
    lang: str
    outlet: str
    text: str


def articles(db: Connection, topic: int, start: int, end: int) -> list[Written]:
    """The articles of the press on a topic published in [start, end): on a site of the press, or by somebody on a
    watchlist of the press.
    """
    about = (
        " AND m.kind = :article AND (EXISTS (SELECT 1 FROM audiences a WHERE a.site = lower(m.site) AND a.kind IN"
        " (SELECT value FROM json_each(:classes))) OR EXISTS (SELECT 1 FROM mention_people p JOIN watchlist_people l"
        " ON l.person = p.person JOIN watchlists w ON w.id = l.list AND w.active AND w.kind = 'press'"
        " WHERE p.mention = m.id))"
    )
    text = "coalesce(nullif(m.title, ''), substr(m.text, 1, :longest))"
    values = {"article": Kind.ARTICLE, "classes": json.dumps(sorted(PRESS_CLASSES))}
    return _read(db, text, about, topic, start, end, values)


def posts(db: Connection, topic: int, start: int, end: int) -> list[Written]:
    """What people posted on a topic in [start, end)."""
    about = " AND m.kind IN (SELECT value FROM json_each(:kinds))"
    return _read(db, "substr(m.text, 1, :longest)", about, topic, start, end, {"kinds": json.dumps(SOCIAL)})


def _read(
    db: Connection, text: str, about: str, topic: int, start: int, end: int, values: dict[str, str]
) -> list[Written]:
    rows = db.execute(
        f"SELECT m.id, m.published, m.lang, coalesce(nullif(m.site, ''), m.author), {text}"  # noqa: S608
        " FROM mentions m INDEXED BY mentions_by_published CROSS JOIN mention_topics t ON t.topic = :topic"
        f" AND t.mention = m.id WHERE m.published >= :start AND m.published < :end AND m.tombstone = ''{about}"
        " ORDER BY m.published DESC LIMIT :most",
        {"topic": topic, "start": start, "end": end, "most": MOST_READ, "longest": _LONGEST, **values},
    )
    return [Written(*row) for row in rows]
