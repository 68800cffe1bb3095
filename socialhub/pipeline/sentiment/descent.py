"""Small moves of a model's weights towards what texts should be judged: stochastic gradient descent on logistic loss.

What a single correction teaches (personal.py) and what a room's own mentions teach (adapt.py) is learnt the same way:
one example after another, each pulled back towards the weights it began with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt

from socialhub.pipeline.sentiment import features
from socialhub.pipeline.sentiment.ratings import Evidence


@dataclass(frozen=True, slots=True)
class Example:
    """A text as the model counts it: its buckets, the log odds it has without any move, and what it should be.

    `negative` and `positive` are the shares it should have of the two (the rest is neutral); `weight` is how much it
    counts beside another example.
    """

    counted: Mapping[int, float]
    evidence: Evidence
    negative: float
    positive: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Descent:
    """How it learns: how often it goes through the examples, the length of a step, and the share of a move that is
    taken back at each example that touches it."""

    rounds: int
    step: float
    pull: float

    def moves(self, examples: Sequence[Example]) -> dict[int, Evidence]:
        """The (negative, positive) log odds by which each bucket is to be moved."""
        moves: defaultdict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for _round in range(self.rounds):
            for example in examples:
                self._learn(moves, example)
        return {bucket: (move[0], move[1]) for bucket, move in moves.items()}

    def _learn(self, moves: defaultdict[int, list[float]], example: Example) -> None:
        counted = example.counted
        negative = example.evidence[0] + sum(moves[bucket][0] * counts for bucket, counts in counted.items())
        positive = example.evidence[1] + sum(moves[bucket][1] * counts for bucket, counts in counted.items())
        top = max(negative, positive, 0.0)
        odds = exp(negative - top), exp(-top), exp(positive - top)
        total = sum(odds)
        step_negative = self.step * example.weight * (example.negative - odds[0] / total)
        step_positive = self.step * example.weight * (example.positive - odds[2] / total)
        for bucket, counts in counted.items():
            move = moves[bucket]
            move[0] += counts * step_negative - self.pull * move[0]
            move[1] += counts * step_positive - self.pull * move[1]


def words_and_pairs(text: str) -> dict[int, float]:
    """The buckets of words, negated words and pairs, each with how much it counts in the sum; none of letters."""
    tokens = features.tokens(text)
    unit = 1 / sqrt(max(1, len(tokens)))
    found: defaultdict[int, float] = defaultdict(float)
    before, reach = features.left_part(features.EDGE), 0
    for token in tokens:
        negated = reach > 0 and token.is_word
        found[features.negated_bucket(token) if negated else token.number & features.MASK] += unit
        found[before ^ features.right_part(token.number)] += unit
        before, reach = features.left_part(token.number), features.next_reach(reach, token)
    return found


def everything(text: str, lang: str) -> dict[int, float]:
    """All buckets of a text, those of letters too, each with how much it counts in the sum."""
    found, tokens = features.features(text, lang)
    unit = 1 / sqrt(max(1, tokens))
    return {bucket: counts * unit for bucket, counts in found.items()}
