"""Faster than usual: a small sample, a lucky post, a quiet author and a large one are all treated fairly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from socialhub.detect.pace import AUTHOR_POSTS, FACTOR, FLOOR, SOURCE_POSTS, expected_value, judge

_USUAL = [8, 9, 10, 11, 12, 12, 13, 14, 15, 16]


def test_much_more_than_the_author_ever_had_at_this_age_is_faster() -> None:
    pace = judge(212, _USUAL, [])
    assert (pace.reason, pace.basis, pace.posts, pace.expected) == ("faster", "author", 10, 12.0)


def test_twice_the_usual_is_usual() -> None:
    assert judge(24, _USUAL, []).reason == "usual"


def test_a_large_account_is_measured_by_itself_and_not_by_its_source() -> None:
    assert judge(900, [800, 850, 900, 950] * 5, [3] * 50).reason == "usual"


def test_with_too_few_posts_of_the_author_those_of_the_source_are_asked() -> None:
    pace = judge(90, _USUAL[: AUTHOR_POSTS - 1], [5] * SOURCE_POSTS)
    assert (pace.reason, pace.basis, pace.posts) == ("faster", "source", SOURCE_POSTS)


def test_without_a_past_nothing_is_said() -> None:
    pace = judge(5_000, [1] * (AUTHOR_POSTS - 1), [1] * (SOURCE_POSTS - 1))
    assert (pace.reason, pace.expected, pace.faster) == ("no-past", None, False)


def test_a_few_likes_are_never_fast_even_where_none_are_usual() -> None:
    assert judge(FLOOR - 1, [0] * 40, []).reason == "below-floor"
    assert judge(FLOOR, [0] * 40, []).reason == "faster"


def test_who_has_such_posts_now_and_then_is_not_told_about_each() -> None:
    assert judge(300, [10] * 18 + [310, 400], []).reason == "usual"
    assert judge(300, [10] * 19 + [310], []).reason == "faster"


def test_one_lucky_post_of_the_past_does_not_raise_what_is_expected() -> None:
    assert expected_value([10] * 10) == expected_value([10] * 9 + [100_000])


@given(st.lists(st.integers(0, 10_000), min_size=AUTHOR_POSTS, max_size=100), st.integers(0, 10**6))
def test_a_fast_post_is_above_floor_factor_and_nearly_all_others(past: list[int], value: int) -> None:
    pace = judge(value, past, [])
    if pace.faster:
        assert pace.expected is not None
        assert value >= max(FLOOR, FACTOR * pace.expected)
        assert sum(each >= value for each in past) * 20 <= len(past)
        assert judge(value + 1, past, []).faster
    assert min(past) <= expected_value(past) <= max(past)
