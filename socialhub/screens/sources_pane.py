"""The pane of the sources: where we listen, and how well; a source is asked now, paused for a while, asked again."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType

from socialhub.ages import moment_text
from socialhub.clock import HOUR
from socialhub.detect.silence import health_of
from socialhub.i18n import _
from socialhub.live import Room
from socialhub.model import SourceRow
from socialhub.screens.context import Act, Context
from socialhub.screens.ends import next_morning
from socialhub.screens.panes import data_age
from socialhub.screens.pick import Pick, Pickable
from socialhub.screens.side_pane import SidePane
from socialhub.store import sources as source_store
from socialhub.store.connection import Connection
from socialhub.widgets.bindings import bind
from socialhub.widgets.source_list import SourceList

PAUSED_UNTIL_HOUR: Final = 8
"""The hour of the next morning until which a pause may last: the room is listened to again before people come."""


class SourcesPane(SidePane):
    """Where we listen, and how well."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("silence", "silence"), bind("poll", "poll"), bind("why", "why")]

    def __init__(self, context: Context, place: int | None = None) -> None:
        super().__init__(context, "sources", place)
        self.list = SourceList(health_of, zone=context.zone)
        self._collecting: int | None = None

    def compose(self) -> ComposeResult:
        """Title and rows."""
        yield self.title_line
        yield self.list

    def show_room(self, room: Room, collecting: int | None) -> None:
        """Draw the sources."""
        now, self._collecting = self.context.clock.now(), collecting
        self.title_line.show(chip=data_age(room, now))
        self.list.show(room.sources, now, collecting, room.budgets, room.heard)

    def action_poll(self) -> None:
        """Ask the collector to poll the selected source now."""
        if (row := self.list.selected) is not None:
            number_, clock = row.number, self.context.clock
            said = _("{source} is asked as soon as its server allows.").format(source=row.name)
            self.post_message(Act(said, lambda db: source_store.request_poll(db, number_, clock.now())))

    def action_why(self) -> None:
        """The source in full: its last day, its last exchange."""
        if (row := self.list.selected) is not None:
            from socialhub.screens.source_view import SourceView

            acts = {"poll": self.action_poll, "silence": self.action_silence}
            view = SourceView(self.context, row.number, health_of, lambda: self._collecting, acts)
            self.app.push_screen(view)

    def action_silence(self) -> None:
        """Pause the source for as long as one picks, or ask it again."""
        if (row := self.list.selected) is None:
            return
        now = self.context.clock.now()
        if row.state == "stopped" or row.is_paused(now):
            self._resume(row)
            return
        ends: dict[str, int | None] = {
            "hour": now + HOUR,
            "morning": next_morning(now, self.context.zone, PAUSED_UNTIL_HOUR),
            "ever": None,
        }

        def picked(value: str | None) -> None:
            if value is not None:
                self._pause(row, ends[value])

        title = _("Pause {source}").format(source=row.name)
        self.app.push_screen(Pick(title, self._pickable(ends, now)), picked)

    def _pickable(self, ends: dict[str, int | None], now: int) -> list[Pickable]:
        names = {
            "hour": _("for an hour"),
            "morning": _("until the next morning"),
            "ever": _("until it is resumed"),
        }
        return [
            Pickable(value, names[value], "" if end is None else moment_text(end, now, self.context.zone))
            for value, end in ends.items()
        ]

    def _pause(self, row: SourceRow, until: int | None) -> None:
        number_, clock = row.number, self.context.clock
        if until is None:
            said = _("{source} is paused.").format(source=row.name)
        else:
            time = moment_text(until, clock.now(), self.context.zone)
            said = _("{source} is paused until {time}.").format(source=row.name, time=time)

        def pause(db: Connection) -> None:
            source_store.pause(db, number_, clock.now(), until)

        def resume(db: Connection) -> None:
            source_store.resume(db, number_, clock.now())

        self.post_message(Act(said, pause, resume))

    def _resume(self, row: SourceRow) -> None:
        number_, clock = row.number, self.context.clock

        def resume(db: Connection) -> None:
            source_store.resume(db, number_, clock.now())

        def back(db: Connection) -> None:
            if row.state == "stopped":
                source_store.stop(db, number_)
            else:
                source_store.pause(db, number_, clock.now(), row.paused_until)

        self.post_message(Act(_("{source} is asked again.").format(source=row.name), resume, back))
