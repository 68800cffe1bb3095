"""Counts per topic, minute, source and tone, with an hour table beside them: what curves and detection read.

Counts follow the published time and the source that a mention speaks by (its first; its original after a copy). Edits,
re-labels, splits and purges move them; mutes and tombstones do not. Topic 0 counts every stored mention.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from socialhub.clock import floor_hour, floor_minute
from socialhub.records import dataclass
from socialhub.store.connection import Connection
from socialhub.store.schema import UNSURE_BUCKET
from socialhub.store.tones import GENERAL, ToneColumns


class CountDelta:
    """Changes of counts collected over a batch and applied at once."""

    def __init__(self) -> None:
        self._minutes: defaultdict[tuple[int, int, int, int], list[int]] = defaultdict(lambda: [0, 0])
        self._places: defaultdict[tuple[int, int, str, int], int] = defaultdict(int)

    def add(
        self,
        topic: int,
        published: int,
        source: int,
        bucket: int,
        mentions: int,
        stories: int,
        places: tuple[str, ...] = (),
    ) -> None:
        """Note `mentions` more (or fewer) in the minute of `published`; `stories` of them are firsts of their story.

        `places` are the codes they are counted under, with all that lies around them.
        """
        minute = published - published % 60_000
        cell = self._minutes[topic, minute, source, bucket]
        cell[0] += mentions
        cell[1] += stories
        for place in places:
            self._places[topic, minute, place, bucket] += mentions

    def apply(self, db: Connection) -> None:
        """Write the changes inside the caller's transaction; cells that come to nothing disappear."""
        changed = [
            (key, mentions, stories) for key, (mentions, stories) in self._minutes.items() if mentions or stories
        ]
        db.executemany(_BUMP_MINUTE, [(*key, mentions, stories) for key, mentions, stories in changed])
        hours: defaultdict[tuple[int, int, int, int], list[int]] = defaultdict(lambda: [0, 0])
        for (topic, minute, source, bucket), mentions, stories in changed:
            cell = hours[topic, floor_hour(minute), source, bucket]
            cell[0] += mentions
            cell[1] += stories
        db.executemany(_BUMP_HOUR, [(*key, *cell) for key, cell in hours.items() if cell[0] or cell[1]])
        place_hours: defaultdict[tuple[int, int, str, int], int] = defaultdict(int)
        for (topic, minute, place, bucket), mentions in self._places.items():
            place_hours[topic, floor_hour(minute), place, bucket] += mentions
        db.executemany(_BUMP_PLACE, [(*key, mentions) for key, mentions in self._places.items() if mentions])
        db.executemany(_BUMP_PLACE_HOUR, [(*key, mentions) for key, mentions in place_hours.items() if mentions])
        fallen = {key[:2] for key, mentions, _stories in changed if mentions < 0}
        fallen |= {key[:2] for key, mentions in self._places.items() if mentions < 0}
        if fallen:
            self._drop_empty(db, fallen)

    def _drop_empty(self, db: Connection, cells: set[tuple[int, int]]) -> None:
        for topic, minute in cells:
            db.execute("DELETE FROM counts WHERE topic = ? AND minute = ? AND mentions <= 0", (topic, minute))
            db.execute("DELETE FROM place_counts WHERE topic = ? AND minute = ? AND mentions <= 0", (topic, minute))
        for topic, hour in {(topic, floor_hour(minute)) for topic, minute in cells}:
            db.execute("DELETE FROM hour_counts WHERE topic = ? AND hour = ? AND mentions <= 0", (topic, hour))
            db.execute("DELETE FROM place_hour_counts WHERE topic = ? AND hour = ? AND mentions <= 0", (topic, hour))


_BUMP_MINUTE: Final = (
    "INSERT INTO counts (topic, minute, source, tone, mentions, stories) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET mentions = mentions + excluded.mentions, stories = stories + excluded.stories"
)
_BUMP_HOUR: Final = _BUMP_MINUTE.replace("counts (topic, minute", "hour_counts (topic, hour")
_BUMP_PLACE: Final = (
    "INSERT INTO place_counts (topic, minute, place, tone, mentions) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET mentions = mentions + excluded.mentions"
)
_BUMP_PLACE_HOUR: Final = _BUMP_PLACE.replace("place_counts (topic, minute", "place_hour_counts (topic, hour")


