"""The trends beside the mentions, fed from the room's state; and what the state tells of the sources in a few words."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from socialhub.ages import age
from socialhub.detect.silence import health_of
from socialhub.i18n import _
from socialhub.live import Room
from socialhub.live.figures import FigureCurve
from socialhub.live.trends import Trend
from socialhub.model import Health
from socialhub.screens.context import Context
from socialhub.screens.curve_marks import alert_marks, planned_marks
from socialhub.screens.figure_row import figure_row
from socialhub.screens.side_pane import SidePane
from socialhub.screens.span_words import span_name
from socialhub.widgets.bindings import bind
from socialhub.widgets.glyphs import glyphs_of
from socialhub.widgets.trends import TrendRow, Trends


class TrendsPane(SidePane):
    """What each topic did."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("why", "why")]

    def __init__(self, context: Context, place: int | None = None) -> None:
        super().__init__(context, "trends", place)
        self.list = Trends(zone=context.zone)
        self._glyphs = glyphs_of()
        self._rows: list[TrendRow] = []
        self._figures: tuple[FigureCurve, ...] = ()
        self._topics: dict[str, int] = {}
        self._metric: int | None = 0

    def compose(self) -> ComposeResult:
        """Title and rows."""
        yield self.title_line
        yield self.list

    def show_room(self, room: Room, collecting: int | None) -> None:
        """Draw the curves."""
        counted = _("stories") if room.wish.by_story else _("mentions")
        self.title_line.show(f"{span_name(room.span)} · {counted}")
        self._figures, self._topics = room.figures, {topic.id: topic.number for topic in room.topics}
        self._rows = [self._row(trend) for trend in room.trends]
        self._show()

    def _show(self) -> None:
        now = self.context.clock.now()
        if self._metric is not None and self._metric >= len(self._figures):
            self._metric = 0
        metric = None
        if self._figures and self._metric is not None:
            metric = figure_row(self._figures, self._metric, self._topics, now, self.context.zone)
        self.list.show(self._rows, now, metric)

    def on_trends_metric_wanted(self, event: Trends.MetricWanted) -> None:
        """The next metric; after the last one none, then the first again."""
        event.stop()
        if not self._figures:
            self.notify(_("There is no metric yet: docs/metrics.md says how to tell one."), timeout=5, markup=False)
            return
        following = 0 if self._metric is None else self._metric + 1
        self._metric = following if following < len(self._figures) else None
        self._show()

    def action_why(self) -> None:
        """Why the topic under the cursor is, or is not, an alert."""
        if self.list.cursor is not None:
            from socialhub.screens.why_not import WhyNotWanted

            self.post_message(WhyNotWanted(self.list.cursor))

    def _row(self, trend: Trend) -> TrendRow:
        end = trend.start + trend.step * len(trend.totals)
        planned = [
            event for event in self.planned if event.concerns(trend.topic.id) and event.overlaps(trend.start, end)
        ]
        return TrendRow(
            topic=trend.topic.number,
            name=trend.topic.name,
            start=trend.start,
            step=trend.step,
            totals=trend.totals,
            holes=trend.holes,
            total=trend.total,
            before=trend.before,
            net=trend.net,
            limits=trend.limits,
            marks=(*alert_marks(trend.alerts, self._glyphs), *planned_marks(planned, self._glyphs)),
            planned=", ".join(event.name for event in planned),
        )


def data_age(room: Room, now: int) -> str:
    """How old the newest answer of any source is, in steps: what tells a frozen screen from a calm brand."""
    heard = max((row.last_success for row in room.sources if row.last_success is not None), default=None)
    return _("data: {age}").format(age=age(now - heard)) if heard is not None else ""


def silent_rows(room: Room, now: int, collecting: int | None) -> tuple[tuple[tuple[str, int], ...], int]:
    """((source, silent since) …, how many others are in trouble)."""
    silent, failing = [], 0
    for row in room.sources:
        health = health_of(row, now, collecting)
        if health is Health.SILENT:
            silent.append((row.name, row.last_success or collecting or now))
        elif health in (Health.FAILING, Health.STOPPED):
            failing += 1
    return tuple(silent), failing
