"""The streaming matcher: which of all topics a mention belongs to, asked once for every mention that comes in.

Each topic is filed under the words of which a match must hold at least one (its anchors); only the topics that some
token of the mention touches are evaluated, so that the cost follows the mention and not the number of topics. What a
token touches is remembered, since few tokens make up most of the traffic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from itertools import filterfalse
from typing import Final, TypeAlias

from socialhub.query.document import Document, Predicate, View, tokens_of
from socialhub.query.evaluate import forms, predicate
from socialhub.query.runs import fits
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
    Scope,
    Sentence,
    Term,
    Variants,
    Wildcard,
    leaves,
)
from socialhub.text import tokenise

_REMEMBERED: Final = 50_000
"""Distinct tokens kept with what they touch (about 5 MiB); then it starts anew: hostile text cannot fill memory."""

_Anchor: TypeAlias = Term | Prefix | Fuzzy | Wildcard


class Matcher:
    """All topics at once. Not thread-safe; made anew when a topic changes."""

    def __init__(self, queries: Mapping[int, Node], zone: tzinfo = UTC) -> None:
        """`queries` maps topic numbers to trees; `zone` is where the days of `date:` begin."""
        self._checks: dict[int, Predicate] = {}
        self._always: list[int] = []
        self._touched = _Touched()
        for number, node in queries.items():
            anchors = _anchors(node)
            if anchors is None:
                self._always.append(number)
            else:
                self._touched.file(number, anchors)
            if not _decided_by_anchors(node):
                self._checks[number] = predicate(node, zone)
        words = {" ".join(_words(leaf)) for node in queries.values() for leaf in leaves(node, positive_only=True)}
        self._watched = tuple(sorted(words - {""}))

    @property
    def watched(self) -> tuple[str, ...]:
        """Folded words, phrases, #tags and @handles that topics look for, sorted.

        Enough to ask a server for less; not enough to decide, since prefixes and fields are not among them.
        """
        return self._watched

    def match(self, document: Document, now: int | None = None) -> tuple[int, ...]:
        """The numbers of the topics that match, ascending. `now` (ms UTC; None: the machine's) serves `date:PT6H`."""
        touched = self._touched
        speaking = list(filterfalse(touched.silent.__contains__, tokens_of(document)))
        if not speaking and not self._always:
            return ()
        candidates = set(self._always).union(*map(touched.__getitem__, speaking))
        view, checks = View(document, now), self._checks
        return tuple(number for number in sorted(candidates) if (check := checks.get(number)) is None or check(view))


class _Touched(dict[str, tuple[int, ...]]):
    """token -> numbers of the topics it may decide, worked out when a token is first met.

    Most tokens touch nothing: these are `silent`, and one set look-up each is all they cost from then on.
    """

    def __init__(self) -> None:
        super().__init__()
        self.silent: set[str] = set()
        self._terms: dict[str, set[int]] = {}
        self._stems: dict[int, dict[str, set[int]]] = {}
        self._shapes: list[tuple[Fuzzy | Wildcard, int]] = []

    def file(self, number: int, anchors: frozenset[_Anchor]) -> None:
        """File a topic under its anchors."""
        for anchor in anchors:
            if isinstance(anchor, Term):
                for form in forms(anchor.word):
                    self._terms.setdefault(form, set()).add(number)
            elif isinstance(anchor, Fuzzy | Wildcard):
                self._shapes.append((anchor, number))
            else:
                for form in forms(anchor.stem):
                    self._stems.setdefault(len(form), {}).setdefault(form, set()).add(number)

    def __missing__(self, token: str) -> tuple[int, ...]:
        if len(self) + len(self.silent) >= _REMEMBERED:
            self.clear()
            self.silent.clear()
        numbers = set(self._terms.get(token, ()))
        for length, stems in self._stems.items():
            numbers.update(stems.get(token[:length], ()))
        numbers.update(number for shape, number in self._shapes if fits(shape, token))
        if not numbers:
            self.silent.add(token)
            return ()
        touched = self[token] = tuple(numbers)
        return touched


def _anchors(node: Node) -> frozenset[_Anchor] | None:
    """Words of which every match holds at least one; None when a mention can match without any."""
    match node:
        case Term(word):
            return frozenset({Term(word)})
        case Prefix(stem):
            return frozenset({Prefix(stem)})
        case Wildcard(pattern):
            return frozenset({Wildcard(pattern)})
        case Fuzzy(word, edits):
            return frozenset({Fuzzy(word, edits)})
        case Phrase(words, _scope, open_end):
            return _longest(words[:-1] if open_end else words)
        case Loose(words):
            return _longest(words)
        case Exact(words):
            return _longest([token.removeprefix("#") for word in words for token in tokenise(word)])
        case Variants(pieces):
            joined = "".join(pieces)
            return frozenset(Term(joined[:length]) for length in range(1, len(joined) + 1))
        case Sentence(part) | Count(part):
            return _anchors(part)
        case Near(left, right):
            return max((_anchors(left), _anchors(right)), key=_rarity)
        case And(parts):
            return max((_anchors(part) for part in parts), key=_rarity)
        case Or(parts):
            found = [_anchors(part) for part in parts]
            return None if None in found else frozenset().union(*(anchors for anchors in found if anchors))
    return None


def _longest(words: Sequence[str]) -> frozenset[_Anchor] | None:
    return frozenset({Term(max(words, key=len))}) if words else None


def _rarity(anchors: frozenset[_Anchor] | None) -> tuple[int, int]:
    """How seldom anchors are met, guessed: the longer the shortest word, the fewer the words, the seldomer."""
    if anchors is None:
        return 0, 0
    return min(_letters(anchor) for anchor in anchors), -len(anchors)


def _letters(anchor: _Anchor) -> int:
    match anchor:
        case Term(word) | Fuzzy(word):
            return len(word)
        case Prefix(stem):
            return len(stem)
        case Wildcard(pattern):
            return min(pattern.find("?") % 99, pattern.find("*") % 99)


def _decided_by_anchors(node: Node) -> bool:
    """Whether to be touched is to match: single words and shapes anywhere, and alternatives of these."""
    match node:
        case Term(scope=scope) | Prefix(scope=scope) | Wildcard(scope=scope) | Fuzzy(scope=scope):
            return scope is Scope.ANYWHERE
        case Or(parts):
            return all(map(_decided_by_anchors, parts))
    return False


def _words(node: Node) -> tuple[str, ...]:
    """The whole words of a leaf; none for a shape or a field."""
    match node:
        case Term(word):
            return (word,)
        case Phrase(words, _scope, open_end):
            return words[:-1] if open_end else words
        case Exact(words):
            return tuple(token.removeprefix("#") for word in words for token in tokenise(word))
        case Variants(pieces):
            return ("".join(pieces),)
        case Loose(words):
            return (max(words, key=len),)
    return ()
