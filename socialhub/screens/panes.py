"""The panes beside the mentions: trends, alerts, sources. Each is a title and a list, fed from the room's state."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message_pump import MessagePump

from socialhub.ages import age
from socialhub.alerts import wording
from socialhub.detect.silence import health_of
from socialhub.i18n import N_, _, ngettext, number
from socialhub.incidents import Alert
from socialhub.live import Room
from socialhub.model import Health
from socialhub.screens.context import Act, Context
from socialhub.screens.side_pane import SidePane
from socialhub.store import alert_life
from socialhub.store import sources as source_store
from socialhub.store.alerts import alert_by_id
from socialhub.store.connection import Connection
from socialhub.widgets.alert_queue import AlertQueue
from socialhub.widgets.bindings import bind
from socialhub.widgets.source_list import SourceList
from socialhub.widgets.trends import TrendRow, Trends

_SPAN_NAMES: Final = (N_("1 h"), N_("24 h"), N_("7 d"))


class TrendsPane(SidePane):
    """What each topic did."""

    def __init__(self, context: Context, place: int | None = None) -> None:
        super().__init__(context, "trends", place)
        self.list = Trends(zone=context.zone)

    def compose(self) -> ComposeResult:
        """Title and rows."""
        yield self.title_line
        yield self.list

    def show_room(self, room: Room, collecting: int | None) -> None:
        """Draw the curves."""
        counted = _("stories") if room.wish.by_story else _("mentions")
        self.title_line.show(f"{_(_SPAN_NAMES[room.span])} · {counted}")
        self.list.show(
            [
                TrendRow(
                    topic=trend.topic.number,
                    name=trend.topic.name,
                    start=trend.start,
                    step=trend.step,
                    totals=trend.totals,
                    holes=trend.holes,
                    total=trend.total,
                    before=trend.before,
                    net=trend.net,
                )
                for trend in room.trends
            ]
        )


class AlertsPane(SidePane):
    """What burns, and who has it."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("take", "take"), bind("close", "close")]

    def __init__(self, context: Context, place: int | None = None) -> None:
        super().__init__(context, "alerts", place)
        self.list = AlertQueue(wording, zone=context.zone)

    def compose(self) -> ComposeResult:
        """Title and queue."""
        yield self.title_line
        yield self.list

    def show_room(self, room: Room, collecting: int | None) -> None:
        """Draw the queue."""
        firing = sum(alert.state == "firing" for alert in room.alerts)
        words = ngettext("{count} nobody has", "{count} nobody has", firing).format(count=number(firing))
        self.title_line.show(chip=words if firing else "")
        quiet = wording.all_quiet(len(room.sources), len(room.topics))
        self.list.show(room.alerts, self.context.clock.now(), quiet)

    def action_take(self) -> None:
        """Take the alert, or give it back."""
        if (alert := self.list.selected) is not None:
            take_alert(self, self.context, alert.id, given_back=alert.state == "acknowledged")

    def action_close(self) -> None:
        """Resolve the alert."""
        if (alert := self.list.selected) is not None:
            close_alert(self, self.context, alert.id)


def take_alert(pane: MessagePump, context: Context, number_: int, *, given_back: bool) -> None:
    """Acknowledge an alert, or give it back."""
    operator = context.operator

    def take(db: Connection) -> bool:
        return bool(alert_life.acknowledge(db, number_, operator, context.clock.now()))

    def give_back(db: Connection) -> bool:
        return bool(alert_life.unacknowledge(db, number_, operator, context.clock.now()))

    if given_back:
        pane.post_message(Act(_("Given back."), give_back, take, nothing=_("Nobody has this alert any more.")))
    else:
        pane.post_message(Act(_("Taken."), take, give_back, nothing=_("This alert does not fire any more.")))


def close_alert(pane: MessagePump, context: Context, number_: int) -> None:
    """Resolve an alert."""
    before: list[Alert] = []

    def close(db: Connection) -> bool:
        if (alert := alert_by_id(db, number_)) is not None:
            before[:] = [alert]
        return bool(alert_life.resolve(db, number_, context.operator, context.clock.now()))

    def reopen(db: Connection) -> bool:
        return bool(alert_life.reopen(db, before[0], context.operator, context.clock.now()))

    pane.post_message(Act(_("Closed."), close, reopen, nothing=_("This alert is closed already.")))


class SourcesPane(SidePane):
    """Where we listen, and how well."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("silence", "silence")]

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
        self.list.show(room.sources, now, collecting)

    def action_silence(self) -> None:
        """Pause the source, or ask it again."""
        if (row := self.list.selected) is None:
            return
        number_, clock, name = row.number, self.context.clock, row.name

        def pause(db: Connection) -> None:
            source_store.pause(db, number_, None)

        def resume(db: Connection) -> None:
            source_store.resume(db, number_, clock.now())

        if row.state == "active":
            self.post_message(Act(_("{source} is paused.").format(source=name), pause, resume))
        else:
            self.post_message(Act(_("{source} is asked again.").format(source=name), resume, pause))

    def poll_now(self) -> None:
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
