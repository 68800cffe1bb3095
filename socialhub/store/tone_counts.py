"""What the turn of a topic's tone is read from: judged stories by source, and which models judged. Times are ms UTC.

A story counts once, in the tone of its first mention in the topic; unsure ones are left out.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from socialhub.clock import HOUR, MINUTE
from socialhub.store.alert_facts import Window
from socialhub.store.connection import Connection
from socialhub.store.schema import UNSURE_BUCKET
from socialhub.store.voices import first_arrival_since
from socialhub.volumes import touched_minutes

SourceTones: TypeAlias = dict[int, tuple[int, int]]
"""(negative, judged) stories by source number."""
MinuteTones: TypeAlias = tuple[int, int, int]
"""(minute in ms UTC, negative, judged) stories."""
_STORIES: Final = "coalesce(sum(stories) FILTER (WHERE tone = -1), 0), sum(stories)"


def hour_tones(db: Connection, topic: int, start: int, end: int) -> list[SourceTones]:
    """What was said of a topic in each of the whole hours of [start, end)."""
    hours: list[SourceTones] = [{} for _ in range(start, end, HOUR)]
    rows = db.execute(
        f"SELECT hour, source, {_STORIES} FROM hour_counts"  # noqa: S608
        " WHERE topic = ? AND hour >= ? AND hour < ? AND tone <> ? GROUP BY hour, source",
        (topic, start, end, UNSURE_BUCKET),
    )
    for hour, source, negative, judged in rows:
        if judged > 0:
            hours[(hour - start) // HOUR][source] = negative, judged
    return hours


def minute_tones(db: Connection, topic: int, start: int, end: int) -> SourceTones:
    """What was said of a topic in [start, end), by minutes."""
    rows = db.execute(
        f"SELECT source, {_STORIES} FROM counts"  # noqa: S608
        " WHERE topic = ? AND minute >= ? AND minute < ? AND tone <> ? GROUP BY source",
        (topic, start, end, UNSURE_BUCKET),
    )
    return {source: (negative, judged) for source, negative, judged in rows if judged > 0}


def tones_by_minute(db: Connection, topic: int, start: int, end: int, sources: Sequence[int]) -> list[MinuteTones]:
    """What these sources said of a topic in [start, end), minute by minute, in order."""
    return db.execute(
        f"SELECT minute, {_STORIES} FROM counts"  # noqa: S608
        " WHERE topic = ? AND minute >= ? AND minute < ? AND tone <> ?"
        " AND source IN (SELECT value FROM json_each(?)) GROUP BY minute ORDER BY minute",
        (topic, start, end, UNSURE_BUCKET, json.dumps(list(sources))),
    ).fetchall()


def heard_tones(
    db: Connection, topic: int, start: int, end: int, spans: Mapping[int, Sequence[tuple[int, int]]]
) -> SourceTones:
    """`minute_tones`, of each source only while it was listened to (`spans`, in ms UTC and in order): what is known of
    the rest is a part, and not one that was chosen by chance. Of a minute that was lost in part all that came counts.
    """
    tones = minute_tones(db, topic, start, end)
    for source in list(tones):
        inside = [
            (max(low, start), min(high, end)) for low, high in spans.get(source, ()) if low < end and high > start
        ]
        if sum(high - low for low, high in inside) >= end - start - MINUTE:
            continue
        negative = judged = 0
        for low, high in touched_minutes(inside):
            for _minute, bad, all_of_them in tones_by_minute(db, topic, low, high, (source,)):
                negative, judged = negative + bad, judged + all_of_them
        tones[source] = negative, judged
    return {source: each for source, each in tones.items() if each[1] > 0}


def authors_within(db: Connection, window: Window, most: int) -> int:
    """How many authors stand behind the mentions of a window, `most` at most."""
    inside, values = window.sql()
    (count,) = db.execute(
        "SELECT count(*) FROM (SELECT DISTINCT coalesce(nullif(m.handle, ''), nullif(m.author, ''), m.site)"  # noqa: S608
        f" FROM ({inside}) i JOIN mentions m ON m.id = i.id LIMIT :authors)",
        values | {"authors": most},
    ).fetchone()
    return int(count)


def models_within(db: Connection, window: Window) -> Counter[str]:
    """How many of the mentions of a window each model judged."""
    inside, values = window.sql()
    query = f"SELECT m.model, count(*) FROM ({inside}) i JOIN mentions m ON m.id = i.id GROUP BY m.model"  # noqa: S608
    return Counter(dict(db.execute(query, values)))


def models_before(db: Connection, topic: int, start: int, end: int, most: int) -> Counter[str]:
    """How many of a topic's mentions published in [start, end) each model judged: of `most` evenly chosen ones."""
    low, high = first_arrival_since(db, start), first_arrival_since(db, end)
    step = max(1, (high - low) // most)
    rows = db.execute(
        "WITH RECURSIVE spread(id) AS (SELECT :low UNION ALL SELECT id + :step FROM spread WHERE id + :step < :high)"
        " SELECT m.model FROM (SELECT DISTINCT (SELECT mention FROM mention_topics WHERE topic = :topic"
        " AND mention >= id ORDER BY mention LIMIT 1) AS chosen FROM spread) CROSS JOIN mentions m ON m.id = chosen"
        " WHERE m.published >= :start AND m.published < :end AND m.tombstone = ''",
        {"low": low, "high": high, "step": step, "topic": topic, "start": start, "end": end},
    )
    return Counter(model for (model,) in rows)
