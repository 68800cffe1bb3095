"""The protocol every source speaks, and what it is given. A source knows nothing of the cache, matching or screens.

`run(cursor)` yields batches for polls and streams alike: a poll's iterator ends when there is nothing more to fetch,
a stream's goes on until it is closed or raises. Storing any prefix of the batches loses nothing: a cursor becomes
true with the batch that carries it. A source raises SourceError for what is expected to go wrong, nothing else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

from socialhub.budgets import Receipt
from socialhub.clock import Clock
from socialhub.model import Batch, Cursor
from socialhub.recalled import Recalled
from socialhub.sources.notebook import Notebook

if TYPE_CHECKING:
    from socialhub.sources.http import Client
    from socialhub.sources.settings import SourceSettings


@runtime_checkable
class Source(Protocol):
    """One configured source."""

    streaming: bool
    """Whether `run` is a stream (goes on by itself) or a poll (ends, and is due again after the interval)."""

    def run(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """Yield batches from `cursor` on ({} the first time)."""
        ...

    async def close(self) -> None:
        """Let go of connections and workers."""
        ...


@runtime_checkable
class Refreshing(Protocol):
    """A source that can ask again for what it gave before: serves deletions, edits and engagement."""

    def refresh(self, native_ids: Sequence[str]) -> AsyncIterator[Batch]:
        """Yield the present state of these posts; those that are gone come as Deletion."""
        ...


class Ledger(Protocol):
    """What a source may spend, by the caps of its settings. It survives every end of the process."""

    async def spend(self, unit: str, amount: int = 1, what: str = "") -> Receipt:
        """Record that so much of a unit is about to be spent: to be awaited before the call that costs it.

        The same `what` (a hashtag that is paid once) again within the span of the cap costs nothing. Raises
        SourceError("budget-spent"), with the wait until there is enough again, when a cap would be exceeded.
        """
        ...

    async def give_back(self, receipt: Receipt, amount: int) -> None:
        """So much of what was recorded was not used after all (fewer posts came, an answer that is not counted)."""
        ...

    async def remaining(self, unit: str) -> int | None:
        """How much of a unit may still be spent now; None where nothing limits it."""
        ...


Recall: TypeAlias = Callable[[Sequence[str]], Awaitable[Mapping[str, Recalled]]]
"""(native ids) -> what the cache holds of those that the source gave, by native id."""


async def nothing_recalled(native_ids: Sequence[str]) -> Mapping[str, Recalled]:
    """Where nothing is stored."""
    return {}


@dataclass(frozen=True, slots=True)
class SourceContext:
    """What a source is given besides its settings."""

    client: Client
    clock: Clock
    secret: Callable[[str], str]
    """Resolves "env:NAME" or "keyring:NAME"; raises SourceError("secret-missing")."""
    watched: Callable[[], Sequence[str]]
    """Plain words and tags that the topics look for: lets a source ask its server for less, never decides a match."""
    ledger: Ledger
    """Its budgets."""
    zone: tzinfo = UTC
    """That of dates that name none in files of the user's own."""
    notebook: Notebook = field(default_factory=Notebook)
    """Where it may note what it exchanges with what is no HTTP server; the client notes the rest."""
    recall: Recall = nothing_recalled
    """What it gave before, in this run of the program or an earlier one: for asking again, never for what is new."""


SourceFactory = Callable[["SourceSettings", SourceContext], Source]
