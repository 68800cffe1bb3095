"""Fixtures of the console's tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialhub.store.marks import meet_operator
from tests.seed import Seeded, reopen, seed_cache


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Where the cache is."""
    return tmp_path / "cache.db"


@pytest.fixture(scope="session")
def seeded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with 200 mentions, all read by lea, closed: to be copied."""
    path = tmp_path_factory.mktemp("seed") / "cache.db"
    made = seed_cache(path, 200)
    with made.writer.transaction() as db:
        meet_operator(db, "lea", 200)
    made.writer.checkpoint(truncate=True)
    made.writer.close()
    return path


@pytest.fixture
def seeded(cache: Path, seeded_file: Path) -> Iterator[Seeded]:
    """A cache with 200 mentions."""
    shutil.copy(seeded_file, cache)
    made = reopen(cache)
    yield made
    made.writer.close()
