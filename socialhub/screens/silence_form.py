"""The sheet that silences alerts: what, until when, why, and at once which of those that burn it hides."""

from __future__ import annotations

import asyncio
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from socialhub.errors import UserError
from socialhub.i18n import _, labelled, ngettext, number
from socialhub.incidents import Alert
from socialhub.records import dataclass
from socialhub.screens.context import Context
from socialhub.screens.ends import End
from socialhub.screens.timed_sheet import STILL, TimedSheet
from socialhub.store.connection import CacheError, Connection
from socialhub.widgets.filter_bar import Choice
from socialhub.widgets.hints import Hints, key_name
from socialhub.widgets.pane_title import PaneTitle

LONGEST_REASON: Final = 200
_NAMED: Final = 3
"""So many of the alerts that it would hide are named."""


@dataclass(frozen=True, slots=True)
class SilenceWish:
    """A silence that is wanted: its query, why, and which of the ends."""

    query: str
    reason: str
    end: End


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a query would hide of what burns now: how many alerts, the titles of the first; or why it cannot."""

    query: str
    alerts: int = 0
    titles: tuple[str, ...] = ()
    trouble: str = ""


def _ask_hidden(db: Connection, query: str, now: int) -> Hidden:
    """Loads the query language: meant for a thread."""
    from socialhub.alerts.silencing import would_hide
    from socialhub.alerts.wording import alert_lines

    if not query:
        return Hidden(query, trouble=_("Say which alerts are to be silent."))
    try:
        found = would_hide(db, query, now)
    except UserError as error:
        return Hidden(query, trouble=f"{error.message} · {error.hint}" if error.hint else error.message)
    return Hidden(query, len(found), tuple(alert_lines(alert, now)[0] for alert in found[:_NAMED]))


def _query_like(db: Connection, alert: Alert) -> str:
    from socialhub.alerts.silencing import query_like

    return query_like(db, alert)


class SilenceForm(TimedSheet[SilenceWish]):
    """Gives back the silence that is wanted; it is proposed for alerts like `alert`, and asks for the reason."""

    AUTO_FOCUS = "#silence-reason"

    def __init__(self, context: Context, alert: Alert) -> None:
        super().__init__(Choice(_("lasts"), id="silence-until"))
        self._room = context
        self._alert = alert
        self._reason = Input(id="silence-reason", placeholder=_("why, for the others"), max_length=LONGEST_REASON)
        self._query = Input(id="silence-query", placeholder=_("which alerts"), select_on_focus=False)
        self._says = Static(id="silence-says", markup=False)
        self._hidden: Hidden | None = None

    def compose(self) -> ComposeResult:
        """Why, until when, what, how much."""
        with Vertical(classes="small-sheet"):
            yield PaneTitle(_("Silence alerts like this one"))
            yield self._reason
            yield self.until
            yield self._query
            yield self._says
            yield Hints()

    def on_mount(self) -> None:
        """For an hour, what is like the alert."""
        now, zone = self._room.clock.now(), self._room.zone
        self.until.offer([(int(end), end.words(now, zone)) for end in End], required=True)
        self.query_one(Hints).show(
            [
                (key_name("enter"), _("silence")),
                (key_name("tab"), _("next field")),
                ("←→", _("until when")),
                (key_name("escape"), _("cancel")),
            ]
        )
        self.run_worker(self._propose(), group="hides", exclusive=True)

    async def _propose(self) -> None:
        alert = self._alert
        try:
            self._query.value = await self._room.counting.read(lambda db: _query_like(db, alert))
        except CacheError as error:
            self._tell(Hidden("", trouble=error.message))

    # ---- what it hides -------------------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look what the query hides."""
        event.stop()
        if event.input is self._query:
            self._hidden = None
            self.run_worker(self._look(STILL), group="hides", exclusive=True)

    async def _look(self, pause: float) -> Hidden:
        await asyncio.sleep(pause)
        query, now = self._query.value.strip(), self._room.clock.now()
        self._hidden = await self._room.counting.read(lambda db: _ask_hidden(db, query, now))
        self._tell(self._hidden)
        return self._hidden

    def _tell(self, hidden: Hidden) -> None:
        self._says.set_class(bool(hidden.trouble), "-wrong")
        self._says.update(Content(hidden.trouble or _told(hidden)))

    # ---- keys ----------------------------------------------------------------------------------------------------

    async def accept(self) -> None:
        """Give it back, once there is a reason and the query can be read."""
        if not self._reason.value.strip():
            self.set_focus(self._reason)
            self._tell(Hidden("", trouble=_("A silence needs a reason.")))
            return
        query = self._query.value.strip()
        hidden = self._hidden if self._hidden is not None and self._hidden.query == query else await self._look(0.0)
        if not hidden.trouble:
            self.dismiss(SilenceWish(query, self._reason.value.strip(), End(self.until.value or End.HOUR)))


def _told(hidden: Hidden) -> str:
    words = ngettext("hides {count} alert that burns", "hides {count} alerts that burn", hidden.alerts)
    told = words.format(count=number(hidden.alerts))
    more = ["…"] if hidden.alerts > len(hidden.titles) else []
    return "\n".join([labelled(told, ""), *hidden.titles, *more]) if hidden.titles else told
