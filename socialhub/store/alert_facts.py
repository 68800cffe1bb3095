"""What an alert tells of the mentions behind it: who, where, which came first, which went furthest, who waits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from socialhub.records import dataclass
from socialhub.store.connection import Connection
from socialhub.store.ours import ours_among
from socialhub.store.schema import UNSURE_BUCKET
from socialhub.store.tones import ToneColumns

LISTED: Final = 5
"""So many mentions, sources, places and authors are named."""
LOOKED_AT: Final = 20_000
"""So many mentions of a window at most are read, the latest ones."""
_TONE: Final = ToneColumns("t.tone", "t.confidence").bucket
_INSIDE: Final = (
    f"SELECT m.id AS id, m.published AS published, m.source AS source, {_TONE} AS tone, m.handle AS handle,"  # noqa: S608
    " m.author AS author, m.followers AS followers, coalesce(w.state, 'new') AS state,"
    " coalesce(m.likes, 0) + coalesce(m.shares, 0) + coalesce(m.replies, 0) AS engagement"
    " FROM mentions m JOIN mention_topics t ON t.mention = m.id AND t.topic = :topic"
    " LEFT JOIN mention_work w ON w.mention = m.id"
    " WHERE m.published >= :start AND m.published < :end AND m.tombstone = ''"
)


@dataclass(frozen=True, slots=True)
class Window:
    """Which mentions: a topic's in [start, end) ms UTC, of one tone, source (a number) or place (a code) if named.

    `only` are the mentions (ids) that are meant; empty: all.
    """

    topic: int
    start: int
    end: int
    tone: int | None = None
    source: int | None = None
    place: str = ""
    only: tuple[int, ...] = ()

    def sql(self) -> tuple[str, dict[str, Any]]:
        """A SELECT of the mentions, at most LOOKED_AT, and its values."""
        where, values = _INSIDE, {"topic": self.topic, "start": self.start, "end": self.end, "most": LOOKED_AT}
        if self.tone is not None:
            where += f" AND {_TONE} = :tone"
        if self.source is not None:
            where += " AND m.source = :source"
        if self.place:
            where += " AND EXISTS (SELECT 1 FROM mention_places p WHERE p.mention = m.id AND p.place = :place)"
        if self.only:
            where += " AND m.id IN (SELECT value FROM json_each(:only))"
        narrowed = {"only": json.dumps(self.only), "tone": self.tone, "source": self.source, "place": self.place}
        return f"{where} ORDER BY m.published DESC LIMIT :most", {**values, **narrowed}


def published_at(db: Connection, mention: int | None) -> int | None:
    """When a mention was published (ms UTC); None for none, or one that is gone."""
    row = db.execute("SELECT published FROM mentions WHERE id IS ?", (mention,)).fetchone()
    return int(row[0]) if row else None


def told_of(db: Connection, window: Window) -> dict[str, Any]:
    """The lists of an alert's facts.

    `top` are mentions (ids) by engagement and followers, `first` the earliest; `sources`, `places` and `authors` pairs
    of a name or code and its mentions, authors with their followers; `negative` the share of the judged mentions;
    `unanswered` how many negative ones of others nobody has dealt with, `waiting` the most read of them.
    """
    inside, values = window.sql()
    rows = db.execute(inside, values).fetchall()
    by_weight = sorted(rows, key=lambda row: (row[8], row[6] or 0, -row[1]), reverse=True)
    judged = [row[3] for row in rows if row[3] not in (None, UNSURE_BUCKET)]
    untouched = [row[0] for row in by_weight if row[3] == -1 and row[7] == "new"]
    ours = ours_among(db, untouched)
    waiting = [mention for mention in untouched if mention not in ours]
    return {
        "top": [row[0] for row in by_weight[:LISTED]],
        "first": min(rows, key=lambda row: (row[1], row[0]))[0] if rows else None,
        "negative": round(sum(tone == -1 for tone in judged) / len(judged), 3) if judged else None,
        "unanswered": len(waiting),
        "waiting": waiting[:LISTED],
        "authors": _authors(rows),
        "sources": _sources(db, inside, values),
        "places": _places(db, inside, values),
    }


def _authors(rows: list[tuple[Any, ...]]) -> list[list[Any]]:
    """[name, mentions, followers] of those who are followed most."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        name = row[4] or row[5]
        if name:
            entry = found.setdefault(name, [name, 0, None])
            entry[1] += 1
            entry[2] = max(entry[2] or 0, row[6]) if row[6] is not None else entry[2]
    return sorted(found.values(), key=lambda entry: (-(entry[2] or 0), -entry[1], entry[0]))[:LISTED]


