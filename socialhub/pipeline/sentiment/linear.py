"""The backend `linear`, the default: a small additive model of our own that can name the words that decided.

Multinomial logistic regression over the buckets of `features`, three classes, weights of one byte. Being additive,
a word's sums are kept: a word met again costs one look-up. What the weights learnt from and under which terms stands in
docs/sentiment-model.md; they are made by benchmarks/train_sentiment.py. Pure Python, the same answer on every machine.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from math import exp, sqrt
from struct import calcsize, iter_unpack, pack
from typing import Any, Final, NamedTuple

from socialhub.model import Tone, Verdict
from socialhub.pipeline.sentiment import features
from socialhub.pipeline.sentiment.ratings import Evidence, rated
from socialhub.pipeline.sentiment.reasons import strongest

MAX_JUDGED: Final = 4_000
"""Characters of a text that are judged: its beginning says what it thinks."""
MOST_WORDS: Final = 100_000
"""Words whose sums are kept (about 25 MB when full); all are forgotten at once, which costs a tenth of a second."""


class Opinion(NamedTuple):
    """What word lists add for a word, and what they add instead within the reach of a negation; in steps of a scale."""

    negative: int
    positive: int
    negated_negative: int
    negated_positive: int


_RECORD: Final = "<Ihhhh"
"""A word in the file: its hash, then its opinion."""
_NO_OPINION: Final = Opinion(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Weights:
    """The numbers of a model: for each bucket what it adds for negative and for positive, in units of `scale`.

    `words` are what word lists said of single words, by their hash in a language: apart, since a strong opinion in a
    bucket would fall upon every word that shares it. `bias` is added to both; `sureness` are rising (raw probability,
    share that was right) pairs from cross-validation.
    """

    name: str
    negative: array[int]
    positive: array[int]
    words: Mapping[int, Opinion]
    scale: float
    bias: Evidence
    sureness: tuple[tuple[float, float], ...]

    def to_bytes(self) -> bytes:
        """As a file: a line of JSON, the two tables of signed bytes, then a record a word."""
        head = {"name": self.name, "scale": self.scale, "bias": self.bias, "sureness": self.sureness}
        words = sorted(self.words.items())
        packed = b"".join(pack(_RECORD, number, *opinion) for number, opinion in words)
        tables = array("b", self.negative).tobytes() + array("b", self.positive).tobytes()
        return json.dumps(head).encode() + b"\n" + tables + packed

    @classmethod
    def from_bytes(cls, data: bytes) -> Weights:
        """From a file; ValueError when it is none."""
        head_line, found, tables = data.partition(b"\n")
        size = features.BUCKETS
        if not found or len(tables) < 2 * size or (len(tables) - 2 * size) % calcsize(_RECORD):
            raise ValueError("not a file of weights")
        head: dict[str, Any] = json.loads(head_line)
        negative, positive = array("b", tables[:size]), array("b", tables[size : 2 * size])
        words = {number: Opinion(*told) for number, *told in iter_unpack(_RECORD, tables[2 * size :])}
        bias, sureness = head["bias"], tuple((raw, right) for raw, right in head["sureness"])
        return cls(head["name"], negative, positive, words, head["scale"], (bias[0], bias[1]), sureness)

    def moved(self, moves: Mapping[int, Evidence]) -> Weights:
        """These weights with some buckets moved by (negative, positive) log odds."""
        negative, positive = array("h", self.negative), array("h", self.positive)
        for bucket, (for_negative, for_positive) in moves.items():
            negative[bucket] += round(for_negative / self.scale)
            positive[bucket] += round(for_positive / self.scale)
        return replace(self, negative=negative, positive=positive)


@lru_cache(maxsize=1)
def shipped_weights() -> Weights:
    """The weights in the package."""
    return Weights.from_bytes(files("socialhub.pipeline.sentiment").joinpath("weights.bin").read_bytes())


class _Entry(NamedTuple):
    """A word's sums in steps of the scale, alone and negated; its parts of pairs; what it does to a negation."""

    negative: float
    positive: float
    negated_negative: float
    negated_positive: float
    left: int
    right: int
    turn: int


_OTHER, _WORD, _STOPS, _NEGATES = range(4)
"""What a token does to a negation: leaves its reach, uses up a word of it, ends it, begins it anew."""


