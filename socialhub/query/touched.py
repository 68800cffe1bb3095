"""The automaton of the matcher: from a token to the topics that it may decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from socialhub.query.anchors import Anchor
from socialhub.query.evaluate import forms
from socialhub.query.runs import LONGEST_TOKEN, bare, fits
from socialhub.query.tree import Fuzzy, Term, Wildcard

REMEMBERED: Final = 50_000
"""Distinct tokens kept with what they touch (about 5 MiB); then it starts anew: hostile text cannot fill memory."""


class Touched(dict[str, tuple[int, ...]]):
    """token -> numbers of the topics it may decide, worked out when a token is first met.

    Most tokens touch nothing: these are `silent`, and one set look-up each is all they cost from then on.
    """

    def __init__(self) -> None:
        super().__init__()
        self.silent: set[str] = set()
        self._terms: dict[str, set[int]] = {}
        self._stems: dict[int, dict[str, set[int]]] = {}
        self._shapes: dict[int, dict[str, list[tuple[Wildcard, int]]]] = {}
        self._misspelt: dict[str, list[tuple[Fuzzy, int]]] = {}

    def file(self, number: int, anchors: frozenset[Anchor]) -> None:
        """File a topic under its anchors."""
        for anchor in anchors:
            if isinstance(anchor, Term):
                for form in forms(anchor.word):
                    self._terms.setdefault(form, set()).add(number)
            elif isinstance(anchor, Wildcard):
                known = anchor.pattern.split("*")[0].split("?")[0]
                self._shapes.setdefault(len(known), {}).setdefault(known, []).append((anchor, number))
            elif isinstance(anchor, Fuzzy):
                for rest in _deletions(anchor.word):
                    self._misspelt.setdefault(rest, []).append((anchor, number))
            else:
                for form in forms(anchor.stem):
                    self._stems.setdefault(len(form), {}).setdefault(form, set()).add(number)

    def __missing__(self, token: str) -> tuple[int, ...]:
        if len(self) + len(self.silent) >= REMEMBERED:
            self.clear()
            self.silent.clear()
        numbers = set(self._terms.get(token, ()))
        for length, stems in self._stems.items():
            numbers.update(stems.get(token[:length], ()))
        numbers.update(self._shaped(token))
        if not numbers:
            self.silent.add(token)
            return ()
        touched = self[token] = tuple(numbers)
        return touched

    def _shaped(self, token: str) -> Iterator[int]:
        """The topics that look for a word of this shape, or that this token is a misspelling of."""
        words = {token, bare(token)}
        for length, shapes in self._shapes.items():
            for word in words:
                yield from (number for shape, number in shapes.get(word[:length], ()) if fits(shape, token))
        if self._misspelt and len(token) <= LONGEST_TOKEN:
            for rest in set().union(*map(_deletions, words)):
                yield from (number for fuzzy, number in self._misspelt.get(rest, ()) if fits(fuzzy, token))


def _deletions(word: str) -> set[str]:
    """The word, and what is left of it without one of its letters.

    Two words that are one typing error apart have one of these in common (SymSpell, W. Garbe, 2012).
    """
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
