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
from itertools import chain
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
MOST_KNOWN: Final = 60_000
"""Pieces between blanks whose words are kept (about 25 MB when full); all are forgotten at once."""


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


_Entry = tuple[str, float, float, float, float, int, int, int]
"""A word as it is written, its evidence for negative and for positive and the same negated (in half steps of the scale,
since a pair gives half of itself to each of its words), its parts of pairs as their second and as their first word, and
what it does to a negation."""

_WORD, _OTHER, _STOPS, _NEGATES = range(4)
"""What a token does to a negation: uses up a word of its reach, leaves it, ends it, begins it anew."""


class _Words(dict[str, tuple[_Entry, ...]]):
    """What is known of the words of one language, by what stands between blanks: "réseau," is a word and a comma."""

    def __init__(self, weights: Weights, lang: str) -> None:
        super().__init__()
        self._weights, self._lang = weights, lang
        self._entries: dict[str, _Entry | None] = {}

    def of(self, text: str) -> list[_Entry]:
        """The words of a text that say something."""
        if len(self) > MOST_KNOWN:
            self.clear()
            self._entries.clear()
        return list(chain.from_iterable(map(self.__getitem__, text[:MAX_JUDGED].split())))

    def __missing__(self, piece: str) -> tuple[_Entry, ...]:
        entries, found = self._entries, []
        for raw in features.raw_tokens(piece):
            if raw not in entries:
                entries[raw] = self._entry(raw)
            if (entry := entries[raw]) is not None:
                found.append(entry)
        self[piece] = known = tuple(found)
        return known

    def _entry(self, raw: str) -> _Entry | None:
        token = features.read(raw)
        if not token.word:
            return None
        negative, positive = self._weights.negative, self._weights.positive
        low = high = letters_low = letters_high = capitals_low = capitals_high = 0
        for bucket in features.own_buckets(token, self._lang):
            low += negative[bucket]
            high += positive[bucket]
        for bucket in features.letter_buckets(token):
            letters_low += negative[bucket]
            letters_high += positive[bucket]
        negated_low, negated_high = low, high
        if token.is_word:
            instead = features.negated_bucket(token)
            negated_low, negated_high = negative[instead], positive[instead]
        if token.shouted:
            capitals_low, capitals_high = negative[features.CAPITALS], positive[features.CAPITALS]
        told = self._weights.words.get(features.language_number(token.word.lstrip("#"), self._lang), _NO_OPINION)
        written_low, written_high = features.LETTERS_COUNT * letters_low, features.LETTERS_COUNT * letters_high
        return (
            raw,
            2 * (written_low + (low + capitals_low) + told.negative),
            2 * (written_high + (high + capitals_high) + told.positive),
            2 * (written_low + (negated_low + capitals_low) + told.negated_negative),
            2 * (written_high + (negated_high + capitals_high) + told.negated_positive),
            features.right_part(token.number),
            features.left_part(token.number),
            _NEGATES if token.negates else _STOPS if token.stops else _WORD if token.is_word else _OTHER,
        )


class LinearModel:
    """Judges by these weights, the shipped ones unless others are given; `base` are those before any correction."""

    def __init__(self, weights: Weights | None = None, base: Weights | None = None) -> None:
        self.weights = weights or shipped_weights()
        self.base = base or self.weights
        self.name = self.weights.name
        self._words: dict[str, _Words] = {}
        self._calibration = Calibration(self.weights.sureness)

    def judge(self, text: str, lang: str, rating: float | None = None) -> Verdict:
        """The tone of a clean text, how sure it is (the share that was right at this probability), and the words.

        `rating` is stars, 1…5.
        """
        told, reasons = rated(rating)
        entries = self._known(text, lang)
        negative, positive, leanings, negations = self._weigh(entries)
        unit, bias = self._unit(entries), self.weights.bias
        tone, probability, score = _decide(bias[0] + told[0] + unit * negative, bias[1] + told[1] + unit * positive)
        telling = strongest([entry[0] for entry in entries], negations, leanings, unit, lang)
        return Verdict(tone, round(score, 3), self._calibration.right_share(probability), (*reasons, *telling))

    def evidence(self, text: str, lang: str) -> Evidence:
        """The log odds of negative and of positive against neutral, by the words alone."""
        entries = self._known(text, lang)
        negative, positive, *_reasons = self._weigh(entries)
        unit, bias = self._unit(entries), self.weights.bias
        return bias[0] + unit * negative, bias[1] + unit * positive

    def _known(self, text: str, lang: str) -> list[_Entry]:
        words = self._words.get(lang)
        if words is None:
            words = self._words[lang] = _Words(self.weights, lang)
        return words.of(text)

    def _unit(self, entries: Sequence[_Entry]) -> float:
        """The log odds of half a step of the scale in a text of so many words."""
        return self.weights.scale / sqrt(len(entries) or 1) / 2

    def _weigh(self, entries: Sequence[_Entry]) -> tuple[float, float, list[float], list[int]]:
        """What the words add for negative and positive, and for which each of them speaks, in half steps of the scale.

        A word adds its own and half of each pair, that with an edge of the text whole. It speaks for positive less for
        negative; what speaks for neutral counts as nothing. Also the places of negations.
        """
        if not entries:
            return 0.0, 0.0, [], []
        negative, positive = self.weights.negative, self.weights.positive
        leanings: list[float] = []
        _raw, low, high, _low, _high, right, before, turn = entries[0]
        edge = _EDGE_LEFT ^ right
        # The word before, without its half of the pair with the next one.
        last_low, last_high = low + 2 * negative[edge], high + 2 * positive[edge]
        negations, reach = ([0], features.NEGATION_REACH) if turn == _NEGATES else ([], 0)
        total_low = total_high = 0.0
        for _raw, low, high, negated_low, negated_high, right, left, turn in entries[1:]:
            if reach:
                low, high = negated_low, negated_high
                reach -= turn == _WORD
            pair = before ^ right
            pair_low, pair_high = negative[pair], positive[pair]
            last_low += pair_low
            last_high += pair_high
            total_low += last_low
            total_high += last_high
            leanings.append((last_high if last_high > 0.0 else 0.0) - (last_low if last_low > 0.0 else 0.0))
            last_low, last_high, before = low + pair_low, high + pair_high, left
            if turn > _OTHER:
                reach = 0
                if turn == _NEGATES:
                    reach = features.NEGATION_REACH
                    negations.append(len(leanings))
        edge = before ^ _EDGE_RIGHT
        last_low += 2 * negative[edge]
        last_high += 2 * positive[edge]
        leanings.append(max(last_high, 0.0) - max(last_low, 0.0))
        return total_low + last_low, total_high + last_high, leanings, negations


_EDGE_LEFT: Final = features.left_part(features.EDGE)
_EDGE_RIGHT: Final = features.right_part(features.EDGE)


def _decide(negative: float, positive: float) -> tuple[Tone, float, float]:
    """(the most probable tone, its probability, positive less negative probability) of two log odds against neutral."""
    top = max(negative, positive, 0.0)
    odds = exp(negative - top), exp(-top), exp(positive - top)
    total = sum(odds)
    if odds[0] >= odds[1] and odds[0] >= odds[2]:
        tone, best = Tone.NEGATIVE, odds[0]
    elif odds[1] >= odds[2]:
        tone, best = Tone.NEUTRAL, odds[1]
    else:
        tone, best = Tone.POSITIVE, odds[2]
    return tone, best / total, (odds[2] - odds[0]) / total
