"""The past of a watched room is made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialhub.i18n import set_language
from tests.alerts.watched import tell_past


@pytest.fixture(scope="session")
def told_past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of four weeks."""
    return tell_past(tmp_path_factory.mktemp("watched") / "past.db")


@pytest.fixture
def past(told_past: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copy(told_past, tmp_path / "cache.db"))


@pytest.fixture
def french() -> Iterator[None]:
    """The interface speaks French."""
    set_language("fr")
    yield
    set_language("en")
