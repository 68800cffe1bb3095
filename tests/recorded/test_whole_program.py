"""Real recorded answers through the whole program into a cache: everything that says something is stored once, what is
no mention is not, nothing raises, and asking again stores nothing new."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from socialhub.clock import Clock
from socialhub.collector import Collector
from socialhub.config import load
from socialhub.errors import Reason
from socialhub.model import SourceRow
from socialhub.store.connection import open_reader, open_writer
from socialhub.store.sources import cursor_of, source_rows
from tests.room import is_sound
from tests.servers import NOON, LoopbackServer, clock_at
from tests.sources.fake_bluesky import FakeJetstream
from tests.sources.fake_mastodon import FakeMastodon
from tests.sources.test_recorded_feeds import _answer, _told
from tests.sources.test_recorded_social import frames_of, statuses_in

pytestmark = pytest.mark.recorded

_ROOM = '[hub]\ncontact = "https://example.org/"\n[[topics]]\nname = "Rien"\nkind = "issue"\nquery = "introuvable"\n'
_PRIVATE = ("private", "direct")


class Room:
    """A config and a cache, asked as often as one likes."""

    def __init__(self, folder: Path, tables: str) -> None:
        self.cache = folder / "cache.db"
        self.config = folder / "config.toml"
        self.config.write_text(_ROOM + tables, encoding="utf-8")

    async def poll(self, clock: Clock) -> int:
        """Ask every source once; how many mentions are new."""
        collector = Collector(load(self.config), self.cache, clock)
        await collector.start()
        runners = await collector.run_once()
        await collector.stop()
        return sum(runner.totals.new + runner.totals.edited for runner in runners)

    async def listen(self, until: Callable[[dict[str, SourceRow]], bool]) -> None:
        """Collect until the rows of the sources are so."""
        collector = Collector(load(self.config), self.cache, Clock())
        await collector.start()
        running = asyncio.create_task(collector.run())
        try:
            async with asyncio.timeout(30):
                while not until(self.rows()):  # noqa: ASYNC110 (another connection's rows)
                    await asyncio.sleep(0.05)
        finally:
            collector.stopping.set()
            await running
            await collector.stop()

    def rows(self) -> dict[str, SourceRow]:
        """The sources by name."""
        reader = open_reader(self.cache)
        try:
            return {row.name: row for row in source_rows(reader)}
        finally:
            reader.close()

    def cursor(self, number: int) -> dict[str, Any]:
        """Where a source stands."""
        reader = open_reader(self.cache)
        try:
            return cursor_of(reader, number)
        finally:
            reader.close()

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """Rows of the cache."""
        reader = open_reader(self.cache)
        try:
            return reader.execute(question).fetchall()
        finally:
            reader.close()

    def is_sound(self) -> bool:
        """The cache agrees with itself."""
        writer = open_writer(self.cache)
        try:
            return is_sound(writer)
        finally:
            writer.close()


async def test_every_entry_of_every_feed_is_stored_once(
    test_data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = sorted((test_data / "feeds").rglob("*.xml"))
    answers = {f"/{file.relative_to(test_data)}": _answer(file.read_bytes()) for file in files}
    assert len(answers) > 200
    async with LoopbackServer(answers) as server:
        tables = "".join(
            f'[[sources]]\nname = "feed {number}"\nkind = "rss"\nurl = "{server.url(quote(path))}"\n'
            "allow_private = true\n"
            for number, path in enumerate(answers)
        )
        room = Room(tmp_path, tables)
        new = await room.poll(clock_at(NOON))
        rows = room.rows()
        stored = dict(room.ask("SELECT source, count(*) FROM sightings GROUP BY source"))
        assert await room.poll(clock_at(NOON + 1)) == 0
    told = 0
    for number, (path, answer) in enumerate(answers.items()):
        row = rows[f"feed {number}"]
        entries = _told(answer.body, dict(answer.headers))
        if row.error:
            assert Reason.from_json(row.error).code == "not-a-feed", (path, row.error)
            assert entries == 0, path
        assert stored.get(row.number, 0) >= entries, path
        told += entries
    assert told > 300
    assert new == room.ask("SELECT count(*) FROM mentions")[0][0]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert room.is_sound()


async def test_every_public_status_is_stored_once_by_its_address(test_data: Path, tmp_path: Path) -> None:
    lines = (test_data / "recorded" / "mastodon.jsonl").read_text(encoding="utf-8").splitlines()
    statuses = {status["id"]: status for status in statuses_in([json.loads(line) for line in lines])}
    posts = [status["reblog"] or status for status in statuses.values() if status["visibility"] not in _PRIVATE]
    addresses = {post["uri"] for post in posts if post["visibility"] not in _PRIVATE}
    assert len(addresses) > 20
    async with FakeMastodon(sorted(statuses.values(), key=lambda status: str(status["id"]))) as server:
        table = f'[[sources]]\nname = "x"\nkind = "mastodon"\nserver = "{server.url}"\npublic = "all"\n'
        room = Room(tmp_path, table + "allow_private = true\n")
        await room.poll(Clock())
        first = room.ask("SELECT canonical_id FROM mentions")
        assert room.rows()["x"].error == ""
        assert await room.poll(Clock()) == 0
    assert len(first) == len(addresses)
    assert {uri for (uri,) in first} == addresses
    assert room.ask("SELECT count(*) FROM mentions WHERE text = '' AND title = '' AND media = 0") == [(0,)]
    assert room.is_sound()


@pytest.mark.parametrize("name", ["golden_v1.jsonl", "expected_v1.jsonl"])
async def test_posts_of_the_stream_are_stored_once_and_nothing_else(test_data: Path, tmp_path: Path, name: str) -> None:
    frames = frames_of(test_data, name)
    decoded = [json.loads(frame) for frame in frames]
    latest = max(frame["time_us"] for frame in decoded)
    posts: dict[str, str] = {}
    for frame in decoded:
        commit = frame.get("commit") or {}
        if frame["kind"] == "commit" and commit["collection"] == "app.bsky.feed.post":
            posts[f"at://{frame['did']}/app.bsky.feed.post/{commit['rkey']}"] = commit["operation"]
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(FakeJetstream(frames))
        table = f'[[sources]]\nname = "x"\nkind = "jetstream"\nkeep = "all"\nservers = ["{server.url}"]\n'
        room = Room(tmp_path, table + "allow_private = true\n")
        await room.listen(lambda rows: room.cursor(rows["x"].number).get("time_us", 0) >= latest)
        first = room.ask("SELECT canonical_id, rev FROM mentions ORDER BY id")
        begun = len(server.queries)
        heard = room.rows()["x"].last_success or 0
        await room.listen(lambda rows: len(server.queries) > begun and (rows["x"].last_success or 0) > heard)
    stored = [uri for uri, _rev in first]
    assert len(set(stored)) == len(stored)
    assert {uri for uri, operation in posts.items() if operation != "delete"} <= set(stored) <= set(posts)
    assert [uri for (uri,) in room.ask("SELECT canonical_id FROM mentions ORDER BY id")] == stored
    assert room.rows()["x"].error == ""
    assert room.is_sound()
