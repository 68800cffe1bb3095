"""A batch's way into the cache from the collector: in portions, each in its turn.

A source that brings thousands at once holds up the others for one portion at a time; its cursor becomes true with the
last one.
"""

from __future__ import annotations

from socialhub.collector.store_thread import StoreThread
from socialhub.model import Batch
from socialhub.pipeline.ingest import Ingest, Ingested, Origin


async def take_in(
    store: StoreThread, ingest: Ingest, origin: Origin, batch: Batch, *, scheduled: bool = True
) -> Ingested:
    """Store a batch; see Ingest.store. Returns what became of its items."""
    outcome = Ingested()
    for portion in ingest.portions(origin, batch, scheduled=scheduled):
        outcome.add(await store.run_in_turn(portion))
    return outcome
