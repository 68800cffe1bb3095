"""The arithmetic of share of voice: whatever the numbers, shares are shares and intervals hold what was seen."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.model import Kind
from socialhub.reach import reach_of
from socialhub.shares import (
    LEAD,
    LEAD_WORDS,
    PASSING,
    TITLE,
    Voice,
    depth_of,
    gaps,
    late_share,
    median_age,
    outlet_of,
    whole_percents,
    wilson,
)

COUNTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=60)


@given(COUNTS)
def test_whole_percents_come_to_a_hundred_and_none_is_a_point_off(parts: list[int]) -> None:
    percents = whole_percents(parts)
    total = sum(parts)
    assert sum(percents) == (100 if total else 0)
    for part, percent in zip(parts, percents, strict=True):
        assert total == 0 or abs(Fraction(part * 100, total) - percent) < 1


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_the_interval_holds_the_share_and_narrows_with_more_of_the_same(hits: int, misses: int) -> None:
    total = hits + misses
    low, high = wilson(hits, total)
    assert 0 <= low <= hits / total <= high <= 1
    narrower = wilson(hits * 4, total * 4)
    assert narrower[1] - narrower[0] < high - low


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    # Worked out by hand from the formula; 0 of 10 and 5 of 10 are also in Wilson's tables.
    [
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (1, 3, 0.0615, 0.7923),
        (81, 263, 0.2553, 0.3662),
        (0, 0, 0.0, 1.0),
    ],
)
def test_known_intervals(hits: int, total: int, low: float, high: float) -> None:
    assert wilson(hits, total) == pytest.approx((low, high), abs=5e-5)


def test_how_deep_a_naming_is() -> None:
    assert depth_of(named_in_title=True, words_before=None) == TITLE
    assert depth_of(named_in_title=False, words_before=LEAD_WORDS - 1) == LEAD
    assert depth_of(named_in_title=False, words_before=LEAD_WORDS) == PASSING
    assert depth_of(named_in_title=False, words_before=None) is None
    assert Voice(depths=(1, 0, 1)).depth == 2.0
    assert Voice().depth is None


def test_the_median_and_the_last_quarter() -> None:
    cells = [(0, 1), (50, 1), (80, 1), (90, 1)]
    assert median_age(cells, 100) == 20
    assert late_share(cells, 0, 100) == 0.5
    assert median_age([], 100) is None
    assert late_share([], 0, 100) is None


def test_reach_counts_each_author_once_and_invents_nothing() -> None:
    reach = reach_of([("lea", 100), ("lea", 300), ("lea", None), ("tom", None), ("zoe", 5), ("tom", None)])
    assert (reach.people, reach.known, reach.unknown) == (305, 2, 1)


def test_outlets() -> None:
    assert outlet_of("rss", Kind.ARTICLE) == "press"
    assert outlet_of("mastodon", Kind.REPLY) == "social"
    assert outlet_of("replay", Kind.REVIEW) == "reviews"
    assert outlet_of("file", Kind.MESSAGE) == "forum"
    assert outlet_of("rss", Kind.POST) == "other"


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 30)), max_size=12), st.integers(1, 10))
def test_gaps_are_what_no_span_covers(spans: list[tuple[int, int]], least: int) -> None:
    ordered = sorted((low, low + length) for low, length in spans)
    covered = {moment for low, high in ordered for moment in range(low, high)}
    found = gaps(ordered, 10, 90, least)
    inside = {moment for low, high in found for moment in range(low, high)}
    assert not inside & covered
    assert all(high - low >= least for low, high in found)
    runs = "".join("x" if moment in covered else "." for moment in range(10, 90)).split("x")
    assert len(inside) == sum(len(run) for run in runs if len(run) >= least)
