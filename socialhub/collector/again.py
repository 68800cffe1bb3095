"""Asking one source again for posts that come to a set age, beside its poll or stream and without disturbing it.

Polite: the same client, so one question at a time per host and the server's own limits; one round a minute at most,
what is due soon joins it, and a server that fails is left alone for a while. What is not answered in time is a hole.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from typing import Any, Final, cast

from socialhub.clock import MINUTE, Clock
from socialhub.collector.store_thread import StoreThread
from socialhub.collector.taking_in import take_in
from socialhub.errors import SourceError
from socialhub.pipeline.ingest import Ingest, Origin
from socialhub.sources.base import Refreshing
from socialhub.store import engagement
from socialhub.store.connection import Writer

BETWEEN_ROUNDS: Final = MINUTE
AFTER_FAILURE: Final = 5 * MINUTE
POSTS_A_ROUND: Final = 40

log = logging.getLogger(__name__)


class Rounds:
    """Rounds of questions to one source in the background, one at a time."""

    def __init__(self) -> None:
        self._round: asyncio.Task[None] | None = None

    def may_ask(self) -> bool:
        """Whether it is time for one."""
        raise NotImplementedError

    async def ask(self, source: Refreshing) -> None:
        """One round. Never raises SourceError."""
        raise NotImplementedError

    def begin(self, source: Refreshing) -> None:
        """Start a round in the background, unless one goes on or it is too early for another."""
        if (self._round is None or self._round.done()) and self.may_ask():
            self._round = asyncio.create_task(self.ask(source))
            self._round.add_done_callback(_report)

    async def close(self) -> None:
        """End a round that goes on: its source is about to be closed."""
        if self._round is not None:
            self._round.cancel()
            await asyncio.gather(self._round, return_exceptions=True)
            self._round = None


def _report(finished: asyncio.Task[None]) -> None:
    if not finished.cancelled() and (error := finished.exception()) is not None:
        log.error("an error in socialhub itself", exc_info=error)


class AgeRounds(Rounds):
    """The rounds of one source."""

    def __init__(self, origin: Origin, *, writer: Writer, ingest: Ingest, store: StoreThread, clock: Clock) -> None:
        super().__init__()
        self._origin = origin
        self._writer, self._ingest, self._store, self._clock = writer, ingest, store, clock
        self._not_before = 0

    async def ask(self, source: Refreshing) -> None:
        """One round: ask for what is at a set age now and store the answer. Never raises SourceError."""
        now = self._clock.now()
        self._not_before = now + BETWEEN_ROUNDS
        posts = await self._store.run(self._take_due, now)
        if not posts:
            return
        try:
            async with aclosing(cast(Any, source.refresh([post.native_id for post in posts]))) as batches:
                async for batch in batches:
                    await take_in(self._store, self._ingest, self._origin, batch, scheduled=False)
        except SourceError as error:
            # Its poll tells how the source is; here only the pause matters.
            log.info("%s: engagement not read: %s", self._origin.name, error.reason.sentence())
            self._not_before = self._clock.now() + max(error.retry_after or 0, AFTER_FAILURE)

    def may_ask(self) -> bool:
        """A clock that was set back puts nothing off for longer than a pause."""
        now = self._clock.now()
        return not now < self._not_before <= now + AFTER_FAILURE

    def _take_due(self, now: int) -> list[engagement.DuePost]:
        with self._writer.transaction() as db:
            posts = engagement.due_posts(db, self._origin.number, now, POSTS_A_ROUND)
            engagement.note_asked(db, posts)
        return posts
