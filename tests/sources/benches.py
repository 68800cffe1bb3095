"""Sources that have a budget, on a real ledger: made anew as often as a test likes, as after a start of the program."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from socialhub.clock import Clock
from socialhub.collector.ledger import StoreLedger
from socialhub.model import Batch
from socialhub.recalled import Recalled
from socialhub.sources import create
from socialhub.sources.settings import SourceSettings
from tests.ledgers import ledger_on, spent_of
from tests.servers import make_client, make_context
from tests.sources.gathering import drafts


class Bench:
    """Where the sources of a test stand; they share a cache."""

    def __init__(self, folder: Path, stack: AsyncExitStack) -> None:
        self.cache = folder / "cache.db"
        self.ledger: StoreLedger
        self.stored: dict[str, Recalled] = {}
        """What its sources are told to have given before."""
        self._stack = stack

    async def source(self, settings: SourceSettings, clock: Clock) -> Any:
        """A source with a client of its own."""
        client = make_client(clock=clock)
        self._stack.push_async_callback(client.close)
        self.ledger = await self._stack.enter_async_context(ledger_on(self.cache, settings.caps, clock))
        made = create(settings, make_context(client, clock, self.ledger, self.recall))
        self._stack.push_async_callback(made.close)
        return made

    def remember(self, batches: Sequence[Batch]) -> None:
        """These were stored."""
        for draft in drafts(batches):
            self.stored[draft.native_id] = Recalled(draft.kind, draft.parent_id, draft.handle)

    async def recall(self, native_ids: Sequence[str]) -> dict[str, Recalled]:
        """Those of the stored."""
        return {each: self.stored[each] for each in native_ids if each in self.stored}

    async def spent(self, unit: str) -> int:
        """What the ledger says was spent and not given back."""
        return await self.ledger._store.run(spent_of, self.ledger._writer.db, unit)


@asynccontextmanager
async def bench_in(folder: Path) -> AsyncIterator[Bench]:
    """A bench whose sources are closed at the end."""
    async with AsyncExitStack() as stack:
        yield Bench(folder, stack)
