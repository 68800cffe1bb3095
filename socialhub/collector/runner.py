"""One source, tended for as long as the collector runs: asked when due, its batches stored, its failures counted.

Each source has a task of its own, so that a slow or broken one delays nobody; the polite client keeps requests to one
host in a row.
"""

from __future__ import annotations

import asyncio
import logging
import math
import random
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Final, cast

from socialhub.clock import MINUTE, Clock
from socialhub.collector.again import AgeRounds
from socialhub.collector.backoff import REFUSED, after_failure, after_success, first_due
from socialhub.collector.catching_up import CatchingUp
from socialhub.collector.exchanges import ExchangeKeeper
from socialhub.collector.ledger import StoreLedger
from socialhub.collector.pacer import Pacer, Pacing
from socialhub.collector.recheck import Rechecks
from socialhub.collector.store_thread import StoreThread
from socialhub.collector.taking_in import take_in
from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, SourceRow
from socialhub.pipeline.ingest import Ingest, Ingested, Origin
from socialhub.sources.base import Refreshing, Source
from socialhub.sources.newest_first import give_up
from socialhub.sources.notebook import Notebook
from socialhub.store import sources as source_store
from socialhub.store.connection import Connection, Writer

HEARD_EVERY: Final = 5_000
"""Real milliseconds between two notes that a silent stream was heard from."""
AFTER_BUG: Final = 5 * MINUTE
LASTED: Final = 60.0
"""A stream that went on for so many seconds was a good one: when it breaks, the pauses begin anew."""

log = logging.getLogger(__name__)


