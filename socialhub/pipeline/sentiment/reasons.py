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


def strongest(words: Sequence[str], negations: Sequence[int], added: Sequence[float], unit: float) -> tuple[Word, ...]:
    """The most telling words with their weights (-1…1), strongest first.

    `added`, in units of `unit`, is the log odds against neutral that each word adds for positive, less those for
    negative (what speaks for neutral counts as nothing). `negations` are the places of words that negate: they are told
    with the word that follows ("pas mal").
    """
    faint = FAINT / unit
    found: list[tuple[float, float, str]] = []
    chunks = _chunks(words, negations) if negations else {}
    for place, share in enumerate(added):
        if place in chunks:
            start, end = chunks[place]
            share = sum(added[start:end]) if place == end - 1 else 0.0
        if share >= faint or share <= -faint:
            text = _joined(words[slice(*chunks[place])]) if place in chunks else words[place]
            if text not in _POINTS:
                found.append((abs(share), share, text))
    found.sort(key=_strength, reverse=True)
    return tuple([Word(text, round(share / (size + HALF / unit), 2)) for size, share, text in found[:MOST]])


def _chunks(words: Sequence[str], negations: Sequence[int]) -> dict[int, tuple[int, int]]:
    """The runs (start, end) of negations with the word after them, by the place of each word in them."""
    found: dict[int, tuple[int, int]] = {}
    negating = set(negations)
    for place in negations:
        end = place + 1
        while end < len(words) and words[end][0].isalnum():
            end += 1
            if end - 1 not in negating:
                break
        if place not in found and end - place > 1:
            found.update(dict.fromkeys(range(place, end), (place, end)))
    return found


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
