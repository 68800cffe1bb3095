"""Topics as the collector writes them into the cache; viewers read them here, never from their own configuration."""

from __future__ import annotations

import hashlib
import json

from socialhub.model import Topic
from socialhub.records import dataclass
from socialhub.store.connection import Connection
from socialhub.store.rematch_jobs import ask_rematch


@dataclass(frozen=True, slots=True)
class ConfiguredTopic:
    """What the configuration says of a topic."""

    slug: str
    name: str
    kind: str
    query: str
    colour: str = ""


def query_hash(query: str) -> str:
    """What tells whether a topic's query changed."""
    return hashlib.sha256(query.encode()).hexdigest()[:16]


def sync_topics(db: Connection, configured: list[ConfiguredTopic], now: int) -> dict[str, int]:
    """Bring the rows in line with the configuration; returns row numbers by slug.

    `since` is when the present query began to be matched on what comes in. A topic that is new, has another query or
    was not looked for until now has its past matched by a job that is asked for here.
    """
    before = dict(db.execute("SELECT id, query_hash FROM topics WHERE active"))
    looked_for = json.dumps(list(before))
    db.execute("UPDATE topics SET active = 0")
    for position, topic in enumerate(configured):
        db.execute(
            "INSERT INTO topics (slug, name, kind, query, query_hash, colour, position, active, since)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?) ON CONFLICT (slug) DO UPDATE SET name = excluded.name,"
            " kind = excluded.kind, query = excluded.query, colour = excluded.colour,"
            " position = excluded.position, active = 1,"
            " since = CASE WHEN query_hash = excluded.query_hash AND id IN (SELECT value FROM json_each(?))"
            " THEN since ELSE excluded.since END,"
            " query_hash = excluded.query_hash",
            (*_values(topic), position, now, looked_for),
        )
    now_looked_for = db.execute("SELECT id, query_hash FROM topics WHERE active ORDER BY position").fetchall()
    if db.execute("SELECT 1 FROM mentions LIMIT 1").fetchone():
        for number, digest in now_looked_for:
            if before.get(number) != digest:
                ask_rematch(db, number, "", now)
    return dict(db.execute("SELECT slug, id FROM topics WHERE active").fetchall())


def _values(topic: ConfiguredTopic) -> tuple[str, ...]:
    return topic.slug, topic.name, topic.kind, topic.query, query_hash(topic.query), topic.colour


def active_topics(db: Connection) -> list[Topic]:
    """The topics of the running configuration, in its order."""
    rows = db.execute("SELECT id, slug, name, kind, query, colour, since FROM topics WHERE active ORDER BY position")
    return [Topic(*row) for row in rows]
