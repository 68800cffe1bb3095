"""The stars of reviews: what is a fall, what is chance; few reviews are judged fairly."""

from __future__ import annotations

from math import comb, exp
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.clock import DAY
from socialhub.detect.ratings import LEAST_FALL, NEEDED, NONE, Stars, band, best_fall, count, fall_of, surprise

GOOD: Stars = (30, 20, 50, 200, 700)
_stars = st.tuples(*[st.integers(0, 60)] * 5)


def test_a_bad_update_is_found_with_few_reviews() -> None:
    fall = fall_of((7, 1, 0, 0, 1), GOOD, DAY)
    assert fall.surprise > NEEDED
    assert fall.mean == pytest.approx(1.56, abs=0.01)
    low, high = band(9, GOOD)
    assert fall.mean < low < fall.usual < high


@pytest.mark.parametrize("stars", [(1, 0, 0, 0, 2), (2, 1, 1, 2, 6), (0, 0, 0, 1, 0), (0, 0, 1, 0, 40)])
def test_what_happens_by_chance_is_no_fall(stars: Stars) -> None:
    assert surprise(stars, GOOD) < NEEDED


def test_nothing_to_compare_with_promises_nothing() -> None:
    assert surprise((5, 0, 0, 0, 0), NONE) < NEEDED


def test_the_bound_holds_for_stars_that_are_one_or_five() -> None:
    # Nine of ten gave five stars: how many of twelve give one is binomial.
    past, share = (100_000, 0, 0, 0, 900_000), 0.1
    for ones in range(2, 13):
        chance = sum(comb(12, k) * share**k * (1 - share) ** (12 - k) for k in range(ones, 13))
        assert exp(-surprise((ones, 0, 0, 0, 12 - ones), past)) >= chance * 0.99


@given(_stars, _stars)
def test_a_surprise_is_never_negative_and_zero_unless_lower(stars: Stars, past: Stars) -> None:
    found = fall_of(stars, past, DAY)
    assert found.surprise >= 0
    low, high = band(count(stars) or 1, past)
    assert 1 - 1e-6 <= low <= found.usual <= high <= 5 + 1e-6
    if found.mean >= found.usual:
        assert found.surprise == 0


def test_the_window_that_tells_most_is_told_among_those_with_enough_reviews() -> None:
    windows = [(DAY, (3, 0, 0, 0, 0)), (3 * DAY, (12, 1, 1, 2, 5)), (7 * DAY, (12, 2, 4, 20, 60))]
    assert best_fall(windows, GOOD, 5).span == 3 * DAY
    assert best_fall(windows, GOOD, 1).span == 3 * DAY
    assert best_fall([(DAY, NONE), (3 * DAY, (1, 0, 0, 0, 0)), (7 * DAY, (1, 0, 0, 0, 0))], GOOD, 5).reviews == 1


@pytest.mark.parametrize("daily", [2, 12, 80])
def test_steady_reviews_are_hardly_ever_called_a_fall(daily: int) -> None:
    dice, alarms, days = Random(daily), 0, 720
    given_before = list(GOOD)
    week: list[list[int]] = []
    for _ in range(days):
        today = [0] * 5
        for star in dice.choices(range(5), GOOD, k=daily):
            today[star] += 1
        week = [*week[-6:], today]
        spans = [(span * DAY, tuple(map(sum, zip(*week[-span:], strict=True)))) for span in (1, 3, 7)]
        fall = best_fall(spans, tuple(given_before), 8)  # type: ignore[arg-type]
        alarms += fall.reviews >= 8 and fall.surprise >= NEEDED and fall.fall >= LEAST_FALL
    assert alarms == 0
