"""All mutes over the screen: how much each hid, who muted, why, until when; lifting them."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from socialhub.i18n import N_, _
from socialhub.screens.base import CacheListener, hints_for
from socialhub.screens.context import Act, Context
from socialhub.screens.page import MentionsWanted
from socialhub.store import mutes
from socialhub.store.connection import CacheError, Connection
from socialhub.widgets.bindings import bind
from socialhub.widgets.filter_bar import Choices
from socialhub.widgets.hints import Hints
from socialhub.widgets.mute_list import MuteList
from socialhub.widgets.pane_title import PaneTitle

_LIFT = "close=" + N_("lift")
_SHOW = "open=" + N_("what it hides")


class MutesView(CacheListener, ModalScreen[None]):
    """The sheet; it is read again whenever the cache changes."""

    AUTO_FOCUS = "MuteList"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "dismiss"),
        bind("quit", "dismiss"),
        bind("muted", "dismiss"),
        bind("close", "lift"),
        bind("undo", "app.undo"),
    ]

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._room = context
        self._list = MuteList(zone=context.zone)

    def compose(self) -> ComposeResult:
        """The list and the keys."""
        with Vertical(id="sheet"):
            yield PaneTitle(_("Mutes"))
            yield self._list
            yield Hints()

    def on_mount(self) -> None:
        """Read them."""
        self.query_one(Hints).show(hints_for((_LIFT, "undo", _SHOW, "back"), self._room.keys))
        self.cache_changed(0)

    def cache_changed(self, rev: int) -> None:
        """Read them again."""
        self.run_worker(self._read(), group="mutes", exclusive=True)

    async def _read(self) -> None:
        try:
            found = await self._room.reading.read(mutes.mute_rows)
        except CacheError as error:
            self.notify(error.hint, title=error.message, markup=False)
            return
        self._list.show(found, self._room.clock.now())

    def action_lift(self) -> None:
        """Show again what the mute under the cursor hides."""
        if (row := self._list.selected) is None:
            return
        room, number = self._room, row.number

        def do(db: Connection) -> bool:
            return mutes.lift(db, number, room.clock.now())

        def undo(db: Connection) -> bool:
            return mutes.put_back(db, number, room.clock.now(), room.zone)

        nothing = _("This mute is over already.")
        self.post_message(Act(_("Lifted: {query}").format(query=row.query), do, undo, nothing=nothing))

    def on_mute_list_picked(self, event: MuteList.Picked) -> None:
        """The mentions that it hides."""
        if (row := self._list.selected) is not None:
            self.post_message(MentionsWanted(Choices(query=f"is:muted ({row.query})")))
