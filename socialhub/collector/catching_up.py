"""What one source said while it was not heard: how far it is fetched, where that ends, what of it is out of reach.

The gap begins at the last success and ends with the first batch of a run after it; the source itself reads on from its
cursor. This only watches, and says when to go no deeper.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from socialhub.clock import MINUTE, Clock
from socialhub.collector.store_thread import StoreThread
from socialhub.gaps import CatchUp
from socialhub.model import Batch, Cursor, Draft
from socialhub.sources.newest_first import give_up, is_under_way
from socialhub.store import catch_ups
from socialhub.store import sources as source_store
from socialhub.store.connection import Writer

PRESENT: Final = 2 * MINUTE
"""A stream that has handed on all up to so long ago has caught up; one that cannot tell, once its posts are so new."""

log = logging.getLogger(__name__)


class CatchingUp:
    """The gap of one source (its row number and name), filled `limit` ms back at most (None: all of it is lost)."""

    def __init__(
        self, number: int, name: str, limit: int | None, *, writer: Writer, store: StoreThread, clock: Clock
    ) -> None:
        self._number, self._name, self._limit = number, name, limit or 0
        self._can = limit is not None
        self._writer, self._store, self._clock = writer, store, clock
        self._gap: CatchUp | None = None
        self._missed = False
        self._in_time = False
        """Nothing of the gap is read later than it would have been anyhow: it was heard all the time."""
        self._heard: tuple[int, int] | None = None
        """When the source was heard last before this run, and when again."""

    @property
    def under_way(self) -> bool:
        """Whether the source is behind."""
        return self._gap is not None

    async def begin(self, now: int) -> None:
        """The first batch of a run has come: was there a gap before it? To be called before it is stored."""
        self._gap, self._missed, self._in_time = await self._store.run(self._find, now), False, False

    def _find(self, now: int) -> CatchUp | None:
        before = source_store.last_success_of(self._writer.db, self._number)
        self._heard = None if before is None else (before, now)
        since = source_store.gap_before(self._writer.db, self._number, now)
        if since is not None:
            with self._writer.transaction() as db:
                catch_ups.begin_catch_up(db, self._number, since, now)
                if not self._can:
                    catch_ups.lose_all(db, self._number, now)
            log.info("%s was not heard for %d min", self._name, (now - since) // MINUTE)
        return catch_ups.open_catch_up(self._writer.db, self._number)

    async def note(self, batch: Batch, new: int, *, streaming: bool, first: bool) -> bool:
        """A batch is stored, with so many new mentions; False when the source is to read no deeper."""
        moments = [item.published for item in batch.items if isinstance(item, Draft) and item.published is not None]
        if self._gap is None and not batch.complete and moments and self._heard is not None:
            # It was heard all the time, and more was said in between than its server still shows.
            await self._store.transact(self._writer, catch_ups.begin_catch_up, self._number, *self._heard)
            self._gap = await self._store.run(catch_ups.open_catch_up, self._writer.db, self._number)
            self._in_time = True
        gap = self._gap
        if gap is None:
            return True
        low, high = gap.with_published(moments)
        hole = gap.hole
        if not batch.complete and not moments:
            self._missed = True
        elif not batch.complete and min(moments) > gap.since:
            # What reaches back to before it lost nothing: all its ids are other ones than before, say.
            hole = max(hole or 0, min(gap.until, min(moments)))
        # What is read oldest first cannot be given up beneath a moment: it comes nearer with every batch.
        can_stop = give_up(batch.cursor) != batch.cursor
        deep = bool(moments) and max(moments) < gap.until - self._limit and can_stop
        if deep:
            hole = max(hole or 0, gap.until - self._limit)
        progress = replace(gap, low=low, high=high, stored=gap.stored + new, hole=hole)
        if progress != gap:
            await self._store.transact(self._writer, catch_ups.note_progress, progress)
            self._gap = progress
        if streaming and not is_under_way(batch.cursor) and self._is_present(batch.reached, moments, first=first):
            await self._end()
        return not deep

    async def finish(self, cursor: Cursor) -> None:
        """A poll is over: all was read, unless its cursor says that there is more, or a part was not asked."""
        gap = self._gap
        if gap is None:
            return
        if self._missed and self._clock.now() - gap.until > self._limit:
            self._gap = replace(gap, hole=gap.until)
            await self._store.transact(self._writer, catch_ups.note_progress, self._gap)
        elif self._missed or is_under_way(cursor):
            return
        await self._end()

    def _is_present(self, reached: int | None, moments: Sequence[int], *, first: bool) -> bool:
        now = self._clock.now()
        edge = now - PRESENT * max(1.0, self._clock.speed)
        if reached is not None:
            return reached >= edge
        # The first batch of a stream that cannot tell says only that it is connected.
        newest = max((moment for moment in moments if moment <= now), default=None)
        return not first and (not moments or (newest is not None and newest >= edge))

    async def _end(self) -> None:
        if (gap := self._gap) is not None:
            end = catch_ups.end_loss if self._in_time else catch_ups.end_catch_up
            await self._store.transact(self._writer, end, gap.number, self._clock.now())
            log.info("%s has caught up: %d new", self._name, gap.stored)
        self._gap = None
