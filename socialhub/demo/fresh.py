"""Whether a sentence is new: people say the same thing in their own words; only what is passed on reads the same."""

from __future__ import annotations

from collections import defaultdict
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
        count = words.bit_count()
        if count >= _FEWEST_WORDS and any(_alike(words & other, count + size) for other, size in told.texts):
            return False
        self._texts.add(text)
        told.texts.append((words, count))
        return True


class _Strand:
    """The texts of a strand: (bits of the words, how many these are)."""

    def __init__(self) -> None:
        self.texts: list[tuple[int, int]] = []
        self._bits: dict[str, int] = {}

    def words(self, text: str) -> int:
        """The words of a text but for whom it addresses."""
        found = 0
        for token in tokenise(text):
            if token[0] != "@":
                found |= self._bits.setdefault(token.lstrip("#"), 1 << len(self._bits))
        return found


def _alike(common: int, sizes: int) -> bool:
    shared = common.bit_count()
    return shared >= ALIKE * (sizes - shared)
