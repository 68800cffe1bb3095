"""Keeps a list of mentions supplied from the cache: its pages, its changes, its `+N`. Draws nothing itself.

One question at a time per purpose; an answer that comes after the filter changed is thrown away.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar

from textual.timer import Timer

from socialhub.live import (
    FeedAsk,
    FeedUpdate,
    Known,
    Page,
    around,
    first_page,
    last_page,
    newer_page,
    next_unread,
    older_page,
    refresh,
)
from socialhub.model import Order
from socialhub.screens.context import Context
from socialhub.screens.queries import Narrowed
from socialhub.store.connection import CacheError, Connection
from socialhub.store.mutes import NO_MUTING, Muting
from socialhub.widgets.feed import HOLD, Feed

T = TypeVar("T")

CHIP_PACE: Final = 0.5
"""Seconds between two looks at what is new: `+N` is at most a second old, also over a thin link."""
_COSTLY: Final = 10
"""A filter that takes long to ask is asked again no sooner than this many times as long."""
_AFTER_END: Final = 0.1
_LONGEST_WAIT: Final = 60.0
"""Seconds after which it is looked whether a mute has ended: a machine may have slept, a clock been set."""


class Supply:
    """The supplier of one list. `told` is called when the state changed, `failed` with an error of the cache."""

    def __init__(
        self, feed: Feed, context: Context, told: Callable[[], None], failed: Callable[[CacheError], None]
    ) -> None:
        self.narrowed = Narrowed()
        self.waiting = 0
        self.loading = True
        self._feed = feed
        self._context = context
        self._told = told
        self._failed = failed
        self.judged_since = 0
        self.muting = NO_MUTING
        self._generation = 0
        self._rev = -1
        self._newest = 0
        self._seen = 0
        self._read_below = 0
        self._timer: Timer | None = None
        self._unmuting: Timer | None = None
        self._refreshing = False
        self._again = False
        self._look_not_before = 0.0
        self._flow_not_before = 0.0

    # ---- what the screen asks for --------------------------------------------------------------------------------

    def begin(self, page: Page, *, follow: bool) -> None:
        """Show this page; the list knows nothing else, and pages still on their way belong to the list it was."""
        self._generation += 1
        self.loading = False
        self.waiting = 0
        self._rev, self._newest, self._read_below = page.rev, page.newest, page.read_below
        self._seen, self.judged_since = page.newest, page.since
        self._note_muting(page.muting)
        self._feed.start(page.mentions, at_newest=page.at_newest, at_oldest=page.at_oldest, follow=follow)
        self._told()

    def restart(self, narrowed: Narrowed) -> None:
        """Show the newest mentions of another filter."""
        self.narrowed = narrowed
        self._generation += 1
        self.loading = True
        self._told()
        self._run(partial(self._load, "first"), "page")

    def reload(self, narrowed: Narrowed) -> None:
        """Show the list anew with its reader where it is: mutes hide other mentions now."""
        row = self._feed.current
        if row is None or not self._by_arrival or (self._feed.following and self._feed.window.cursor == 0):
            self.restart(narrowed)
            return
        self.narrowed = narrowed
        self._generation += 1
        offset = self._feed.window.cursor - self._feed.window.top
        self._run(partial(self._load_around, row.under or row.id, offset), "page")

    def page(self, side: str) -> None:
        """Fetch what the reader comes near to: "newer", "older", "first" or "last"."""
        if side == "first":
            self._generation += 1
        elif self.loading or not self._by_arrival:
            # The list is about to begin anew, which a page of the old one must not cancel; or it is all there.
            self._feed.page_done()
            return
        self._run(partial(self._load, side), "page")

    def seek_unread(self) -> None:
        """Put the reader on the next unread mention below, wherever it is."""
        self._run(self._seek_unread, "seek")

    def cache_changed(self, rev: int) -> None:
        """The cache has news up to revision `rev`."""
        if rev != self._rev:
            self._look_soon(0.0)

    def look_again(self) -> None:
        """The list was out of sight: see what has come since."""
        self._look_soon(0.0)

    @property
    def _by_arrival(self) -> bool:
        return self.narrowed.order is Order.ARRIVAL

    @property
    def seen(self) -> int:
        """The newest mention when the reader last had the top of the list on screen."""
        return self._seen

    @property
    def above(self) -> int:
        """New mentions that the reader has not had on screen: those that wait and those fetched above the first row."""
        window = self._feed.window
        fetched = window.rows[: window.top]
        return self.waiting + sum(row.id > self._seen and not row.backfill and not row.under for row in fetched)

    def reader_moved(self) -> None:
        """The reader took the list or let it go, or scrolled."""
        window = self._feed.window
        if window.top < len(window):
            row = window.rows[window.top]
            self._seen = max(self._seen, row.under or row.id)
        if self.waiting:
            self._look_soon(HOLD if self._feed.following else 0.0)

    # ---- pages ---------------------------------------------------------------------------------------------------

    @property
    def ask(self) -> FeedAsk:
        """What the list shows, for whom."""
        wanted = self.narrowed
        return FeedAsk(wanted.chosen, self._context.operator, self._context.clock.now(), wanted.order, wanted.folded)

    async def _load(self, side: str) -> None:
        generation, ask, rows = self._generation, self.ask, self._feed.window.rows
        try:
            if side == "first" or not rows:
                page = await self._read(lambda db: first_page(db, ask))
            elif side == "last":
                page = await self._read(lambda db: last_page(db, ask))
            elif side == "older":
                oldest = rows[-1].under or rows[-1].id
                page = await self._read(lambda db: older_page(db, ask, oldest))
            else:
                newest = rows[0].under or rows[0].id
                page = await self._read(lambda db: newer_page(db, ask, newest))
        finally:
            self._feed.page_done()
        if page is not None and generation == self._generation:
            self._put(page, side if rows else "first")

    def _put(self, page: Page, side: str) -> None:
        if side == "first":
            self.begin(page, follow=True)
        elif side == "last":
            self.begin(page, follow=False)
            self._feed.action_last()
        elif side == "older":
            self._feed.add_older(page.mentions, at_oldest=page.at_oldest)
        else:
            self._feed.add_newer(page.mentions, at_newest=page.at_newest)
            if page.at_newest:
                self._newest, self.waiting = page.newest, 0
                self._told()

    async def _load_around(self, mention: int, row: int) -> None:
        generation, ask, seen = self._generation, self.ask, self._seen
        page = await self._read(lambda db: around(db, ask, mention))
        if page is None or generation != self._generation:
            return
        self.begin(page, follow=False)
        # What had waited above goes on waiting.
        self._seen = seen
        if not page.at_newest:
            self._newest = max(seen, page.mentions[0].id if page.mentions else 0)
            self._look_soon(0.0)
        self._feed.settle(mention, row)

    async def _seek_unread(self) -> None:
        window = self._feed.window
        place = next((at for at in range(window.cursor + 1, len(window)) if window.rows[at].unread), None)
        if place is not None:
            self._feed.select(window.rows[place].id)
            return
        if window.at_oldest or not window.rows:
            return
        generation, ask, last = self._generation, self.ask, window.rows[-1]
        below = last.under or last.id
        found = await self._read(lambda db: next_unread(db, ask, below))
        if found is None:
            return
        page = await self._read(lambda db: around(db, ask, found))
        if page is not None and generation == self._generation:
            self.begin(page, follow=False)
            self._feed.select(found)

    # ---- news ----------------------------------------------------------------------------------------------------

    def _look_soon(self, wait: float) -> None:
        if self._timer is None:
            pause = max(wait, self._look_not_before - time.monotonic(), 0.01)
            self._timer = self._feed.set_timer(pause, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._refreshing:
            self._again = True
        elif self.loading:
            return
        elif self._feed.following and not self._feed.window.at_newest:
            # More came than a page holds while the list was fetched: what follows its top must find it again.
            self.page("first")
        else:
            self._run(self._refresh, "news")

    def _may_flow(self) -> bool:
        window = self._feed.window
        return (
            self._by_arrival
            and window.at_newest
            and not self._feed.anchored
            and time.monotonic() >= self._flow_not_before
        )

    async def _refresh(self) -> None:
        generation, ask, started = self._generation, self.ask, time.monotonic()
        window, flow = self._feed.window, self._may_flow()
        known = Known(self._rev, self._newest, self._read_below, window.ids)
        if ask.folded:
            known = replace(known, heads=window.heads, copies=window.copies)
        self._refreshing = True
        try:
            update = await self._read(lambda db: refresh(db, ask, known, flow=flow))
        finally:
            self._refreshing = False
        self._look_not_before = time.monotonic() + max(CHIP_PACE, _COSTLY * (time.monotonic() - started))
        if update is not None and generation == self._generation:
            self._apply(update, flow=flow)
        if self._again:
            self._again = False
            self._look_soon(0.0)

    def _apply(self, update: FeedUpdate, *, flow: bool) -> None:
        self._rev, self._read_below = update.rev, update.read_below
        before = self.muting.active
        self._note_muting(update.muting)
        if update.muting.active != before and self.narrowed.chosen.hide_muted:
            self.reload(self.narrowed)
            return
        self._feed.replace(update.changed)
        self._feed.take_out(update.gone)
        if flow and self._may_flow():
            self._flow_not_before = time.monotonic() + self._context.list_pace
            self._newest, self._seen, self.waiting = update.newest, update.newest, 0
            if update.gap:
                self._feed.start(update.arrived, at_newest=True, at_oldest=False, follow=True)
            else:
                self._feed.add_newer(update.arrived, at_newest=True)
        elif flow:
            # A key was pressed meanwhile: the list is held, and looks again when it may flow.
            self.waiting = sum(not mention.backfill for mention in update.arrived)
            self._look_soon(HOLD)
        else:
            self.waiting = update.waiting
            if update.more and self._feed.following and self._by_arrival:
                held = HOLD if self._feed.anchored else 0.0
                self._look_soon(max(held, self._flow_not_before - time.monotonic()))
        self._told()

    def _note_muting(self, muting: Muting) -> None:
        """What mutes do to the list, and looking again when the first of them ends by itself."""
        if muting.next_end != self.muting.next_end and self._unmuting is not None:
            self._unmuting.stop()
            self._unmuting = None
        self.muting = muting
        if muting.next_end is not None and self._unmuting is None:
            wait = min(_LONGEST_WAIT, self._context.clock.real_seconds_until(muting.next_end) + _AFTER_END)
            self._unmuting = self._feed.set_timer(wait, self._unmute)

    def _unmute(self) -> None:
        self._unmuting = None
        self._look_soon(0.0)

    # ---- asking --------------------------------------------------------------------------------------------------

    async def _read(self, question: Callable[[Connection], T]) -> T | None:
        """The answer, or None after telling why there is none."""
        try:
            return await self._context.reading.read(question)
        except CacheError as error:
            self._failed(error)
            return None

    def _run(self, work: Callable[[], Coroutine[None, None, None]], group: str) -> None:
        # A function, not its coroutine: what is cancelled before it began leaves nothing behind.
        self._feed.run_worker(work, group=group, exclusive=True)  # type: ignore[arg-type]
