"""The streaming matcher: which of all topics a mention belongs to, asked once for every mention that comes in.

Each topic is filed under the words of which a match must hold at least one (`anchors`); only the topics that some
token of the mention touches (`touched`) are evaluated, so that the cost follows the mention and not the number of
topics. What a token touches is remembered, since few tokens make up most of the traffic. Which words are rare is learnt
from the first mentions, and the topics are filed anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, tzinfo
from itertools import filterfalse
from typing import Final

from socialhub.query.anchors import Frequencies, anchors_of
from socialhub.query.document import Document, Predicate, View, tokens_of
from socialhub.query.evaluate import predicate
from socialhub.query.touched import Touched
from socialhub.query.tree import (
    Exact,
    Fuzzy,
    Loose,
    Node,
    Or,
    Phrase,
    Prefix,
    Scope,
    Term,
    Variants,
    Wildcard,
    leaves,
)
from socialhub.text import tokenise

LEARN_FROM: Final = (300, 5_000)
"""Mentions after which the topics are filed by the words met so far; then nothing is counted any more."""


class Matcher:
    """All topics at once. Not thread-safe; made anew when a topic changes."""

    def __init__(self, queries: Mapping[int, Node], zone: tzinfo = UTC) -> None:
        """`queries` maps topic numbers to trees; `zone` is where the days of `date:` begin."""
        self._queries = dict(queries)
        self._checks: dict[int, Predicate] = {
            number: predicate(node, zone) for number, node in queries.items() if not _decided_by_anchors(node)
        }
        self._counted: Counter[str] | None = Counter()
        self._met = 0
        self._file(Frequencies())
        words = {" ".join(_words(leaf)) for node in queries.values() for leaf in leaves(node, positive_only=True)}
        self._watched = tuple(sorted(words - {""}))

    def _file(self, frequencies: Frequencies) -> None:
        self._always: list[int] = []
        self._touched = Touched()
        for number, node in self._queries.items():
            anchors = anchors_of(node, frequencies)
            if anchors is None:
                self._always.append(number)
            else:
                self._touched.file(number, anchors)

    @property
    def watched(self) -> tuple[str, ...]:
        """Folded words, phrases, #tags and @handles that topics look for, sorted.

        Enough to ask a server for less; not enough to decide, since prefixes and fields are not among them.
        """
        return self._watched

    def match(self, document: Document, now: int | None = None) -> tuple[int, ...]:
        """The numbers of the topics that match, ascending. `now` (ms UTC; None: the machine's) serves `date:PT6H`."""
        tokens = tokens_of(document)
        if self._counted is not None:
            self._learn(self._counted, tokens)
        touched = self._touched
        speaking = list(filterfalse(touched.silent.__contains__, tokens))
        if not speaking and not self._always:
            return ()
        candidates = set(self._always).union(*map(touched.__getitem__, speaking))
        view, checks = View(document, now), self._checks
        return tuple(number for number in sorted(candidates) if (check := checks.get(number)) is None or check(view))

    def _learn(self, counted: Counter[str], tokens: list[str]) -> None:
        counted.update(set(tokens))
        self._met += 1
        if self._met in LEARN_FROM:
            self._file(Frequencies(counted))
            if self._met == LEARN_FROM[-1]:
                self._counted = None


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
