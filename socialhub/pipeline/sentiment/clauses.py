"""Which part of a text speaks of which topic: "Mandarine down, thank you Libre" is bad for one, good for the other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

Places = Mapping[int, Sequence[tuple[int, int]]]
"""Where each topic's words stand, (start, end) in characters."""

_SENTENCE: Final = re.compile(r"(?:[.!?…]+[\s\"»)]*(?=\s|$)|\n)")
_CLAUSE: Final = re.compile(
    r"(?:[;:,–—]\s|\s-\s|\b(?:mais|tandis que|alors que|pendant que|contrairement à|par contre|en revanche|"
    r"but|while|whereas|unlike|however|though)\b)",
    re.IGNORECASE,
)
_JOINT: Final = re.compile(r"\b(?:et|ou|and|or|than|que)\b", re.IGNORECASE)


def clauses(text: str, places: Places) -> dict[int, str]:
    """The words around each topic's matches, for those topics that stand apart from the others.

    Sentences first; a sentence with several topics is cut at commas and at words like "mais", then at "et". A piece
    without a topic belongs to the piece before it (the first ones to the one after them). Topics that share a smallest
    piece with another are left out: it cannot be told.
    """
    if len(places) < 2:
        return {}
    owned: defaultdict[int, list[str]] = defaultdict(list)
    shared: set[int] = set()
    waiting: list[str] = []
    owner: set[int] = set()
    for start, end in _pieces(text, (0, len(text)), places, (_SENTENCE, _CLAUSE, _JOINT)):
        named = _named(places, start, end)
        owner = named or owner
        if not owner:
            waiting.append(text[start:end])
            continue
        words, waiting = [*waiting, text[start:end]], []
        if len(owner) > 1:
            shared |= owner
        for topic in owner:
            owned[topic] += words
    return {topic: "".join(words).strip() for topic, words in owned.items() if topic not in shared}


def _named(places: Places, start: int, end: int) -> set[int]:
    return {topic for topic, spans in places.items() if any(low < end and high > start for low, high in spans)}


def _pieces(
    text: str, whole: tuple[int, int], places: Places, cuts: Sequence[re.Pattern[str]]
) -> list[tuple[int, int]]:
    """The pieces of a stretch in order, cut no finer than it takes to tell its topics apart."""
    if not cuts or (len(_named(places, *whole)) < 2 and cuts[0] is not _SENTENCE):
        return [whole]
    low, end = whole
    found: list[tuple[int, int]] = []
    for cut in cuts[0].finditer(text, low, end):
        # A sentence keeps its full stop; a clause begins with the word that joins it.
        edge = cut.end() if cuts[0] is _SENTENCE else cut.start()
        if edge > low:
            found.append((low, edge))
            low = edge
    found.append((low, end))
    return [piece for part in found if part[1] > part[0] for piece in _pieces(text, part, places, cuts[1:])]
