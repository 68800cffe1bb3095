"""Typing habits change letters, never addresses, tags and handles."""

from __future__ import annotations

from random import Random

import pytest

from socialhub.demo.spelling import HABITS, as_typed, in_english

SENTENCE = "Je n'arrive plus à joindre @MandarineTelecom, c'est toujours pareil. #ToujoursLà https://a.example/Où"


@pytest.mark.parametrize("habit", sorted(set(HABITS)))
@pytest.mark.parametrize("seed", range(12))
def test_addresses_tags_and_handles_stay(habit: str, seed: int) -> None:
    for typed in (as_typed(SENTENCE, habit, Random(seed)), in_english(SENTENCE, habit, Random(seed))):
        for fixed in ("@MandarineTelecom", "#ToujoursLà", "https://a.example/Où"):
            assert fixed in typed


def test_a_careful_person_changes_nothing() -> None:
    assert as_typed(SENTENCE, "careful", Random(1)) == SENTENCE


def test_a_dropped_negation_keeps_the_elision() -> None:
    assert as_typed("Moi je n'arrive plus à dormir", "plain", Random(1)) == "Moi j'arrive plus à dormir"


def test_a_relaxed_person_abbreviates() -> None:
    typed = {as_typed("Bonjour, vous avez toujours un problème ?", "relaxed", Random(seed)) for seed in range(20)}
    assert any("tjs" in text for text in typed)
    assert any("pb" in text for text in typed)
