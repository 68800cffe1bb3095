"""A console on a cache in a bad state: it lives, says what is wrong and what to do, and goes on by itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialhub.app import SocialhubApp
from socialhub.store.connection import open_writer
from tests.console.helpers import feed_of, lines, notices, running, until
from tests.seed import Seeded, seed_cache


@pytest.fixture
def damaged(cache: Path) -> Path:
    """A file that is no cache."""
    cache.write_bytes(b"no database at all" * 500)
    return cache


@pytest.fixture
def read_only(seeded: Seeded, cache: Path) -> Iterator[Path]:
    """A cache whose folder and file may not be written."""
    seeded.writer.close()
    cache.chmod(0o400)
    cache.parent.chmod(0o500)
    yield cache
    cache.parent.chmod(0o700)


def screen(app: SocialhubApp) -> str:
    return "\n".join(lines(app))


async def test_without_a_cache_it_waits_and_then_shows_it(cache: Path) -> None:
    async with running(cache) as (app, _pilot):
        await until(lambda: "There is no cache" in screen(app))
        seed_cache(cache, 5).writer.close()
        await until(lambda: len(feed_of(app).window) == 5)


async def test_a_damaged_cache_names_the_repair(damaged: Path) -> None:
    cache = damaged
    async with running(cache, wait=False) as (app, _pilot):
        await until(lambda: "doctor --repair" in screen(app))


async def test_a_newer_cache_says_restart(seeded: Seeded, cache: Path) -> None:
    seeded.writer.db.execute("PRAGMA user_version=999")
    async with running(cache, wait=False) as (app, _pilot):
        await until(lambda: "newer socialhub" in screen(app))


async def test_an_empty_cache_says_what_happens_next(cache: Path) -> None:
    open_writer(cache).close()
    async with running(cache) as (app, _pilot):
        await until(lambda: "No source yet" in screen(app))
        assert "socialhub demo" in screen(app)


async def test_first_polls_are_announced(cache: Path) -> None:
    seed_cache(cache, 0).writer.close()
    async with running(cache) as (app, _pilot):
        await until(lambda: "first polls are running" in screen(app))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_read_only_cache_is_still_read(read_only: Path) -> None:
    cache = read_only
    async with running(cache) as (app, pilot):
        assert len(feed_of(app).window) > 50
        await pilot.press("m")
        await until(lambda: any("cannot be written" in notice for notice in notices(app)))


async def test_a_write_that_another_version_forbids_is_told(seeded: Seeded, cache: Path) -> None:
    async with running(cache) as (app, pilot):
        seeded.writer.db.execute("PRAGMA user_version=999")
        await pilot.press("m", "m")
        await until(lambda: any("newer socialhub" in notice for notice in notices(app)))
        assert app.is_running
