"""Whose turn it is to ask a server that allows one question in so many seconds, for all sources of a process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from socialhub.clock import SECOND, Clock

if TYPE_CHECKING:
    from socialhub.sources.base import SourceContext


class Turns:
    """One after the other, with a pause in between."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = asyncio.Lock()
        self._next = 0

    @asynccontextmanager
    async def mine(self, between: float) -> AsyncIterator[None]:
        """Wait until it is our turn; `between` is how many seconds nobody asks after us."""
        async with self._lock:
            # A clock that is set back meanwhile makes nobody wait for longer than that.
            with suppress(TimeoutError):
                async with asyncio.timeout(between):
                    await self._clock.sleep_until(self._next)
            try:
                yield
            finally:
                self._next = self._clock.now() + round(between * SECOND)


def turns_of(context: SourceContext, server: str) -> Turns:
    """The turns at a server, shared by all sources of a process."""
    return context.client.turns.setdefault(server, Turns(context.clock))
