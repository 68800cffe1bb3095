"""A query narrowed by a value that was found, and widened again, in its own words where that can be done.

Pure. Loads the query language: meant for what happens after the first paint.
"""

from __future__ import annotations

from collections.abc import Iterable

from socialhub.query import Node, QueryError, all_of, format_query, parse
from socialhub.query.fields import ascii_lower
from socialhub.query.tree import And, DateRange, Field, Or
from socialhub.text import clean

_FACETS = ("source", "sentiment", "lang")


def narrowed_by(query: str, parts: Iterable[str]) -> str:
    """The query narrowed by these parts. Raises QueryError."""
    for part in parts:
        if part and parse(part) not in _parts(query):
            query = toggled(query, part)
    return query


def field_part(name: str, value: str) -> str:
    """The part of a query that asks for a value of a field; "" for a value that no query can name."""
    if not (wanted := ascii_lower(clean(value, single_line=True).strip())):
        return ""
    part = format_query(Field(name, wanted))
    return part if _says(part, [Field(name, wanted)]) else ""


def chosen_parts(query: str) -> tuple[str, ...]:
    """The parts of a query that all its matches must fulfil and that a facet could have chosen, in order."""
    return tuple(format_query(part) for part in _parts(query) if _is_facet(part))


def toggled(query: str, part: str) -> str:
    """The query narrowed by a part, or without it when it is narrowed by it already. Raises QueryError."""
    wanted, parts = parse(part), _parts(query)
    if wanted not in parts:
        if not parts:
            return part
        return f"({query}) {part}" if isinstance(parts[0], Or) and len(parts) == 1 else f"{query} {part}"
    left = [each for each in parts if each != wanted]
    if not left:
        return ""
    before, _part, after = query.rpartition(part)
    shorter = f"{before.rstrip()} {after.lstrip()}".strip()
    return shorter if _says(shorter, left) else format_query(all_of(left))


def _says(query: str, parts: list[Node]) -> bool:
    """Whether a query that something was cut out of still says the rest, and only that."""
    try:
        return _parts(query) == parts
    except QueryError:
        return False


def _parts(query: str) -> list[Node]:
    if not query.strip():
        return []
    node = parse(query)
    return list(node.parts) if isinstance(node, And) else [node]


def _is_facet(node: Node) -> bool:
    return isinstance(node, DateRange) or (isinstance(node, Field) and node.name in _FACETS)
