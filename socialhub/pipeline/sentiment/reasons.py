"""The words that made a judgement, from what each of them added to it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Final

from socialhub.model import Word
from socialhub.pipeline.sentiment.function_words import function_words

MOST: Final = 6
"""Reasons shown: more are not read."""
FAINT: Final = 0.15
"""Words that add less than this (log odds) are not worth a mention."""
HALF: Final = 0.6
"""Log odds that are shown as a weight of one half: weights are squeezed into -1…1."""


def strongest(
    words: Sequence[str], negations: Sequence[int], added: Sequence[float], unit: float, lang: str
) -> tuple[Word, ...]:
    """The most telling words with their weights (-1…1), strongest first.

    `added`, in units of `unit`, is the log odds against neutral that each word adds for positive, less those for
    negative (what speaks for neutral counts as nothing). `negations` are the places of words that negate. They and
    telling words of grammar are told with the word that they belong to, and weigh together ("pas mal", "la chance").
    """
    faint, half, grammar = FAINT / unit, HALF / unit, function_words(lang)
    sizes = list(map(abs, added))
    telling = [place for place, size in enumerate(sizes) if size >= faint]
    small = [place for place in telling if words[place] in grammar]
    found: list[tuple[float, float, int, int]] = []
    if negations or small:
        joined: set[int] = set()
        for start, end in _runs(words, negations, small, grammar):
            joined.update(range(start, end))
            share = sum(added[start:end])
            if share >= faint or share <= -faint:
                found.append((abs(share), share, start, end))
        telling = [place for place in telling if place not in joined]
    alone = [(sizes[place], added[place], place, place + 1) for place in telling if words[place] not in _POINTS]
    if small:
        # A word of grammar stands alone only where nothing else speaks.
        said = [each for each in alone if words[each[2]] not in grammar]
        alone = said if said or found else alone
    found += alone
    found.sort(key=_strength, reverse=True)
    return tuple(
        [
            Word(words[low] if high - low == 1 else _joined(words[low:high]), round(share / (size + half), 2))
            for size, share, low, high in found[:MOST]
        ]
    )


def _runs(
    words: Sequence[str], negations: Sequence[int], small: Sequence[int], grammar: frozenset[str]
) -> list[tuple[int, int]]:
    """The runs (start, end) of negations and words of grammar with the word that they belong to, in order.

    That is the next word that is neither; before a mark or the end of the text, the one before.
    """
    found: list[tuple[int, int]] = []
    negating, reached = set(negations), 0
    for place in sorted(negating.union(small)):
        if place < reached:
            continue
        start, end, closed = place, place + 1, False
        while not closed and end < len(words) and words[end][0].isalnum():
            closed = words[end] not in grammar and end not in negating
            end += 1
        if not closed and place not in negating:
            if found and reached == start:
                start = found.pop()[0]
            elif start and words[start - 1][0].isalnum():
                start -= 1
        reached = end
        if end - start > 1:
            found.append((start, end))
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
