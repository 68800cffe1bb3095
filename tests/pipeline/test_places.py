"""Which places a text speaks of: the labelled sentences, and what must hold for every text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.places import labelled, score
from socialhub.gazetteer import ancestors, asked_names, place_codes, places, with_ancestors
from socialhub.pipeline.places import PlaceFinder
from socialhub.text import tokenise

FINDER = PlaceFinder()
PRECISION, RECALL = 0.97, 0.92

_MADE_OF = """
    à a de en dans le la les du (35) (Var) , . : ! rue Tours tours Nice Orange ORANGE Saint Denis Malo #Rennes
    #PanneBretagne @rennes Loire Nord 93 35000 Mme Paul Paris Hilton Vienne Isère l'Ain d'Orange “Sens” 🔥 👩‍🚒 →
    Île-de-France ﬁn
"""
_texts = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(_MADE_OF.split()), max_size=14).map(" ".join))


def test_the_labelled_sentences() -> None:
    sentences = labelled()
    made = score(FINDER, sentences)
    assert len(sentences) >= 150
    assert made.precision >= PRECISION, made.mistakes
    assert made.recall >= RECALL, made.mistakes


@given(_texts, _texts, st.sampled_from(["fr", "en", "de", ""]))
def test_what_is_found_is_told_once_without_what_it_lies_in(title: str, text: str, lang: str) -> None:
    found = FINDER.find(title, text, lang)
    assert len(set(found)) == len(found)
    assert all(code in places() for code in found)
    around = {code for place in found for code in ancestors(place)}
    assert around.isdisjoint(found)


@given(_texts, _texts)
def test_tokens_handed_in_change_nothing(title: str, text: str) -> None:
    assert FINDER.find(title, text, "fr", tokenise(title), tokenise(text)) == FINDER.find(title, text, "fr")


@given(_texts)
def test_a_text_that_passes_has_no_place(text: str) -> None:
    if FINDER.passes(tokenise(text)) and "#" not in text:
        assert FINDER.find("", text, "fr") == ()


@pytest.mark.parametrize(
    ("told", "codes"),
    [
        ("Rennes, Bretagne, France", ("35238",)),
        ("Ille-et-Vilaine", ("D-35",)),
        ("Vienne, Isère", ("38544",)),
        ("Saint-Denis, La Réunion", ("97411",)),
        ("Orange", ("84087",)),
        ("Brest, Biélorussie", ("brest bielorussie",)),
        ("Bruxelles", ("bruxelles",)),
        ("", ()),
        (", !", ()),
    ],
)
def test_places_told_by_a_source(told: str, codes: tuple[str, ...]) -> None:
    assert FINDER.told(told) == codes


@given(st.text(max_size=40))
def test_a_told_place_is_found_by_what_was_told(told: str) -> None:
    for code in FINDER.told(told):
        assert set(place_codes(told)) & {code} or code in places()


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("bretagne", ("R-53",)),
        ("BRETAGNE", ("R-53",)),
        ("ille et vilaine", ("D-35",)),
        ("35", ("D-35",)),
        ("75", ("75056",)),
        ("974", ("R-04",)),
        ("idf", ("R-11",)),
        ("rhone alpes", ("R-84",)),
        ("st malo", ("35288",)),
        ("havre", ("76351",)),
        ("vienne", ("D-86", "38544")),
        ("bruxelles", ("bruxelles",)),
        ("", ()),
    ],
)
def test_places_by_name(asked: str, codes: tuple[str, ...]) -> None:
    assert place_codes(asked) == codes


@given(st.sampled_from(sorted(places())))
def test_a_place_is_found_by_all_its_names_and_by_those_of_what_it_lies_in(code: str) -> None:
    stored = with_ancestors((code,))
    for name in asked_names(stored):
        assert set(place_codes(name)) & set(stored)
    assert {"R-53", "D-35"} == set(ancestors("35238"))


def test_every_place_lies_in_a_known_one() -> None:
    kinds = {"town": {"department", "region"}, "department": {"region"}}
    for place in places().values():
        assert not place.parent or places()[place.parent].kind in kinds[place.kind]
        assert bool(place.parent) == (place.kind != "region")
