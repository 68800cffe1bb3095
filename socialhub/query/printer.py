"""A tree as a query again: parse(format_query(tree)) == tree."""

from __future__ import annotations

from socialhub.query.dates import format_duration
from socialhub.query.tree import And, DateRange, Field, Leaf, Node, Not, NumberRange, Or, Phrase, Prefix, Recent, Term

_QUOTES = (('"', '"'), ("“", "”"), ("«", "»"))
_SPECIAL = frozenset(' ()"“”«»')


def format_query(node: Node) -> str:
    """The canonical spelling of a tree: side by side for AND, no more parentheses than the precedence needs."""
    match node:
        case Or(parts):
            return " OR ".join(map(format_query, parts))
        case And(parts):
            return " ".join(_within(part, Or) for part in parts)
        case Not(part):
            return f"NOT {_within(part, And, Or)}"
        case _:
            return _leaf(node)


def _within(node: Node, *looser: type[Node]) -> str:
    return f"({format_query(node)})" if isinstance(node, looser) else format_query(node)


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Term(word, scope):
            return f"{_colon(scope)}{word}"
        case Prefix(stem, scope):
            return f"{_colon(scope)}{stem}*"
        case Phrase(words, scope, open_end):
            return f'{_colon(scope)}"{" ".join(words)}"{"*" if open_end else ""}'
        case Field(name, value):
            return f"{name}:{_value(value)}"
        case NumberRange(name):
            numbers = _range(_number(leaf.low), _number(leaf.high), leaf.low_included, leaf.high_included)
            return f"{name}:{numbers}"
        case DateRange():
            return f"date:{_range(leaf.low, leaf.high, leaf.low_included, leaf.high_included)}"
        case Recent(span):
            return f"date:{format_duration(span)}"


def _colon(scope: str) -> str:
    return f"{scope}:" if scope else ""


def _value(value: str) -> str:
    if _SPECIAL.isdisjoint(value):
        return value
    opening, closing = next((pair for pair in _QUOTES if pair[1] not in value), _QUOTES[0])
    return f"{opening}{value}{closing}"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if value.is_integer() else repr(value)


def _range(low: str, high: str, low_included: bool, high_included: bool) -> str:
    if low and high:
        return low if low == high else f"{low}..{high}"
    if low:
        return f">{'=' if low_included else ''}{low}"
    return f"<{'=' if high_included else ''}{high}"
