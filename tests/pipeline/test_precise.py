"""The extra `[precise]`: what the small model misses, it finds."""

from __future__ import annotations

import pytest

from socialhub.model import Tone, judged_precisely
from socialhub.pipeline.sentiment.precise import Head, PreciseModel, is_installed, shipped_head

pytestmark = pytest.mark.skipif(not is_installed(), reason="the extra [precise] is not built for this machine")


@pytest.fixture(scope="module")
def model() -> PreciseModel:
    """The shipped head over the embeddings."""
    return PreciseModel()


@pytest.mark.parametrize(
    ("text", "lang", "tone"),
    [
        ("Trois semaines que j'attends un technicien, personne ne rappelle", "fr", Tone.NEGATIVE),
        ("Le conseiller a été adorable et tout remarche, chapeau", "fr", Tone.POSITIVE),
        ("L'assemblée générale se tiendra le 12 mai à Paris", "fr", Tone.NEUTRAL),
        ("Still no refund after two months, what a joke of a company", "en", Tone.NEGATIVE),
        ("Best support I have had in years, thank you", "en", Tone.POSITIVE),
    ],
)
def test_it_judges_as_a_reader_would(model: PreciseModel, text: str, lang: str, tone: Tone) -> None:
    verdict = model.judge(text, lang)
    assert verdict.tone is tone
    assert 0.3 < verdict.confidence <= 1.0


def test_a_text_is_judged_alike_alone_and_among_others(model: PreciseModel) -> None:
    texts = ["La panne continue", "Merci pour tout", "Ouverture du magasin lundi"]
    together = model.shares(texts, ["fr"] * 3)
    assert together.sum(1) == pytest.approx([1.0] * 3)
    for row, text in enumerate(texts):
        assert model.shares([text], ["fr"])[0] == pytest.approx(together[row], abs=0.02)


def test_stars_weigh_in(model: PreciseModel) -> None:
    text = "Application installée hier"
    assert model.judge(text, "fr", 1.0).score < model.judge(text, "fr").score < model.judge(text, "fr", 5.0).score
    assert any(word.text == "1/5" for word in model.judge(text, "fr", 1.0).why)


def test_its_name_marks_what_it_judged_and_the_head_is_its_file() -> None:
    head = shipped_head()
    assert judged_precisely(head.name)
    again = Head.from_json(head.to_json())
    assert (again.weights == head.weights).all()
    assert again.sureness == head.sureness
