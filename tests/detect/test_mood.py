"""What came on top of the usual decides whether a burst is a cheerful one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.detect.mood import LEAST, Tones, is_cheerful, is_gloomy

USUAL = Tones(600, 150, 150, 100)
"""A brand of which mostly complaints are heard."""
_count = st.integers(0, 400)


def test_good_news_of_a_brand_that_is_mostly_complained_about() -> None:
    assert is_cheerful(Tones(16, 5, 27, 12), USUAL, 20.0)
    assert not is_cheerful(Tones(16, 5, 27, 12), Tones(15, 15, 60, 10), 30.0)


@pytest.mark.parametrize(
    ("seen", "cheerful"),
    [
        (Tones(0, 0, 5, 0), False),
        (Tones(0, 0, 6, 0), True),
        (Tones(0, 4, 5, 0), False),
        (Tones(0, 25, 30, 0), True),
        (Tones(0, 0, 6, 90), True),
        (Tones(20, 0, 30, 0), False),
        (Tones(30, 0, 0, 0), False),
        (Tones(), False),
    ],
)
def test_few_must_be_nearly_all_positive_and_many_a_good_half(seen: Tones, cheerful: bool) -> None:
    assert is_cheerful(seen, USUAL, 0.1) is cheerful


def test_gloom_is_the_mirror_of_cheer() -> None:
    assert is_gloomy(Tones(30, 5, 2, 0), Tones(), 0.0)
    assert not is_gloomy(Tones(2, 5, 30, 0), Tones(), 0.0)
    assert not is_gloomy(Tones(36, 0, 4, 0), Tones(900, 0, 100, 0), 40.0)


def test_what_is_usual_is_no_moment_however_positive() -> None:
    assert not is_cheerful(Tones(0, 0, 40, 0), Tones(0, 0, 900, 0), 40.0)


@given(_count, _count, _count, _count, st.floats(0, 200))
def test_more_complaints_never_make_it_more_cheerful(
    negative: int, neutral: int, positive: int, more: int, expected: float
) -> None:
    before = is_cheerful(Tones(negative, neutral, positive), USUAL, expected)
    assert before or not is_cheerful(Tones(negative + more, neutral, positive), USUAL, expected)
    assert not before or positive >= LEAST


@given(_count, _count, _count, st.floats(0, 200))
def test_a_burst_that_is_negative_in_the_main_is_never_hidden(
    negative: int, neutral: int, extra: int, expected: float
) -> None:
    positive = (negative + extra) // 3
    nothing_usual = Tones(0, 0, 0, 0)
    if negative >= positive:
        assert not is_cheerful(Tones(negative, neutral, positive), nothing_usual, expected)
