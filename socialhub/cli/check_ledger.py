"""The budgets of a source that is only tried: what a check spends is real, and counts as what the collector spends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from socialhub.budgets import Receipt
from socialhub.cli.setup import Setup
from socialhub.store import budgets
from socialhub.store.sources import ensure_source

if TYPE_CHECKING:
    from socialhub.sources.settings import SourceSettings
    from socialhub.store.connection import Connection


class CheckLedger:
    """See sources.base.Ledger. The cache is opened only when something is spent."""

    def __init__(self, setup: Setup, settings: SourceSettings) -> None:
        self._setup, self._settings = setup, settings

    async def spend(self, unit: str, amount: int = 1, what: str = "") -> Receipt:
        """Record that so much is about to be spent; raises SourceError("budget-spent")."""
        now = self._setup.clock.now()
        with self._writing() as (db, number):
            return budgets.spend(db, number, unit, amount, self._settings.caps, now, what)

    async def give_back(self, receipt: Receipt, amount: int) -> None:
        """So much of it was not used after all."""
        with self._writing() as (db, number):
            budgets.give_back(db, number, receipt, amount)

    async def remaining(self, unit: str) -> int | None:
        """How much may still be spent now; None where nothing limits it."""
        now = self._setup.clock.now()
        with self._writing() as (db, number):
            return budgets.left(db, number, unit, self._settings.caps, now)

    @contextmanager
    def _writing(self) -> Iterator[tuple[Connection, int]]:
        with self._setup.writer(create=True) as writer, writer.transaction(durable=True) as db:
            yield db, ensure_source(db, self._settings.name, self._settings.kind)
