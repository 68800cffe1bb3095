"""What the tests of sources share: running a source as the collector does, and being killed between two batches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Any, cast

from socialhub.errors import SourceError
from socialhub.model import Batch, Boost, Cursor, Deletion, Draft
from socialhub.sources import create
from socialhub.sources.base import Source
from socialhub.sources.kinds.rss import RssSettings
from socialhub.sources.net import NetSettings
from tests.servers import NOON, clock_at, make_client, make_context


async def poll(source: Source, cursor: Cursor | None = None) -> list[Batch]:
    """All batches of one run that ends."""
    async with asyncio.timeout(20):
        return [batch async for batch in source.run(cursor or {})]


async def poll_failing(source: Source, cursor: Cursor | None = None) -> tuple[list[Batch], SourceError]:
    """What one run gave before it failed, and how it did."""
    batches, error = await poll_or_fail(source, cursor)
    assert error is not None
    return batches, error


async def poll_or_fail(source: Source, cursor: Cursor | None = None) -> tuple[list[Batch], SourceError | None]:
    """What one run gave, and how it failed when it did."""
    batches: list[Batch] = []
    try:
        async with asyncio.timeout(20), aclosing(cast(Any, source.run(cursor or {}))) as given:
            async for batch in given:
                batches.append(batch)
    except SourceError as error:
        return batches, error
    return batches, None


def drafts(batches: Sequence[Batch]) -> list[Draft]:
    """The drafts of some batches, in order."""
    return [item for batch in batches for item in batch.items if isinstance(item, Draft)]


def natives(batches: Sequence[Batch]) -> list[str]:
    """The native ids of the drafts, in order."""
    return [draft.native_id for draft in drafts(batches)]


def boosts(batches: Sequence[Batch]) -> list[Boost]:
    """The boosts."""
    return [item for batch in batches for item in batch.items if isinstance(item, Boost)]


def deletions(batches: Sequence[Batch]) -> list[Deletion]:
    """The deletions."""
    return [item for batch in batches for item in batch.items if isinstance(item, Deletion)]


async def collect_killed(
    source: Source, kills: Sequence[int], start: Cursor | None = None
) -> tuple[list[Batch], Cursor]:
    """Poll again and again, each time stopped after so many stored batches, then once to the end."""
    stored: list[Batch] = []
    cursor: Cursor = start or {}
    for most in kills:
        async with aclosing(cast(Any, source.run(cursor))) as batches:
            count = 0
            async for batch in cast(AsyncIterator[Batch], batches):
                if count == most:
                    break
                stored.append(batch)
                cursor = batch.cursor
                count += 1
    for batch in await poll(source, cursor):
        stored.append(batch)
        cursor = batch.cursor
    return stored, cursor


class Listener:
    """A stream taken in the background; `until` waits for what was heard to satisfy something."""

    def __init__(self, source: Source, cursor: Cursor | None = None) -> None:
        self.batches: list[Batch] = []
        self._heard = asyncio.Condition()
        self.task = asyncio.create_task(self._take(source, cursor or {}))

    async def _take(self, source: Source, cursor: Cursor) -> None:
        try:
            async with aclosing(cast(Any, source.run(cursor))) as batches:
                async for batch in cast(AsyncIterator[Batch], batches):
                    async with self._heard:
                        self.batches.append(batch)
                        self._heard.notify_all()
        finally:
            async with self._heard:
                self._heard.notify_all()

    async def until(self, satisfied: Callable[[list[Batch]], object]) -> list[Batch]:
        """Everything heard, once it satisfies."""
        async with asyncio.timeout(10), self._heard:
            await self._heard.wait_for(lambda: satisfied(self.batches) or self.task.done())
        if not satisfied(self.batches):
            self.task.result()
        return self.batches

    @property
    def cursor(self) -> Cursor:
        """Where a restart would go on."""
        return self.batches[-1].cursor if self.batches else {}

    async def stop(self) -> None:
        """End the stream as the collector does."""
        self.task.cancel()
        await asyncio.wait({self.task})

    async def failure(self) -> BaseException | None:
        """What ended the stream."""
        async with asyncio.timeout(10):
            await asyncio.wait({self.task})
        return self.task.exception()


async def poll_feed(url: str, net: NetSettings, patience: float = 20.0, *, allow_private: bool = False) -> list[Batch]:
    """What one poll of a feed gives, all at once; raises SourceError."""
    clock = clock_at(NOON)
    client = make_client(net, clock=clock, total_seconds=patience)
    settings = RssSettings(name="essai", url=url, allow_private=allow_private)
    source = create(settings, make_context(client, clock))
    try:
        return [batch async for batch in source.run({})]
    finally:
        await source.close()
        await client.close()
