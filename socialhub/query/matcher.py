"""The streaming matcher: which of all topics a mention belongs to, asked once for every mention that comes in.

Each topic is filed under the words of which a match must hold at least one (its anchors); only the topics that some
token of the mention touches are evaluated, so that the cost follows the mention and not the number of topics. What a
token touches is remembered, since few tokens make up most of the traffic.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo
from itertools import filterfalse
from typing import Final, TypeAlias

from socialhub.query.evaluate import Document, Predicate, View, forms, predicate
from socialhub.query.tree import And, Node, Or, Phrase, Prefix, Scope, Term, leaves

_REMEMBERED: Final = 50_000
"""Distinct tokens kept with what they touch (about 5 MiB); then it starts anew: hostile text cannot fill memory."""

_Anchor: TypeAlias = Term | Prefix


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
        tokens = document.text_tokens
        if document.title_tokens:
            tokens = document.title_tokens + tokens
        touched = self._touched
        speaking = list(filterfalse(touched.silent.__contains__, tokens))
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

    def file(self, number: int, anchors: frozenset[_Anchor]) -> None:
        """File a topic under its anchors."""
        for anchor in anchors:
            if isinstance(anchor, Term):
                for form in forms(anchor.word):
                    self._terms.setdefault(form, set()).add(number)
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
        case Phrase(words, _scope, open_end):
            return frozenset({Term(max(words[:-1] if open_end else words, key=len))})
        case And(parts):
            return max((_anchors(part) for part in parts), key=_rarity)
        case Or(parts):
            found = [_anchors(part) for part in parts]
            return None if None in found else frozenset().union(*(anchors for anchors in found if anchors))
    return None


def _rarity(anchors: frozenset[_Anchor] | None) -> tuple[int, int]:
    """How seldom anchors are met, guessed: the longer the shortest word, the fewer the words, the seldomer."""
    if anchors is None:
        return 0, 0
    shortest = min(len(anchor.word if isinstance(anchor, Term) else anchor.stem) for anchor in anchors)
    return shortest, -len(anchors)


def _decided_by_anchors(node: Node) -> bool:
    """Whether to be touched is to match: single words and prefixes anywhere, and alternatives of these."""
    match node:
        case Term(scope=scope) | Prefix(scope=scope):
            return scope is Scope.ANYWHERE
        case Or(parts):
            return all(map(_decided_by_anchors, parts))
    return False


def _words(node: Node) -> tuple[str, ...]:
    """The whole words of a leaf; none for a prefix or a field."""
    match node:
        case Term(word):
            return (word,)
        case Phrase(words, _scope, open_end):
            return words[:-1] if open_end else words
    return ()