class LinearModel:
    """Judges by these weights, the shipped ones unless others are given; `base` are those before any correction."""

    def __init__(self, weights: Weights | None = None, base: Weights | None = None) -> None:
        self.weights = weights or shipped_weights()
        self.base = base or self.weights
        self.name = self.weights.name
        self._entries: dict[str, dict[str, _Entry | None]] = {}
        self._raw = [raw for raw, _right in self.weights.sureness]
        self._right = [right for _raw, right in self.weights.sureness]

    def judge(self, text: str, lang: str, rating: float | None = None) -> Verdict:
        """The tone of a clean text, how sure it is (the share that was right at this probability), and the words.

        `rating` is stars, 1…5.
        """
        told, reasons = rated(rating)
        pairs = self._known(features.raw_tokens(text[:MAX_JUDGED]), lang)
        lows, highs = self._shares([entry for _raw, entry in pairs])
        unit, bias = self.weights.scale / sqrt(len(lows) or 1), self.weights.bias
        negative, positive = bias[0] + told[0] + unit * sum(lows), bias[1] + told[1] + unit * sum(highs)
        tone, probability, score = _decide(negative, positive)
        added = [
            unit * ((high if high > 0 else 0.0) - (low if low > 0 else 0.0))
            for low, high in zip(lows, highs, strict=True)
        ]
        telling = strongest([raw for raw, _entry in pairs], [entry.turn == _NEGATES for _raw, entry in pairs], added)
        return Verdict(tone, round(score, 3), self._sureness(probability), (*reasons, *telling))

    def evidence(self, text: str, lang: str) -> Evidence:
        """The log odds of negative and of positive against neutral, by the words alone."""
        pairs = self._known(features.raw_tokens(text[:MAX_JUDGED]), lang)
        lows, highs = self._shares([entry for _raw, entry in pairs])
        unit, bias = self.weights.scale / sqrt(len(lows) or 1), self.weights.bias
        return bias[0] + unit * sum(lows), bias[1] + unit * sum(highs)

    def _known(self, raw: Sequence[str], lang: str) -> list[tuple[str, _Entry]]:
        """The raw tokens that say something, each with its sums."""
        known = self._entries.get(lang)
        if known is None:
            known = self._entries[lang] = {}
        elif len(known) > MOST_WORDS:
            known.clear()
        try:
            return [(word, entry) for word in raw if (entry := known[word]) is not None]
        except KeyError:
            for word in raw:
                if word not in known:
                    known[word] = self._entry(word, lang)
            return [(word, entry) for word in raw if (entry := known[word]) is not None]

    def _entry(self, raw: str, lang: str) -> _Entry | None:
        token = features.read(raw)
        if not token.word:
            return None
        own = features.own_buckets(token, lang)
        instead = [features.negated_bucket(token)] if token.is_word else own
        letters = features.letter_buckets(token)
        told = self.weights.words.get(features.language_number(token.word.lstrip("#"), lang), _NO_OPINION)
        low, high = self.weights.negative, self.weights.positive
        low_letters = sum(counts * low[bucket] for bucket, counts in letters)
        high_letters = sum(counts * high[bucket] for bucket, counts in letters)
        return _Entry(
            low_letters + told.negative + sum(low[bucket] for bucket in own),
            high_letters + told.positive + sum(high[bucket] for bucket in own),
            low_letters + told.negated_negative + sum(low[bucket] for bucket in instead),
            high_letters + told.negated_positive + sum(high[bucket] for bucket in instead),
            features.left_part(token.number),
            features.right_part(token.number),
            _NEGATES if token.negates else _STOPS if token.stops else _WORD if token.is_word else _OTHER,
        )

    def _shares(self, entries: Sequence[_Entry]) -> tuple[list[float], list[float]]:
        """What each word adds for negative and for positive, in steps of the scale: its sums and half of each pair."""
        low, high = self.weights.negative, self.weights.positive
        lows: list[float] = []
        highs: list[float] = []
        before, reach = _EDGE_LEFT, 0
        for negative, positive, negated_negative, negated_positive, left, right, turn in entries:
            if reach:
                negative, positive = negated_negative, negated_positive
            pair = before ^ right
            pair_low, pair_high = float(low[pair]), float(high[pair])
            # Most pairs were never met in training.
            if pair_low or pair_high:
                if lows:
                    pair_low, pair_high = pair_low / 2, pair_high / 2
                    lows[-1] += pair_low
                    highs[-1] += pair_high
                negative += pair_low
                positive += pair_high
            lows.append(negative)
            highs.append(positive)
            before = left
            if turn == _WORD:
                reach = reach and reach - 1
            elif turn:
                reach = features.NEGATION_REACH if turn == _NEGATES else 0
        if lows:
            pair = before ^ _EDGE_RIGHT
            lows[-1] += low[pair]
            highs[-1] += high[pair]
        return lows, highs

    def _sureness(self, probability: float) -> float:
        """The share of cross-validated judgements of this raw probability that were right, between its neighbours."""
        above = bisect_right(self._raw, probability)
        if above == 0:
            return round(self._right[0], 2)
        if above == len(self._raw):
            return round(self._right[-1], 2)
        low, high = self._raw[above - 1], self._raw[above]
        part = (probability - low) / (high - low)
        return round(self._right[above - 1] + part * (self._right[above] - self._right[above - 1]), 2)


_EDGE_LEFT: Final = features.left_part(features.EDGE)
_EDGE_RIGHT: Final = features.right_part(features.EDGE)


def _decide(negative: float, positive: float) -> tuple[Tone, float, float]:
    """(the most probable tone, its probability, positive less negative probability) of two log odds against neutral."""
    top = max(negative, positive, 0.0)
    odds = exp(negative - top), exp(-top), exp(positive - top)
    total = sum(odds)
    best = max(range(3), key=odds.__getitem__)
    return (Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE)[best], odds[best] / total, (odds[2] - odds[0]) / total
