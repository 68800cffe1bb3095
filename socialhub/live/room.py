"""The state of the room beside its mentions: topics with their curves, alerts, sources, who collects."""

from __future__ import annotations

from typing import Final

from socialhub.clock import DAY, HOUR, MINUTE, floor_hour, floor_minute
from socialhub.incidents import Alert, Silence
from socialhub.model import CollectorState, SourceRow, Topic
from socialhub.records import dataclass
from socialhub.store.alerts import alert_rows
from socialhub.store.collectors import latest
from socialhub.store.connection import Connection, last_rev
from socialhub.store.counts import Series, series, totals
from socialhub.store.jobs import Job
from socialhub.store.mentions import newest_id
from socialhub.store.rematch_jobs import unfinished_rematches
from socialhub.store.silences import silences_in_force
from socialhub.store.sources import Coverage, coverage, holes, source_rows
from socialhub.store.topics import active_topics


@dataclass(frozen=True, slots=True)
class Span:
    """A period that curves can show: its length and the width of a cell, in ms."""

    length: int
    step: int
    name: str


SPANS: Final = (Span(HOUR, 2 * MINUTE, "1h"), Span(DAY, HOUR, "24h"), Span(7 * DAY, 6 * HOUR, "7d"))


@dataclass(frozen=True, slots=True)
class RoomWish:
    """What the screens want of the room: which of SPANS the curves show, and whether they count stories."""

    span: int = 1
    by_story: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """What one topic did: mentions (or stories) in each cell from `start`, holes, the sum, that of before, the tone.

    `before` is None when nobody listened for most of that earlier period; `net` is net sentiment, None when nothing
    was judged.
    """

    topic: Topic
    start: int
    step: int
    totals: tuple[int, ...]
    holes: tuple[bool, ...]
    total: int
    before: int | None
    net: int | None


@dataclass(frozen=True, slots=True)
class Room:
    """Everything the panes beside the feed show, as of one moment: curves as in `wish`, `rematches` are topics matched
    again.
    """

    rev: int
    newest: int
    wish: RoomWish
    topics: tuple[Topic, ...]
    trends: tuple[Trend, ...]
    alerts: tuple[Alert, ...]
    sources: tuple[SourceRow, ...]
    collector: CollectorState | None
    rematches: tuple[Job, ...] = ()
    silences: tuple[Silence, ...] = ()

    @property
    def span(self) -> int:
        """Which of SPANS the curves show."""
        return self.wish.span


def read_room(db: Connection, wish: RoomWish, now: int, trends: tuple[Trend, ...] | None = None) -> Room:
    """The room at `now` (ms UTC). Curves that are still true may be handed in as `trends`."""
    topics = tuple(active_topics(db))
    return Room(
        rev=last_rev(db),
        newest=newest_id(db),
        wish=wish,
        topics=topics,
        trends=read_trends(db, SPANS[wish.span], now, topics, by_story=wish.by_story) if trends is None else trends,
        alerts=tuple(alert_rows(db, limit=100)),
        sources=tuple(source_rows(db)),
        collector=latest(db),
        rematches=tuple(unfinished_rematches(db)),
        silences=tuple(silences_in_force(db, now)),
    )


def read_trends(
    db: Connection, span: Span, now: int, topics: tuple[Topic, ...], *, by_story: bool
) -> tuple[Trend, ...]:
    """The curves of the topics, in mentions or `by_story`; the last cell is the one that `now` lies in."""
    if not topics:
        return ()
    start, cells = frame(span, now)
    hourly = span.step % HOUR == 0
    end = start + cells * span.step
    listened = coverage(db, start - span.length, end)
    gaps = gaps_until(listened, start, span.step, cells, now)
    gaps_before = holes(listened, start - span.length, span.step, cells)
    present = series(db, start, end, cells, by_story=by_story)
    before = _totals_before(db, start - span.length, now - span.length, hourly=hourly, by_story=by_story)
    known_before = sum(gaps_before) * 2 <= cells
    return tuple(
        _trend(topic, present.get(topic.number), start, span.step, cells, gaps, before if known_before else None)
        for topic in topics
    )


def frame(span: Span, now: int) -> tuple[int, int]:
    """(start, number of cells) of the curves of a span; the last cell is the one that `now` lies in."""
    cells = span.length // span.step
    hourly = span.step % HOUR == 0
    last_cell = floor_hour(now) - (span.step - HOUR) if hourly else floor_minute(now) - (span.step - MINUTE)
    return last_cell - (cells - 1) * span.step, cells


def gaps_until(listened: list[Coverage], start: int, step: int, cells: int, now: int) -> tuple[bool, ...]:
    """Which cells are holes; of the last one only the time until `now` counts."""
    last_cell = start + (cells - 1) * step
    elapsed = max(MINUTE, now - last_cell)
    return holes(listened, start, step, cells - 1) + holes(listened, last_cell, min(elapsed, step), 1)


def _totals_before(db: Connection, start: int, end: int, *, hourly: bool, by_story: bool) -> dict[int, int]:
    """Mentions (or stories) in [start, end) to the minute, by topic; whole hours come from the hour table."""
    if not hourly or floor_hour(end) <= start:
        return totals(db, start, end, by_story=by_story)
    found = totals(db, floor_hour(end), end, by_story=by_story)
    hours = (floor_hour(end) - start) // HOUR
    for topic, whole_hours in series(db, start, floor_hour(end), hours, by_story=by_story).items():
        found[topic] = found.get(topic, 0) + whole_hours.total
    return found


def _trend(
    topic: Topic,
    found: Series | None,
    start: int,
    step: int,
    cells: int,
    gaps: tuple[bool, ...],
    before: dict[int, int] | None,
) -> Trend:
    counted = found.totals if found else (0,) * cells
    return Trend(
        topic=topic,
        start=start,
        step=step,
        totals=counted,
        holes=tuple(gap and not count for gap, count in zip(gaps, counted, strict=True)),
        total=sum(counted),
        before=None if before is None else before.get(topic.number, 0),
        net=found.net_sentiment if found else None,
    )
