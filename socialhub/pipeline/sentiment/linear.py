"""The backend `linear`, the default: a small additive model of our own that can name the words that decided.

Multinomial logistic regression over the buckets of `features`, three classes, weights of one byte. Being additive,
a word's sums are kept: a word met again costs one look-up. What the weights learnt from and under which terms stands in
docs/sentiment-model.md; they are made by benchmarks/train_sentiment.py. Pure Python, the same answer on every machine.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from math import exp, sqrt
from struct import calcsize, iter_unpack, pack
from typing import Any, Final, NamedTuple

from socialhub.model import Tone, Verdict
from socialhub.pipeline.sentiment import features
from socialhub.pipeline.sentiment.calibration import Calibration
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


_Entry = tuple[float, float, float, float, int, int, int]
"""A word: evidence for negative and for positive, the same negated (all in steps of the scale), its parts of pairs as
their second and as their first word, and what it does to a negation."""

_OTHER, _WORD, _STOPS, _NEGATES = range(4)
"""What a token does to a negation: leaves its reach, uses up a word of it, ends it, begins it anew."""


class LinearModel:
    """Judges by these weights, the shipped ones unless others are given; `base` are those before any correction."""

    def __init__(self, weights: Weights | None = None, base: Weights | None = None) -> None:
        self.weights = weights or shipped_weights()
        self.base = base or self.weights
        self.name = self.weights.name
        self._table = list(map(_packed, self.weights.negative, self.weights.positive))
        self._entries: dict[str, dict[str, _Entry | None]] = {}
        self._calibration = Calibration(self.weights.sureness)

    def judge(self, text: str, lang: str, rating: float | None = None) -> Verdict:
        """The tone of a clean text, how sure it is (the share that was right at this probability), and the words.

        `rating` is stars, 1…5.
        """
        told, reasons = rated(rating)
        words, entries = self._known(text, lang)
        lows, highs, negations = self._shares(entries)
        unit, bias = self.weights.scale / sqrt(len(lows) or 1), self.weights.bias
        negative, positive = bias[0] + told[0] + unit * sum(lows), bias[1] + told[1] + unit * sum(highs)
        tone, probability, score = _decide(negative, positive)
        # What speaks for neutral counts as nothing.
        leanings = [(high if high > 0 else 0) - (low if low > 0 else 0) for low, high in zip(lows, highs, strict=True)]
        telling = strongest(words, negations, leanings, unit, lang)
        return Verdict(tone, round(score, 3), self._calibration.right_share(probability), (*reasons, *telling))

    def evidence(self, text: str, lang: str) -> Evidence:
        """The log odds of negative and of positive against neutral, by the words alone."""
        lows, highs, _negations = self._shares(self._known(text, lang)[1])
        unit, bias = self.weights.scale / sqrt(len(lows) or 1), self.weights.bias
        return bias[0] + unit * sum(lows), bias[1] + unit * sum(highs)

    def _known(self, text: str, lang: str) -> tuple[list[str], list[_Entry]]:
        """The raw tokens of a text that say something, and what is known of each."""
        raw = features.raw_tokens(text[:MAX_JUDGED])
        known = self._entries.setdefault(lang, {})
        if len(known) > MOST_WORDS:
            known.clear()
        try:
            entries = list(map(known.__getitem__, raw))
        except KeyError:
            for word in raw:
                if word not in known:
                    known[word] = self._entry(word, lang)
            entries = list(map(known.__getitem__, raw))
        if None in entries:
            raw = [word for word, entry in zip(raw, entries, strict=True) if entry is not None]
        return raw, [entry for entry in entries if entry is not None]

    def _entry(self, raw: str, lang: str) -> _Entry | None:
        token = features.read(raw)
        if not token.word:
            return None
        word, number = token.word, token.number
        table = self._table
        own = table[number & features.MASK]
        if lang in features.LANGUAGES:
            own += table[features.language_number(word, lang) & features.MASK]
        instead = table[features.negated_bucket(token)] if token.is_word else own
        letters_low, letters_high = _unpacked(sum([table[bucket] for bucket in features.letter_buckets(token)]))
        capitals = table[features.CAPITALS] if token.shouted else 0
        low, high = _unpacked(own + capitals)
        negated_low, negated_high = _unpacked(instead + capitals)
        told = self.weights.words.get(features.language_number(word.lstrip("#"), lang), _NO_OPINION)
        written_low, written_high = features.LETTERS_COUNT * letters_low, features.LETTERS_COUNT * letters_high
        return (
            written_low + low + told.negative,
            written_high + high + told.positive,
            written_low + negated_low + told.negated_negative,
            written_high + negated_high + told.negated_positive,
            features.right_part(number),
            features.left_part(number),
            _NEGATES if token.negates else _STOPS if token.stops else _WORD if token.is_word else _OTHER,
        )

    def _shares(self, entries: Sequence[_Entry]) -> tuple[list[float], list[float], list[int]]:
        """What each word adds for negative and for positive, in steps of the scale: its own and half of each pair.

        Also the places of negations.
        """
        table = self._table
        lows: list[float] = []
        highs: list[float] = []
        negations: list[int] = []
        before, reach = _EDGE_LEFT, 0
        for low, high, negated_low, negated_high, right, left, turn in entries:
            if reach:
                low, high = negated_low, negated_high
            # Most pairs were never met in training.
            if pair := table[before ^ right]:
                pair_low, pair_high = _unpacked(pair)
                if lows:
                    lows[-1] += pair_low / 2
                    highs[-1] += pair_high / 2
                    low += pair_low / 2
                    high += pair_high / 2
                else:
                    low += pair_low
                    high += pair_high
            lows.append(low)
            highs.append(high)
            before = left
            if turn == _WORD:
                if reach:
                    reach -= 1
            elif turn == _NEGATES:
                reach = features.NEGATION_REACH
                negations.append(len(lows) - 1)
            elif turn == _STOPS:
                reach = 0
        if lows:
            low, high = _unpacked(table[before ^ _EDGE_RIGHT])
            lows[-1] += low
            highs[-1] += high
        return lows, highs, negations


_EDGE_LEFT: Final = features.left_part(features.EDGE)
_EDGE_RIGHT: Final = features.right_part(features.EDGE)


def _packed(negative: int, positive: int) -> int:
    """Both in one number, so that one sum adds both."""
    return (positive << _HALF) + negative


def _unpacked(packed: int) -> tuple[int, int]:
    """(for negative, for positive) of a sum of packed numbers."""
    negative = ((packed + _MIDDLE) & _LOW_PART) - _MIDDLE
    return negative, (packed - negative) >> _HALF


_HALF: Final = 24
"""Bits of the lower of two packed numbers: sums of a text stay far below 2^23."""
_LOW_PART: Final = (1 << _HALF) - 1
_MIDDLE: Final = 1 << (_HALF - 1)


def _decide(negative: float, positive: float) -> tuple[Tone, float, float]:
    """(the most probable tone, its probability, positive less negative probability) of two log odds against neutral."""
    top = max(negative, positive, 0.0)
    odds = exp(negative - top), exp(-top), exp(positive - top)
    total = sum(odds)
    best = max(range(3), key=odds.__getitem__)
    return (Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE)[best], odds[best] / total, (odds[2] - odds[0]) / total
