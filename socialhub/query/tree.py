"""The syntax tree of the query language: plain frozen data, no behaviour but the rules of its shape.

A tree is canonical: And and Or hold two parts or more and never one of their own sort, Not never holds a Not. Build
them with `all_of`, `any_of` and `negate`, which keep that. Words are tokens of `text.tokenise` (folded), but in Exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeAlias

LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
"""What is typed by error, and what `?` stands for: after the fold French and English have no other letters."""


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
class Wildcard:
    """Any word, tag or handle of this shape: `?` stands for one of LETTERS, `*` for anything or nothing.

    Never begins with either; one that only ends with `*` is a Prefix.
    """

    pattern: str
    scope: Scope = Scope.ANYWHERE


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """The word, or the word with one typing error behind its first letter (`misspellings`)."""

    word: str
    scope: Scope = Scope.ANYWHERE


@dataclass(frozen=True, slots=True)
class Variants:
    """The pieces written as one word, with hyphens or with blanks, in any mixture; one to three pieces.

    A single piece may also be cut in two, with 3 letters left on each side (`spellings`).
    """

    pieces: tuple[str, ...]
    scope: Scope = Scope.ANYWHERE


@dataclass(frozen=True, slots=True)
class Exact:
    """Words in a row as they are written, with their capitals and accents; hashtags count as their word."""

    words: tuple[str, ...]
    scope: Scope = Scope.ANYWHERE


@dataclass(frozen=True, slots=True)
class Loose:
    """All the words in any order within a stretch that holds at most `distance` other words; two words or more."""

    words: tuple[str, ...]
    distance: int
    scope: Scope = Scope.ANYWHERE


@dataclass(frozen=True, slots=True)
class Near:
    """Both sides stand in the title or both in the text, apart from each other, with at most `distance` words between.

    `ordered`: the left one first. Sides are words, alternatives of words, or such pairs again (`is_placed`).
    """

    left: Node
    right: Node
    distance: int
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the title or of the text matches `part`, which holds words only."""

    part: Node


@dataclass(frozen=True, slots=True)
class Count:
    """`part` (as a side of Near) is found at `least` so many places of title and text together."""

    part: Node
    least: int


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression is found in the title or in the text as written; capitals do not matter, accents do."""

    pattern: str
    scope: Scope = Scope.ANYWHERE


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved search inside another query; `resolve` puts its own query in its place."""

    name: str


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


def spellings(node: Variants) -> list[tuple[str, ...]]:
    """The runs of words that the pieces may be written as: (cartesim), (carte, sim)."""
    if len(node.pieces) == 1:
        word = node.pieces[0]
        return [(word,), *((word[:at], word[at:]) for at in range(3, len(word) - 2))]
    found: list[tuple[str, ...]] = [(node.pieces[0],)]
    for piece in node.pieces[1:]:
        found = [longer for run in found for longer in ((*run[:-1], run[-1] + piece), (*run, piece))]
    return found


Words: TypeAlias = Term | Prefix | Phrase | Wildcard | Fuzzy | Variants | Exact | Loose
"""Leaves that are found at places: runs of words."""
Group: TypeAlias = Near | Sentence | Count
"""Nodes over words that ask how the places of their parts lie."""
Leaf: TypeAlias = Words | Regex | Field | NumberRange | DateRange | Recent | Saved
Node: TypeAlias = And | Or | Not | Group | Leaf


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


def parts_of(node: Node) -> tuple[Node, ...]:
    """What a node is made of; nothing for a leaf."""
    match node:
        case And(parts) | Or(parts):
            return parts
        case Not(part) | Sentence(part) | Count(part):
            return (part,)
        case Near(left, right):
            return (left, right)
    return ()


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The same node over changed parts, canonical again; a leaf as it is."""
    match node:
        case And(parts):
            return all_of(map(change, parts))
        case Or(parts):
            return any_of(map(change, parts))
        case Not(part):
            return negate(change(part))
        case Sentence(part) | Count(part):
            return replace(node, part=change(part))
        case Near(left, right):
            return replace(node, left=change(left), right=change(right))
    return node


def leaves(node: Node, *, positive_only: bool = False) -> Iterator[Leaf]:
    """The leaves from left to right; `positive_only` leaves out what stands under a Not."""
    if isinstance(node, Not) and positive_only:
        return
    parts = parts_of(node)
    if not parts:
        yield node  # type: ignore[misc]
    for part in parts:
        yield from leaves(part, positive_only=positive_only)


def is_placed(node: Node) -> bool:
    """Whether a node is found at places: words, alternatives of words, and words near each other."""
    if isinstance(node, Or | Near):
        return all(map(is_placed, parts_of(node)))
    return isinstance(node, Words)


def is_wordy(node: Node) -> bool:
    """Whether a node asks for nothing but the words of title and text."""
    return all(isinstance(leaf, Words | Regex) for leaf in leaves(node))


def subject(node: Node) -> str:
    """The slug of the one topic that every match belongs to, in small letters; "" where there is none, or several."""
    parts = node.parts if isinstance(node, And) else (node,)
    topics = {part.value for part in parts if isinstance(part, Field) and part.name == "topic"}
    return topics.pop() if len(topics) == 1 else ""


def scoped(node: Node, scope: Scope) -> Node:
    """The same tree with every word restricted to `scope`.

    Raises ValueError when a leaf is a field or has a scope already.
    """
    if isinstance(node, Words | Regex):
        if node.scope:
            raise ValueError(node)
        return replace(node, scope=scope)
    if not parts_of(node):
        raise ValueError(node)
    return rebuilt(node, lambda part: scoped(part, scope))


def resolve(node: Node, saved: Callable[[str], Node | None]) -> Node:
    """The tree with every saved search replaced by its own query, however deep.

    `saved` gives the tree of a name, None for an unknown one. Raises LookupError(name) for an unknown search and
    RecursionError(names) for searches that hold themselves.
    """
    return _resolved(node, saved, ())


def _resolved(node: Node, saved: Callable[[str], Node | None], path: tuple[str, ...]) -> Node:
    if not isinstance(node, Saved):
        return rebuilt(node, lambda part: _resolved(part, saved, path))
    key = node.name.casefold()
    if key in path:
        raise RecursionError(*path, key)
    if (found := saved(node.name)) is None:
        raise LookupError(node.name)
    return _resolved(found, saved, (*path, key))
