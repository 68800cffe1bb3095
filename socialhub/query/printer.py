"""A tree as a query again: parse(format_query(tree)) == tree."""

from __future__ import annotations

from socialhub.query.dates import format_duration
from socialhub.query.tree import (
    And,
    Count,
    DateRange,
    Exact,
    Field,
    Fuzzy,
    Loose,
    Near,
    Node,
    Not,
    NumberRange,
    Or,
    Phrase,
    Prefix,
    Recent,
    Regex,
    Saved,
    Sentence,
    Term,
    Variants,
    Wildcard,
)

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
        case Near(left, right, distance, ordered):
            return f"{_within(left, Or)} {'O' * ordered}NEAR/{distance} {_within(right, Or, Near)}"
        case Sentence(part):
            return f"SENT({format_query(part)})"
        case Count(part, least):
            return f"ATLEAST/{least}({format_query(part)})"
    return _leaf(node)


def _within(node: Node, *looser: type[Node]) -> str:
    return f"({format_query(node)})" if isinstance(node, looser) else format_query(node)


def _leaf(leaf: Node) -> str:
    match leaf:
        case Term(word, scope):
            return f"{_colon(scope)}{word}"
        case Prefix(stem, scope):
            return f"{_colon(scope)}{stem}*"
        case Wildcard(pattern, scope):
            return f"{_colon(scope)}{pattern}"
        case Fuzzy(word, scope):
            return f"{_colon(scope)}{word}~1"
        case Variants(pieces, scope):
            return f"{_colon(scope)}{'-'.join(pieces)}~"
        case Phrase(words, scope, open_end):
            return f'{_colon(scope)}"{" ".join(words)}"{"*" if open_end else ""}'
        case Loose(words, distance, scope):
            return f'{_colon(scope)}"{" ".join(words)}"~{distance}'
        case Exact(words, scope):
            written = [word for word in words if word]
            return f"{_colon(scope)}={written[0] if len(written) == 1 else _quoted(' '.join(written))}"
        case Regex(pattern, scope):
            return f"{_colon(scope)}/{pattern}/"
        case Saved(name):
            return f"search:{_quoted(name)}"
    return _property(leaf)


def _property(leaf: Node) -> str:
    match leaf:
        case Field(name, value):
            return f"{name}:{_value(value)}"
        case NumberRange(name):
            numbers = _range(_number(leaf.low), _number(leaf.high), leaf.low_included, leaf.high_included)
            return f"{name}:{numbers}"
        case DateRange():
            return f"date:{_range(leaf.low, leaf.high, leaf.low_included, leaf.high_included)}"
        case Recent(span):
            return f"date:{format_duration(span)}"
    raise AssertionError(leaf)


def _colon(scope: str) -> str:
    return f"{scope}:" if scope else ""


def _value(value: str) -> str:
    # What begins like a pattern or an exact word could be read on beyond its end.
    return value if value and _SPECIAL.isdisjoint(value) and value[0] not in "/=" else _quoted(value)


def _quoted(value: str) -> str:
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
