"""Why a mention matched: which words to highlight, and which branch of the query was true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, tzinfo

from socialhub.query.evaluate import Document, forms, matches, phrase_starts
from socialhub.query.fields import bare
from socialhub.query.tree import And, Node, Or, Phrase, Prefix, Scope, Term, all_of, leaves
from socialhub.text import tokens_with_spans


def spans(node: Node, text: str, scope: Scope = Scope.ANYWHERE) -> list[tuple[int, int]]:
    """What to highlight in `text`: (start, end) in characters, in order, never overlapping.

    These are the words that the query asks for, not those it excludes. `scope` says that `text` is the title or the
    text: words that must stand in the other one are then left out.
    """
    tokens = tokens_with_spans(text)
    found = [
        (tokens[first][1], tokens[last][2])
        for leaf in leaves(node, positive_only=True)
        for first, last in _token_runs(leaf, [token for token, _start, _end in tokens], scope)
    ]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _token_runs(leaf: Node, tokens: list[str], scope: Scope) -> Iterator[tuple[int, int]]:
    """The first and last token of every place where a leaf of words is found."""
    if isinstance(leaf, Term | Prefix | Phrase) and scope and leaf.scope not in (Scope.ANYWHERE, scope):
        return
    match leaf:
        case Term(word):
            found_as = forms(word)
            yield from ((index, index) for index, token in enumerate(tokens) if token in found_as)
        case Prefix(stem):
            stems = forms(stem)
            yield from ((index, index) for index, token in enumerate(tokens) if token.startswith(stems))
        case Phrase(words):
            starts = phrase_starts(leaf, list(map(bare, tokens)))
            yield from ((start, start + len(words) - 1) for start in starts)


def branch(node: Node, document: Document, now: int | None = None, zone: tzinfo = UTC) -> Node | None:
    """The part of the query that made it match: of every OR the first true side. None when it does not match."""
    match node:
        case Or(parts):
            return next((found for part in parts if (found := branch(part, document, now, zone)) is not None), None)
        case And(parts):
            branches = [found for part in parts if (found := branch(part, document, now, zone)) is not None]
            return all_of(branches) if len(branches) == len(parts) else None
    return node if matches(node, document, now, zone) else None
