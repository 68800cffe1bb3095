"""Keeps the last exchange of one source in the cache, and notes polls that were slow."""

from __future__ import annotations

from typing import Final

from socialhub.clock import SECOND, Clock
from socialhub.collector.store_thread import StoreThread
from socialhub.polled import SLOW_AFTER
from socialhub.sources.notebook import Notebook
from socialhub.store.connection import Connection, Writer
from socialhub.store.exchanges import keep_exchange
from socialhub.store.poll_slots import add_to_slot

STREAMED_EVERY: Final = 15 * SECOND
"""Real milliseconds: what a stream brought meanwhile is written so often at most."""


class ExchangeKeeper:
    """Of one source; `notebook` is the one in which its client and itself note."""

    def __init__(self, source: int, notebook: Notebook, *, writer: Writer, store: StoreThread, clock: Clock) -> None:
        self._source, self._notebook = source, notebook
        self._writer, self._store, self._clock = writer, store, clock
        self._streamed_at = 0

    def begin(self) -> None:
        """The source is about to be asked."""
        self._notebook.begin()
        self._streamed_at = 0

    async def keep(self, *, failed: bool = False) -> None:
        """The source was asked. What was not (its server had asked to wait) leaves the exchange before."""
        exchange, slow = self._notebook.told(failed=failed), self._notebook.slowest > SLOW_AFTER
        if exchange is None:
            return

        def write(db: Connection) -> None:
            keep_exchange(db, self._source, exchange)
            if slow:
                add_to_slot(db, self._source, self._clock.now(), slow=1)

        await self._store.transact(self._writer, write)
        self._notebook.slowest = 0.0

    async def streamed(self, entries: int) -> None:
        """A stream brought so many entries, perhaps none."""
        self._notebook.heard(entries)
        now = self._clock.now()
        if abs(now - self._streamed_at) >= STREAMED_EVERY * self._clock.speed:
            self._streamed_at = now
            await self.keep()