@dataclass(frozen=True, slots=True)
class Series:
    """Mentions (or stories) of one topic in equal cells: totals and tones from `start` on, `step` milliseconds each."""

    topic: int
    start: int
    step: int
    totals: tuple[int, ...]
    negative: int
    neutral: int
    positive: int
    unsure: int

    @property
    def total(self) -> int:
        """All of the span."""
        return sum(self.totals)

    @property
    def net_sentiment(self) -> int | None:
        """(positive - negative) / judged x 100, rounded; None when nothing was judged."""
        judged = self.negative + self.neutral + self.positive
        return round((self.positive - self.negative) / judged * 100) if judged else None


def series(db: Connection, start: int, end: int, cells: int, *, by_story: bool = False) -> dict[int, Series]:
    """The series of every topic with mentions in [start, end) in `cells` equal cells.

    `by_story` a story counts once, where and in the tone of its first mention in the topic.
    `start` and the cell width are whole minutes; whole hours are read from the hour table.
    """
    step = (end - start) // cells
    hourly = step % 3_600_000 == 0 and start % 3_600_000 == 0
    table, column = ("hour_counts", "hour") if hourly else ("counts", "minute")
    totals: defaultdict[int, list[int]] = defaultdict(lambda: [0] * cells)
    tones: defaultdict[int, dict[int, int]] = defaultdict(lambda: dict.fromkeys((-1, 0, 1, UNSURE_BUCKET), 0))
    query = (
        f"SELECT topic, ({column} - ?) / ? AS cell, tone, sum({_counted(by_story)}) FROM {table}"  # noqa: S608
        f" WHERE {column} >= ? AND {column} < ? AND topic IN (SELECT id FROM topics WHERE active UNION ALL SELECT 0)"
        " GROUP BY topic, cell, tone"
    )
    for topic, cell, tone, mentions in db.execute(query, (start, step, start, end)):
        totals[topic][min(cell, cells - 1)] += mentions
        tones[topic][tone] += mentions
    return {
        topic: Series(
            topic, start, step, tuple(values), tones[topic][-1], tones[topic][0], tones[topic][1], tones[topic][2]
        )
        for topic, values in totals.items()
    }


def totals(db: Connection, start: int, end: int, *, by_story: bool = False) -> dict[int, int]:
    """Mentions (or stories that began) of every topic in [start, end), by minutes."""
    rows = db.execute(
        f"SELECT topic, sum({_counted(by_story)}) FROM counts"  # noqa: S608
        " WHERE topic IN (SELECT id FROM topics UNION ALL SELECT 0)"
        " AND minute >= ? AND minute < ? GROUP BY topic",
        (floor_minute(start), floor_minute(end)),
    )
    return {int(topic): int(mentions) for topic, mentions in rows}


def _counted(by_story: bool) -> str:
    return "stories" if by_story else "mentions"


def recount(db: Connection) -> None:
    """Make all counts anew from the stored mentions, for times that still have mentions (used by `doctor --repair`)."""
    (oldest,) = db.execute("SELECT min(published) FROM mentions").fetchone()
    since = floor_hour(oldest) if oldest is not None else None
    if since is None:
        return
    for table, column in (
        ("counts", "minute"),
        ("hour_counts", "hour"),
        ("place_counts", "minute"),
        ("place_hour_counts", "hour"),
    ):
        db.execute(f"DELETE FROM {table} WHERE {column} >= ?", (since,))  # noqa: S608
    topical = ToneColumns("t.tone", "t.confidence")
    matched = (
        f"SELECT t.topic AS topic, m.published AS published, m.source AS source, {topical.bucket} AS bucket,"  # noqa: S608
        " t.first_of_story AS stories, m.id AS mention FROM mention_topics t JOIN mentions m ON m.id = t.mention"
        f" UNION ALL SELECT 0, m.published, m.source, {GENERAL.bucket}, m.story = m.id, m.id FROM mentions m"
    )
    for table, width in (("counts", 60_000), ("hour_counts", 3_600_000)):
        db.execute(
            f"INSERT INTO {table} SELECT topic, published - published % {width}, source, bucket, count(*), sum(stories)"  # noqa: S608
            f" FROM ({matched}) GROUP BY 1, 2, 3, 4"
        )
    for table, width in (("place_counts", 60_000), ("place_hour_counts", 3_600_000)):
        db.execute(
            f"INSERT INTO {table} SELECT topic, published - published % {width}, p.place, bucket, count(*)"  # noqa: S608
            f" FROM ({matched}) JOIN mention_places p USING (mention) GROUP BY 1, 2, 3, 4"
        )
