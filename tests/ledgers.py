"""A real ledger on a cache of its own, for tests of sources that have a budget."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from socialhub.budgets import Cap
from socialhub.clock import Clock
from socialhub.collector.ledger import StoreLedger
from socialhub.collector.store_thread import StoreThread
from socialhub.store.connection import Connection, Writer
from socialhub.store.sources import ensure_source
from tests.caches import new_cache


@asynccontextmanager
async def ledger_on(cache: Path, caps: Sequence[Cap], clock: Clock) -> AsyncIterator[StoreLedger]:
    """The ledger of a source named "essai" in this cache, which is made when it is not there."""
    store = StoreThread()
    writer: Writer = await store.open(new_cache(cache))

    def number() -> int:
        with writer.transaction() as db:
            return ensure_source(db, "essai", "essai")

    source = await store.run(number)
    try:
        yield StoreLedger(source, caps, writer, store, clock)
    finally:
        await store.run(writer.close)
        store.close()


def spent_of(db: Connection, unit: str) -> int:
    """What all sources of a cache have spent of a unit."""
    return int(db.execute("SELECT coalesce(sum(amount), 0) FROM spending WHERE unit = ?", (unit,)).fetchone()[0])
