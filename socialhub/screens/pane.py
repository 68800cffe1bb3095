"""One pane over the whole screen: a tile of a wall monitor. Nobody presses a key; the age of the data always shows."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container

from socialhub.i18n import _
from socialhub.live import Page
from socialhub.screens.base import RoomScreen
from socialhub.screens.context import Context
from socialhub.screens.reader import Reader
from socialhub.screens.side_pane import PANE_NAMES, make_pane
from socialhub.screens.state import RoomState, status_of
from socialhub.widgets.alarm_bar import AlarmBar
from socialhub.widgets.status_line import StatusLine


class PaneScreen(RoomScreen):
    """The pane `name` of PANE_NAMES."""

    AUTO_FOCUS = "Feed, LineList"

    def __init__(self, context: Context, page: Page | None, name: str, *, brand: str, demo: bool, remote: bool) -> None:
        super().__init__(context, page)
        self._pane = name
        self._brand = brand
        self._demo = demo
        self._remote = remote

    def compose(self) -> ComposeResult:
        """The pane under what burns, and the status line at the bottom."""
        yield AlarmBar()
        with Container(id="only"):
            if self._pane == "mentions":
                yield Reader(self.context, name=_(PANE_NAMES["mentions"]), id="mentions")
            else:
                yield make_pane(self._pane, self.context, None)
        yield StatusLine(zone=self.context.zone, id="status")

    def on_mount(self) -> None:
        """The first page was read before the screen was there."""
        for reader in self.query(Reader):
            reader.begin(self.first_page)

    def show_state(self, state: RoomState) -> None:
        """The pane, and how old its data is."""
        super().show_state(state)
        self.tick()

    def tick(self) -> None:
        """The clock and the ages."""
        super().tick()
        if self.state is None:
            return
        from socialhub.screens.panes import data_age

        room = self.state.room
        age = data_age(room, self.context.clock.now()) if room is not None else ""
        brand = f"{self._brand} · {age}" if age else self._brand
        self.query_one(StatusLine).show(
            status_of(self.state, brand, self.context.clock, demo=self._demo, remote=self._remote)
        )
