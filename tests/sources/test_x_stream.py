"""X streamed: rules as wanted, silence noticed, pauses as X wants them, money before posts, no gap over a break."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from socialhub.budgets import MONEY
from socialhub.clock import HOUR, MINUTE, SECOND
from socialhub.collector.backoff import after_failure
from socialhub.errors import SourceError
from socialhub.model import Batch
from socialhub.sources.kinds.x import XSettings
from socialhub.sources.streams import Patience
from socialhub.sources.x import XSource
from socialhub.sources.x_rules import tag_of
from socialhub.sources.x_stream import MARGIN, paced
from tests.ledgers import ledger_on, spent_of
from tests.servers import NOON, Answer, make_client, make_context
from tests.sources.fake_x import PRICES, FakeX, post
from tests.sources.gathering import Listener, natives

PATIENT = Patience(ping=0.2, silence=5.0)


class Bench:
    """Streams with a ledger of their own; `watched` are the words of the topics."""

    def __init__(self, folder: Path, stack: AsyncExitStack) -> None:
        self.cache, self._stack = folder / "cache.db", stack
        self.watched: list[str] = []

    async def source(self, server: FakeX, patience: Patience = PATIENT, **chosen: Any) -> XSource:
        settings = XSettings(
            name="x", token="env:X", server=server.url, allow_private=True, stream=True, history=10, **chosen
        )
        client = make_client(clock=server.clock)
        self._stack.push_async_callback(client.close)
        self.ledger = await self._stack.enter_async_context(ledger_on(self.cache, settings.caps, server.clock))
        context = make_context(client, server.clock, self.ledger)
        context = replace(context, watched=lambda: self.watched)
        return XSource(settings, context, patience, rules_every=0.1)

    async def spent(self) -> int:
        return await self.ledger._store.run(spent_of, self.ledger._writer.db, MONEY)


@pytest.fixture(name="bench")
async def given_bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with AsyncExitStack() as stack:
        yield Bench(tmp_path, stack)


async def test_posts_come_as_they_are_said_and_each_is_paid_for(bench: Bench) -> None:
    async with FakeX() as server:
        listener = Listener(await bench.source(server, search=("fibre",)))
        await listener.until(lambda batches: bool(batches))
        for number in range(150):
            await server.say(post(NOON, number))
        await listener.until(lambda batches: len(natives(batches)) >= 150)
        assert sorted(natives(listener.batches)) == sorted(each["id"] for each in server.posts)
        await listener.stop()
        assert await bench.spent() == server.billed == 150 * PRICES["post"]


async def test_rules_are_made_equal_to_what_is_wanted_and_follow_the_topics(bench: Bench) -> None:
    bench.watched = ["mandarine"]
    async with FakeX() as server:
        server.rules = [
            {"id": "1", "value": "chats", "tag": "another program"},
            {"id": "2", "value": "fibre", "tag": "by hand"},
        ]
        listener = Listener(await bench.source(server, search=("fibre",), topics=True, accounts=("lea",)))
        await server.connected(1)
        wanted = ["(mandarine) -is:retweet", "fibre", "from:lea"]
        assert sorted((rule["value"], rule["tag"]) for rule in server.rules) == [
            (each, tag_of(each)) for each in wanted
        ]
        bench.watched = ["mandarine", "panne"]
        await _until(lambda: any("panne" in rule["value"] for rule in server.rules) and len(server.rules) == 3)
        assert server.connections == 1
        await listener.stop()
        await server.left()
        told = len([request for request in server.http.requests if request.method == "POST"])
        again = Listener(await bench.source(server, search=("fibre",), topics=True, accounts=("lea",)))
        await server.connected(2)
        assert len([request for request in server.http.requests if request.method == "POST"]) == told
        await again.stop()


async def test_a_query_that_x_does_not_take_is_said_in_its_words(bench: Bench) -> None:
    async with FakeX() as server:
        listener = Listener(await bench.source(server, search=("bad query",)))
        error = await listener.failure()
    assert isinstance(error, SourceError)
    assert error.reason.code == "refused-question"
    assert "no viable alternative" in error.reason.sentence()


async def test_what_was_said_while_the_stream_was_broken_is_searched_for(bench: Bench) -> None:
    async with FakeX() as server:
        listener = Listener(await bench.source(server, search=("fibre",)))
        await server.connected(1)
        await listener.until(lambda batches: bool(batches))
        await server.say(post(NOON - HOUR, 1))
        await listener.until(lambda batches: len(natives(batches)) == 1)
        server.cut()
        error = await listener.failure()
        assert isinstance(error, SourceError)
        assert error.pauses is not None
        await server.left()
        server.posts += [post(NOON - MINUTE, number) for number in range(2, 140)]
        again = Listener(await bench.source(server, search=("fibre",)), listener.cursor)
        await server.connected(2)
        await again.until(lambda batches: len(natives(batches)) >= 138)
        await server.say(post(NOON, 500))
        await again.until(lambda batches: server.posts[-1]["id"] in natives(batches))
        await again.stop()
        heard = {*natives(listener.batches), *natives(again.batches)}
        assert heard == {each["id"] for each in server.posts}


async def test_the_money_ends_the_stream_before_the_cap(bench: Bench) -> None:
    async with FakeX() as server:
        listener = Listener(await bench.source(server, search=("fibre",), daily_cost=0.29, monthly_cost=0.29))
        await server.connected(1)
        await listener.until(lambda batches: bool(batches))
        for number in range(0, 100, MARGIN):
            await server.say(*(post(NOON, number + each) for each in range(MARGIN)))
            with contextlib.suppress(SourceError):
                await listener.until(partial(_has, number + MARGIN))
        error = await listener.failure()
        assert isinstance(error, SourceError)
        assert error.reason.code == "budget-spent"
        assert len(natives(listener.batches)) >= 58 - 2 * MARGIN
        assert server.billed <= 290_000
        asked = len(server.http.requests)
        broke = Listener(await bench.source(server, search=("fibre",), daily_cost=0.29, monthly_cost=0.29))
        failed = await broke.failure()
        assert isinstance(failed, SourceError)
        assert failed.reason.code == "budget-spent"
        assert not [request for request in server.http.requests[asked:] if request.path.endswith("/stream")]


async def test_silence_beyond_the_keep_alives_is_noticed(bench: Bench) -> None:
    async with FakeX(keep_alive=30) as server:
        error = await Listener(await bench.source(server, Patience(0.1, 0.3), search=("fibre",))).failure()
        assert isinstance(error, SourceError)
        assert error.reason.code == "stream-silent"
        assert await bench.spent() == 0


async def test_keep_alives_say_that_the_stream_lives(bench: Bench) -> None:
    async with FakeX(keep_alive=0.02) as server:
        listener = Listener(await bench.source(server, Patience(0.1, 1.0), search=("fibre",)))
        heard = await listener.until(lambda batches: len(batches) >= 4)
        assert natives(heard) == []
        await listener.stop()


@pytest.mark.parametrize(
    "line",
    [
        b'{"errors": [{"title": "operational-disconnect", "disconnect_type": "UpstreamOperationalDisconnect"}]}',
        b'{"title": "ConnectionException", "detail": "This stream is at the maximum connection limit."}',
    ],
)
async def test_a_farewell_is_said(bench: Bench, line: bytes) -> None:
    async with FakeX() as server:
        listener = Listener(await bench.source(server, search=("fibre",)))
        await server.connected(1)
        await server.say_raw(line)
        error = await listener.failure()
    assert isinstance(error, SourceError)
    assert error.reason.code == "stream-closed"
    assert error.reason.values["detail"] in ("operational-disconnect", "ConnectionException")


async def test_a_line_that_cannot_be_read_costs_no_other(bench: Bench) -> None:
    async with FakeX() as server:
        listener = Listener(await bench.source(server, search=("fibre",)))
        await listener.until(lambda batches: bool(batches))
        await server.say_raw(b'{"data": ')
        await server.say(post(NOON, 1))
        batches = await listener.until(lambda batches: len(natives(batches)) == 1)
        assert sum(batch.skipped for batch in batches) == 1
        await listener.stop()


@pytest.mark.parametrize(
    ("answer", "pauses"),
    [
        (Answer(status=503), [5, 10, 20, 40, 80, 160, 320, 320]),
        (Answer(b'{"title": "ConnectionException"}', 429), [60, 120, 240, 480, 900, 900]),
    ],
)
async def test_pauses_after_error_answers_double(bench: Bench, answer: Answer, pauses: list[int]) -> None:
    async with FakeX() as server:
        server.failures = [answer]
        error = await Listener(await bench.source(server, search=("fibre",))).failure()
    assert isinstance(error, SourceError)
    assert [_pause(error, failures) for failures in range(1, len(pauses) + 1)] == [each * SECOND for each in pauses]


def test_pauses_after_a_broken_connection_grow_by_the_same_and_a_short_one_is_no_good_sign() -> None:
    long = paced(SourceError("reset", host="x"), lasted=3600.0)
    assert [_pause(long, failures) for failures in (1, 2, 3, 64, 100)] == [250, 500, 750, 16_000, 16_000]
    short = paced(SourceError("reset", host="x"), lasted=0.5)
    # X allows 50 connections in 15 minutes.
    assert 15 * MINUTE // _pause(short, 1) < 50
    assert paced(SourceError("unauthorised", host="x")).pauses is None


def _has(least: int, batches: list[Batch]) -> bool:
    return len(natives(batches)) >= least


def _pause(error: SourceError, failures: int) -> int:
    return after_failure(error, failures, MINUTE, True, 0.5)


async def _until(condition: Any) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 (what the server was told)
            await asyncio.sleep(0.01)
