"""Why a mention matched, or why it did not: the words to highlight, the branch that was true, every part's verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo

from socialhub.query import patterns
from socialhub.query.document import Document
from socialhub.query.evaluate import matches
from socialhub.query.printer import format_query
from socialhub.query.runs import Part, runs
from socialhub.query.tree import (
    And,
    Near,
    Node,
    Not,
    Or,
    Regex,
    Scope,
    all_of,
    is_placed,
    is_wordy,
    parts_of,
)


def spans(node: Node, text: str, scope: Scope = Scope.ANYWHERE) -> list[tuple[int, int]]:
    """What to highlight in `text`: (start, end) in characters, in order, never overlapping.

    These are the words that the query asks for, not those it excludes. `scope` says that `text` is the title or the
    text: words that must stand in the other one are then left out.
    """
    return _merged(node, Part(scope, text))


def spans_of_each(nodes: Mapping[int, Node], text: str) -> dict[int, list[tuple[int, int]]]:
    """The spans of several queries in one text, which is read once; those that find nothing are left out."""
    part = Part(Scope.ANYWHERE, text)
    return {number: found for number, node in nodes.items() if (found := _merged(node, part))}


def _merged(node: Node, part: Part) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(_found(node, part)):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _found(node: Node, part: Part) -> Iterator[tuple[int, int]]:
    match node:
        case Not():
            return
        case Near():
            yield from _ends_of_pairs(node, part)
        case Regex(pattern, scope):
            if not scope or not part.scope or scope is part.scope:
                yield from patterns.places(pattern, part.text)
        case _ if parts := parts_of(node):
            for each in parts:
                yield from _found(each, part)
        case _ if is_placed(node):
            places = part.spans
            yield from ((places[first][1], places[last][2]) for first, last in runs(node, part))


def _ends_of_pairs(near: Near, part: Part) -> Iterator[tuple[int, int]]:
    """Of words near each other only those that are: both ends of each pair, without what lies between."""
    places, pairs = part.spans, runs(near, part)
    starts, ends = {first for first, _last in pairs}, {last for _first, last in pairs}
    for side in (near.left, near.right):
        for first, last in runs(side, part):
            if first in starts or last in ends:
                yield places[first][1], places[last][2]


def branch(node: Node, document: Document, now: int | None = None, zone: tzinfo = UTC) -> Node | None:
    """The part of the query that made it match: of every OR the first true side. None when it does not match."""
    match node:
        case Or(parts):
            return next((found for part in parts if (found := branch(part, document, now, zone)) is not None), None)
        case And(parts):
            branches = [found for part in parts if (found := branch(part, document, now, zone)) is not None]
            return all_of(branches) if len(branches) == len(parts) else None
    return node if matches(node, document, now, zone) else None


@dataclass(frozen=True, slots=True)
class Reason:
    """The verdict on one part of a query: its text, whether it holds, the words that were found for it, its parts.

    `operator` is AND, OR, NOT or "" for a part without parts.
    """

    query: str
    operator: str
    holds: bool
    words: tuple[str, ...] = ()
    parts: tuple[Reason, ...] = ()


def explain(node: Node, document: Document, now: int | None = None, zone: tzinfo = UTC) -> Reason:
    """The verdict on a query and on each of its parts; the document must bring title and text."""
    inner = parts_of(node) if isinstance(node, And | Or | Not) else ()
    parts = tuple(explain(part, document, now, zone) for part in inner)
    operator = {And: "AND", Or: "OR", Not: "NOT"}.get(type(node), "")
    words = () if inner or not is_wordy(node) else _words(node, document)
    return Reason(format_query(node), operator, matches(node, document, now, zone), words, parts)


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """One line of a verdict: whether this part of the query holds, its text, the words found for it."""

    holds: bool
    query: str
    words: tuple[str, ...]


def reason_lines(reason: Reason) -> list[ReasonLine]:
    """A verdict as lines a person reads: of an AND every part, of an OR that holds its true sides, else the whole."""
    if reason.operator == "AND":
        return [line for part in reason.parts for line in reason_lines(part)]
    if reason.operator == "OR" and reason.holds:
        return [line for part in reason.parts if part.holds for line in reason_lines(part)]
    if reason.operator == "NOT":
        return [ReasonLine(reason.holds, reason.query, tuple(dict.fromkeys(_words_below(reason))))]
    return [ReasonLine(reason.holds, reason.query, reason.words)]


def _words_below(reason: Reason) -> Iterator[str]:
    yield from reason.words
    for part in reason.parts:
        yield from _words_below(part)


def _words(node: Node, document: Document) -> tuple[str, ...]:
    found = [
        text[start:end]
        for scope, text in ((Scope.TITLE, document.title), (Scope.TEXT, document.text))
        for start, end in spans(node, text, scope)
    ]
    return tuple(dict.fromkeys(found))
