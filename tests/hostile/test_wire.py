"""The examiner of terminals sees what it must see: tests that rely on it are worth something."""

from __future__ import annotations

import pytest

from tests.hostile.wire import beyond_the_edge, smuggled
from tests.hostile.words import HOSTILE

_ONLY_WORDS = {"markup", "entities", "long", "wide", "surrogates"}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_program_that_prints_hostile_words_as_they_are_is_found_out(name: str) -> None:
    written = HOSTILE[name].encode("utf-8", "replace")
    assert bool(smuggled(b"\x1b[1;1H\x1b[38;5;252m" + written + b"\x1b[0m\r\n")) is (name not in _ONLY_WORDS)


def test_a_line_that_is_too_long_is_found() -> None:
    assert beyond_the_edge(b"\x1b[3;9Hab\x1b[0m\x1b[4;1Habc", 10) == []
    assert beyond_the_edge("\x1b[3;9Hab全".encode(), 10) == ["ab全"]
