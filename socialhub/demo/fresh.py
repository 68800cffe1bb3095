"""Whether a sentence is new: people say the same thing in their own words; only what is passed on reads the same."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Final

from socialhub.text import tokenise

ALIKE: Final = 0.55
"""Share of common words (Jaccard index) from which two texts read as one; below the 0.6 from which they are copies."""
_FEWEST_WORDS: Final = 7
"""Shorter texts are only compared as they are: anybody may say "merci beaucoup"."""


class Told:
    """What was told, by strand. A text is kept as a number with a bit for each of its words: many are compared."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._strands: defaultdict[str, _Strand] = defaultdict(_Strand)

    def is_new(self, strand: str, text: str) -> bool:
        """Whether nothing of its strand reads like a text; if so it is noted as told."""
        if text in self._texts:
            return False
        told = self._strands[strand]
        words = told.words(text)
        if words.bit_count() >= _FEWEST_WORDS and told.has_like(words):
            return False
        self._texts.add(text)
        told.add(words)
        return True


class _Strand:
    """The texts of a strand as bits of their words, by how many words these are."""

    def __init__(self) -> None:
        self._texts: defaultdict[int, list[int]] = defaultdict(list)
        self._bits: dict[str, int] = {}

    def add(self, words: int) -> None:
        """Note a text."""
        self._texts[words.bit_count()].append(words)

    def has_like(self, words: int) -> bool:
        """Whether a text of the strand is alike."""
        count = words.bit_count()
        for size, others in self._texts.items():
            needed = _needed(count + size)
            if needed > min(count, size):
                continue
            # A loop, no generator: nine hundred thousand comparisons make a quarter of a telling.
            for other in others:
                if (words & other).bit_count() >= needed:
                    return True
        return False

    def words(self, text: str) -> int:
        """The words of a text but for whom it addresses."""
        found, bits = 0, self._bits
        for token in tokenise(text):
            if token[0] != "@":
                word = token.lstrip("#")
                bit = bits.get(word)
                if bit is None:
                    bit = bits[word] = 1 << len(bits)
                found |= bit
        return found


@cache
def _needed(sizes: int) -> int:
    """How many words two texts that have so many together must share to be alike."""
    return next(shared for shared in range(sizes + 1) if shared >= ALIKE * (sizes - shared))
