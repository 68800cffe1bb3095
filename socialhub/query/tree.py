"""The syntax tree of the query language: plain frozen data, no behaviour but the rules of its shape.

A tree is canonical: And and Or hold two parts or more and never one of their own sort, Not never holds a Not. Build
them with `all_of`, `any_of` and `negate`, which keep that. Words are tokens of `text.tokenise` (folded).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias


class Scope(StrEnum):
    """Where a word must stand."""

    ANYWHERE = ""
    TITLE = "title"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Term:
    """One word, `#tag` or `@handle`. A plain word is also found as a hashtag; a tag only as a hashtag."""

    word: str
    scope: Scope = Scope.ANYWHERE


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word, tag or handle that begins with `stem`."""

    stem: str
    scope: Scope = Scope.ANYWHERE


@dataclass(frozen=True, slots=True)
class Phrase:
    """Two or more words in a row inside the title or inside the text; hashtags count as their word.

    With `open_end` the last word may go on.
    """

    words: tuple[str, ...]
    scope: Scope = Scope.ANYWHERE
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A property of the mention compared with a value, which is in the normal form of `fields.read_field`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class NumberRange:
    """A number of the mention lies between `low` and `high` (None: open); a mention without the number never does."""

    name: str
    low: float | None = None
    high: float | None = None
    low_included: bool = True
    high_included: bool = True


@dataclass(frozen=True, slots=True)
class DateRange:
    """Published between two civil dates ("2026", "2026-11", "2026-11-01", "2026-11-01T10:30"; "" is open).

    An included end takes in its whole year, month, day or minute.
    """

    low: str = ""
    high: str = ""
    low_included: bool = True
    high_included: bool = True


@dataclass(frozen=True, slots=True)
class Recent:
    """Published within the last `span` milliseconds."""

    span: int


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not match."""

    part: Node


@dataclass(frozen=True, slots=True)
class And:
    """All parts match."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part matches."""

    parts: tuple[Node, ...]


Words: TypeAlias = Term | Prefix | Phrase
Leaf: TypeAlias = Words | Field | NumberRange | DateRange | Recent
Node: TypeAlias = And | Or | Not | Leaf


def all_of(parts: Iterable[Node]) -> Node:
    """The conjunction of one or more nodes."""
    flat = tuple(piece for part in parts for piece in (part.parts if isinstance(part, And) else (part,)))
    return flat[0] if len(flat) == 1 else And(flat)


def any_of(parts: Iterable[Node]) -> Node:
    """The disjunction of one or more nodes."""
    flat = tuple(piece for part in parts for piece in (part.parts if isinstance(part, Or) else (part,)))
    return flat[0] if len(flat) == 1 else Or(flat)


def negate(node: Node) -> Node:
    """The negation of a node; two negations cancel out."""
    return node.part if isinstance(node, Not) else Not(node)


def leaves(node: Node, *, positive_only: bool = False) -> Iterator[Leaf]:
    """The leaves from left to right; `positive_only` leaves out what stands under a Not."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part, positive_only=positive_only)
        case Not(part):
            if not positive_only:
                yield from leaves(part)
        case _:
            yield node


def scoped(node: Node, scope: Scope) -> Node:
    """The same tree with every word restricted to `scope`.

    Raises ValueError when a leaf is a field or has a scope already.
    """
    match node:
        case And(parts):
            return And(tuple(scoped(part, scope) for part in parts))
        case Or(parts):
            return Or(tuple(scoped(part, scope) for part in parts))
        case Not(part):
            return Not(scoped(part, scope))
        case Term(scope=Scope.ANYWHERE) | Prefix(scope=Scope.ANYWHERE) | Phrase(scope=Scope.ANYWHERE):
            return replace(node, scope=scope)
    raise ValueError(node)
