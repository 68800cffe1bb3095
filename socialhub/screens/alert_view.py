"""One alert in full, over the screen it was opened from: its numbers, its life, and what can be done."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from socialhub.alerts import wording
from socialhub.i18n import N_, _
from socialhub.incidents import Alert, AlertEvent
from socialhub.screens.alert_keys import AlertKeys
from socialhub.screens.base import CacheListener, hints_for
from socialhub.screens.context import Context
from socialhub.store.alerts import alert_by_id, events_of
from socialhub.store.connection import CacheError, Connection
from socialhub.widgets.alert_detail import AlertDetail
from socialhub.widgets.bindings import bind
from socialhub.widgets.hints import Hints
from socialhub.widgets.pane_title import PaneTitle

_HINTS: Final = (
    *(
        "back",
        "take=" + N_("take"),
        "assign=" + N_("give"),
        "silence=" + N_("silence"),
        "close=" + N_("close"),
        "verdict",
        "escalate",
    ),
    *("note=" + N_("note"), "why", "undo"),
)


class AlertView(ModalScreen[None], AlertKeys, CacheListener):
    """The alert of this number; it is read again whenever the cache changes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "dismiss"),
        bind("quit", "dismiss"),
        bind("undo", "app.undo"),
    ]

    def __init__(self, context: Context, number: int) -> None:
        super().__init__()
        self.room_context = context
        self._number = number
        self._alert: Alert | None = None

    @property
    def shown_alert(self) -> Alert | None:
        """The alert, once it is read."""
        return self._alert

    def compose(self) -> ComposeResult:
        """Title and detail."""
        with Vertical(id="sheet"):
            yield PaneTitle(_("Alert"))
            yield AlertDetail(wording, zone=self.room_context.zone)
            yield Hints()

    def on_mount(self) -> None:
        """Read it."""
        self.query_one(Hints).show(hints_for(_HINTS, self.room_context.keys))
        self.cache_changed(0)

    def cache_changed(self, rev: int) -> None:
        """Read it again."""
        self.run_worker(self._read(), group="alert", exclusive=True)

    async def _read(self) -> None:
        number = self._number

        def question(db: Connection) -> tuple[Alert | None, list[AlertEvent]]:
            return alert_by_id(db, number), events_of(db, number)

        try:
            alert, steps = await self.room_context.reading.read(question)
        except CacheError as error:
            self.notify(error.message, markup=False)
            return
        if alert is not None:
            self._alert = alert
            self.query_one(AlertDetail).show(alert, steps, self.room_context.clock.now())
