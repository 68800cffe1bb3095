"""What each topic did in a span: its curve, what is usual in it, holes, the time before, the alerts about it."""

from __future__ import annotations

from socialhub.alerts.series import Series as Watched
from socialhub.clock import HOUR, MINUTE, floor_hour
from socialhub.incidents import Alert
from socialhub.live.bands import Bands
from socialhub.live.spans import Span, frame
from socialhub.model import Topic
from socialhub.records import dataclass
from socialhub.store.alerts import alerts_where
from socialhub.store.connection import Connection
from socialhub.store.counts import series, totals
from socialhub.store.sources import Coverage, coverage, holes

_MOST_ALERTS = 500


@dataclass(frozen=True, slots=True)
class Trend:
    """What one topic did: mentions (or stories) in each cell from `start`, holes, the sum, that of before, the tone.

    `before` is None when nobody listened for most of that earlier period; `net` is net sentiment, None when nothing
    was judged. `limits` are the most mentions that are usual in each cell (None: not known), empty where stories are
    counted; `alerts` are those about the whole topic that burnt in this time.
    """

    topic: Topic
    start: int
    step: int
    totals: tuple[int, ...]
    holes: tuple[bool, ...]
    total: int
    before: int | None
    net: int | None
    limits: tuple[float | None, ...] = ()
    alerts: tuple[Alert, ...] = ()


def read_trends(
    db: Connection, span: Span, now: int, topics: tuple[Topic, ...], bands: Bands, *, by_story: bool
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
    alerts = _alerts(db, start)
    trends = []
    for topic in topics:
        found = present.get(topic.number)
        counted = found.totals if found else (0,) * cells
        limits = () if by_story else bands.limits(db, Watched(topic), start, span.step, cells, now)
        trends.append(
            Trend(
                topic=topic,
                start=start,
                step=span.step,
                totals=counted,
                holes=tuple(gap and not count for gap, count in zip(gaps, counted, strict=True)),
                total=sum(counted),
                before=before.get(topic.number, 0) if known_before else None,
                net=found.net_sentiment if found else None,
                limits=tuple(limit[1] if limit is not None else None for limit in limits),
                alerts=tuple(alert for alert in alerts if alert.topic == topic.number),
            )
        )
    return tuple(trends)


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


def _alerts(db: Connection, since: int) -> list[Alert]:
    """The alerts about whole topics that burnt at some time since then, the newest first."""
    about = "topic IS NOT NULL AND inhibitor IS NULL AND instr(subject, '·') = 0"
    return alerts_where(
        db, f"{about} AND (ended IS NULL OR ended >= ?) ORDER BY id DESC LIMIT {_MOST_ALERTS}", (since,)
    )
