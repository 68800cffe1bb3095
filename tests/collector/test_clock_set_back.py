"""The machine's clock is set back by hours: polls, heartbeats and alerts go on as if nothing had happened."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest

from socialhub.clock import HOUR, MINUTE, Clock, real_now
from socialhub.collector import core
from socialhub.collector.backoff import first_due
from socialhub.store import alerts, collectors
from socialhub.store.connection import open_reader
from tests.collector.test_collector import collecting, eventually, feed_table, row_when, write_config
from tests.servers import FEED, Answer, LoopbackServer

_BACK = 3 * HOUR


class SettableClock(Clock):
    """A clock that somebody can set."""

    offset: ClassVar = 0
    """How far it is from the time it showed before (ms)."""

    def now(self) -> int:
        """The time as it was set."""
        return super().now() + SettableClock.offset


async def test_polls_and_alerts_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "SILENCE_EVERY", 1)
    cache = tmp_path / "cache.db"
    start = real_now()
    # A minute takes half a second.
    clock = SettableClock(start, start, 120.0)
    SettableClock.offset = 0
    async with LoopbackServer({"*": Answer(FEED)}) as server:
        config = write_config(tmp_path, feed_table("presse", server.url("/")))
        async with collecting(config, cache, clock):
            # Once the next poll is planned: what is being asked at that moment is another story.
            await row_when(cache, "presse", lambda row: row.stored == 2 and (row.due or 0) > (row.last_success or 0))
            SettableClock.offset = -_BACK
            asked = len(server.requests)
            await row_when(cache, "presse", lambda row: len(server.requests) > asked + 1)
            row = await row_when(cache, "presse", lambda row: (row.last_success or 0) <= clock.now())
            assert row.due is not None
            assert row.due < clock.now() + 10 * MINUTE
            # Set back once more, and from now on the source is silent.
            SettableClock.offset = -2 * _BACK
            server.behaviours["*"] = Answer(status=500)
            reader = open_reader(cache)
            await eventually(lambda: bool(alerts.alert_rows(reader)))
            await eventually(lambda: (state := collectors.latest(reader)) is not None and state.beat <= clock.now())
            reader.close()


async def test_a_collector_started_after_it_asks_without_waiting_for_the_old_time(tmp_path: Path) -> None:
    cache = tmp_path / "cache.db"
    async with LoopbackServer({"*": Answer(FEED)}) as server:
        config = write_config(tmp_path, feed_table("presse", server.url("/")))
        async with collecting(config, cache):
            await row_when(cache, "presse", lambda row: row.stored == 2)
        earlier = Clock(start := real_now(), start - _BACK, 120.0)
        async with collecting(config, cache, earlier):
            await row_when(cache, "presse", lambda row: (row.last_success or 0) < start - _BACK // 2)
    assert len(server.requests) > 1


def test_the_pause_meant_begins_again() -> None:
    now = 1_795_000_000_000
    assert first_due(now + 3 * HOUR + 5 * MINUTE, now, 10 * MINUTE, 0.5, now + 3 * HOUR) == now + 5 * MINUTE
    assert first_due(now + HOUR, now, 10 * MINUTE, 0.5, now - HOUR) == now + HOUR
