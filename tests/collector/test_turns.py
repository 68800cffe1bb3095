"""Whose turn it is at the cache: what is short goes first, and a loud source keeps nobody waiting."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from socialhub.clock import iso
from socialhub.collector.store_thread import StoreThread
from socialhub.collector.taking_in import take_in
from socialhub.model import Batch
from socialhub.pipeline.ingest import CHUNK, Ingest, Origin
from socialhub.pipeline.language import LanguageDetector
from socialhub.pipeline.sentiment.base import create_model
from socialhub.store.connection import Writer, open_reader
from socialhub.store.sources import ensure_source
from tests.collector.test_collector import collecting, feed_table, row_when, write_config
from tests.room import NOON, StillClock, draft
from tests.servers import FEED, Answer, Behaviour, LoopbackServer, Request

PORTIONS: Final = 12
LOUD: Final = PORTIONS * CHUNK
QUIET: Final = 20


class Held:
    """Long work that goes on until it is let go."""

    def __init__(self) -> None:
        self._begun, self._end = threading.Event(), threading.Event()

    def work(self) -> None:
        """On the store's thread."""
        self._begun.set()
        self._end.wait()

    async def begin(self, store: StoreThread) -> asyncio.Task[None]:
        """Ask for it; returns once the thread is at it."""
        task = asyncio.create_task(store.run_in_turn(self.work))
        await asyncio.to_thread(self._begun.wait)
        return task

    def let_go(self) -> None:
        """It ends."""
        self._end.set()


@asynccontextmanager
async def store_at(cache: Path) -> AsyncIterator[tuple[StoreThread, Writer]]:
    """A thread of the store with its cache."""
    store = StoreThread()
    writer = await store.open(cache)
    try:
        yield store, writer
    finally:
        await store.run(writer.close)
        store.close()


async def test_short_work_goes_before_long_work_that_waits_and_long_work_in_the_order_it_came(tmp_path: Path) -> None:
    done: list[str] = []
    held = Held()
    async with store_at(tmp_path / "cache.db") as (store, _writer):
        work: list[asyncio.Task[Any]] = [await held.begin(store)]
        for name in ("long one", "long two"):
            work.append(asyncio.create_task(store.run_in_turn(partial(done.append, name))))
        for name in ("short one", "short two"):
            work.append(asyncio.create_task(store.run(done.append, name)))
        await asyncio.sleep(0)
        held.let_go()
        await asyncio.gather(*work)
    assert done == ["short one", "short two", "long one", "long two"]


async def test_work_that_nobody_waits_for_any_more_is_not_begun_and_an_error_reaches_who_asked(tmp_path: Path) -> None:
    done: list[str] = []
    held = Held()
    async with store_at(tmp_path / "cache.db") as (store, _writer):
        holding = await held.begin(store)
        given_up = asyncio.create_task(store.run(done.append, "given up"))
        wanted = asyncio.create_task(store.run(done.append, "wanted"))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
        held.let_go()
        await asyncio.gather(holding, wanted)
        with pytest.raises(ZeroDivisionError):
            await store.run(divmod, 1, 0)
    assert done == ["wanted"]


def stored_in_order(cache: Path) -> Iterator[str]:
    """The sources of all mentions, in the order in which these were stored."""
    reader = open_reader(cache)
    try:
        yield from (
            name
            for (name,) in reader.execute(
                "SELECT s.name FROM mentions m JOIN sources s ON s.id = m.source ORDER BY m.id"
            ).fetchall()
        )
    finally:
        reader.close()


async def test_between_two_portions_of_a_loud_source_everybody_else_has_a_turn(tmp_path: Path) -> None:
    """Twenty sources with one post each come while a loud one is stored: all of them wait for one portion of it."""
    cache = tmp_path / "cache.db"
    async with store_at(cache) as (store, writer):

        def origins() -> list[Origin]:
            with writer.transaction() as db:
                names = ["loud", *(f"quiet {number}" for number in range(QUIET))]
                return [Origin(ensure_source(db, name, "json"), name, "json") for name in names]

        loud, *quiet = await store.run(origins)
        ingest = Ingest(writer, StillClock(), {}, LanguageDetector(), create_model("linear"))
        shouted = Batch([draft(f"{number}", published=NOON - number) for number in range(3 * CHUNK)], {"at": 1})
        work = [asyncio.create_task(take_in(store, ingest, loud, shouted))]
        for origin in quiet:
            work.append(asyncio.create_task(take_in(store, ingest, origin, Batch([draft(origin.name)], {"at": 1}))))
        outcomes = await asyncio.gather(*work)
    assert [outcome.new for outcome in outcomes] == [3 * CHUNK, *[1] * QUIET]
    order = list(stored_in_order(cache))
    assert order == ["loud"] * CHUNK + [origin.name for origin in quiet] + ["loud"] * 2 * CHUNK


async def test_quiet_sources_are_heard_while_a_loud_one_is_being_stored(tmp_path: Path) -> None:
    """Through the collector: the quiet servers answer once the loud one's first portion lies in the cache."""
    clock, cache = StillClock(), tmp_path / "cache.db"
    begun = asyncio.Event()
    items = [{"id": n, "text": "panne", "at": iso(NOON - 1_000 * n)} for n in range(LOUD)]

    async def feed(request: Request, writer: asyncio.StreamWriter) -> None:
        await begun.wait()
        await Answer(FEED)(request, writer)

    behaviours: dict[str, Behaviour] = {"/loud": Answer(json.dumps({"items": items}).encode()), "*": feed}
    async with LoopbackServer(behaviours, host="0.0.0.0") as server:
        url = server.url("/loud", "127.0.1.1")
        tables = [
            f'[[sources]]\nname = "loud"\nkind = "json"\nurl = "{url}"\nallow_private = true\n'
            'items = "items"\n[sources.fields]\nnative_id = "id"\ntext = "text"\npublished_at = "at"\n'
        ]
        tables += [feed_table(f"quiet {n}", server.url(f"/{n}", f"127.0.2.{n}")) for n in range(QUIET)]
        async with collecting(write_config(tmp_path, "\n".join(tables)), cache, clock):
            await row_when(cache, "loud", lambda row: row.stored > 0)
            begun.set()
            for number in range(QUIET):
                await row_when(cache, f"quiet {number}", lambda row: row.stored == 2)
            await row_when(cache, "loud", lambda row: row.stored == LOUD)
    order = list(stored_in_order(cache))
    assert order.count("loud") == LOUD
    assert len(order) == LOUD + 2 * QUIET
    # How fast the servers' answers are read is the machine's; the first are, while twelve portions are stored.
    last_portion = order.index("loud") + LOUD - CHUNK
    assert any(name != "loud" for name in order[:last_portion])
