"""The columns: named queries side by side, as many as have room, the others as tabs that say how many wait in them.

The screen stays while another is shown: each column keeps its place. What is out of sight is not drawn and asks for
nothing but one count together.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import DescendantFocus
from textual.timer import Timer
from textual.widgets import Static

from socialhub.i18n import N_, _
from socialhub.screens.base import RoomScreen, filter_hints, hints_for
from socialhub.screens.column_actions import ColumnActions
from socialhub.screens.column_reader import ColumnReader
from socialhub.screens.context import Act, Context
from socialhub.screens.hidden_columns import HiddenColumns, filters_of
from socialhub.screens.state import RoomState, status_of
from socialhub.store import columns as column_store
from socialhub.store.columns import Column
from socialhub.store.connection import CacheError
from socialhub.store.searches import saved_queries
from socialhub.widgets.alarm_bar import AlarmBar
from socialhub.widgets.bindings import bind
from socialhub.widgets.column_tabs import ColumnTabs, Tab
from socialhub.widgets.filter_bar import Choices
from socialhub.widgets.hints import Hints
from socialhub.widgets.status_line import StatusLine

NARROWEST: Final = 50
"""Cells of a column below which there are rather fewer of them."""
_LOOK_EVERY: Final = 1.0
"""Seconds between two counts of what waits out of sight, or _COSTLY times as long as counting took."""
_SOON: Final = 0.05
_COSTLY: Final = 10
_PACE: Final = 1.7
"""How much slower than in the desk lists move: together they fill the whole screen (DECISIONS 41)."""
_HELD: Final = 2.0
"""Seconds for which a key in one column keeps the others still."""
_KEEP_EVERY: Final = 30.0
"""Seconds between two notes of how far the columns were seen."""
_HINTS: Final = (
    *("open", "left=" + N_("to the left"), "right=" + N_("to the right"), "filter=" + N_("query")),
    *("column=" + N_("add"), "edit", "move-left=" + N_("move"), "remove=" + N_("close it"), "back", "help"),
)
_READING: Final = ("back", "earlier=" + N_("older"), "later=" + N_("newer"), "read", "browser", "copy", "help")


class Columns(ColumnActions, RoomScreen):
    """The screen. `column` is the one with the focus."""

    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [bind("back", "columns")]

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._columns: tuple[Column, ...] = ()
        self._told: list[tuple[int, str, str]] | None = None
        self._readers: dict[int, ColumnReader] = {}
        self._hidden = HiddenColumns(context)
        self._at = 0
        self._first = 0
        self._expected: str | None = None
        self._timer: Timer | None = None
        self._busy = False
        self._not_before = 0.0
        self._kept: dict[int, int] = {}
        self._calm = replace(context, list_pace=_PACE * context.list_pace)
        self._status = StatusLine(zone=context.zone)
        self._tabs = ColumnTabs()
        self._body = Horizontal(id="columns")
        self._empty = Static(id="no-columns", markup=False)
        self._keys = Hints(id="hints")

    def compose(self) -> ComposeResult:
        """Status and tabs above, columns, keys."""
        yield self._status
        yield AlarmBar()
        yield self._tabs
        yield self._body
        yield self._empty
        yield self._keys

    def on_mount(self) -> None:
        """Read the columns, note from time to time how far they were seen."""
        self.set_interval(_KEEP_EVERY, self._keep_seen)
        words = _("No column yet. {column} makes one, here or from a filter, a search or a topic.")
        self._empty.update(Content(words.format(column=self.context.key_name("column"))))
        self._show_hints()

    def on_screen_resume(self) -> None:
        """Look what has come meanwhile."""
        self.cache_changed(0)

    def on_screen_suspend(self) -> None:
        """Note how far the columns were seen."""
        self._keep_seen()

    def expect(self, query: str) -> None:
        """A column with this query is about to be there: it gets the focus."""
        self._expected = query

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns from left to right."""
        return self._columns

    @property
    def column(self) -> Column | None:
        """The column with the focus."""
        return next((each for each in self._columns if each.number == self._at), None)

    # ---- what changes --------------------------------------------------------------------------------------------

    def cache_changed(self, rev: int) -> None:
        """Columns on screen look at once, the others together a little later; there may be other columns now."""
        for reader in self._shown():
            reader.catch_up()
        self._look_soon()

    def _look_soon(self) -> None:
        if self._timer is None:
            self._timer = self.set_timer(max(_SOON, self._not_before - time.monotonic()), self._look)

    def _look(self) -> None:
        self._timer = None
        if self._busy:
            self._look_soon()
        else:
            self.run_worker(self._read_alone(), group="columns")

    async def _read_alone(self) -> None:
        """What is being arranged is never left half done."""
        self._busy = True
        try:
            await self._read()
        finally:
            self._busy = False

    async def _read(self) -> None:
        context, started = self.context, time.monotonic()
        try:
            found = await context.reading.read(lambda db: column_store.columns_of(db, context.operator))
            saved = await context.reading.read(saved_queries)
            told = [(each.number, each.name, each.query) for each in found]
            if told != self._told:
                self._told = told
                await self._arrange(tuple(found), saved)
            await self._hidden.count()
        except CacheError as error:
            self.notify(error.hint or error.message, title=error.message if error.hint else "", markup=False)
            return
        self._not_before = time.monotonic() + max(_LOOK_EVERY, _COSTLY * (time.monotonic() - started))
        self._show_tabs()

    async def _arrange(self, columns: tuple[Column, ...], saved: Mapping[str, str]) -> None:
        """There are other columns, names, queries or places than before."""
        place = next((at for at, each in enumerate(self._columns) if each.number == self._at), 0)
        self._columns = columns
        numbers = [each.number for each in columns]
        gone = [self._readers.pop(number) for number in self._readers.keys() - set(numbers)]
        self._hidden.become(columns, await asyncio.to_thread(filters_of, columns, self.context.zone, saved))
        if self._at not in numbers:
            self._at = numbers[min(place, len(numbers) - 1)] if numbers else 0
        new = [each.number for each in columns if each.query == self._expected]
        if new:
            self._at, self._expected = new[-1], None
        await self._lay_out()
        # Before the column that had the focus goes: Textual would give it to some other one.
        self._focus()
        for reader in gone:
            await reader.remove()

    async def _lay_out(self) -> None:
        """Mount and show the columns that have room, hide the others."""
        room = max(1, self.size.width // NARROWEST)
        place = next((at for at, each in enumerate(self._columns) if each.number == self._at), 0)
        last = max(0, len(self._columns) - room)
        self._first = min(max(self._first, place - room + 1), place, last)
        shown = self._columns[self._first : self._first + room]
        for at, column in enumerate(shown):
            if (reader := self._readers.get(column.number)) is None:
                reader = self._readers[column.number] = ColumnReader(self._calm, column, self._first + at + 1)
                await self._body.mount(reader)
                if self.state is not None:
                    self.show_state(self.state)
        places = {each.number: at for at, each in enumerate(self._columns)}
        for number, reader in self._readers.items():
            at = places[number]
            reader.become(self._columns[at], at + 1)
            self._show_or_hide(reader, shown=self._first <= at < self._first + room)
            reader.set_class(at == self._first, "-first")
        self._sort()
        self._hidden.watch({each.number for each in self._columns} - {each.number for each in shown})
        self._empty.display = not self._columns
        self._tabs.display = len(shown) < len(self._columns)
        self._show_tabs()

    def _sort(self) -> None:
        """The columns from left to right as they are stored."""
        wanted = [self._readers[each.number] for each in self._columns if each.number in self._readers]
        for place, reader in enumerate(wanted):
            if self._body.children[place] is not reader:
                self._body.move_child(reader, before=place)

    def _show_or_hide(self, reader: ColumnReader, *, shown: bool) -> None:
        if shown == bool(reader.display):
            return
        reader.display = shown
        if shown:
            reader.catch_up()
        else:
            self._hidden.begin(reader.column.number, reader.seen)

    def _shown(self) -> list[ColumnReader]:
        return [reader for reader in self._readers.values() if reader.display]

    def _focus(self) -> None:
        if (reader := self._readers.get(self._at)) is not None:
            self.set_focus(reader.feed)
        self._show_hints()

    def on_resize(self) -> None:
        """More columns have room, or fewer."""
        if self._columns:
            self.call_later(self._lay_out)

    def _keep_seen(self) -> None:
        """Write down how far the columns on screen were seen: what waits in them is counted from there next time."""
        shown = {reader.column.number: reader.seen for reader in self._shown() if reader.seen}
        seen = self._hidden.seen | shown
        if seen != self._kept:
            self._kept = seen
            self.post_message(Act("", lambda db: column_store.set_seen(db, seen), quiet=True))

    # ---- state ---------------------------------------------------------------------------------------------------

    def show_state(self, state: RoomState) -> None:
        """The columns and the status line."""
        super().show_state(state)
        self.tick()

    def tick(self) -> None:
        """The clock and the ages."""
        super().tick()
        if self.state is not None:
            context = self.context
            status = status_of(self.state, context.brand, context.clock, demo=context.demo, remote=context.remote)
            self._status.show(status)

    def on_column_reader_counted(self) -> None:
        """More or fewer wait in a column on screen."""
        self._show_tabs()

    def _show_tabs(self) -> None:
        shown = {reader.column.number: reader.waiting for reader in self._shown()}
        self._tabs.show(
            [
                Tab(
                    each.name,
                    shown.get(each.number, self._hidden.waiting(each.number)),
                    each.number in shown,
                    each.number == self._at,
                )
                for each in self._columns
            ]
        )

    async def show_column(self, number: int) -> None:
        """Bring a column into sight and give it the focus."""
        self._at = number
        await self._lay_out()
        self._focus()

    # ---- keys ------------------------------------------------------------------------------------------------------

    def narrow_mentions(self, choices: Choices) -> None:
        """A column's query is its own: nothing here narrows it."""

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """A click may have taken another column."""
        for node in event.widget.ancestors_with_self:
            if isinstance(node, ColumnReader) and node.column.number != self._at and node.display:
                self._at = node.column.number
                self._show_tabs()
        self._show_hints()

    def on_key(self) -> None:
        """Somebody works here: the other columns wait a moment before they move, too, and keys are quick."""
        for reader in self._shown():
            reader.feed.hold(_HELD)

    def on_reader_mode_changed(self) -> None:
        """Other keys answer now."""
        self._show_hints()

    def _show_hints(self) -> None:
        reader = self._readers.get(self._at)
        if self.focused is not None and self.focused.id == "filter-query":
            self._keys.show(filter_hints())
        elif not self._columns:
            self._keys.show(hints_for(("column=" + N_("add"), "search", "back", "help"), self.context.keys))
        else:
            ids = _READING if reader is not None and reader.reading else _HINTS
            self._keys.show(hints_for(ids, self.context.keys))
