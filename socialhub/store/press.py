"""What the press and what people say of a topic, as texts. Times are ms UTC; the latest MOST_READ are read."""

from __future__ import annotations

import json
from typing import Final

from socialhub.model import Kind
from socialhub.records import dataclass
from socialhub.roles import PRESS_CLASSES
from socialhub.store.connection import Connection
from socialhub.store.news import newest_before

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


_BY_THE_PRESS: Final = (
    "m.kind = :article AND (EXISTS (SELECT 1 FROM audiences a WHERE a.site = lower(m.site) AND a.kind IN"
    " (SELECT value FROM json_each(:classes))) OR EXISTS (SELECT 1 FROM mention_people p JOIN watchlist_people l"
    " ON l.person = p.person JOIN watchlists w ON w.id = l.list AND w.active AND w.kind = 'press'"
    " WHERE p.mention = m.id))"
)
"""The row `m` is an article on a site of the press, or by somebody on a watchlist of the press."""
_PRESS: Final = {"article": Kind.ARTICLE, "classes": json.dumps(sorted(PRESS_CLASSES))}


def is_of_press(db: Connection, mention: int) -> bool:
    """Whether a mention is an article of the press."""
    query = f"SELECT 1 FROM mentions m WHERE m.id = :mention AND {_BY_THE_PRESS}"  # noqa: S608
    return db.execute(query, {"mention": mention, **_PRESS}).fetchone() is not None


def articles(db: Connection, topic: int, start: int, end: int) -> list[Written]:
    """The articles of the press on a topic published in [start, end)."""
    text = "coalesce(nullif(m.title, ''), substr(m.text, 1, :longest))"
    return _read(db, text, _BY_THE_PRESS, topic, start, end, _PRESS)


def posts(db: Connection, topic: int, start: int, end: int) -> list[Written]:
    """What people posted on a topic in [start, end)."""
    about = "m.kind IN (SELECT value FROM json_each(:kinds))"
    return _read(db, "substr(m.text, 1, :longest)", about, topic, start, end, {"kinds": json.dumps(SOCIAL)})


def _read(
    db: Connection, text: str, about: str, topic: int, start: int, end: int, values: dict[str, str]
) -> list[Written]:
    # Nothing arrives before it is published: what is older, and what other topics were told, is not looked at.
    rows = db.execute(
        f"SELECT m.id, m.published, m.lang, coalesce(nullif(m.site, ''), m.author), {text}"  # noqa: S608
        " FROM mention_topics t CROSS JOIN mentions m ON m.id = t.mention WHERE t.topic = :topic"
        f" AND t.mention > :before AND m.published >= :start AND m.published < :end AND m.tombstone = '' AND {about}"
        " ORDER BY m.published DESC LIMIT :most",
        {
            "topic": topic,
            "before": newest_before(db, start),
            "start": start,
            "end": end,
            "most": MOST_READ,
            "longest": _LONGEST,
            **values,
        },
    )
    return [Written(*row) for row in rows]
