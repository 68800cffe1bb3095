"""Influence on a subject: parts that come to the number, more that is never less, little that stays little."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.author_words import parts_of
from socialhub.influence import Heard, Influence, Part, influence_of, is_early

HEARD = st.builds(
    lambda stories, on, copied, shared, early, reach: Heard(stories, on, copied, min(early, shared), shared, reach),
    st.integers(1, 500),
    st.integers(0, 10**6),
    st.integers(0, 300),
    st.integers(0, 200),
    st.integers(0, 200),
    st.one_of(st.none(), st.integers(0, 10**9)),
)


def points(influence: Influence) -> dict[Part, int | None]:
    return {each.part: each.points for each in influence.parts}


@given(HEARD)
def test_the_parts_come_to_the_number_and_keep_within_their_most(heard: Heard) -> None:
    found = influence_of(heard)
    assert 0 <= found.score <= 100
    assert sum(each.points or 0 for each in found.parts) == found.score
    assert all(each.points is None or 0 <= each.points <= each.most for each in found.parts)
    assert sum(each.most for each in found.parts if each.points is not None) == 100
    assert [name for name, _points, _fact in parts_of(found)] == ["heard", "relayed", "early", "reach"]


@given(HEARD, st.integers(1, 1000))
def test_more_is_never_less(heard: Heard, more: int) -> None:
    before = influence_of(heard).score
    larger = [
        replace(heard, stories=heard.stories + more),
        replace(heard, passed_on=heard.passed_on + more),
        replace(heard, copied=heard.copied + more),
        replace(heard, early=heard.shared),
        replace(heard, shared=heard.shared + more, early=heard.early + more),
    ]
    larger += [] if heard.reach is None else [replace(heard, reach=heard.reach + more)]
    assert all(influence_of(each).score >= before for each in larger)


def test_small_numbers_say_little() -> None:
    once, often = Heard(1, early=1, shared=1), Heard(10, early=8, shared=10)
    assert (points(influence_of(once))[Part.EARLY], points(influence_of(often))[Part.EARLY]) == (5, 12)
    famous = influence_of(Heard(1, reach=30_000_000))
    assert famous.score == 25, "followers alone are no influence"
    assert influence_of(Heard(30, passed_on=900, copied=150, early=18, shared=20, reach=40_000)).score > 85


def test_an_unknown_reach_is_left_out_not_taken_for_nothing() -> None:
    unknown, nobody = influence_of(Heard(9, passed_on=50)), influence_of(Heard(9, passed_on=50, reach=0))
    assert points(unknown)[Part.REACH] is None
    assert points(nobody)[Part.REACH] == 0
    assert unknown.score > nobody.score
    assert list(parts_of(unknown))[-1] == ("reach", "–", "unknown, left out")


@pytest.mark.parametrize(
    ("rank", "authors", "early"), [(0, 2, True), (1, 2, False), (1, 4, False), (1, 8, True), (2, 8, False)]
)
def test_who_was_among_the_first(rank: int, authors: int, early: bool) -> None:
    assert is_early(rank, authors) is early
