"""The collector in this process, against loopback servers: what becomes of every fault, of pauses, of silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from socialhub.clock import MINUTE, Clock
from socialhub.collector import Collector
from socialhub.config import load
from socialhub.errors import SENTENCES, Reason
from socialhub.model import SourceRow
from socialhub.store import alerts, collectors, jobs, mentions, sources
from socialhub.store.connection import open_reader, open_writer
from socialhub.store.privacy import Purge
from tests.servers import FEED, Answer, LoopbackServer
from tests.sources.fault_table import FAULTS

_TOPIC: Final = '[[topics]]\nname = "Panne"\nkind = "issue"\nquery = "panne OR fibre"\n'
# Answered by this server alone: what leads elsewhere or takes twenty seconds is tested at the client.
_HERE: Final = [fault for fault in FAULTS if fault.code != "private-address" and fault.patience >= 20.0]


def write_config(folder: Path, tables: str, hub: str = 'contact = "https://example.org/"') -> Path:
    """A config file in `folder`."""
    path = folder / "config.toml"
    path.write_text(f"[hub]\n{hub}\n{_TOPIC}\n{tables}", encoding="utf-8")
    return path


def feed_table(name: str, url: str, every: str = "1 min") -> str:
    """A feed on loopback."""
    return f'[[sources]]\nname = "{name}"\nkind = "rss"\nurl = "{url}"\nallow_private = true\nevery = "{every}"\n'


@asynccontextmanager
async def collecting(config: Path, cache: Path, clock: Clock | None = None) -> AsyncIterator[Collector]:
    """A collector that runs until the block ends."""
    collector = Collector(load(config), cache, clock or Clock())
    await collector.start()
    running = asyncio.create_task(collector.run())
    try:
        yield collector
    finally:
        collector.stopping.set()
        await running
        await collector.stop()


async def row_when(cache: Path, name: str, condition: Callable[[SourceRow], bool], patience: float = 45.0) -> SourceRow:
    """The row of a source once it meets a condition."""
    reader = open_reader(cache)
    try:
        async with asyncio.timeout(patience):
            while True:
                row = sources.source_by_name(reader, name)
                if row is not None and condition(row):
                    return row
                await asyncio.sleep(0.05)
    finally:
        reader.close()


async def eventually(condition: Callable[[], bool], patience: float = 45.0) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(patience):
        while True:
            if condition():
                return
            await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
def rows_after_faults(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SourceRow]:
    """The rows of all sources after one poll each, every one with a fault of its own."""
    folder = tmp_path_factory.mktemp("faults")

    async def poll() -> None:
        async with AsyncExitStack() as stack:
            tables = feed_table("refused", "http://127.0.0.1:9/")
            for number, fault in enumerate(_HERE):
                # A host each: a server that asks to wait must not silence the others.
                server = LoopbackServer({"/fault": fault.behaviour}, host=f"127.0.1.{number + 1}")
                await stack.enter_async_context(server)
                tables += feed_table(fault.name, server.url("/fault"))
            collector = Collector(load(write_config(folder, tables)), folder / "cache.db", Clock())
            await collector.start()
            await collector.run_once()
            await collector.stop()

    asyncio.run(poll())
    reader = open_reader(folder / "cache.db")
    rows = {row.name: row for row in sources.source_rows(reader)}
    reader.close()
    return rows


@pytest.mark.parametrize("fault", _HERE, ids=lambda fault: fault.name)
def test_the_line_of_a_source_says_what_happened_and_when_it_tries_again(
    fault: object, rows_after_faults: dict[str, SourceRow]
) -> None:
    wanted = next(each for each in _HERE if each is fault)
    row = rows_after_faults[wanted.name]
    assert row.last_start is not None
    if not wanted.code:
        assert (row.error, row.failures) == ("", 0)
        assert row.stored == wanted.entries
        assert row.due is not None
        return
    reason = Reason.from_json(row.error)
    assert reason.code == wanted.code
    assert reason.code in SENTENCES
    assert "{" not in reason.sentence()
    assert (row.failures, row.stored, row.last_success) == (1, 0, None)
    if wanted.code == "gone":
        assert (row.state, row.due) == ("stopped", None)
        return
    assert row.due is not None
    assert row.last_error is not None
    assert row.due > row.last_error
    # Two faults name a moment of the frozen clock of the client's own tests; this clock runs.
    if wanted.retry_after and "until" not in wanted.name and "reset" not in wanted.name:
        assert row.wait_until is not None
        assert row.due >= row.wait_until


def test_a_refused_connection_too(rows_after_faults: dict[str, SourceRow]) -> None:
    assert Reason.from_json(rows_after_faults["refused"].error).code == "refused"


async def test_a_second_poll_of_an_unchanged_feed_stores_nothing(tmp_path: Path) -> None:
    async with LoopbackServer({"*": Answer(FEED)}) as server:
        config = write_config(tmp_path, feed_table("presse", server.url("/")))
        async with collecting(config, tmp_path / "cache.db"):
            first = await row_when(tmp_path / "cache.db", "presse", lambda row: row.stored == 2)
            writer = open_writer(tmp_path / "cache.db")
            with writer.transaction() as db:
                sources.request_poll(db, first.number, 0)
            writer.close()
            again = await row_when(
                tmp_path / "cache.db", "presse", lambda row: (row.last_success or 0) > (first.last_success or 0)
            )
    assert (again.stored, len(server.requests)) == (2, 2)
    reader = open_reader(tmp_path / "cache.db")
    assert mentions.how_many(reader) == 2
    state = collectors.latest(reader)
    assert state is not None
    assert state.ended is not None
    reader.close()


async def test_a_paused_source_is_left_alone_until_it_is_resumed(tmp_path: Path) -> None:
    async with LoopbackServer({"*": Answer(FEED)}) as server:
        config = write_config(
            tmp_path, feed_table("presse", server.url("/")) + feed_table("autre", server.url("/autre"))
        )
        cache = tmp_path / "cache.db"
        open_writer(cache).close()
        async with collecting(config, cache):
            number = (await row_when(cache, "presse", lambda row: row.stored == 2)).number
            writer = open_writer(cache)
            with writer.transaction() as db:
                sources.pause(db, number, 0, None)
                sources.request_poll(db, number, 0)
            asked = len([request for request in server.requests if request.path == "/"])
            other = (await row_when(cache, "autre", lambda row: row.last_success is not None)).number
            with writer.transaction() as db:
                sources.request_poll(db, other, 0)
            await row_when(cache, "autre", lambda row: len(server.requests) >= asked + 2)
            assert len([request for request in server.requests if request.path == "/"]) == asked
            with writer.transaction() as db:
                sources.resume(db, number, 0)
            writer.close()
            await row_when(cache, "presse", lambda _row: len([r for r in server.requests if r.path == "/"]) > asked)


async def test_a_source_without_contact_is_not_asked_and_says_so(tmp_path: Path) -> None:
    async with LoopbackServer({"*": Answer(FEED)}) as server:
        config = write_config(tmp_path, feed_table("presse", server.url("/")), hub='name = "x"')
        async with collecting(config, tmp_path / "cache.db"):
            row = await row_when(tmp_path / "cache.db", "presse", lambda row: row.failures > 0)
    assert Reason.from_json(row.error).code == "contact-missing"
    assert server.requests == []


async def test_a_silent_source_is_an_alert_that_ends_when_it_speaks(tmp_path: Path) -> None:
    cache = tmp_path / "cache.db"
    async with LoopbackServer({"*": Answer(status=500)}) as server:
        config = write_config(tmp_path, feed_table("presse", server.url("/")))
        fast = Clock(real_start := Clock().now(), real_start, 120.0)
        async with collecting(config, cache, fast):
            reader = open_reader(cache)
            await eventually(lambda: bool(alerts.alert_rows(reader)))
            raised = alerts.alert_rows(reader)
            assert (raised[0].kind, raised[0].subject, raised[0].state) == ("source_silent", "presse", "firing")
            assert raised[0].facts["interval"] == MINUTE
            server.behaviours["*"] = Answer(FEED)
            await eventually(lambda: alerts.alert_rows(reader)[0].state == "resolved")
            reader.close()


async def test_jobs_are_done_beside_collecting(tmp_path: Path) -> None:
    cache = tmp_path / "cache.db"
    lines = tmp_path / "lines.jsonl"
    good = '{{"source": "crm", "native_id": "{0}", "text": "fibre {0}", "published_at": "2026-11-01T10:00:00Z"}}\n'
    lines.write_text("".join(good.format(n) for n in range(1200)) + "not json\n", encoding="utf-8")
    async with collecting(write_config(tmp_path, ""), cache) as collector:
        writer = open_writer(cache)
        with writer.transaction() as db:
            imported = jobs.add_job(db, "import", {"path": str(lines)}, "lea", 0)
            purged = jobs.add_job(db, "purge", Purge(older_than=collector.clock.now()).to_parameters(), "lea", 0)
        reader = open_reader(cache)
        await eventually(lambda: (job := jobs.job_by_id(reader, purged)) is not None and job.state == "done")
        done = jobs.job_by_id(reader, imported)
        assert done is not None
        assert (done.state, done.progress["new"], done.progress["bad"][0]["line"]) == ("done", 1200, 1201)
        assert mentions.how_many(reader) == 0
        reader.close()
        writer.close()
