"""One telling of the story for all tests of the demonstration."""

from __future__ import annotations

from typing import Any

import pytest

from socialhub.clock import from_datetime
from socialhub.demo.generator import generate
from socialhub.demo.rhythm import PARIS

SEED = 7


@pytest.fixture(scope="session")
def start() -> int:
    """Three in the morning in Paris, on a Wednesday of winter time."""
    from datetime import datetime

    return from_datetime(datetime(2026, 2, 4, 3, 0, tzinfo=PARIS))


@pytest.fixture(scope="session")
def lines(start: int) -> list[dict[str, Any]]:
    """All lines of one telling."""
    return list(generate(SEED, start))


@pytest.fixture(scope="session")
def mentions(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines that bring a mention for the first time: no edits, no deletions."""
    seen: set[tuple[str, str]] = set()
    found = []
    for line in lines:
        key = line["source"], line["native_id"]
        if key not in seen and not line.get("deleted"):
            found.append(line)
        seen.add(key)
    return found
