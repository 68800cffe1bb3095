"""Engagement at set ages in words: the number, what it is compared with, and holes that say so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

import pytest

from socialhub.clock import HOUR, MINUTE
from socialhub.i18n import set_language
from socialhub.pace_words import pace_lines, why_followed
from socialhub.paces import AGES, Snapshot
from socialhub.widgets.detail import MentionDetail, detail_text
from socialhub.widgets.glyphs import UNICODE
from tests.console.rows import mention
from tests.console.test_feed_rows import one
from tests.seed import NOW

_BORN = NOW - 3 * HOUR
_FAST = Snapshot(
    HOUR, _BORN + HOUR, _BORN + HOUR, likes=200, shares=12, expected=12.0, past=31, basis="author", faster=True
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Words in English, then as before."""
    set_language("en")
    yield
    set_language("en")


def said(snapshot: Snapshot) -> str:
    """The one line of a snapshot."""
    (line,) = pace_lines([snapshot], NOW)
    return f"{line.age}: {line.text}"


def test_a_fast_post_is_told_with_its_numbers() -> None:
    assert said(_FAST) == "1 h: 212, faster than usual (31 earlier posts of this author: 12 at that age)"
    set_language("fr")
    assert said(_FAST) == "1 h: 212, plus vite que d’habitude (31 publications antérieures de ce compte : 12 à cet âge)"


def test_what_it_is_compared_with_is_named() -> None:
    by_source = Snapshot(HOUR, _BORN + HOUR, _BORN + HOUR, likes=9, expected=2.5, past=40, basis="source")
    assert said(by_source) == "1 h: 9 (40 earlier posts of this source: 2.5 at that age)"
    alone = Snapshot(HOUR, _BORN + HOUR, _BORN + HOUR, likes=0)
    assert said(alone) == "1 h: 0, too few earlier posts to compare with"


def test_a_hole_says_that_it_is_one_and_the_future_is_not_told() -> None:
    planned = [Snapshot(age, _BORN + age, watched="reach") for age in AGES]
    assert [(line.age, line.text) for line in pace_lines(planned, NOW)] == [
        ("15 min", "not read in time"),
        ("1 h", "not read in time"),
    ]
    assert why_followed(planned) == "its author has a large audience"
    assert pace_lines(planned, _BORN + 16 * MINUTE) == ()


def test_the_detail_and_the_row_of_a_fast_post_are_marked() -> None:
    found = mention(viral=True)
    detail = MentionDetail(found, found.title, found.text, pace=pace_lines([_FAST], NOW), followed="it moves people")
    text = detail_text(detail, NOW, UTC, UNICODE).plain
    assert "↑ 1 h  212, faster than usual" in text
    assert "followed because: it moves people" in text
    assert one(found).rstrip().endswith("↑")
    assert "↑" not in one(mention())
