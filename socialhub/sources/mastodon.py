"""Mastodon and every server that speaks its API: hashtags, accounts, public timeline and search, polled or streamed.

A stream is connected first and buffered, then what was missed is fetched by REST, then the stream is handed on: nothing
is lost over a reconnect. Timelines that cannot be streamed are polled in between. Knows nothing of the cache.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing
from typing import Final

import msgspec

from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Item
from socialhub.sources.base import SourceContext
from socialhub.sources.kinds.mastodon import MastodonSettings
from socialhub.sources.mastodon_api import MastodonApi
from socialhub.sources.mastodon_refresh import refresh_statuses
from socialhub.sources.mastodon_search import search_key, search_statuses
from socialhub.sources.mastodon_stream import REFUSED, Event, find_streaming, items_of_event, open_stream, streamable
from socialhub.sources.mastodon_timelines import Timeline, TimelineReader, timelines_of
from socialhub.sources.parts import Told
from socialhub.sources.settings import SourceSettings
from socialhub.sources.streams import PATIENCE, Intake, Patience

# A reason of this kind concerns one timeline; the others are still asked.
_ONE_TIMELINE: Final = frozenset(
    {"not-found", "gone", "forbidden", "http-status", "unauthorised", "token-needed", "account-unknown",
     "timeline-disabled", "not-json", "unexpected-shape"}
)  # fmt: skip
# A stream's order is not the order of ids: after a reconnect the REST reading starts this much earlier.
OVERLAP_SECONDS: Final = 300.0
# A stream that is open does not tell what it leaves out (a subscription not heard, a queue that stands still): what is
# streamed is asked for by REST too, this many times less often than what is only polled.
SWEEP_EVERY: Final = 5


class MastodonSource:
    """One server as configured."""

    def __init__(self, settings: MastodonSettings, context: SourceContext, patience: Patience = PATIENCE) -> None:
        self._settings = settings
        self._api = MastodonApi(settings, context)
        self._now = context.clock.now
        self._timelines = timelines_of(settings)
        self._patience = patience
        self.streaming = bool(settings.stream and settings.token and any(line.stream[0] for line in self._timelines))

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Poll once, or stream; a server without the streams wanted is polled, and `streaming` becomes False."""
        batches = self._stream(cursor) if self.streaming else self._poll(cursor, self._timelines)
        async with aclosing(batches):
            async for batch in batches:
                yield batch

    async def refresh(self, native_ids: Sequence[str]) -> AsyncGenerator[Batch]:
        """The present state of these statuses; those that the server says are gone come as Deletion."""
        async for batch in refresh_statuses(self._api, native_ids):
            yield batch

    async def close(self) -> None:
        """Nothing is held between two runs."""

    # ---- REST ----

    async def _poll(self, cursor: Cursor, timelines: Sequence[Timeline]) -> AsyncGenerator[Batch]:
        """Read the timelines and searches on from `cursor`; what is wrong with one is raised after the others."""
        failure: SourceError | None = None
        told = Told()
        for timeline in timelines:
            try:
                reader = TimelineReader(self._api, timeline, self._now() - self._settings.catch_up)
                async for read in reader.read(cursor.get(timeline.key, {})):
                    cursor = {**cursor, timeline.key: read.state}
                    yield Batch(told.left_of(read.items), cursor, skipped=read.skipped, complete=read.complete)
            except SourceError as error:
                failure = _put_off(error, failure)
        for query in self._settings.search:
            key = search_key(query)
            try:
                async for page, state in search_statuses(self._api, query, cursor.get(key, {})):
                    cursor = {**cursor, key: state}
                    yield Batch(told.left_of(page.items), cursor, skipped=page.skipped)
            except SourceError as error:
                failure = _put_off(error, failure)
        if failure is not None:
            raise failure

    # ---- stream ----

    async def _stream(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        async with AsyncExitStack() as stack:
            failure: SourceError | None = None
            intake: Intake[Event] | None = None
            streamed: list[Timeline] = []
            try:
                streaming = await find_streaming(self._api)
                if streamed := streamable(self._timelines, streaming):
                    events = await open_stream(self._api, streaming, streamed, self._patience, stack)
                    intake = Intake(events)
                    stack.push_async_callback(intake.close)
            except SourceError as error:
                # A stream that is gone for good is no reason to stop reading the timelines.
                failure = error if error.reason.code != "gone" else None
            async for batch in self._poll(cursor, self._timelines):
                cursor = batch.cursor
                batch.reached = 0
                yield batch
            if failure is not None:
                raise failure
            if intake is None:
                self.streaming = False
                return
            # What came before the stream is through; what came since waits in it.
            yield Batch(cursor=cursor, reached=self._now())
            polled = [timeline for timeline in self._timelines if timeline not in streamed]
            async for batch in self._follow(cursor, intake, polled):
                yield batch

    async def _follow(self, cursor: Cursor, intake: Intake[Event], polled: Sequence[Timeline]) -> AsyncGenerator[Batch]:
        """Hand on the stream's events; ask for timelines without a stream when they are due, now and then for all."""
        loop = asyncio.get_running_loop()
        interval = self._settings.interval / 1000
        due = loop.time() + interval
        turn = 1
        trail = _Trail()
        while self.streaming:
            events = await intake.take(max(0.0, due - loop.time()))
            if events:
                batch = self._read_events(events, cursor, trail)
                cursor = batch.cursor
                yield batch
            if loop.time() < due:
                continue
            sweep = turn % SWEEP_EVERY == 0
            try:
                async for batch in self._poll(cursor, self._timelines if sweep else polled):
                    cursor = batch.cursor
                    yield batch
            except SourceError:
                # A stream that is well is not broken off because asking beside it failed.
                if polled or self._settings.search:
                    raise
            due, turn = loop.time() + interval, turn + 1

    def _read_events(self, events: Sequence[Event], cursor: Cursor, trail: _Trail) -> Batch:
        """What the events say; those that say nothing only tell that the server is there."""
        items: list[Item] = []
        skipped = 0
        now = asyncio.get_running_loop().time()
        for event in events:
            if event.name == REFUSED:
                self.streaming = False
            try:
                status_id, found = items_of_event(event, self._api.home)
            except msgspec.DecodeError:
                skipped += 1
                continue
            items.extend(found)
            if event.name == "update":
                trail.note(event.key, status_id, now)
        return Batch(items, trail.advance(cursor, now), skipped=skipped)


class _Trail:
    """Which ids the stream gave when: the cursor follows OVERLAP_SECONDS behind."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, str, str]] = deque()

    def note(self, key: str, status_id: str, now: float) -> None:
        if key:
            self._seen.append((now, key, status_id))

    def advance(self, cursor: Cursor, now: float) -> Cursor:
        while self._seen and self._seen[0][0] <= now - OVERLAP_SECONDS:
            _moment, key, status_id = self._seen.popleft()
            cursor = {**cursor, key: {**cursor.get(key, {}), "min_id": status_id}}
        return cursor


def _put_off(error: SourceError, earlier: SourceError | None) -> SourceError:
    """The failure to raise after the other timelines; raises at once what concerns the whole server."""
    if error.reason.code not in _ONE_TIMELINE:
        raise error
    if error.reason.code == "gone":
        error = SourceError("part-gone", host=str(error.reason.values["host"]))
    return earlier or error


def create(settings: SourceSettings, context: SourceContext) -> MastodonSource:
    """The source that `settings` describe."""
    assert isinstance(settings, MastodonSettings)
    return MastodonSource(settings, context)
