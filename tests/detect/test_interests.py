"""Interests: what is said more than before and more than elsewhere, and nothing that chance or habit explains."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.detect.interests import SIGNIFICANT, Interests, find_interests, g2, terms_of
from socialhub.detect.stopwords import BOTH, STOP_WORDS
from socialhub.model import Said
from socialhub.text import tokenise

WORDS = ("offre", "tarif", "client", "marché", "bourse", "série", "budget", "équipe", "rachat", "réseau", "antenne")


def said(texts: list[str], people: int = 3, first: int = 1, lang: str = "fr") -> list[Said]:
    return [Said(first + n, n % people + 1, first + n, lang, text) for n, text in enumerate(texts)]


def usual(count: int, seed: int, first: int) -> list[Said]:
    """Ordinary posts that never speak of anything new."""
    dice = random.Random(seed)
    return said([f"Le {' et la '.join(dice.sample(WORDS, 4))}" for _ in range(count)], first=first)


BEFORE, OTHERS = usual(300, 1, 10_000), usual(600, 2, 20_000)


def subjects(texts: list[str], people: int = 3, before: list[Said] = BEFORE, others: list[Said] = OTHERS) -> Interests:
    return find_interests(said(texts, people)[::-1], before, others)


def words(found: Interests) -> list[str]:
    return [subject.words for subject in found.subjects]


PANNE = [
    "Panne géante : les numéros d'urgence ne répondent plus #PanneGéante",
    "Les numéros d'urgence sont coupés dans l'Ouest #PanneGéante",
    "Numéros d'urgence : la préfecture active une cellule #PanneGéante",
    "Le budget de l'équipe et le marché",
]


def test_what_is_new_comes_out_as_it_is_written_with_who_said_it_and_where() -> None:
    found = subjects(PANNE)
    assert words(found)[:2] == ["#PanneGéante", "numéros d'urgence"]
    first = found.subjects[1]
    assert (first.texts, first.before, first.people, first.examples) == (3, 0, (1, 2, 3), (3, 2, 1))
    assert first.expected == 0
    assert (found.texts, found.texts_before, found.texts_background) == (4, 300, 600)


def test_a_phrase_takes_the_place_of_its_words() -> None:
    assert not {"numéros", "urgence", "Numéros"} & set(words(subjects(PANNE)))


def test_what_they_always_talk_about_is_no_subject() -> None:
    assert words(find_interests(usual(40, 3, 1), BEFORE, OTHERS)) == []


def test_what_everybody_else_always_talks_about_is_no_subject_either() -> None:
    others = said([f"La mandarine {n}" for n in range(300)], first=30_000)
    texts = [f"La mandarine {verb}" for verb in ("revient", "bondit", "dort", "chute", "mousse", "rit")]
    assert "mandarine" in words(subjects(texts))
    assert "mandarine" not in words(subjects(texts, others=others))


def test_one_person_repeating_themselves_makes_no_subject_of_a_list() -> None:
    texts = [f"Parapluie {n}" if n % 3 == 0 else f"Réseau {n}" for n in range(12)]
    assert "Parapluie" not in words(subjects(texts))
    alone = find_interests(said(texts, people=1)[::-1], BEFORE, OTHERS)
    assert "Parapluie" in words(alone)


def test_the_same_words_posted_again_count_once() -> None:
    copies = [Said(n, n % 3 + 1, 7, "fr", "Parapluie volant") for n in range(10)]
    found = find_interests([*copies, *usual(20, 5, 100)], BEFORE, OTHERS)
    assert "Parapluie" not in words(found)
    assert found.texts == 21


def test_two_mentions_are_too_few() -> None:
    assert words(subjects(["Parapluie", "Parapluie", "Réseau"])) == []


def test_with_nothing_to_compare_with_nothing_is_claimed() -> None:
    found = subjects(PANNE, before=[], others=[])
    assert (found.subjects, found.comparable) == ((), False)


def test_without_an_own_past_the_background_decides() -> None:
    found = subjects(PANNE, before=[])
    assert "numéros d'urgence" in words(found)
    assert found.subjects[0].expected is None
    assert found.comparable


def test_links_numbers_and_grammar_are_no_words() -> None:
    words = terms_of("Voir https://exemple.example/une-page?x=1 à 18h30, c'est le 112 !", "fr")
    assert words == {"18h30"}
    assert terms_of("They would have been the ones", "en") == {"ones"}
    assert terms_of("mise à la terre, @lea #Fibre", "fr") == {"terre", "#fibre"}


def test_stop_words_are_written_as_texts_are_folded() -> None:
    assert all(" ".join(tokenise(word)) == word or "." in word for word in BOTH)
    assert not {"panne", "fibre", "urgence", "prix"} & BOTH
    assert "car" not in STOP_WORDS["en"]


# ---- the measure -------------------------------------------------------------------------------------------------


def test_the_measure_is_dunnings() -> None:
    """A worked table: 10 of 100 against 10 of 1,000."""
    observed = (10, 90, 10, 990)
    expected = (100 * 20 / 1100, 100 * 1080 / 1100, 1000 * 20 / 1100, 1000 * 1080 / 1100)
    value = 2 * sum(o * math.log(o / e) for o, e in zip(observed, expected, strict=True))
    assert g2(10, 100, 10, 1000) == pytest.approx(value)
    assert g2(3, 40, 0, 200) == pytest.approx(10.97, abs=0.1)


counts = st.integers(0, 60)


@given(counts, counts, counts, counts)
def test_equal_shares_score_nothing_and_the_sign_tells_the_direction(a: int, more: int, c: int, rest: int) -> None:
    total, other_total = a + more, c + rest
    value = g2(a, total, c, other_total)
    if not total or not other_total:
        assert value == 0
        return
    assert g2(a, total, a, total) == pytest.approx(0, abs=1e-9)
    assert (value >= -1e-9) == (a * other_total >= c * total) or value == pytest.approx(0, abs=1e-9)
    assert abs(value) == pytest.approx(abs(g2(c, other_total, a, total)))


@given(st.lists(st.sampled_from(["fibre", "box", "panne", "wifi"]), min_size=3, max_size=12))
def test_chance_alone_is_rarely_a_subject(texts: list[str]) -> None:
    """Drawn from what is always said: a word must be said far more than its share to come out."""
    past = said(["fibre", "box", "panne", "wifi"] * 20, first=10_000)
    for subject in find_interests(said(texts), past, past).subjects:
        assert subject.score >= SIGNIFICANT
        assert subject.texts / len(texts) > 2 * 0.25
