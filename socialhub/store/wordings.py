"""What a topic's mentions say, for the search of weak signals: the latest, those of the past, where a term stood.

Times are ms UTC. Ids follow arrival, so that what was published since a moment is looked for among what arrived since.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from socialhub.authors import AUTHOR_SQL
from socialhub.records import dataclass
from socialhub.store.connection import Connection

LONGEST: Final = 400
"""Characters of a text that are read."""
EVER: Final = 1 << 62
MOST_HITS: Final = 10_000
"""So many of the latest mentions with a term are looked at."""
_BRIDGED: Final = 2
"""Grammar words that may stand within a pair (see detect.interests)."""
_TEXT: Final = "CASE WHEN m.title = '' OR m.text LIKE m.title || '%' THEN m.text ELSE m.title || '. ' || m.text END"


@dataclass(frozen=True, slots=True)
class Wording:
    """What one mention says: `source` is a number, `author` a key; copies share a `story`."""

    mention: int
    published: int
    source: int
    story: int
    author: str
    lang: str
    text: str
    links: tuple[str, ...]


def latest(db: Connection, topic: int, above: int, most: int) -> list[int]:
    """The mentions of a topic (row number) that arrived after mention `above`, the latest first."""
    rows = db.execute(
        "SELECT mention FROM mention_topics WHERE topic = ? AND mention > ? ORDER BY mention DESC LIMIT ?",
        (topic, above, most),
    )
    return [mention for (mention,) in rows]


def published_in(db: Connection, topic: int, start: int, end: int, most: int) -> list[int]:
    """The mentions of a topic published in [start, end), the latest first."""
    rows = db.execute(
        "SELECT m.id FROM mentions m INDEXED BY mentions_by_published CROSS JOIN mention_topics t ON t.topic = ?"
        " AND t.mention = m.id WHERE m.published >= ? AND m.published < ? ORDER BY m.published DESC LIMIT ?",
        (topic, start, end, most),
    )
    return [mention for (mention,) in rows]


def wordings(db: Connection, mentions: Sequence[int], start: int = 0, end: int = EVER, most: int = -1) -> list[Wording]:
    """What these mentions say, without those that are gone: those published in [start, end), `most` at most (-1: all),
    the latest first.
    """
    rows = db.execute(
        f"SELECT m.id, m.published, m.source, m.story, {AUTHOR_SQL}, m.lang, substr({_TEXT}, 1, {LONGEST}), m.links"  # noqa: S608
        " FROM json_each(:mentions) j CROSS JOIN mentions m ON m.id = j.value JOIN sources s ON s.id = m.source"
        " WHERE m.tombstone = '' AND m.published >= :start AND m.published < :end"
        " ORDER BY m.published DESC LIMIT :most",
        {"mentions": json.dumps(list(mentions)), "start": start, "end": end, "most": most},
    )
    return [_to_wording(row) for row in rows]


def _to_wording(row: tuple[Any, ...]) -> Wording:
    fields = list(row)
    fields[7] = tuple(row[7].splitlines())
    return Wording(*fields)


def occurrences(db: Connection, topic: int, term: str, above: int, start: int, end: int) -> list[tuple[int, bool]]:
    """(when published, whether on the topic) of the mentions of [start, end) with a term (a word, "#tag", "two words").

    Those that arrived after mention `above` are asked, the latest MOST_HITS of them.
    """
    rows = db.execute(
        "SELECT m.published, EXISTS (SELECT 1 FROM mention_topics t WHERE t.topic = :topic AND t.mention = m.id)"
        " FROM (SELECT rowid AS id FROM fts WHERE fts MATCH :asked AND rowid > :above"
        " ORDER BY rowid DESC LIMIT :most) f CROSS JOIN mentions m ON m.id = f.id"
        " WHERE m.published >= :start AND m.published < :end",
        {"topic": topic, "asked": _asked(term), "above": above, "most": MOST_HITS, "start": start, "end": end},
    )
    return [(published, bool(on_topic)) for published, on_topic in rows]


def _asked(term: str) -> str:
    """The question to the index; a pair is found in either order."""
    words = ['"' + word.replace('"', '""') + '"' for word in term.split(" ")]
    if term.startswith("#"):
        return f"marks : {words[0]}"
    return words[0] if len(words) == 1 else f"NEAR({' '.join(words)}, {_BRIDGED})"
