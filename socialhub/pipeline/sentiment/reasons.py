"""The words that made a judgement, from what each of them added to it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Final

from socialhub.model import Word

MOST: Final = 6
"""Reasons shown: more are not read."""
FAINT: Final = 0.15
"""Words that add less than this (log odds) are not worth a mention."""
HALF: Final = 0.6
"""Log odds that are shown as a weight of one half: weights are squeezed into -1…1."""


def strongest(words: Sequence[str], negates: Sequence[bool], added: Sequence[float]) -> tuple[Word, ...]:
    """The most telling words with their weights (-1…1), strongest first.

    `added` is the log odds against neutral that each word adds for positive, less those for negative (what speaks for
    neutral counts as nothing); a word right after a negation is shown with it ("pas mal").
    """
    found: dict[int, tuple[float, float, str]] = {}
    last = len(words) - 1
    for place, share in enumerate(added):
        if FAINT > share > -FAINT and not negates[place]:
            continue
        end = first = place
        # A negation is told with the word that follows, a word with the negations before it.
        while negates[end] and end < last and words[end + 1][0].isalnum():
            end += 1
        if end in found:
            continue
        while first and negates[first - 1] and words[first][0].isalnum():
            first -= 1
        together = sum(added[first : end + 1])
        text = _joined(words[first : end + 1])
        if (together >= FAINT or together <= -FAINT) and text not in _POINTS:
            found[end] = abs(together), together, text
    ranked = sorted(found.values(), key=_strength, reverse=True)[:MOST]
    return tuple(Word(text, round(share / (size + HALF), 2)) for size, share, text in ranked)


def _joined(words: Sequence[str]) -> str:
    """As they were written: "n'est pas" without a space after the apostrophe."""
    text = words[0]
    for before, word in pairwise(words):
        text += word if before[-1] in APOSTROPHES else f" {word}"
    return text


_strength = itemgetter(0)
APOSTROPHES: Final = "'’"
_POINTS: Final = frozenset(".,;:…·()[]{}«»\"'’-–—/|&")
"""Marks that no reader takes for a reason, whatever they weighed."""
