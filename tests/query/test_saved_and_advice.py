"""Saved searches inside queries, and what is said of queries that can be read but will not do well."""

from __future__ import annotations

import pytest

from socialhub.query import QueryError, advice, format_query, parse, resolve_saved
from socialhub.query.advice import cannot_match

SAVED = {"Pannes": "panne OR coupure", "box": 'box search:"pannes"', "a": "search:b", "b": 'x search:"A"'}


def test_a_saved_search_stands_for_its_query_however_deep() -> None:
    resolved = resolve_saved(parse('orange search:"BOX" -search:pannes'), SAVED)
    assert format_query(resolved) == "orange box (panne OR coupure) NOT (panne OR coupure)"


def test_an_unknown_name_gets_a_suggestion() -> None:
    with pytest.raises(QueryError, match="Pannes"):
        resolve_saved(parse("search:panes"), SAVED)


def test_a_circle_is_refused_with_its_names() -> None:
    with pytest.raises(QueryError, match="a → b → a"):
        resolve_saved(parse("search:a"), SAVED)


@pytest.mark.parametrize(
    "query",
    [
        "panne -panne",
        "lang:fr lang:en",
        "kind:post kind:review fibre",
        "rating:>4 rating:<2",
        "rating:5..1",
        "date:2026-11-20..2026-11-01",
        "title:a NEAR/3 text:b",
        "(a -a) OR (b -b)",
        "sentiment:neg sentiment:pos",
    ],
)
def test_what_can_never_match_is_told(query: str) -> None:
    assert cannot_match(parse(query))
    assert "never match" in advice(parse(query))[0]


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("le", "nearly every text"),
        ("fibre OR de", "nearly every text"),
        ("-fruit", "everything but"),
        ("fibre OR -fruit", "everything but"),
        ("/(a+)+$/ orange", "very long"),
        ("/pann(e|es)/", "every text: add a word"),
        ("orange OR /pann(e|es)/", "every text: add a word"),
    ],
)
def test_what_is_too_broad_or_slow_is_told(query: str, part: str) -> None:
    assert any(part in said for said in advice(parse(query))), advice(parse(query))


@pytest.mark.parametrize(
    "query",
    [
        "orange panne",
        "(orange OR sosh) (panne OR fibre) -fruit",
        "panne /pann(e|es)/",
        "lang:fr -lang:en",
        "lang:fr lang:fr-CA",
        "rating:<2 rating:>1",
        "the clash",
        '"a la carte"',
        "kind:review",
        "place:bretagne -panne",
    ],
)
def test_a_sound_query_is_left_alone(query: str) -> None:
    assert advice(parse(query)) == []
