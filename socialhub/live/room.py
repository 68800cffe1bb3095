"""The state of the room beside its mentions: topics with their curves, alerts, sources, who collects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from socialhub.budgets import Meter
from socialhub.incidents import Alert, Silence
from socialhub.live.bands import Bands
from socialhub.live.figures import FigureCurve, read_figures
from socialhub.live.spans import SPANS, USUAL_SPAN
from socialhub.live.strips import Strips
from socialhub.live.trends import Trend, read_trends
from socialhub.model import CollectorState, SourceRow, Topic
from socialhub.polled import Heard
from socialhub.records import dataclass
from socialhub.store.alerts import alert_rows
from socialhub.store.budgets import read_meters
from socialhub.store.collectors import latest
from socialhub.store.connection import Connection, last_rev
from socialhub.store.crises import Crisis, crises_on
from socialhub.store.jobs import Job
from socialhub.store.mentions import newest_id
from socialhub.store.rematch_jobs import unfinished_rematches
from socialhub.store.silences import silences_in_force
from socialhub.store.sources import source_rows
from socialhub.store.topics import active_topics


@dataclass(frozen=True, slots=True)
class RoomWish:
    """What the screens want of the room: which of SPANS the curves show, and whether they count stories."""

    span: int = USUAL_SPAN
    by_story: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """Everything the panes beside the feed show, as of one moment: curves as in `wish`, `rematches` are topics matched
    again, `figures` the curves of metrics, `budgets` how the caps of sources stand and `heard` how they were heard, by
    their numbers.
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
    crises: tuple[Crisis, ...] = ()
    budgets: Mapping[int, tuple[Meter, ...]] = field(default_factory=dict)
    heard: Mapping[int, Heard] = field(default_factory=dict)
    figures: tuple[FigureCurve, ...] = ()

    @property
    def span(self) -> int:
        """Which of SPANS the curves show."""
        return self.wish.span


def read_room(
    db: Connection,
    wish: RoomWish,
    now: int,
    bands: Bands,
    strips: Strips,
    before: Room | None = None,
) -> Room:
    """The room at `now` (ms UTC). Curves are those of the room `before`, where these are still true."""
    topics = tuple(active_topics(db))
    sources = tuple(source_rows(db))
    if before is None:
        span = SPANS[wish.span]
        trends, figures = read_trends(db, span, now, topics, bands, by_story=wish.by_story), read_figures(db, span, now)
    else:
        trends, figures = before.trends, before.figures
    return Room(
        rev=last_rev(db),
        newest=newest_id(db),
        wish=wish,
        topics=topics,
        trends=trends,
        alerts=tuple(alert_rows(db, limit=100)),
        sources=sources,
        collector=latest(db),
        rematches=tuple(unfinished_rematches(db)),
        silences=tuple(silences_in_force(db, now)),
        crises=crises_on(db, now),
        budgets=read_meters(db, now),
        heard=strips.read(db, sources, now),
        figures=figures,
    )
