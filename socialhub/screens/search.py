"""The search screen: a query, what matches it in the whole cache as it is typed, and how that is made up.

Results come first; counting waits until nobody types, runs on a thread of its own and is dropped by the next key.
"""

from __future__ import annotations

import asyncio
import time
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus
from textual.timer import Timer
from textual.widgets import Input

from socialhub.i18n import N_, _
from socialhub.screens.base import RoomScreen, hints_for
from socialhub.screens.context import Context
from socialhub.screens.facet_rows import facet_view
from socialhub.screens.refine import toggled
from socialhub.screens.search_reader import SearchReader
from socialhub.store.connection import CacheError
from socialhub.store.facets import facets
from socialhub.store.mentions import FeedFilter
from socialhub.widgets.alarm_bar import AlarmBar
from socialhub.widgets.bindings import bind
from socialhub.widgets.facet_panel import FacetLine, FacetPanel, FacetView, total_text
from socialhub.widgets.hints import Hints, key_name
from socialhub.widgets.pane_title import PaneTitle

_STILL: Final = 0.15
"""Seconds without a key after which what was found is counted."""
_AGAIN: Final = 5.0
"""Seconds after which it is counted again when something arrived, or _COSTLY times as long as counting took."""
_COSTLY: Final = 20
_HINTS: Final = {
    "list": ("open", "search", "order", "saved", "column", "next-pane", "back", "help"),
    "facets": ("open=" + N_("narrow / widen"), "next-pane", "order", "saved", "column", "back", "help"),
    "reading": ("back", "earlier=" + N_("older"), "later=" + N_("newer"), "read", "copy", "help"),
}


class Search(RoomScreen):
    """A reader whose filter bar stays open, beside the counts; on narrow screens they are one line, and Tab away."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("back", "back"),
        bind("search", "again"),
        bind("next-pane", "next_pane(1)"),
        bind("previous-pane", "next_pane(-1)"),
        bind("order", "order"),
        bind("saved", "saved"),
    ]

    def __init__(self, context: Context, query: str = "") -> None:
        super().__init__(context)
        self._reader = SearchReader(context, query)
        self._title = PaneTitle(_("Found"))
        self._panel = FacetPanel()
        self._line = FacetLine()
        self._view: FacetView | None = None
        self._counted: FeedFilter | None = None
        self._timer: Timer | None = None
        self._not_before = 0.0

    def compose(self) -> ComposeResult:
        """The list beside its counts, the counts on a line, the keys."""
        yield AlarmBar()
        with Horizontal(id="search-body"):
            yield self._reader
            with Vertical(id="facets", classes="pane"):
                yield self._title
                yield self._panel
        yield self._line
        yield Hints(id="hints")

    # ---- counts --------------------------------------------------------------------------------------------------

    def on_reader_mode_changed(self) -> None:
        """Something else is asked for, or the detail opened."""
        if self._reader.narrowed.chosen != self._counted:
            self._counted = self._reader.narrowed.chosen
            self._title.show(chip="…")
            self._line.grow_old()
            self._count(_STILL)
        self._show_hints()

    def cache_changed(self, rev: int) -> None:
        """The list looks at once, the counts when they may."""
        super().cache_changed(rev)
        if self._timer is None:
            self._timer = self.set_timer(max(_AGAIN, self._not_before - time.monotonic()), self._count_again)

    def _count_again(self) -> None:
        self._timer = None
        self._count(0.0)

    def _count(self, pause: float) -> None:
        self.run_worker(self._read_counts(pause), group="facets", exclusive=True)

    async def _read_counts(self, pause: float) -> None:
        await asyncio.sleep(pause)
        context, query, chosen = self.context, self._reader.choices.query, self._reader.narrowed.chosen
        started, now = time.monotonic(), self.context.clock.now()
        try:
            found = await context.counting.read(
                lambda db: facets(db, chosen, context.zone, operator=context.operator, now=now)
            )
        except CacheError:
            # The list says what is wrong with the cache.
            return
        self._not_before = time.monotonic() + _COSTLY * (time.monotonic() - started)
        self._view = facet_view(found, query, now, context.zone)
        self._title.show(chip=total_text(self._view))
        self._panel.show(self._view)
        self._line.show(self._view)

    def on_facet_panel_toggled(self, event: FacetPanel.Toggled) -> None:
        """Narrow to a value, or widen again."""
        self._reader.ask(toggled(self._reader.choices.query, event.part))

    # ---- keys ----------------------------------------------------------------------------------------------------

    async def action_again(self) -> None:
        """Back to the question."""
        self.remove_class("-at-facets")
        await self._reader.action_filter()

    def action_back(self) -> None:
        """Out of the counts, out of the search."""
        if self.has_class("-at-facets"):
            self.remove_class("-at-facets")
            self.set_focus(self._reader.feed)
        else:
            self.dismiss()

    def action_next_pane(self, step: int) -> None:
        """Question, list, counts, and round again."""
        stops = (self.query_one("#filter-query", Input), self._reader.feed, self._panel)
        at = next((place for place, stop in enumerate(stops) if stop is self.focused), 1)
        goal = stops[(at + step) % len(stops)]
        self.set_class(goal is self._panel, "-at-facets")
        if goal is not self._reader.feed:
            self._reader.close_detail()
        self.set_focus(goal)

    def action_order(self) -> None:
        """Newest arrival, newest published, most relevant."""
        self._reader.next_order()

    def action_saved(self) -> None:
        """The searches that have a name."""
        from socialhub.screens.saved import SavedSearches

        self.app.push_screen(SavedSearches(self.context, self._reader.choices.query), self._pick)

    def _pick(self, query: str | None) -> None:
        if query is not None:
            self._reader.ask(query)
            self.set_focus(self._reader.feed)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Other keys answer now."""
        self.set_class(self.focused is self._panel, "-at-facets")
        self._show_hints()

    def _show_hints(self) -> None:
        if isinstance(self.focused, Input):
            hints = [
                (key_name("enter"), _("to the list")),
                (key_name("up"), _("earlier searches")),
                (key_name("right"), _("complete")),
                (key_name("tab"), _("list, counts")),
                (key_name("escape"), _("back")),
            ]
            self.query_one(Hints).show(hints)
            return
        at = "facets" if self.focused is self._panel else "reading" if self._reader.reading else "list"
        self.query_one(Hints).show(hints_for(_HINTS[at], self.context.keys))
