"""Who speaks badly of our topics: on which watchlists somebody stands, and how often they were negative before.

Reads rows of one mention, or of one author by their index. Times are ms UTC.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Final

from socialhub.authors import AUTHOR_SQL, INDEXED_SQL
from socialhub.model import Tone
from socialhub.store.connection import Connection
from socialhub.store.news import News
from socialhub.store.tones import ToneColumns

MOST_READ: Final = 500
"""So many mentions of an author at most are looked at, the latest ones."""


def watched_as(db: Connection, mention: int, kinds: Collection[str]) -> tuple[str, str] | None:
    """(person, watchlist) of who wrote a mention, where they stand on a list of one of these kinds; None where not."""
    row = db.execute(
        "SELECT p.name, w.name FROM mention_people a JOIN people p ON p.id = a.person AND p.active"
        " JOIN watchlist_people l ON l.person = p.id JOIN watchlists w ON w.id = l.list AND w.active"
        " WHERE a.mention = ? AND w.kind IN (SELECT value FROM json_each(?)) ORDER BY w.position LIMIT 1",
        (mention, json.dumps(sorted(kinds))),
    ).fetchone()
    return None if row is None else (str(row[0]), str(row[1]))


def complaints(db: Connection, whose: News, topics: Collection[int], start: int, end: int) -> tuple[int, int]:
    """How many negative mentions of these topics (numbers) the author of a mention published in [start, end), and how
    many of them nobody has dealt with. What nobody signs has no past: everyone is somebody else.
    """
    if not whose.name:
        return 0, 0
    row = db.execute(
        "SELECT count(*), coalesce(sum(coalesce(w.state, 'new') = 'new'), 0) FROM (SELECT m.id"  # noqa: S608
        " FROM mentions m INDEXED BY mentions_by_author JOIN sources s ON s.id = m.source"
        f" WHERE {INDEXED_SQL} = :name AND m.published >= :start AND m.published < :end AND m.tombstone = ''"
        f" AND {AUTHOR_SQL} = :author ORDER BY m.published DESC LIMIT :most) said"
        " LEFT JOIN mention_work w ON w.mention = said.id WHERE EXISTS (SELECT 1 FROM mention_topics t"
        " WHERE t.mention = said.id AND t.topic IN (SELECT value FROM json_each(:topics))"
        f" AND {ToneColumns('t.tone', 't.confidence').bucket} = {int(Tone.NEGATIVE)})",
        {
            "name": whose.name,
            "author": whose.author,
            "topics": json.dumps(sorted(topics)),
            "start": start,
            "end": end,
            "most": MOST_READ,
        },
    ).fetchone()
    return int(row[0]), int(row[1])
