"""A room and loopback servers for every test; nothing is left running."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.programs import Loopback, Programs


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Programs]:
    made = Programs(tmp_path)
    yield made
    made.close()


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running
