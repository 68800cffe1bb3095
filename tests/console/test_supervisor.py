"""Somebody collects: a child is started, restarted with patience, and takes the place of another one that ends.

The child is a small program that takes the collector's lock and ends when its stdin closes, as the real one does.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from socialhub.config.settings import Config, Hub
from socialhub.sources.settings import SourceSettings
from socialhub.store.connection import FileLock, collector_lock
from socialhub.supervisor import Post, Supervisor, collector_command, missing_secrets
from tests.console.helpers import until

_CHILD = """
import fcntl, os, sys
lock = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(lock, fcntl.LOCK_EX)
open(sys.argv[1] + '.' + str(os.getpid()), 'w').close()
sys.stdin.read()
"""
_FAILING = "import sys; print('the disk is full', file=sys.stderr); sys.exit(3)"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(path=tmp_path / "config.toml")


@asynccontextmanager
async def supervising(supervisor: Supervisor) -> AsyncIterator[Supervisor]:
    task = asyncio.create_task(supervisor.run())
    yield supervisor
    task.cancel()
    supervisor.stop()


def make(cache: Path, config: Config | None, code: str = _CHILD, hash_: Callable[[], str] = lambda: "") -> Supervisor:
    command = [sys.executable, "-c", code, str(cache) + ".lock"]
    return Supervisor(cache, config, command, lambda: None, hash_)


def children(cache: Path) -> list[int]:
    return [int(found.suffix[1:]) for found in cache.parent.glob(f"{cache.name}.lock.*")]


@pytest.fixture
def anothers_lock(cache: Path) -> FileLock:
    """The lock of a collector that runs already."""
    lock = collector_lock(cache)
    assert lock.acquire()
    return lock


async def test_a_child_is_started_and_ends_with_its_console(cache: Path, config: Config) -> None:
    async with supervising(make(cache, config)) as supervisor:
        await until(lambda: supervisor.state.post is Post.OURS and children(cache))
    lock = collector_lock(cache)
    await until(lock.acquire)
    lock.release()


async def test_a_killed_child_is_started_again(cache: Path, config: Config) -> None:
    async with supervising(make(cache, config)):
        await until(lambda: children(cache))
        os.kill(children(cache)[0], signal.SIGKILL)
        await until(lambda: len(children(cache)) == 2)


async def test_a_child_that_fails_says_why(cache: Path, config: Config) -> None:
    async with supervising(make(cache, config, _FAILING)) as supervisor:
        await until(lambda: supervisor.state.why_not == "the disk is full")
        assert supervisor.state.post is Post.NOBODY


async def test_nobody_collects_beside_another_collector(cache: Path, config: Config, anothers_lock: FileLock) -> None:
    async with supervising(make(cache, config)) as supervisor:
        await until(lambda: supervisor.state.post is Post.OTHERS)
        assert not children(cache)
        anothers_lock.release()
        await until(lambda: supervisor.state.post is Post.OURS)


async def test_a_collector_of_another_configuration_is_not_replaced(
    cache: Path, config: Config, anothers_lock: FileLock
) -> None:
    async with supervising(make(cache, config, hash_=lambda: "another")) as supervisor:
        await until(lambda: supervisor.state.post is Post.OTHERS)
        anothers_lock.release()
        await until(lambda: supervisor.state.post is Post.NOBODY)
        assert "another configuration" in supervisor.state.why_not
        assert not children(cache)


async def test_an_earlier_configuration_does_not_stop_the_first_start(cache: Path, config: Config) -> None:
    async with supervising(make(cache, config, hash_=lambda: "of yesterday")) as supervisor:
        await until(lambda: supervisor.state.post is Post.OURS)


async def test_without_configuration_nobody_is_started(cache: Path) -> None:
    async with supervising(make(cache, None)) as supervisor:
        await until(lambda: "no configuration" in supervisor.state.why_not)


def test_a_missing_secret_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROXY_OF_THE_TEST", raising=False)
    source = SourceSettings(name="x", place="keyring:any")
    config = Config(path=tmp_path / "c.toml", hub=Hub(proxy="env:PROXY_OF_THE_TEST"), sources=(source,))
    assert missing_secrets(config) == ["env:PROXY_OF_THE_TEST"]


def test_the_child_is_this_program(tmp_path: Path) -> None:
    command = collector_command(tmp_path / "c.toml", tmp_path / "c.db")
    assert command[:3] == [sys.executable, "-m", "socialhub"]
    assert command[-2:] == ["collect", "--child"]
