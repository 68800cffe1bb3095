"""Whose turn it is to ask a server that allows one question in so many seconds, for all sources of a process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakKeyDictionary

from socialhub.sources.http import Client


class Turns:
    """One after the other, with a pause in between."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._next = 0.0

    @asynccontextmanager
    async def mine(self, between: float) -> AsyncIterator[None]:
        """Wait until it is our turn; `between` is how many seconds nobody asks after us."""
        loop = asyncio.get_running_loop()
        async with self._lock:
            await asyncio.sleep(max(0.0, self._next - loop.time()))
            try:
                yield
            finally:
                self._next = loop.time() + between


_TURNS: Final[WeakKeyDictionary[Client, dict[str, Turns]]] = WeakKeyDictionary()


def turns_of(client: Client, server: str) -> Turns:
    """The turns at a server, shared by all who ask through `client`."""
    return _TURNS.setdefault(client, {}).setdefault(server, Turns())
