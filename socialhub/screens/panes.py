"""The panes beside the mentions: trends, sources. Each is a title and a list, fed from the room's state."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from socialhub.ages import age
from socialhub.detect.silence import health_of
from socialhub.i18n import _
from socialhub.live import Room
from socialhub.live.trends import Trend
from socialhub.model import Health
from socialhub.screens.context import Act, Context
from socialhub.screens.curve_marks import alert_marks, planned_marks
from socialhub.screens.side_pane import SidePane
from socialhub.screens.span_words import span_name
from socialhub.store import sources as source_store
from socialhub.store.connection import Connection
from socialhub.widgets.bindings import bind
from socialhub.widgets.glyphs import glyphs_of
from socialhub.widgets.source_list import SourceList
from socialhub.widgets.trends import TrendRow, Trends


class TrendsPane(SidePane):
    """What each topic did."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("why", "why")]

    def __init__(self, context: Context, place: int | None = None) -> None:
        super().__init__(context, "trends", place)
        self.list = Trends(zone=context.zone)
        self._glyphs = glyphs_of()

    def compose(self) -> ComposeResult:
        """Title and rows."""
        yield self.title_line
        yield self.list

    def show_room(self, room: Room, collecting: int | None) -> None:
        """Draw the curves."""
        counted = _("stories") if room.wish.by_story else _("mentions")
        self.title_line.show(f"{span_name(room.span)} · {counted}")
        self.list.show([self._row(trend) for trend in room.trends], self.context.clock.now())

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


class SourcesPane(SidePane):
    """Where we listen, and how well."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("silence", "silence"), bind("poll", "poll")]

    def __init__(self, context: Context, place: int | None = None) -> None:
        super().__init__(context, "sources", place)
        self.list = SourceList(health_of, zone=context.zone)

    def compose(self) -> ComposeResult:
        """Title and rows."""
        yield self.title_line
        yield self.list

    def show_room(self, room: Room, collecting: int | None) -> None:
        """Draw the sources."""
        now = self.context.clock.now()
        self.title_line.show(chip=data_age(room, now))
        self.list.show(room.sources, now, collecting, room.budgets, room.heard)

    def action_silence(self) -> None:
        """Pause the source, or ask it again."""
        if (row := self.list.selected) is None:
            return
        number_, clock, name = row.number, self.context.clock, row.name

        def pause(db: Connection) -> None:
            source_store.pause(db, number_, clock.now(), None)

        def resume(db: Connection) -> None:
            source_store.resume(db, number_, clock.now())

        if row.state == "active":
            self.post_message(Act(_("{source} is paused.").format(source=name), pause, resume))
        else:
            self.post_message(Act(_("{source} is asked again.").format(source=name), resume, pause))

    def action_poll(self) -> None:
        """Ask the collector to poll the selected source now."""
        if (row := self.list.selected) is not None:
            number_, clock = row.number, self.context.clock
            said = _("{source} is asked as soon as its server allows.").format(source=row.name)
            self.post_message(Act(said, lambda db: source_store.request_poll(db, number_, clock.now())))


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
