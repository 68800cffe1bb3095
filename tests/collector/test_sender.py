"""What the sender does when the cache cannot be written for a while: nothing is sent twice, nobody is forgotten."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from socialhub.clock import Clock, real_now
from socialhub.collector.sending import Sender
from socialhub.collector.store_thread import StoreThread
from socialhub.config import read
from socialhub.incidents import Notification, Occasion, Severity
from socialhub.store import connection, notifications
from socialhub.store.alerts import raise_alert
from socialhub.store.connection import FileLock, Writer, open_reader
from tests.servers import Answer, LoopbackServer, Request

NOTIFY = '[[notify]]\nname = "salle"\nurl = "env:CALL_ROOM"\n'


def intend(writer: Writer) -> None:
    """An alert burns, and the room is to be told."""
    now = real_now()
    with writer.transaction() as db:
        number = raise_alert(db, "burst", "fibre", Severity.CRISIS, now, now, {})
        notifications.intend(db, number, "salle", Occasion.RAISED, Severity.CRISIS, now, now)


def messages(cache: Path) -> list[Notification]:
    db = open_reader(cache)
    try:
        return notifications.newest_notifications(db, 9)
    finally:
        db.close()


async def test_a_cache_that_another_process_holds_sends_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connection, "LOCK_PATIENCE", 0.05)
    cache, store = tmp_path / "cache.db", StoreThread()
    writer = await store.open(cache)
    await store.run(intend, writer)
    other = FileLock(cache.with_name(f"{cache.name}.write.lock"))
    answers = asyncio.Event()

    async def late(request: Request, response: asyncio.StreamWriter) -> None:
        await answers.wait()
        await Answer()(request, response)

    async with LoopbackServer({"/crise": late}) as web:
        monkeypatch.setenv("CALL_ROOM", f"json://{web.host}:{web.port}/crise")
        config = read(NOTIFY, tmp_path / "config.toml", environ={})
        tending = asyncio.create_task(Sender(config, writer, store, Clock()).tend())
        while not web.requests:  # noqa: ASYNC110 (what the server was told)
            await asyncio.sleep(0.01)
        assert other.acquire(5)
        answers.set()
        while "Another process has been writing" not in caplog.text:  # noqa: ASYNC110 (what the log was told)
            await asyncio.sleep(0.01)
        other.release()
        while messages(cache)[0].state != "sent":
            assert not tending.done()
            await asyncio.sleep(0.01)
        assert len(web.requests) == 1
        assert not messages(cache)[0].doubt
        tending.cancel()
        await asyncio.gather(tending, return_exceptions=True)
    await store.run(writer.close)
    store.close()
