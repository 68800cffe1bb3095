"""The sheet that mutes: what, until when, why, and at once how much that hides."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta, tzinfo
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Input, Static

from socialhub.clock import DAY, HOUR, from_datetime, to_datetime
from socialhub.errors import UserError
from socialhub.i18n import N_, _, ngettext, number
from socialhub.records import dataclass
from socialhub.screens.base import hints_for
from socialhub.screens.context import Context
from socialhub.screens.mute_proposals import KINDS, Proposal
from socialhub.screens.timed_sheet import STILL, TimedSheet
from socialhub.store.connection import Connection
from socialhub.store.facets import facets
from socialhub.store.mentions import FeedFilter
from socialhub.store.mutes import LONGEST_REASON, Breadth, breadth, checked
from socialhub.widgets.bindings import bind
from socialhub.widgets.filter_bar import Choice
from socialhub.widgets.hints import Hints, key_name
from socialhub.widgets.name_list import NameList
from socialhub.widgets.pane_title import PaneTitle

_HOUR, _TODAY, _WEEK = 1, 2, 3


@dataclass(frozen=True, slots=True)
class MuteWish:
    """A mute that is wanted: its query, why, and which of the ends offered (None: for ever)."""

    query: str
    reason: str
    choice: int | None

    def end(self, now: int, zone: tzinfo) -> int | None:
        """When it ends (ms UTC), counted from `now`; today ends at midnight in `zone`."""
        if self.choice == _TODAY:
            midnight = to_datetime(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
            return from_datetime(midnight + timedelta(days=1))
        return {_HOUR: now + HOUR, _WEEK: now + 7 * DAY}.get(self.choice or 0)


@dataclass(frozen=True, slots=True)
class Hides:
    """What a query would hide: how many mentions (`exact` or not), how much of the last day; or why it cannot."""

    query: str
    total: int = 0
    exact: bool = True
    day: Breadth = Breadth(0, 0)
    trouble: str = ""


def ask_hides(db: Connection, query: str, zone: tzinfo, now: int) -> Hides:
    """Count what a query would hide. Loads the query language: meant for a thread."""
    from socialhub.query import parse, to_sql

    if not query:
        return Hides(query, trouble=_("Say what is to be hidden."))
    try:
        words = checked(query)
        found = facets(db, FeedFilter(condition=to_sql(parse(words), zone)), zone, now=now)
        return Hides(query, found.total, found.exact, breadth(db, words, zone, now))
    except UserError as error:
        return Hides(query, trouble=f"{error.message} · {error.hint}" if error.hint else error.message)


class MuteForm(TimedSheet[MuteWish]):
    """Gives back the mute that is wanted. `proposals` are the likely ones for the mention it was opened from."""

    AUTO_FOCUS = "NameList"
    BINDINGS: ClassVar[list[BindingType]] = [bind("muted", "mutes")]

    def __init__(self, context: Context, proposals: Sequence[Proposal]) -> None:
        super().__init__(Choice(_("lasts"), id="mute-until", none=_("for ever")))
        self._room = context
        self._proposals = tuple(proposals)
        self._list = NameList(_("Write a query below."))
        self._query = Input(id="mute-query", select_on_focus=False)
        self._reason = Input(id="mute-reason", placeholder=_("why, for the others"), max_length=LONGEST_REASON)
        self._says = Static(id="mute-says", markup=False)
        self._hides: Hides | None = None
        self._confirmed = ""

    def compose(self) -> ComposeResult:
        """What, until when, why, how much."""
        with Vertical(classes="small-sheet", id="mute-sheet"):
            yield PaneTitle(_("Hide mentions like this one"))
            yield self._list
            yield self._query
            yield self.until
            yield self._reason
            yield self._says
            yield Hints()

    def on_mount(self) -> None:
        """The narrowest proposal, for a week."""
        self._list.styles.height = len(self._proposals) or 1
        self.until.offer([(_HOUR, _("1 hour")), (_TODAY, _("until midnight")), (_WEEK, _("7 days"))])
        self.until.choose(_WEEK)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._list.show([(_(KINDS[each.kind]), each.query) for each in self._proposals])
        if self._proposals:
            self._list.select(0)
            self._query.value = self._proposals[0].query
        else:
            self.set_focus(self._query)
        self._show_hints()

    # ---- what and how much ---------------------------------------------------------------------------------------

    def on_name_list_moved(self, event: NameList.Moved) -> None:
        """Another proposal: its query stands below, to be changed."""
        event.stop()
        self._query.value = self._proposals[event.place].query

    def on_input_changed(self, event: Input.Changed) -> None:
        """Count what it hides."""
        event.stop()
        if event.input is self._query:
            self._hides = None
            self.run_worker(self._count(STILL), group="hides", exclusive=True)

    async def _count(self, pause: float) -> Hides:
        await asyncio.sleep(pause)
        query, room = self._query.value.strip(), self._room
        now = room.clock.now()
        hides = await room.counting.read(lambda db: ask_hides(db, query, room.zone, now))
        self._hides = hides
        self._say(hides)
        return hides

    def _say(self, hides: Hides) -> None:
        self._says.set_class(bool(hides.trouble) or hides.day.is_broad, "-wrong")
        self._says.update(Content(hides.trouble or _told(hides)))

    # ---- keys ----------------------------------------------------------------------------------------------------

    def on_name_list_picked(self, event: NameList.Picked) -> None:
        """Enter in the list."""
        event.stop()
        self.ask_accept()

    async def accept(self) -> None:
        """Give it back, once it is counted; what hides most of a day is asked for twice."""
        query = self._query.value.strip()
        hides = self._hides if self._hides is not None and self._hides.query == query else await self._count(0.0)
        if hides.trouble:
            return
        if hides.day.is_broad and self._confirmed != query:
            self._confirmed = query
            again = _("Enter again hides it all the same.")
            self._says.update(Content(f"{_told(hides)}\n{again}"))
            return
        self.dismiss(MuteWish(query, self._reason.value.strip(), self.until.value))

    def action_mutes(self) -> None:
        """All mutes instead."""
        from socialhub.screens.mutes import MutesView

        self.app.switch_screen(MutesView(self._room))

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Other keys answer now."""
        self._show_hints()

    def _show_hints(self) -> None:
        hints = [(key_name("enter"), _("hide")), (key_name("tab"), _("next field"))]
        if self.focused is self._list:
            hints += hints_for(("muted=" + N_("all mutes"),), self._room.keys)
        self.query_one(Hints).show([*hints, (key_name("escape"), _("cancel"))])


def _told(hides: Hides) -> str:
    about = "" if hides.exact else "≈ "
    words = ngettext("hides {count} mention", "hides {count} mentions", hides.total)
    told = words.format(count=f"{about}{number(hides.total)}")
    day = hides.day
    if not day.of:
        return told
    share = _("of the last day {hidden} of {total}").format(hidden=number(day.hidden), total=number(day.of))
    return f"{told} · {share}"
