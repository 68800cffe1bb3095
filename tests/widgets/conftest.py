"""What all widget tests rely on: a terminal that reads UTF-8, an interface in English."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from socialhub.i18n import set_language


@pytest.fixture(autouse=True)
def utf8_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine's locale is."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def ascii_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of the old days."""
    monkeypatch.setenv("LC_ALL", "fr_FR.ISO-8859-1")


@pytest.fixture
def french() -> Iterator[None]:
    """The interface in French for one test."""
    set_language("fr")
    yield
    set_language("en")
