"""The words that made a judgement, from what each of them added to it."""

from __future__ import annotations

from collections.abc import Sequence
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
    if not added:
        return ()
    found: list[tuple[float, str]] = []
    place = 0
    while place < len(words):
        share, text = added[place], words[place]
        while negates[place] and place + 1 < len(words) and words[place + 1][0].isalnum():
            place += 1
            share += added[place]
            text = f"{text}{'' if text[-1] in APOSTROPHES else ' '}{words[place]}"
        if abs(share) >= FAINT and text not in _POINTS:
            found.append((share, text))
        place += 1
    found.sort(key=lambda each: -abs(each[0]))
    return tuple(Word(text, round(share / (abs(share) + HALF), 2)) for share, text in found[:MOST])


APOSTROPHES: Final = "'’"
_POINTS: Final = frozenset(".,;:…·()[]{}«»\"'’-–—/|&")
"""Marks that no reader takes for a reason, whatever they weighed."""
