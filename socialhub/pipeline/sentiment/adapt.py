"""The small model adapted to a room: refitted on its own mentions as the precise model judges them.

What people corrected is gold: it counts GOLD times a mention that the teacher judged. How good it is, is measured on
mentions it did not learn from, against the teacher, and on corrections left out, against what people said.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from socialhub.pipeline.sentiment.descent import Descent, Example, everything
from socialhub.pipeline.sentiment.linear import LinearModel, Weights
from socialhub.pipeline.sentiment.personal import Lesson, example_of

Floats: TypeAlias = npt.NDArray[np.float64]

MOST: Final = 3_000
"""Mentions learnt from, the newest distinct ones: some minutes of the teacher's work."""
FEWEST: Final = 200
"""Mentions below which there is nothing to adapt to."""
GOLD: Final = 3.0
DESCENT: Final = Descent(rounds=6, step=0.5, pull=0.002)
FOLDS: Final = 5
_NEGATIVE, _NEUTRAL, _POSITIVE = range(3)


@dataclass(frozen=True, slots=True)
class OwnText:
    """A mention to learn from: clean words and language."""

    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a model judges mentions beside its teacher, in shares of 1: all it agrees on; of what the teacher finds
    negative, what it finds too and what it calls positive; of what the teacher finds neutral, what it keeps."""

    agreed: float
    negative_found: float
    negative_called_positive: float
    neutral_kept: float


@dataclass(frozen=True, slots=True)
class Report:
    """What adapting is worth. `learnt` mentions and `gold` corrections taught; `tried` were left out in turn.

    `before` and `after` are beside the teacher on those; `gold_before` and `gold_after` count corrections, each left
    out in turn, that are judged as people said; `moved` is the share of mentions whose tone becomes another.
    """

    learnt: int
    gold: int
    tried: int
    before: Agreement
    after: Agreement
    gold_before: int
    gold_after: int
    moved: float

    def to_values(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return asdict(self)


def adapt(base: Weights, texts: Sequence[OwnText], shares: Floats, lessons: Sequence[Lesson]) -> tuple[Weights, Report]:
    """Weights refitted on `texts`, and what that is worth.

    `shares` are the teacher's probabilities of negative, neutral and positive, a row a text.
    """
    model = LinearModel(base)
    taught = [_example(model, text, told) for text, told in zip(texts, shares, strict=True)]
    gold = [replace(example_of(each, model), weight=GOLD) for each in lessons]
    said = shares.argmax(1)
    before = _judged(model, texts)
    after, gold_after = np.zeros(len(texts), dtype=int), 0
    for fold in range(FOLDS):
        kept = [row for row in range(len(texts)) if row % FOLDS != fold]
        kept_gold = [row for row in range(len(gold)) if row % FOLDS != fold]
        weights = _refitted(base, [taught[row] for row in kept] + [gold[row] for row in kept_gold])
        tried = LinearModel(weights)
        after[fold::FOLDS] = _judged(tried, texts[fold::FOLDS])
        gold_after += _right(tried, lessons[fold::FOLDS])
    weights = _refitted(base, taught + gold)
    return weights, Report(
        learnt=len(texts),
        gold=len(gold),
        tried=len(texts),
        before=_agreement(before, said),
        after=_agreement(after, said),
        gold_before=_right(model, lessons),
        gold_after=gold_after,
        moved=round(float((_judged(LinearModel(weights), texts) != before).mean()), 3),
    )


def _example(model: LinearModel, text: OwnText, told: Floats) -> Example:
    evidence = model.evidence(text.text, text.lang)
    return Example(everything(text.text, text.lang), evidence, float(told[_NEGATIVE]), float(told[_POSITIVE]))


def _refitted(base: Weights, examples: Sequence[Example]) -> Weights:
    """The base moved, in bytes again."""
    moved = base.moved(DESCENT.moves(examples))
    return replace(moved, negative=_bytes(moved.negative), positive=_bytes(moved.positive))


def _bytes(table: array[int]) -> array[int]:
    return array("b", [max(-127, min(127, value)) for value in table])


def _judged(model: LinearModel, texts: Sequence[OwnText]) -> npt.NDArray[np.intp]:
    """The class of each text: 0 negative, 1 neutral, 2 positive."""
    return np.array([int(model.judge(each.text, each.lang).tone) + 1 for each in texts])


def _right(model: LinearModel, lessons: Sequence[Lesson]) -> int:
    return sum(model.judge(each.words, each.lang, each.rating).tone is each.tone for each in lessons)


def _agreement(judged: npt.NDArray[np.intp], said: npt.NDArray[np.intp]) -> Agreement:
    def share(right: npt.NDArray[np.bool_]) -> float:
        return round(float(right.mean()), 3) if right.size else 0.0

    return Agreement(
        share(judged == said),
        share(judged[said == _NEGATIVE] == _NEGATIVE),
        share(judged[said == _NEGATIVE] == _POSITIVE),
        share(judged[said == _NEUTRAL] == _NEUTRAL),
    )
