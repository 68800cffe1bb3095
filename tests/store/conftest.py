"""A fresh cache and the means to fill it through the real way in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.room import Room


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """A cache with one source and two topics."""
    made = Room(tmp_path / "cache.db")
    yield made
    made.close()
