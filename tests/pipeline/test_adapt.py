"""The small model fitted to a room's own words: it takes over what its teacher says of them, and people over both."""

from __future__ import annotations

import numpy as np
import pytest

from socialhub.model import Tone
from socialhub.pipeline.sentiment.adapt import Floats, OwnText, adapt
from socialhub.pipeline.sentiment.linear import LinearModel, Weights, shipped_weights
from socialhub.pipeline.sentiment.personal import Lesson

_PLACES = ("Lyon", "Lille", "Brest", "Nice", "Metz", "Dijon", "Tours", "Reims")


@pytest.fixture(scope="module")
def texts() -> list[OwnText]:
    """A room where a word that the model never met, "cramoisi", is how customers say that nothing works."""
    told = []
    for number in range(240):
        place = _PLACES[number % len(_PLACES)]
        bad = number % 2 == 0
        told.append(OwnText(f"{place} : badge {'cramoisi' if bad else 'turquoise'} au guichet {number}", "fr"))
    return told


@pytest.fixture(scope="module")
def shares(texts: list[OwnText]) -> Floats:
    """A teacher that knows what the word means there."""
    return np.array([[0.9, 0.08, 0.02] if "cramoisi" in each.text else [0.05, 0.9, 0.05] for each in texts])


@pytest.fixture(scope="module")
def adapted(texts: list[OwnText], shares: Floats) -> Weights:
    """The shipped weights, adapted."""
    return adapt(shipped_weights(), texts, shares, [])[0]


def test_it_judges_as_its_teacher_does_also_what_it_did_not_learn_from(texts: list[OwnText], shares: Floats) -> None:
    weights, report = adapt(shipped_weights(), texts, shares, [])
    assert report.before.negative_found < 0.5
    assert report.after.negative_found > 0.95
    assert report.after.agreed > report.before.agreed
    assert report.moved > 0.2
    assert (report.learnt, report.gold) == (240, 0)
    model = LinearModel(weights)
    assert model.judge("Encore un badge cramoisi à Nantes", "fr").tone is Tone.NEGATIVE


def test_what_it_knew_it_still_knows(adapted: Weights) -> None:
    model = LinearModel(adapted)
    assert model.judge("Je ne suis vraiment pas content du service", "fr").tone is Tone.NEGATIVE
    assert model.judge("Franchement merci, installation parfaite !", "fr").tone is Tone.POSITIVE
    assert model.judge("La boutique de Nantes ouvrira le 12 mars à 10 h", "fr").tone is Tone.NEUTRAL


def test_corrections_outweigh_the_teacher(texts: list[OwnText], shares: Floats) -> None:
    lessons = [
        Lesson("", f"{place} : badge cramoisi au guichet, côté {side}", "fr", None, Tone.POSITIVE)
        for place in _PLACES
        for side in ("nord", "sud", "est", "ouest")
    ]
    few = [0, 1, 3, 5, 7, 9]
    weights, report = adapt(shipped_weights(), [texts[row] for row in few], shares[few], lessons)
    assert report.gold == len(lessons)
    assert report.gold_after > report.gold_before
    assert LinearModel(weights).judge("Rouen : badge cramoisi au guichet, côté gare", "fr").tone is Tone.POSITIVE


def test_adapted_weights_are_kept_as_a_file_like_the_shipped_ones(adapted: Weights) -> None:
    again = Weights.from_bytes(adapted.to_bytes())
    assert again.negative == adapted.negative
    assert len(adapted.to_bytes()) < 1_000_000
