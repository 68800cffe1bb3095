"""Narrowing a query by a value and widening it again: the same question afterwards, in its own words where possible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.query import parse
from socialhub.screens.refine import chosen_parts, field_part, toggled

PARTS = ["source:bluesky", 'source:"le monde"', "sentiment:neg", "lang:fr", "date:2026-11", "date:2026-11-03"]
WRITTEN = st.sampled_from(
    [
        "fibre",
        "fibre panne",
        "fibre OR panne",
        "-fibre",
        '"plus de réseau" (a OR b)',
        "(lang:fr OR x) y",
        "lang:fr NOT z",
    ]
)


@pytest.mark.parametrize(
    ("query", "part", "narrowed"),
    [
        ("", "lang:fr", "lang:fr"),
        ("fibre", "lang:fr", "fibre lang:fr"),
        ("fibre OR panne", "lang:fr", "(fibre OR panne) lang:fr"),
        ("Fibre  coupée", "source:bluesky", "Fibre  coupée source:bluesky"),
    ],
)
def test_a_value_is_added_in_the_words_of_the_query(query: str, part: str, narrowed: str) -> None:
    assert toggled(query, part) == narrowed
    assert part in chosen_parts(narrowed)


@given(query=WRITTEN, parts=st.lists(st.sampled_from(PARTS), unique=True, max_size=4), at=st.integers(0, 3))
def test_what_was_added_can_be_taken_away_in_any_order(query: str, parts: list[str], at: int) -> None:
    parts = [part for part in parts if parse(part) not in getattr(parse(query), "parts", ())]
    narrowed = query
    for part in parts:
        narrowed = toggled(narrowed, part)
    for part in parts[at % max(len(parts), 1) :] + parts[: at % max(len(parts), 1)]:
        assert part in chosen_parts(narrowed)
        narrowed = toggled(narrowed, part)
    assert parse(narrowed) == parse(query)


@pytest.mark.parametrize("name", ["", " ", "\x1b[2J", 'a"b', 'a”b»c"d', "\u202e", "OR", "-x", "(", "x" * 300, "Été"])
def test_whatever_a_source_is_called_it_can_be_asked_for_or_is_not_offered(name: str) -> None:
    part = field_part("source", name)
    if part:
        assert toggled(toggled("fibre OR box", part), part) == "(fibre OR box)"


def test_a_value_that_is_spelt_otherwise_is_found_and_taken_away() -> None:
    assert toggled('fibre source:"BlueSky"', "source:bluesky") == "fibre"
    assert toggled("lang:fr", "lang:fr") == ""
