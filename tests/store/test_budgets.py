"""The ledger in the cache: caps hold for all who spend, what was recorded outlives the process, and is shown."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from socialhub.budgets import CALLS, HASHTAGS, MONEY, SEARCHES, Cap, Span
from socialhub.clock import DAY, HOUR, MINUTE, Clock
from socialhub.errors import SourceError
from socialhub.store import budgets
from socialhub.store.connection import open_writer
from socialhub.store.sources import note_tempo
from socialhub.tempo import Purse, Tempo, Why
from tests.ledgers import ledger_on, spent_of
from tests.room import Room
from tests.servers import NOON, clock_at

TEN_A_DAY = Cap(CALLS, 10, Span.DAY)


async def test_a_cap_is_never_exceeded_by_many_at_once_and_the_error_says_until_when(tmp_path: Path) -> None:
    async with ledger_on(tmp_path / "cache.db", [TEN_A_DAY], clock_at(NOON)) as ledger:
        results = await asyncio.gather(*(ledger.spend(CALLS) for _each in range(25)), return_exceptions=True)
        refused = [each for each in results if isinstance(each, SourceError)]
        assert len(refused) == 15
        assert await ledger.remaining(CALLS) == 0
    error = refused[0]
    assert error.reason.code == "budget-spent"
    assert error.retry_after is not None
    assert 11 * HOUR < error.retry_after <= 12 * HOUR
    assert not error.permanent


async def test_the_tightest_of_several_caps_decides(tmp_path: Path) -> None:
    caps = [Cap(MONEY, 1_000, Span.DAY), Cap(MONEY, 2_500, Span.MONTH), TEN_A_DAY]
    cache = tmp_path / "cache.db"
    for day, left in ((0, 1_000), (1, 1_000), (2, 500)):
        async with ledger_on(cache, caps, clock_at(NOON + day * DAY)) as ledger:
            assert await ledger.remaining(MONEY) == left
            await ledger.spend(MONEY, left)
            with pytest.raises(SourceError):
                await ledger.spend(MONEY, 1)
            assert await ledger.remaining(CALLS) == 10
            assert await ledger.remaining("unlimited") is None


async def test_what_was_not_used_is_given_back_to_the_day_it_was_taken_from(tmp_path: Path) -> None:
    cache = tmp_path / "cache.db"
    async with ledger_on(cache, [TEN_A_DAY], clock_at(NOON + 12 * HOUR - 1_000)) as ledger:
        receipt = await ledger.spend(CALLS, 8)
    async with ledger_on(cache, [TEN_A_DAY], clock_at(NOON + 12 * HOUR + 1_000)) as ledger:
        await ledger.give_back(receipt, 5)
        assert await ledger.remaining(CALLS) == 10
    async with ledger_on(cache, [TEN_A_DAY], clock_at(NOON)) as ledger:
        assert await ledger.remaining(CALLS) == 7


async def test_what_is_paid_once_in_a_span_costs_nothing_again(tmp_path: Path) -> None:
    cap = Cap(HASHTAGS, 2, Span.ROLLING_WEEK)
    cache = tmp_path / "cache.db"
    for day in range(7):
        async with ledger_on(cache, [cap], clock_at(NOON + day * DAY)) as ledger:
            await ledger.spend(HASHTAGS, 1, "mandarine")
            await ledger.spend(HASHTAGS, 1, "fibre")
            with pytest.raises(SourceError):
                await ledger.spend(HASHTAGS, 1, "panne")
    async with ledger_on(cache, [cap], clock_at(NOON + 8 * DAY)) as ledger:
        assert await ledger.remaining(HASHTAGS) == 2
        await ledger.spend(HASHTAGS, 1, "panne")


def _spend_until_killed(cache: str) -> None:
    """Spends one by one, and says each on a pipe of the operating system once the ledger has taken it."""

    async def spend() -> None:
        async with ledger_on(Path(cache), [Cap(CALLS, 100_000, Span.DAY)], Clock()) as ledger:
            while True:
                await ledger.spend(CALLS)
                with open(cache + ".called", "ab", buffering=0) as calls:  # noqa: ASYNC230
                    calls.write(b".")

    asyncio.run(spend())


def test_after_kill_9_everything_that_was_called_is_in_the_ledger(tmp_path: Path) -> None:
    cache, called = tmp_path / "cache.db", tmp_path / "cache.db.called"
    spawn = multiprocessing.get_context("spawn")
    for least in (5, 30):
        process = spawn.Process(target=_spend_until_killed, args=(str(cache),))
        process.start()
        while not called.exists() or called.stat().st_size < least:
            assert process.is_alive()
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    writer = open_writer(cache)
    # One call at a time: at most the one in flight of each process was recorded and not made.
    assert 0 <= spent_of(writer.db, CALLS) - called.stat().st_size <= 2
    writer.close()


def test_meters_are_shown_for_configured_sources_and_follow_the_config(room: Room) -> None:
    caps = [Cap(SEARCHES, 100, Span.DAY, "America/Los_Angeles"), Cap(CALLS, 5, Span.ROLLING_DAY)]
    with room.writer.transaction() as db:
        db.execute("UPDATE sources SET configured = 1 WHERE id = ?", (room.press,))
        budgets.sync_budgets(db, room.press, caps, NOON)
        budgets.spend(db, room.press, SEARCHES, 40, caps, NOON)
    meters = {meter.cap.unit: meter for meter in budgets.read_meters(room.db, NOON)[room.press]}
    assert meters[SEARCHES].cap == caps[0]
    assert (meters[SEARCHES].spent, meters[CALLS].spent) == (40, 0)
    with room.writer.transaction() as db:
        budgets.sync_budgets(db, room.press, caps[:1], NOON)
    assert [meter.cap.unit for meter in budgets.read_meters(room.db, NOON)[room.press]] == [SEARCHES]
    with room.writer.transaction() as db:
        budgets.sync_budgets(db, room.press, caps, NOON + 63 * DAY)
    assert spent_of(room.db, SEARCHES) == 0


def test_the_forecast_of_a_crisis_counts_with_its_polls_and_these_with_what_is_left(room: Room) -> None:
    cap = Cap(CALLS, 100, Span.DAY)

    def gone_at(*why: Why) -> int | None:
        with room.writer.transaction() as db:
            note_tempo(db, room.press, Tempo(2 * MINUTE, why), 1.0, 0, {CALLS: 2})
        (meter,) = budgets.read_meters(room.db, NOON)[room.press]
        return meter.gone_at

    with room.writer.transaction() as db:
        db.execute("UPDATE sources SET configured = 1 WHERE id = ?", (room.press,))
        budgets.sync_budgets(db, room.press, [cap], NOON)
        budgets.spend(db, room.press, CALLS, 2, [cap], NOON)
    assert gone_at() is None
    assert gone_at(Why.CRISIS) == NOON + HOUR + 35 * MINUTE
    assert budgets.purses(room.db, room.press, [cap], {CALLS: 2}, NOON) == (Purse(98, 2, 12 * HOUR),)
    assert budgets.purses(room.db, room.press, [cap, Cap(HASHTAGS, 30, Span.ROLLING_WEEK)], {HASHTAGS: 1}, NOON) == ()


def test_spending_is_read_by_its_key(room: Room) -> None:
    plan = " ".join(
        row[3]
        for row in room.db.execute(
            "EXPLAIN QUERY PLAN SELECT slot, sum(amount) FROM spending"
            " WHERE source = 1 AND unit = 'calls' AND slot >= 5 GROUP BY slot"
        )
    )
    assert "source=? AND unit=? AND slot>?" in plan
