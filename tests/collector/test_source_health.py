"""What the collector notes of a source: its last exchange, slow answers, quarters of an hour, pauses that end."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from socialhub.clock import MINUTE, Clock
from socialhub.exchanges import Exchange
from socialhub.store import poll_slots, sources
from socialhub.store.connection import open_reader, open_writer
from socialhub.store.exchanges import exchange_of, forget_exchanges, keep_exchange
from tests.collector.test_collector import collecting, row_when, write_config
from tests.room import Room
from tests.servers import Answer, LoopbackServer, Request
from tests.sources.test_webhook import free_port

_TOLD = Answer(json.dumps([{"id": "1", "text": "la fibre"}]).encode(), headers={"Content-Type": "application/json"})


async def slowly(request: Request, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.1)
    await _TOLD(request, writer)


async def test_a_slow_answer_and_the_exchange_are_kept_and_a_pause_ends_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socialhub.collector.exchanges.SLOW_AFTER", 0.05)
    cache = tmp_path / "cache.db"
    async with LoopbackServer({"*": slowly}) as server:
        table = f'[[sources]]\nname = "crm"\nkind = "json"\nurl = "{server.url("/posts")}"\nallow_private = true\n'
        config = write_config(tmp_path, table + 'every = "1 min"\nfields = { native_id = "id", text = "text" }\n')
        open_writer(cache).close()
        clock = Clock(real_start := Clock().now(), real_start, 60.0)
        async with collecting(config, cache, clock):
            row = await row_when(cache, "crm", lambda row: row.stored == 1 and row.due is not None)
            writer = open_writer(cache)
            with writer.transaction() as db:
                sources.pause(db, row.number, clock.now(), clock.now() + 2 * MINUTE)
            writer.close()
            await row_when(cache, "crm", lambda row: row.state == "paused")
            asked = len(server.requests)
            await row_when(cache, "crm", lambda row: row.state == "active" and len(server.requests) > asked)
        reader = open_reader(cache)
        (slots,) = poll_slots.slots_from(reader, 0).values()
        assert sum(slot.slow for slot in slots.values()) > 0
        assert any(slot.paused for slot in slots.values())
        exchange = exchange_of(reader, row.number)
        reader.close()
    assert exchange is not None
    assert (exchange.asked, exchange.answer) == (f"GET {server.url('/posts')}", "200")
    assert exchange.took is not None
    assert exchange.took >= 100
    assert "la fibre" in exchange.start


async def test_a_stream_that_is_paused_ends_at_once_and_begins_again_when_it_is_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK", "jeton-du-relais")
    cache, port = tmp_path / "cache.db", free_port()
    config = write_config(
        tmp_path, f'[[sources]]\nname = "relais"\nkind = "webhook"\nport = {port}\nsecret = "env:HOOK"\n'
    )

    async def listens(wanted: bool) -> None:
        async with asyncio.timeout(30):
            while True:
                try:
                    _reader, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    open_now = True
                except ConnectionRefusedError:
                    open_now = False
                if open_now is wanted:
                    return
                await asyncio.sleep(0.05)

    open_writer(cache).close()
    async with collecting(config, cache):
        row = await row_when(cache, "relais", lambda row: row.connected)
        await listens(True)
        writer = open_writer(cache)
        with writer.transaction() as db:
            sources.pause(db, row.number, 0, None)
        await listens(False)
        with writer.transaction() as db:
            sources.resume(db, row.number, 0)
        writer.close()
        await listens(True)
        await row_when(cache, "relais", lambda row: row.connected)
    reader = open_reader(cache)
    exchange = exchange_of(reader, row.number)
    reader.close()
    assert exchange is not None
    assert exchange.asked == f"http://127.0.0.1:{port}/"
    assert dict(exchange.facts)["listening"] == "1"


def test_exchanges_are_one_a_source_and_forgotten_with_what_they_may_quote(tmp_path: Path) -> None:
    room = Room(tmp_path / "cache.db")
    with room.writer.transaction() as db:
        for at in (1, 2):
            keep_exchange(db, room.press, Exchange(at, "GET https://example.org/", start="Léa a écrit"))
        keep_exchange(db, room.social, Exchange(9, "GET https://example.org/"))
        assert db.execute("SELECT count(*) FROM exchanges").fetchone() == (2,)
        forget_exchanges(db, older_than=5)
        assert exchange_of(db, room.press) is None
        assert exchange_of(db, room.social) is not None
        db.execute("UPDATE exchanges SET told = '{'")
        assert exchange_of(db, room.social) is None
        keep_exchange(db, room.press, Exchange(9, "GET https://example.org/"))
        sources.sync_sources(db, [sources.Configured("press", "rss", MINUTE, False, "")])
        assert db.execute("SELECT source FROM exchanges").fetchall() == [(room.press,)]
    room.close()
