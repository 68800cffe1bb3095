"""A small room for tests: a real cache, filled through the real pipeline, with a clock that tests set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from socialhub.clock import Clock
from socialhub.model import Batch, Boost, Deletion, Draft, Item, Mention
from socialhub.pipeline.ingest import Ingest, Ingested, Origin
from socialhub.pipeline.language import LanguageDetector
from socialhub.pipeline.sentiment.base import create_model
from socialhub.query import parse
from socialhub.store import counts, mentions, repair, sources, topics
from socialhub.store.connection import Connection, Writer, open_reader, open_writer
from tests.caches import new_cache

NOON = 1_795_258_800_000
"""2026-11-21 11:00:00 UTC."""


class StillClock(Clock):
    """A clock that shows what it was set to."""

    moment = NOON

    def now(self) -> int:
        """The moment it was set to."""
        return StillClock.moment


class Room:
    """A cache with sources "press" and "social" and topics "mandarine" and "libre"."""

    TOPICS: ClassVar = {"mandarine": "mandarine OR fibre", "libre": '"libre mobile" OR #libre'}

    def __init__(self, path: Path, queries: Mapping[str, str] | None = None) -> None:
        self.path = path
        self.clock = StillClock()
        StillClock.moment = NOON
        self.writer = open_writer(new_cache(path))
        wanted = dict(self.TOPICS if queries is None else queries)
        with self.writer.transaction() as db:
            configured = [topics.ConfiguredTopic(slug, slug.title(), "brand", query) for slug, query in wanted.items()]
            self.topics = topics.sync_topics(db, configured, NOON)
            self.press = sources.ensure_source(db, "press", "rss")
            self.social = sources.ensure_source(db, "social", "mastodon")
            db.execute("UPDATE sources SET configured = 1")
        self.ingest = Ingest(
            self.writer,
            self.clock,
            {self.topics[slug]: parse(query) for slug, query in wanted.items()},
            LanguageDetector(),
            create_model("linear"),
        )

    @property
    def db(self) -> Connection:
        """The writing connection, for looking."""
        return self.writer.db

    def store(self, *items: Item, source: str = "press", keeps_all: bool = True, **options: Any) -> Ingested:
        """Take items in as one batch of a source; `options` are fields of the origin."""
        number = self.press if source == "press" else self.social
        kind = "rss" if source == "press" else "mastodon"
        return self.ingest.store(
            Origin(number, source, kind, keeps_all, **options), Batch(list(items), {"at": len(items)})
        )

    def feed(self, **chosen: Any) -> list[Mention]:
        """The newest mentions as a reader sees them."""
        reader = open_reader(self.path)
        try:
            return mentions.feed(reader, mentions.FeedFilter(**chosen), operator="lea", limit=100)
        finally:
            reader.close()

    def counted(self, topic: str = "") -> dict[int, int]:
        """tone bucket -> mentions counted under a topic ("" for all)."""
        number = self.topics[topic] if topic else 0
        return dict(
            self.db.execute(
                "SELECT tone, sum(mentions) FROM counts WHERE topic = ? GROUP BY tone", (number,)
            ).fetchall()
        )

    def total(self, topic: str = "") -> int:
        """Mentions counted under a topic."""
        return sum(self.counted(topic).values())

    def is_sound(self) -> bool:
        """Both integrity checks and the counts: minutes, hours and stored mentions agree."""
        return is_sound(self.writer)

    def close(self) -> None:
        """Close the cache."""
        self.writer.close()


_COUNTS = ("counts", "hour_counts", "place_counts", "place_hour_counts")


def is_sound(writer: Writer) -> bool:
    """Both integrity checks hold, and the counts are those that the stored mentions give."""
    return repair.check(writer).ok and _counts_of(writer) == _recounted(writer)


def _counts_of(writer: Writer) -> dict[str, list[tuple[Any, ...]]]:
    return {table: writer.db.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4").fetchall() for table in _COUNTS}


def _recounted(writer: Writer) -> dict[str, list[tuple[Any, ...]]]:
    with writer.transaction() as db:
        counts.recount(db)
    return _counts_of(writer)


def draft(native_id: str, text: str = "Panne de fibre chez Mandarine", **fields: Any) -> Draft:
    """A plain draft, published ten minutes before noon unless told otherwise."""
    return Draft(native_id, text, **({"published": NOON - 600_000} | fields))


__all__ = ["NOON", "Boost", "Deletion", "Draft", "Room", "StillClock", "draft", "is_sound"]
