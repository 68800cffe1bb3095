"""What operators taught: their corrections as small moves of the weights, and what those are worth.

Each lesson is learnt over its own words and pairs, not over letters: a correction should not reach words that merely
look alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from socialhub.model import Tone
from socialhub.pipeline.sentiment.descent import Descent, Example, words_and_pairs
from socialhub.pipeline.sentiment.linear import LinearModel, Weights
from socialhub.pipeline.sentiment.ratings import rated

MOST_LESSONS: Final = 2_000
"""The newest ones are learnt: a second of work."""
DESCENT: Final = Descent(rounds=12, step=0.6, pull=0.01)
FOLDS: Final = 5


@dataclass(frozen=True, slots=True)
class Lesson:
    """A corrected mention: its clean words, language and stars (1…5), and the tone an operator gave it."""

    title: str
    text: str
    lang: str
    rating: float | None
    tone: Tone

    @property
    def words(self) -> str:
        """Title and text as one."""
        return f"{self.title}. {self.text}" if self.title else self.text


@dataclass(frozen=True, slots=True)
class Effect:
    """How many of the corrected mentions are judged right: by the shipped weights, and by what the others taught."""

    lessons: int
    right_before: int
    right_after: int


def personal_weights(base: Weights, lessons: Sequence[Lesson]) -> Weights:
    """The base weights moved by the newest lessons, newest last, under the same name: what they are is a small step."""
    newest = lessons[-MOST_LESSONS:]
    if not newest:
        return base
    model = LinearModel(base)
    return base.moved(DESCENT.moves([example_of(lesson, model) for lesson in newest]))


def cross_validated_effect(base: Weights, lessons: Sequence[Lesson]) -> Effect:
    """What the layer is worth on corrections it did not learn from: each fifth is judged by what the others taught."""
    newest = lessons[-MOST_LESSONS:]
    shipped = LinearModel(base)
    before = sum(shipped.judge(each.words, each.lang, each.rating).tone is each.tone for each in newest)
    after = 0
    for fold in range(FOLDS):
        left_out = newest[fold::FOLDS]
        model = LinearModel(
            personal_weights(base, [each for place, each in enumerate(newest) if place % FOLDS != fold])
        )
        after += sum(model.judge(each.words, each.lang, each.rating).tone is each.tone for each in left_out)
    return Effect(len(newest), before, after)


def example_of(lesson: Lesson, model: LinearModel) -> Example:
    """A lesson as the descent takes it, over words and pairs; the stars speak too."""
    told, _reasons = rated(lesson.rating)
    negative, positive = model.evidence(lesson.words, lesson.lang)
    evidence = negative + told[0], positive + told[1]
    tone = lesson.tone
    return Example(words_and_pairs(lesson.words), evidence, tone is Tone.NEGATIVE, tone is Tone.POSITIVE)
