"""Two threads with a connection each: one that answers questions and can be interrupted, one that writes.

The coroutines belong to the event loop of the screen; the work they are given runs on the thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Generic, TypeVar

from socialhub.store.connection import CacheError, Connection, Writer, explained, open_reader, open_writer

T = TypeVar("T")

_STEPS = 5_000
"""Steps of SQLite's machine (a tenth of a millisecond) between two looks at whether the answer is still wanted."""


class _Question(Generic[T]):
    """Work for the reading thread; `dropped` once nobody waits for its answer."""

    def __init__(self, work: Callable[[Connection], T]) -> None:
        self.work = work
        self.dropped = False


class Reading:
    """Questions to the cache, one after another on one thread. A question whose asker is cancelled is interrupted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="cache-reading")
        self._db: Connection | None = None
        self._closed = False

    async def read(self, work: Callable[[Connection], T]) -> T:
        """What `work` returns for a read-only connection. Raises CacheError; once closed, whoever asks is cancelled."""
        if self._closed:
            raise asyncio.CancelledError
        question = _Question(work)
        try:
            return await asyncio.wrap_future(self._thread.submit(self._answer, question))
        except asyncio.CancelledError:
            question.dropped = True
            raise

    def _answer(self, question: _Question[T]) -> T:
        if self._closed or question.dropped:
            raise asyncio.CancelledError
        db = self._open()
        # Unlike Connection.interrupt() this also stops a statement that is just about to begin.
        db.set_progress_handler(lambda: self._closed or question.dropped, _STEPS)
        try:
            with explained(self._path):
                return question.work(db)
        except db.OperationalError:
            if self._closed or question.dropped:
                raise asyncio.CancelledError from None
            raise
        except CacheError:
            self._forget()
            raise

    def _open(self) -> Connection:
        if self._db is None:
            self._db = open_reader(self._path, threads=True)
        return self._db

    def _forget(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def reopen(self) -> None:
        """Take a fresh connection for the next question: the file was replaced."""
        if not self._closed:
            self._thread.submit(self._forget)

    def close(self) -> None:
        """Interrupt the question at work, refuse others and close the connection; waits for nothing."""
        if not self._closed:
            self._closed = True
            self._thread.submit(self._forget)
            self._thread.shutdown(wait=False)


class Writing:
    """Small writes of this console, one after another on one thread. Opens the cache on first use, never creates it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="cache-writing")
        self._writer: Writer | None = None
        self._closed = False

    async def write(self, work: Callable[[Connection], T], *, durable: bool = True) -> T:
        """Run `work` in a transaction; `durable` waits for the disk. Raises CacheError: then nothing is written.

        Once closed, whoever asks is cancelled.
        """
        if self._closed:
            raise asyncio.CancelledError
        return await asyncio.wrap_future(self._thread.submit(self._run, work, durable))

    def _run(self, work: Callable[[Connection], T], durable: bool) -> T:
        if self._closed:
            raise asyncio.CancelledError
        if self._writer is None:
            if not self._path.exists():
                open_reader(self._path)
            self._writer = open_writer(self._path, threads=True)
        try:
            with self._writer.transaction(durable=durable) as db:
                return work(db)
        except CacheError:
            self._forget()
            raise

    def _forget(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def close(self) -> None:
        """Finish the write at work, refuse others and close the connection; waits for nothing."""
        if not self._closed:
            self._closed = True
            self._thread.submit(self._forget)
            self._thread.shutdown(wait=False)