class Runner:
    """Tends one source. `row` is brought up to date by the collector's tick; `nudge` wakes a waiting runner."""

    def __init__(
        self,
        origin: Origin,
        pacing: Pacing,
        make: Callable[[], Source],
        row: SourceRow,
        *,
        writer: Writer,
        ingest: Ingest,
        store: StoreThread,
        clock: Clock,
        ledger: StoreLedger,
        again_a_day: int,
        notebook: Notebook,
    ) -> None:
        self.origin = origin
        self.interval, self._floor = pacing.every, pacing.floor
        self.row = row
        self.nudge = asyncio.Event()
        self.totals = Ingested()
        self._make = make
        self._source: Source | None = None
        self._writer, self._ingest, self._store, self._clock = writer, ingest, store, clock
        self._rounds = AgeRounds(origin, writer=writer, ingest=ingest, store=store, clock=clock)
        self._rechecks = Rechecks(origin, again_a_day, writer=writer, ingest=ingest, store=store, clock=clock)
        self._exchanges = ExchangeKeeper(origin.number, notebook, writer=writer, store=store, clock=clock)
        self._failures = row.failures
        self._heard = 0
        self._cursor: Cursor = {}
        self._ledger, self._pacer = ledger, Pacer(origin.number, pacing, row)
        self._due: int | None = None
        self._due_moved = self._brought = self._answered = False
        self._began = 0.0
        self._behind = CatchingUp(origin.number, origin.name, pacing.catch_up, writer=writer, store=store, clock=clock)

    async def tend(self) -> None:
        """Ask the source whenever it is due, until cancelled."""
        asked, now = self.row.last_start, self._clock.now()
        # Nobody is asked where nothing reaches out, and a stream that is broken off is taken up at once.
        floor = self._floor if self.origin.asked_again and not self.row.streaming else 0
        self._due = first_due(self.row.due, now, self.interval, random.random(), asked, floor)
        await self._store.transact(
            self._writer, source_store.schedule, self.origin.number, self._due, self.row.wait_until
        )
        while True:
            await self._wait_until_due()
            self._due = await self.ask()

    async def ask(self) -> int | None:
        """Ask once: a whole poll, or a stream until it breaks. Returns when it is due again (None: stopped)."""
        began = self._clock.now()
        cursor = await self._store.transact(self._writer, source_store.begin_run, self.origin.number, began)
        try:
            wait = await self._run(cursor)
        except SourceError as error:
            return await self._failed(error)
        self._failures = 0
        self._pacer.behind = self._behind.under_way
        self._pacer.note_poll(brought=self._brought, wait=wait, cost=self._ledger.take_spent())
        now = self._clock.now()
        # A stream that ended was no poll that took long, and a clock that was set back has measured nothing.
        took = 0 if self.row.streaming else max(0, now - began)
        return await self._store.transact(self._writer, self._schedule, now, wait, took)

    async def note_crisis(self, *, lasts: bool) -> None:
        """A topic that the source feeds is in a crisis, or none is any more; it is asked as soon as that allows."""
        if lasts is self._pacer.crisis:
            return
        self._pacer.crisis = lasts
        if not lasts or self.row.streaming or self._due is None or self._failures or not self._may_be_asked():
            return
        now = self._clock.now()
        tempo = await self._store.run(self._pacer.plan, self._writer.db, now)
        due = max(now, (self.row.last_start or 0) + tempo.interval)
        if self._due is not None and due < self._due:
            self._due, self._due_moved = due, True
            await self._store.transact(self._writer, source_store.schedule, self.origin.number, due)
            self.nudge.set()

    def look_again(self) -> None:
        """Posts have come to a set age: ask for them in the background, where the source can be asked now."""
        if isinstance(self._source, Refreshing) and self._may_be_asked():
            self._rounds.begin(self._source)

    def recheck(self) -> None:
        """Ask in the background, now and then, for what a stream gave before: it has no end to be asked at."""
        if self.row.connected and isinstance(self._source, Refreshing) and self._may_be_asked():
            self._rechecks.begin(self._source)

    async def look_again_once(self) -> None:
        """The same, and wait for the answer."""
        if isinstance(self._source, Refreshing) and self._may_be_asked():
            await self._rounds.ask(self._source)

    async def close(self) -> None:
        """Let go of the source's connections."""
        await self._rounds.close()
        await self._rechecks.close()
        if self._source is not None:
            await self._source.close()
            self._source = None

    def wake_soon(self) -> None:
        """Somebody wants a poll now; a server that asked to wait is left alone till then."""
        if self.row.wait_until is None or self.row.wait_until <= self._clock.now():
            self.nudge.set()

    async def died(self, error: BaseException) -> None:
        """The task ended by a bug of ours: its line says so, and it is tried again later."""
        due = await self._failed(SourceError("bug", detail=type(error).__name__, retry_after=AFTER_BUG))
        self.row = replace(self.row, due=due)

    def apply(self, row: SourceRow) -> bool:
        """Take note of the row as it is now; True when a running stream must end (paused by somebody)."""
        # By its word, not by the time: that a pause ends by itself is to be noticed as well.
        was_active, self.row = self.row.state == "active", row
        if was_active and row.state == "active":
            return False
        idle = self._is_idle()
        if not was_active and not idle:
            self.nudge.set()
        return was_active and idle

    def _may_be_asked(self) -> bool:
        """Whether nobody paused the source and its server did not ask to wait."""
        return not self._is_idle() and (self.row.wait_until is None or self.row.wait_until <= self._clock.now())

    def _is_idle(self) -> bool:
        return self.row.is_paused(self._clock.now()) or self.row.state == "stopped"

    def _schedule(self, db: Connection, now: int, wait: int | None, took: int) -> int:
        """Keep how often the source is asked after a poll that went well; returns when it is due again."""
        tempo = self._pacer.plan(db, now)
        self._pacer.write(db, tempo)
        due = now + after_success(tempo.interval, wait, random.random(), self._floor, took)
        source_store.schedule(db, self.origin.number, due)
        return due

    async def _wait_until_due(self) -> None:
        """Sleep until due, or until somebody wants a poll now or ends a pause."""
        passed = asyncio.get_running_loop().time
        latest = math.inf
        while True:
            self.nudge.clear()
            if self._due_moved:
                latest, self._due_moved = math.inf, False
            due = self._due
            idle = due is None or self._is_idle()
            delay = None
            if not idle:
                # A clock that is set back meanwhile puts nothing off: the wait was measured when it began.
                latest = min(latest, passed() + self._clock.real_seconds_until(cast(int, due)))
                delay = latest - passed()
                if delay <= 0:
                    return
            try:
                # A machine that slept, or a clock that was set, is noticed within a minute.
                # Not wait_for: before Python 3.12 it can swallow a cancellation that meets the nudge.
                async with asyncio.timeout(60.0 if delay is None else min(delay, 60.0)):
                    await self.nudge.wait()
            except TimeoutError:
                continue
            if not self._is_idle() and not self._due_moved:
                return

    async def _run(self, cursor: Cursor) -> int | None:
        """Store every batch of one run from `cursor` on; returns how long the server wants us to stay away (ms)."""
        self._began = asyncio.get_running_loop().time()
        self._answered = self._brought = False
        if self._source is None:
            self._source = self._make()
        wait: int | None = None
        self._ledger.take_spent()
        self._exchanges.begin()
        async with aclosing(cast(Any, self._source.run(cursor))) as batches:
            async for batch in batches:
                wait = max(wait or 0, batch.wait) if batch.wait is not None else wait
                deeper = await self._take(batch, first=not self._answered)
                self._answered = True
                if not deeper:
                    await self._take(Batch([], give_up(batch.cursor), complete=False), first=False)
                    break
        if not self._answered:
            await self._behind.begin(self._clock.now())
            await self._store.transact(
                self._writer, source_store.note_heard, self.origin.number, self._clock.now(), 0, complete=True
            )
        await self._exchanges.keep()
        if self._behind.under_way:
            cursor = await self._store.run(source_store.cursor_of, self._writer.db, self.origin.number)
            await self._behind.finish(cursor)
        # The poll went well, whatever becomes of this: what it heard is no hole.
        if isinstance(self._source, Refreshing) and self._rechecks.may_ask():
            await self._rechecks.ask(self._source)
        return wait

    async def _take(self, batch: Batch, *, first: bool) -> bool:
        """Store a batch; an empty one only tells that the source was heard from. False: it is to read no deeper."""
        now = self._clock.now()
        unchanged = not batch.items and batch.cursor == self._cursor
        if unchanged and not first and now - self._heard < HEARD_EVERY * self._clock.speed:
            return True
        self._heard, self._cursor = now, batch.cursor
        if first:
            await self._behind.begin(now)
        if not self.row.streaming:
            self._failures = 0
        outcome = await take_in(self._store, self._ingest, self.origin, batch)
        self.totals.add(outcome)
        # What matches nothing is new, too, and a source that may have missed something is not slowed.
        self._brought = self._brought or bool(outcome.new or outcome.unmatched) or not batch.complete
        if first and self._source is not None and self._source.streaming:
            await self._store.transact(self._writer, source_store.set_connected, self.origin.number, connected=True)
        elif first and self.row.streaming:
            # The server turned out to have no stream for this: it is polled from now on.
            await self._store.transact(self._writer, source_store.set_polled, self.origin.number)
        if self._source is not None and self._source.streaming:
            await self._exchanges.streamed(len(batch.items))
        if outcome.new:
            log.info(
                "%s: %d new, %d edited, %d unmatched", self.origin.name, outcome.new, outcome.edited, outcome.unmatched
            )
        if batch.moved_to:
            log.warning("%s has moved for good to %s", self.origin.name, batch.moved_to)
        streaming = self._source is not None and self._source.streaming
        return await self._behind.note(batch, outcome.new, streaming=streaming, first=first)

    async def _failed(self, error: SourceError) -> int | None:
        if self.row.streaming and self._went_well(error):
            self._failures = 0
        self._failures += 1
        await self.close()
        now = self._clock.now()
        log.warning("%s: %s (failure %d)", self.origin.name, error.reason.sentence(), self._failures)
        await self._store.transact(self._writer, source_store.note_failure, self.origin.number, now, error.reason)
        await self._exchanges.keep(failed=True)
        if error.permanent:
            await self._store.transact(self._writer, source_store.stop, self.origin.number)
            return None
        streaming = self.row.streaming
        due = now + after_failure(error, self._failures, self.interval, streaming, random.random())
        wait_until = now + error.retry_after if error.retry_after else None
        await self._store.transact(self._writer, source_store.schedule, self.origin.number, due, wait_until)
        return due

    def _went_well(self, error: SourceError) -> bool:
        """Whether a stream that broke was a good one. To connect and be cut at once is no success, however often."""
        lasted = asyncio.get_running_loop().time() - self._began >= LASTED
        # What is refused beside what was read (a stream beside its timelines) does not put off the reading.
        return lasted or (self._answered and error.reason.code in REFUSED)
