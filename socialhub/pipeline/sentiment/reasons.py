"""The words that made a judgement, from what each of them added to it."""

from __future__ import annotations

from collections.abc import Sequence
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
    found: list[tuple[float, float, str]] = []
    last = len(words) - 1
    for place, share in enumerate(added):
        if negates[place] and place < last and words[place + 1][0].isalnum():
            # Told with the word that follows.
            continue
        text, first = words[place], place
        while first and negates[first - 1] and text[0].isalnum():
            first -= 1
            share += added[first]
            text = f"{words[first]}{'' if words[first][-1] in APOSTROPHES else ' '}{text}"
        if (share >= FAINT or share <= -FAINT) and text not in _POINTS:
            found.append((abs(share), share, text))
    found.sort(key=_strength, reverse=True)
    return tuple(Word(text, round(share / (size + HALF), 2)) for size, share, text in found[:MOST])


_strength = itemgetter(0)
APOSTROPHES: Final = "'’"
_POINTS: Final = frozenset(".,;:…·()[]{}«»\"'’-–—/|&")
"""Marks that no reader takes for a reason, whatever they weighed."""
