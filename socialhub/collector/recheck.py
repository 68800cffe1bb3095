"""Asking one source again for what is stored of it: what was deleted, hidden, edited, and what is shown again.

Twice the posts: the newest of the last day, and from the oldest on a few of all others in turn, so that each has its
turn however old it is. Polls and streams alike, at most a round each quarter of an hour; a source that cannot answer
now is asked another time, and how its poll went is not touched.
"""

from __future__ import annotations

import logging
from contextlib import aclosing
from typing import Any, Final, cast

from socialhub.clock import DAY, MINUTE, Clock
from socialhub.collector.again import Rounds
from socialhub.collector.store_thread import StoreThread
from socialhub.collector.taking_in import take_in
from socialhub.errors import SourceError
from socialhub.pipeline.ingest import Ingest, Origin
from socialhub.sources.base import Refreshing
from socialhub.store import rechecks
from socialhub.store.connection import Writer

EVERY: Final = 15 * MINUTE
NEWEST: Final = 40
RECENT: Final = DAY
"""Posts of the last day are asked again in every round: deletions are a duty, edits and engagement a gain."""

_OF_THE_POSTS: Final = frozenset(
    (
        *("server-error", "http-status", "not-found", "forbidden", "refused-question"),
        *("unexpected-shape", "not-json", "too-large", "bad-encoding"),
    )
)
"""Failures that may come of one of the posts asked for; all others come of the line, the key or a limit."""

log = logging.getLogger(__name__)


class Rechecks(Rounds):
    """The rounds of one source; of posts that are not of the last day `a_day` are asked again in a day."""

    def __init__(
        self, origin: Origin, a_day: int, *, writer: Writer, ingest: Ingest, store: StoreThread, clock: Clock
    ) -> None:
        super().__init__()
        self._origin = origin
        self._in_turn = max(1, a_day * EVERY // DAY) if a_day else 0
        self._writer, self._ingest, self._store, self._clock = writer, ingest, store, clock
        self._asked = 0

    def may_ask(self) -> bool:
        """Whether it is time for a round; a clock that was set back puts none off."""
        return abs(self._clock.now() - self._asked) >= EVERY

    def begin(self, source: Refreshing) -> None:
        """As all rounds, but the first a while after the start: a stream has just told what is new."""
        self._asked = self._asked or self._clock.now()
        super().begin(source)

    async def ask(self, source: Refreshing) -> None:
        """One round: ask and store the answers. Never raises SourceError."""
        self._asked = self._clock.now()
        turn = await self._store.run(
            rechecks.take_turn, self._writer.db, self._origin.number, self._asked - RECENT, NEWEST, self._in_turn
        )
        if not turn.native_ids:
            return
        try:
            async with aclosing(cast(Any, source.refresh(turn.native_ids))) as batches:
                async for batch in batches:
                    await take_in(self._store, self._ingest, self._origin, batch, scheduled=False)
        except SourceError as error:
            log.info("%s: not asked again: %s", self._origin.name, error.reason.sentence())
            if error.reason.code in _OF_THE_POSTS:
                await self._store.transact(self._writer, rechecks.note_vain, self._origin.number, turn)
        else:
            await self._store.transact(self._writer, rechecks.note_turn, self._origin.number, turn)
