"""The one thread of the collector that touches the cache: the event loop goes on answering pings meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from socialhub.store.connection import CacheFullError, Writer, open_writer

P = ParamSpec("P")
R = TypeVar("R")

FULL_DISK_PAUSE: Final = 10.0
"""Seconds between two tries while the disk is full: the batch is kept, its source waits."""

log = logging.getLogger(__name__)


class StoreThread:
    """Runs store functions one after the other, and again while the disk is full: nothing accepted is dropped."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self.disk_is_full = False

    async def open(self, path: Path) -> Writer:
        """Open the cache on this thread."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, lambda: open_writer(path, threads=True))

    async def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do `work` on the store's thread; waits while the disk is full. Other CacheErrors come through."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                result = await loop.run_in_executor(self._executor, lambda: work(*args, **kwargs))
            except CacheFullError as error:
                if not self.disk_is_full:
                    log.error("%s", error.message)
                self.disk_is_full = True
                await asyncio.sleep(FULL_DISK_PAUSE)
            else:
                self.disk_is_full = False
                return result

    def close(self) -> None:
        """Let the thread end; work under way is finished."""
        self._executor.shutdown(wait=False)
