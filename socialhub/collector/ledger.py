"""What one source may spend, kept in the cache: the ledger it is given. Every record is on the disk before the call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from socialhub.budgets import Cap, Receipt
from socialhub.clock import Clock
from socialhub.collector.store_thread import StoreThread
from socialhub.store import budgets
from socialhub.store.connection import Connection, Writer

R = TypeVar("R")


class StoreLedger:
    """The budgets of the source with this number; see sources.base.Ledger."""

    def __init__(self, source: int, caps: Sequence[Cap], writer: Writer, store: StoreThread, clock: Clock) -> None:
        self._source, self._caps = source, caps
        self._writer, self._store, self._clock = writer, store, clock
        self._spent: dict[str, int] = {}

    def take_spent(self) -> dict[str, int]:
        """What was spent since this was asked last, by unit."""
        spent, self._spent = self._spent, {}
        return spent

    async def spend(self, unit: str, amount: int = 1, what: str = "") -> Receipt:
        """Record that so much is about to be spent; raises SourceError("budget-spent") instead of exceeding a cap."""

        def work(db: Connection) -> Receipt:
            return budgets.spend(db, self._source, unit, amount, self._caps, self._clock.now(), what)

        receipt = await self._write(work)
        self._spent[unit] = self._spent.get(unit, 0) + receipt.amount
        return receipt

    async def give_back(self, receipt: Receipt, amount: int) -> None:
        """So much of it was not used after all."""
        if amount > 0:
            self._spent[receipt.unit] = self._spent.get(receipt.unit, 0) - min(amount, receipt.amount)
            await self._write(lambda db: budgets.give_back(db, self._source, receipt, amount))

    async def remaining(self, unit: str) -> int | None:
        """How much may still be spent now; None where nothing limits it."""
        now = self._clock.now()
        return await self._store.run(budgets.left, self._writer.db, self._source, unit, self._caps, now)

    async def _write(self, work: Callable[[Connection], R]) -> R:
        def transact() -> R:
            with self._writer.transaction(durable=True) as db:
                return work(db)

        return await self._store.run(transact)
