"""What operators taught: their corrections as small moves of the shipped weights, and what those are worth.

Each lesson is learnt by stochastic gradient descent on the logistic loss of its own words and pairs (not of letters: a
correction should not reach words that merely look alike), pulled back towards the shipped weights.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt
from typing import Final

from socialhub.model import Tone
from socialhub.pipeline.sentiment import features
from socialhub.pipeline.sentiment.linear import LinearModel, Weights
from socialhub.pipeline.sentiment.ratings import Evidence, rated

MOST_LESSONS: Final = 2_000
"""The newest ones are learnt: a second of work."""
ROUNDS: Final = 12
STEP: Final = 0.6
PULL: Final = 0.01
"""Share of a move that is taken back at each lesson that touches it."""
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
    moves: defaultdict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    taught = [(_buckets(lesson), lesson, model.evidence(lesson.words, lesson.lang)) for lesson in newest]
    for _round in range(ROUNDS):
        for counted, lesson, evidence in taught:
            _learn(moves, counted, lesson, evidence)
    settled = {bucket: (move[0], move[1]) for bucket, move in moves.items()}
    return base.moved(settled)


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


def _learn(moves: defaultdict[int, list[float]], counted: dict[int, float], lesson: Lesson, evidence: Evidence) -> None:
    """One step towards the lesson's tone, over the buckets of its words."""
    told, _reasons = rated(lesson.rating)
    negative = evidence[0] + told[0] + sum(moves[bucket][0] * counts for bucket, counts in counted.items())
    positive = evidence[1] + told[1] + sum(moves[bucket][1] * counts for bucket, counts in counted.items())
    top = max(negative, positive, 0.0)
    odds = exp(negative - top), exp(-top), exp(positive - top)
    total = sum(odds)
    miss_negative = (lesson.tone is Tone.NEGATIVE) - odds[0] / total
    miss_positive = (lesson.tone is Tone.POSITIVE) - odds[2] / total
    for bucket, counts in counted.items():
        move = moves[bucket]
        move[0] += STEP * counts * miss_negative - PULL * move[0]
        move[1] += STEP * counts * miss_positive - PULL * move[1]


def _buckets(lesson: Lesson) -> dict[int, float]:
    """The buckets of words, negated words and pairs, each with how much it counts in the sum."""
    tokens = features.tokens(lesson.words)
    unit = 1 / sqrt(max(1, len(tokens)))
    found: defaultdict[int, float] = defaultdict(float)
    before, reach = features.left_part(features.EDGE), 0
    for token in tokens:
        negated = reach > 0 and token.is_word
        found[features.negated_bucket(token) if negated else token.number & features.MASK] += unit
        found[before ^ features.right_part(token.number)] += unit
        before, reach = features.left_part(token.number), features.next_reach(reach, token)
    return found
