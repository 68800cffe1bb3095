"""The one thread of the collector that touches the cache: the event loop goes on answering pings meanwhile.

What is short (a cursor, a schedule, a look at one topic) goes before what is long (a portion of mentions, a chunk of a
job): a quiet source's poll takes many small steps, and none of them waits for all that the loud ones have brought.
What is long goes in the order in which it came.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import PriorityQueue
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from socialhub.store.connection import CacheFullError, Connection, Writer, open_writer

P = ParamSpec("P")
R = TypeVar("R")

FULL_DISK_PAUSE: Final = 10.0
"""Seconds between two tries while the disk is full: the batch is kept, its source waits."""

_SHORT: Final = 0
_LONG: Final = 1

log = logging.getLogger(__name__)


class StoreThread:
    """Runs store functions one after the other, and again while the disk is full: nothing accepted is dropped."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._waiting: PriorityQueue[tuple[int, int, Future[Any], Callable[[], Any]]] = PriorityQueue()
        self._numbers = itertools.count()
        self.disk_is_full = False

    async def open(self, path: Path) -> Writer:
        """Open the cache on this thread."""
        return await self._do(_SHORT, lambda: open_writer(path, threads=True))

    async def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do short `work` on the store's thread; waits while the disk is full. Other CacheErrors come through."""
        return await self._persist(_SHORT, lambda: work(*args, **kwargs))

    async def transact(
        self, writer: Writer, work: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Do short `work` on the cache in a transaction of its own."""

        def transact() -> R:
            with writer.transaction() as db:
                return work(db, *args, **kwargs)

        return await self.run(transact)

    async def run_in_turn(self, work: Callable[[], R]) -> R:
        """The same for work that takes long (a tenth of a second): in its turn, when nothing short waits."""
        return await self._persist(_LONG, work)

    async def _persist(self, rank: int, work: Callable[[], R]) -> R:
        while True:
            try:
                result = await self._do(rank, work)
            except CacheFullError as error:
                if not self.disk_is_full:
                    log.error("%s", error.message)
                self.disk_is_full = True
                await asyncio.sleep(FULL_DISK_PAUSE)
            else:
                self.disk_is_full = False
                return result

    async def _do(self, rank: int, work: Callable[[], R]) -> R:
        done: Future[R] = Future()
        self._waiting.put((rank, next(self._numbers), done, work))
        self._executor.submit(self._do_next)
        return await asyncio.wrap_future(done)

    def _do_next(self) -> None:
        _rank, _number, done, work = self._waiting.get_nowait()
        if not done.set_running_or_notify_cancel():
            return
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001  whoever asked for the work is told what became of it
            done.set_exception(error)

    def close(self) -> None:
        """Let the thread end; work under way is finished."""
        self._executor.shutdown(wait=False)