def _sources(db: Connection, inside: str, values: dict[str, Any]) -> list[list[Any]]:
    query = (
        f"SELECT s.name, count(*) AS n FROM ({inside}) i JOIN sources s ON s.id = i.source"  # noqa: S608
        f" GROUP BY s.name ORDER BY n DESC, s.name LIMIT {LISTED}"
    )
    return [list(row) for row in db.execute(query, values)]


def _places(db: Connection, inside: str, values: dict[str, Any]) -> list[list[Any]]:
    query = (
        f"SELECT p.place, count(*) AS n FROM ({inside}) i JOIN mention_places p ON p.mention = i.id"  # noqa: S608
        f" WHERE p.place NOT LIKE 'R-%' GROUP BY p.place ORDER BY n DESC, p.place LIMIT {LISTED}"
    )
    return [list(row) for row in db.execute(query, values)]


def counted(db: Connection, window: Window) -> int:
    """How many mentions the counts hold for a window; those of purged mentions too."""
    return sum(tones_counted(db, window).values())


def tones_counted(db: Connection, window: Window) -> dict[int, int]:
    """How many mentions of each tone (its bucket) the counts hold for a window."""
    return _tones_in(db, window, "place_counts" if window.place else "counts", "minute")


def tones_of_weeks(db: Connection, window: Window) -> dict[int, int]:
    """The same for a long window of whole hours."""
    return _tones_in(db, window, "place_hour_counts" if window.place else "hour_counts", "hour")


def _tones_in(db: Connection, window: Window, table: str, column: str) -> dict[int, int]:
    query = (
        f"SELECT tone, sum(mentions) FROM {table}"  # noqa: S608
        f" WHERE topic = :topic AND {column} >= :start AND {column} < :end"
    )
    narrowed: dict[str, int | str | None] = (
        {"place": window.place} if window.place else {"tone": window.tone, "source": window.source}
    )
    values = {name: value for name, value in narrowed.items() if value is not None}
    query += "".join(f" AND {name} = :{name}" for name in values) + " GROUP BY tone"
    return dict(db.execute(query, {"topic": window.topic, "start": window.start, "end": window.end, **values}))


def shared_with(db: Connection, window: Window, kinds: Sequence[str]) -> list[tuple[str, int]]:
    """The active topics of some kinds that mentions of a window belong to as well: names and how many."""
    inside, values = window.sql()
    rows = db.execute(
        f"SELECT o.name, count(*) FROM ({inside}) i JOIN mention_topics b ON b.mention = i.id AND b.topic <> :topic"  # noqa: S608
        " JOIN topics o ON o.id = b.topic AND o.active AND o.kind IN (SELECT value FROM json_each(:kinds))"
        f" GROUP BY o.id ORDER BY 2 DESC, o.position LIMIT {LISTED}",
        {**values, "kinds": json.dumps(list(kinds))},
    )
    return [(str(name), int(count)) for name, count in rows]


@dataclass(frozen=True, slots=True)
class Shared:
    """The mentions of a window with their stories (a mention's number each) and the links they push."""

    mentions: frozenset[int]
    stories: dict[int, int]
    links_of: dict[int, frozenset[str]]

    @property
    def links(self) -> frozenset[str]:
        """All links together."""
        return frozenset(link for links in self.links_of.values() for link in links)

    def without(self, mentions: frozenset[int]) -> Shared:
        """The same without some of the mentions."""
        stories = {mention: story for mention, story in self.stories.items() if mention not in mentions}
        links_of = {mention: links for mention, links in self.links_of.items() if mention not in mentions}
        return Shared(self.mentions - mentions, stories, links_of)


def shared_of(db: Connection, window: Window) -> Shared:
    """What the mentions of a window can have in common with others, at most LOOKED_AT of them."""
    inside, values = window.sql()
    query = f"SELECT i.id, m.story, m.links FROM ({inside}) i JOIN mentions m ON m.id = i.id"  # noqa: S608
    rows = db.execute(query, values).fetchall()
    return Shared(
        frozenset(row[0] for row in rows),
        {row[0]: row[1] for row in rows},
        {row[0]: frozenset(row[2].split("\n")) for row in rows if row[2]},
    )
