"""Under which words a topic is filed: of those words of which every match holds at least one, the rarest."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeAlias

from socialhub.query.tree import (
    And,
    Count,
    Exact,
    Fuzzy,
    Loose,
    Near,
    Node,
    Or,
    Phrase,
    Prefix,
    Sentence,
    Term,
    Variants,
    Wildcard,
    spellings,
)
from socialhub.text import tokenise

Anchor: TypeAlias = Term | Prefix | Fuzzy | Wildcard
Anchors: TypeAlias = "frozenset[Anchor] | None"
"""None: a mention can match without any word at all."""


class Frequencies:
    """How often words were met, with a guess for those that never were: the shorter a word, the more frequent."""

    def __init__(self, counted: Counter[str] | None = None) -> None:
        counted = counted or Counter()
        self._counted = counted
        self._words = sorted(counted)
        self._sums = [0, *accumulate(counted[word] for word in self._words)]

    def cost(self, anchors: Anchors) -> float:
        """How often a topic under these anchors would be looked at."""
        return float("inf") if anchors is None else sum(map(self._of, anchors))

    def _of(self, anchor: Anchor) -> float:
        match anchor:
            case Term(word):
                return self._counted[word] + self._counted[f"#{word}"] + self._guess(word)
            case Fuzzy(word):
                return self._counted[word] + 3 * self._guess(word)
            case Prefix(stem):
                return self._beginning_with(stem) + 2 * self._guess(stem)
            case Wildcard(pattern):
                known = pattern.split("*")[0].split("?")[0]
                return self._beginning_with(known) + self._guess(known)

    def _beginning_with(self, stem: str) -> int:
        low, high = bisect_left(self._words, stem), bisect_left(self._words, f"{stem}\U0010ffff")
        return self._sums[high] - self._sums[low]

    def _guess(self, word: str) -> float:
        return 0.5 / (1 + len(word)) ** 2


def anchors_of(node: Node, frequencies: Frequencies) -> Anchors:
    """The cheapest words of which every match of `node` holds at least one; None when there are none."""
    match node:
        case Term(word):
            return frozenset({Term(word)})
        case Prefix(stem):
            return frozenset({Prefix(stem)})
        case Wildcard(pattern):
            return frozenset({Wildcard(pattern)})
        case Fuzzy(word):
            return frozenset({Fuzzy(word)})
        case Phrase(words, _scope, open_end):
            return _rarest(words[:-1] if open_end else words, frequencies)
        case Loose(words):
            return _rarest(words, frequencies)
        case Exact(words):
            folded = [token.removeprefix("#") for word in words for token in tokenise(word)]
            return _rarest(folded, frequencies)
        case Variants():
            found = [_rarest(spelling, frequencies) for spelling in spellings(node)]
            return frozenset().union(*(anchors for anchors in found if anchors))
        case Sentence(part) | Count(part):
            return anchors_of(part, frequencies)
        case Near(left, right):
            return min((anchors_of(side, frequencies) for side in (left, right)), key=frequencies.cost)
        case And(parts):
            return min((anchors_of(part, frequencies) for part in parts), key=frequencies.cost)
        case Or(parts):
            found = [anchors_of(part, frequencies) for part in parts]
            return None if None in found else frozenset().union(*(anchors for anchors in found if anchors))
    return None


def _rarest(words: Sequence[str], frequencies: Frequencies) -> Anchors:
    return min((frozenset({Term(word)}) for word in words), key=frequencies.cost) if words else None
