"""The process that parses feeds: slow ones, fatal ones, and its end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from socialhub.errors import SourceError
from socialhub.sources.feed_worker import FeedReader, borrow_reader, give_back_reader
from tests.servers import FEED, NOON


async def _titles(reader: FeedReader) -> list[str]:
    feed = await reader.read(FEED, "", "http://example.org/", NOON, "example.org")
    return [entry.title for entry in feed.entries]


def _ended(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def _wait_until_ended(pid: int) -> None:
    deadline = time.monotonic() + 10
    while not _ended(pid):
        assert time.monotonic() < deadline, "the worker outlived its parent"
        time.sleep(0.02)


async def test_a_killed_worker_is_replaced() -> None:
    reader = FeedReader()
    assert len(await _titles(reader)) == 2
    first = reader.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert len(await _titles(reader)) == 2
    assert reader.pid != first
    await reader.close()
    assert _ended(first)


async def test_a_worker_killed_in_the_middle_costs_nothing() -> None:
    reader = FeedReader()
    await _titles(reader)
    first = reader.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    asked = asyncio.create_task(_titles(reader))
    await asyncio.sleep(0)
    os.kill(first, signal.SIGKILL)
    assert len(await asked) == 2
    await reader.close()


async def test_a_parse_that_takes_too_long_ends_the_worker_not_the_collector() -> None:
    reader = FeedReader(parse_seconds=0.5)
    first = reader.pid
    items = b"<item><title>x</title></item>" * 60_000
    with pytest.raises(SourceError) as caught:
        await reader.read(b'<rss version="2.0"><channel>' + items, "", "http://e.example/", NOON, "e.example")
    assert caught.value.reason.code == "parse-timeout"
    assert reader.pid is None
    assert first is None
    await reader.close()


async def test_a_cancelled_question_leaves_no_half_answer_behind() -> None:
    reader = FeedReader()
    await _titles(reader)
    asked = asyncio.create_task(_titles(reader))
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert len(await _titles(reader)) == 2
    await reader.close()


async def test_feeds_share_one_worker_and_the_last_ends_it() -> None:
    one, two = borrow_reader(), borrow_reader()
    assert one is two
    await _titles(one)
    pid = one.pid
    assert pid is not None
    await give_back_reader()
    assert not _ended(pid)
    await give_back_reader()
    assert _ended(pid)


def test_the_worker_ends_with_its_parent() -> None:
    code = (
        "import asyncio, sys\n"
        "from tests.servers import FEED\n"
        "from socialhub.sources.feed_worker import FeedReader\n"
        "async def main():\n"
        "    reader = FeedReader()\n"
        "    await reader.read(FEED, '', 'http://e.example/', 0, 'e.example')\n"
        "    print(reader.pid, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert not _ended(worker)
        parent.kill()
    _wait_until_ended(worker)
