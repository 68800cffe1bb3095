"""What detection reads: a topic's hours that teach what is usual, its latest minutes, and who was listened to.

Everything is read for whole topics at once: the series of a topic (its tones, sources and places) are cut from it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final, TypeAlias

from socialhub.clock import HOUR, MINUTE, floor_minute
from socialhub.records import dataclass
from socialhub.store.catch_ups import caught_spans, lost_spans
from socialhub.store.connection import Connection
from socialhub.store.schema import ALL_TOPICS
from socialhub.store.sources import OK_OUTCOME
from socialhub.volumes import Listening, Span, without

Cell: TypeAlias = tuple[int, int, int, int]
"""(ms UTC of an hour or a minute, source number, tone bucket, mentions)"""
PlaceCell: TypeAlias = tuple[int, str, int]
"""(ms UTC of an hour or a minute, place code, mentions)"""
HEARD_SHARE: Final = 0.9
"""An hour of which less was listened to has missed something."""


@dataclass(frozen=True, slots=True)
class SourceHeard:
    """When one source was listened to: `since` is its first success (ms UTC), the spans are cut to the asked window."""

    since: int
    listening: Listening

    def missed(self, start: int, hours: int) -> frozenset[int]:
        """Which of the whole hours from `start` on it was not listened to all the time, numbered from 0."""
        covered = [0] * hours
        for low, high in self.listening.covered:
            for number in range(max(0, (low - start) // HOUR), min(hours, -(-(high - start) // HOUR))):
                hour = start + number * HOUR
                covered[number] += min(high, hour + HOUR) - max(low, hour)
        return frozenset(number for number, length in enumerate(covered) if length < HEARD_SHARE * HOUR)


def hour_cells(db: Connection, topic: int, start: int, end: int) -> list[Cell]:
    """The hours of a topic in [start, end)."""
    return db.execute(
        "SELECT hour, source, tone, mentions FROM hour_counts WHERE topic = ? AND hour >= ? AND hour < ?",
        (topic, start, end),
    ).fetchall()


def minute_cells(db: Connection, topic: int, start: int, end: int) -> list[Cell]:
    """The minutes of a topic in [start, end)."""
    return db.execute(
        "SELECT minute, source, tone, mentions FROM counts WHERE topic = ? AND minute >= ? AND minute < ?",
        (topic, start, end),
    ).fetchall()


def place_hour_cells(db: Connection, topic: int, place: str, start: int, end: int) -> list[PlaceCell]:
    """The hours of a topic in one place in [start, end)."""
    return db.execute(
        "SELECT hour, place, sum(mentions) FROM place_hour_counts WHERE topic = ? AND hour >= ? AND hour < ?"
        " AND place = ? GROUP BY hour",
        (topic, start, end, place),
    ).fetchall()


def place_minute_cells(db: Connection, topic: int, start: int, end: int) -> list[PlaceCell]:
    """The minutes of a topic in every place in [start, end)."""
    return db.execute(
        "SELECT minute, place, sum(mentions) FROM place_counts WHERE topic = ? AND minute >= ? AND minute < ?"
        " GROUP BY minute, place",
        (topic, start, end),
    ).fetchall()


def heard(db: Connection, start: int, end: int, *, unlooked: bool = False) -> dict[int, SourceHeard]:
    """When every configured source that ever answered was listened to within [start, end).

    What a poll brings was published before it; it covers what follows until the next one is due. What was caught up
    later counts as listened to once detection has looked back on it (`unlooked`: before that, too). What is out of
    reach does not: there is less of it than was said. Mentions are counted by the minute: one that is lost in part is
    `heard`, so that what came of it is looked at, and `covered` for the rest of it only.
    """
    begun = dict(db.execute("SELECT id, first_success FROM sources WHERE configured AND first_success IS NOT NULL"))
    asked: defaultdict[int, list[Span]] = defaultdict(list)
    covered: defaultdict[int, list[Span]] = defaultdict(list)
    rows = db.execute(
        "SELECT p.source, p.start, p.end, CASE WHEN s.streaming THEN 0 ELSE s.interval END FROM sources s"
        " CROSS JOIN polls p ON p.source = s.id WHERE s.configured AND p.outcome = ?1 AND p.start < ?3"
        " AND p.start >= coalesce((SELECT max(start) FROM polls WHERE source = s.id AND start <= ?2), 0)"
        " ORDER BY p.source, p.start",
        (OK_OUTCOME, start, end),
    ).fetchall()
    later = caught_spans(db, start, end, unlooked=unlooked)
    for source, low, high, lasting in sorted([*rows, *((*span, 0) for span in later)]) if later else rows:
        _add(asked[source], max(low, start), min(high, end))
        _add(covered[source], max(low, start), min(high + lasting, end))
    for source, lost in lost_spans(db, start, end).items():
        asked[source] = without(asked[source], _whole_minutes(lost))
        covered[source] = without(covered[source], lost)
    return {
        source: SourceHeard(since, Listening(tuple(asked[source]), tuple(covered[source])))
        for source, since in begun.items()
    }


def first_hour(db: Connection) -> int | None:
    """The first hour (ms UTC) of which anything was counted."""
    row = db.execute("SELECT min(hour) FROM hour_counts WHERE topic = ?", (ALL_TOPICS,)).fetchone()
    return None if row is None else row[0]


def source_names(db: Connection) -> dict[int, str]:
    """The configured sources by number."""
    return dict(db.execute("SELECT id, name FROM sources WHERE configured"))


def _whole_minutes(spans: list[Span]) -> list[Span]:
    """The minutes that lie in the spans wholly."""
    rounded = [(-(-low // MINUTE) * MINUTE, floor_minute(high)) for low, high in spans]
    return [(low, high) for low, high in rounded if low < high]


def _add(spans: list[Span], low: int, high: int) -> None:
    """Add a span that begins no earlier than the last one."""
    if spans and low <= spans[-1][1]:
        spans[-1] = spans[-1][0], max(spans[-1][1], high)
    elif low < high:
        spans.append((low, high))
