"""Spans of listening, and what is left of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from socialhub.clock import MINUTE
from socialhub.volumes import Span, touched_minutes, without

_MOMENTS = st.integers(0, 60)
_SPAN = st.tuples(_MOMENTS, _MOMENTS).map(lambda pair: (min(pair), max(pair)))


def _moments(spans: list[Span]) -> set[int]:
    return {moment for low, high in spans for moment in range(low, high)}


@given(st.lists(_MOMENTS, unique=True).map(sorted), st.lists(_SPAN).map(sorted))
def test_what_is_left_is_every_moment_that_was_not_lost_in_order(edges: list[int], lost: list[Span]) -> None:
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    left = without(spans, lost)
    assert _moments(left) == _moments(spans) - _moments(lost)
    assert left == sorted(left)
    assert all(low < high for low, high in left)


@given(st.lists(st.integers(0, 6 * MINUTE), unique=True).map(sorted))
def test_every_minute_of_which_something_is_left_is_touched_once(edges: list[int]) -> None:
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    minutes = {minute for low, high in spans for minute in range(low // MINUTE, -(-high // MINUTE))}
    touched = touched_minutes(spans)
    assert [minute for low, high in touched for minute in range(low // MINUTE, high // MINUTE)] == sorted(minutes)
    assert all(low % MINUTE == high % MINUTE == 0 and low < high for low, high in touched)
