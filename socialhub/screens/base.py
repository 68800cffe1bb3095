"""What the room's screens have in common: they take the state and show it to their panes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.screen import ModalScreen, Screen

from socialhub.i18n import _
from socialhub.keys import KEYS
from socialhub.live import Page
from socialhub.screens.alarm import alarm_of, worst_alert
from socialhub.screens.context import Context
from socialhub.screens.reader import Reader
from socialhub.screens.side_pane import SidePane
from socialhub.screens.state import RoomState, empty_words
from socialhub.widgets.alarm_bar import Alarm, AlarmBar
from socialhub.widgets.bindings import bind
from socialhub.widgets.filter_bar import Choices
from socialhub.widgets.hints import key_name

if TYPE_CHECKING:
    from socialhub.widgets.alert_queue import AlertQueue
    from socialhub.widgets.source_list import SourceList
    from socialhub.widgets.trends import Trends


class CacheListener:
    """A screen that wants to hear of changes in the cache."""

    def cache_changed(self, rev: int) -> None:
        """Mentions came or changed, or their alert did."""
        raise NotImplementedError


class RoomScreen(CacheListener, Screen[None]):
    """A screen with panes. The app calls `show_state` and `cache_changed`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("density", "density"),
        bind("columns", "columns"),
        bind("column", "column"),
        bind("alarm", "alarm"),
    ]

    class Ready(Message):
        """The screen stands, or is in sight again: it wants to be told the state."""

    def __init__(self, context: Context, page: Page | None = None) -> None:
        super().__init__()
        self.context = context
        self.first_page = page
        self.state: RoomState | None = None
        self._covered = False

    def on_screen_suspend(self) -> None:
        """What happens while another screen stands over this one is told when it comes back."""
        self._covered = True

    def on_screen_resume(self) -> None:
        """Catch up with what happened meanwhile."""
        if self._covered:
            self._covered = False
            self.post_message(self.Ready())

    def on_mount(self) -> None:
        """Ask for the state."""
        self.post_message(self.Ready())

    def show_state(self, state: RoomState) -> None:
        """Draw what changed."""
        before, self.state = self.state, state
        self._show_alarm()
        for reader in self.query(Reader):
            if state.room is not None:
                reader.show_room(state.room)
            reader.say_when_empty(empty_words(state))
            if before is not None and before.trouble is not None and state.trouble is None:
                reader.cache_back()
        if state.room is not None:
            for pane in self.query(SidePane):
                pane.planned = state.planned
                pane.show_room(state.room, state.collecting_since)

    def alarm(self) -> Alarm | None:
        """What the line on top tells."""
        return alarm_of(self.state.room if self.state is not None else None, self.context)

    def _show_alarm(self) -> None:
        for bar in self.query(AlarmBar):
            bar.show(self.alarm())

    def tick(self) -> None:
        """Some seconds have passed: the clock and the ages."""
        self._show_alarm()

    def cache_changed(self, rev: int) -> None:
        """Mentions came or changed."""
        for reader in self.query(Reader):
            reader.cache_changed(rev)

    @property
    def has_mentions(self) -> bool:
        """Whether `narrow_mentions` shows anything: the desk does."""
        return False

    def action_density(self) -> None:
        """One line a mention, or two."""
        for reader in self.query(Reader):
            reader.feed.set_density(3 - reader.feed.density)

    def action_columns(self) -> None:
        """To the columns, or back to where one came from."""
        from socialhub.screens.column_ways import to_or_from_columns

        to_or_from_columns(self)

    def action_column(self) -> None:
        """What the list shows becomes a column."""
        from socialhub.screens.column_ways import open_as_column

        for reader in self.query(Reader):
            open_as_column(self, reader)

    def action_mutes(self) -> None:
        """All mutes, over this screen."""
        from socialhub.screens.mutes import MutesView

        self.app.push_screen(MutesView(self.context))

    def action_alarm(self) -> None:
        """The alert that needs somebody most."""
        room = self.state.room if self.state is not None else None
        worst = worst_alert(room.alerts) if room is not None else None
        if worst is None:
            self.notify(self._calm_words(), timeout=3, markup=False)
        else:
            # The call is answered: it would lie over what it called to.
            self.app.clear_notifications()
            self.open_alert(worst.id)

    def _calm_words(self) -> str:
        """Nothing burns, as far as anything is heard."""
        from socialhub.hearing_words import calm_words

        state, context = self.state, self.context
        if state is None or state.room is None:
            trouble = state.trouble if state is not None else None
            return trouble.message if trouble is not None else _("Opening the cache…")
        now, sources = context.clock.now(), state.room.sources
        return calm_words(sources, now, state.collecting_since, context.zone) or _("Nothing burns.")

    def narrow_mentions(self, choices: Choices) -> None:
        """Show these mentions (where there is a pane for them)."""
        for reader in self.query(Reader):
            reader.narrow_to(choices)
            reader.feed.focus()

    def on_trends_topic_chosen(self, event: Trends.TopicChosen) -> None:
        """The mentions of a topic."""
        self.narrow_mentions(Choices(topic=event.topic))

    def on_source_list_source_chosen(self, event: SourceList.SourceChosen) -> None:
        """The mentions of a source."""
        rows = self.state.room.sources if self.state is not None and self.state.room is not None else ()
        number = next((row.number for row in rows if row.name == event.source), None)
        self.narrow_mentions(Choices(source=number))

    def on_alert_queue_alert_chosen(self, event: AlertQueue.AlertChosen) -> None:
        """One alert in full."""
        self.open_alert(event.alert)

    def open_alert(self, number: int) -> None:
        """Show the alert of this number: with all that is behind it where it is about a topic."""
        room = self.state.room if self.state is not None else None
        alert = next((alert for alert in room.alerts if alert.id == number), None) if room is not None else None
        if alert is not None and alert.topic is not None:
            from socialhub.screens.crisis import CrisisView

            self.app.push_screen(CrisisView(self.context, number))
            return
        from socialhub.screens.alert_view import AlertView

        self.app.push_screen(AlertView(self.context, number))


def in_sight(stack: Sequence[Screen[object]]) -> list[Screen[object]]:
    """The screen on top, and while that is a sheet the ones below it down to the first that is none.

    What is covered is left alone: Textual would paint the whole top screen again for every line that changes there.
    """
    sheets = len(list(takewhile(lambda screen: isinstance(screen, ModalScreen), reversed(stack))))
    return [screen for screen in stack[-sheets - 1 :] if screen.is_mounted]


def hints_for(ids: Iterable[str], keys: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """(key, what it does) for these rows of the table of keys; "id=label" gives one a shorter label (a msgid)."""
    labels = {key.id: key.label for key in KEYS}
    hints = []
    for written in ids:
        id_, _equals, label = written.partition("=")
        hints.append((key_name(keys[id_].partition(",")[0]), _(label or labels[id_])))
    return hints


def filter_hints() -> Sequence[tuple[str, str]]:
    """The keys of a filter bar."""
    return [
        (key_name("enter"), _("apply")),
        (key_name("tab"), _("choices")),
        (key_name("right"), _("complete / next choice")),
        (key_name("escape"), _("cancel")),
    ]
