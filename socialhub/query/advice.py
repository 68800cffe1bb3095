"""What a query that can be read will nevertheless not do well: it matches nothing, nearly everything, or takes long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Final

from socialhub.i18n import _
from socialhub.query import patterns
from socialhub.query.dates import moments
from socialhub.query.full_text import reach
from socialhub.query.printer import format_query
from socialhub.query.tree import (
    And,
    DateRange,
    Field,
    Near,
    Node,
    Not,
    NumberRange,
    Or,
    Regex,
    Scope,
    Term,
    is_wordy,
    leaves,
    negate,
    parts_of,
)

COMMON_WORDS: Final = frozenset(
    (
        *("a", "au", "aux", "avec", "ce", "ces", "c", "d", "dans", "de", "des", "du", "elle", "en", "est", "et"),
        *("il", "ils", "j", "je", "l", "la", "le", "les", "leur", "lui", "ma", "mais", "me", "mes", "moi", "mon"),
        *("n", "ne", "nous", "on", "ou", "par", "pas", "plus", "pour", "qu", "que", "qui", "s", "sa", "se", "ses"),
        *("si", "son", "sur", "ta", "te", "tes", "toi", "ton", "tu", "un", "une", "vos", "votre", "vous", "y"),
        *("about", "all", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "has", "have", "i"),
        *("in", "is", "it", "its", "my", "no", "not", "of", "our", "so", "that", "the", "their", "they", "this"),
        *("to", "was", "we", "were", "will", "with", "you", "your"),
    )
)
"""Words that stand in nearly every French or English text."""
_ONE_VALUE: Final = frozenset({"lang", "kind", "state", "sentiment", "assignee"})
"""Fields of which a mention has one value: two different ones cannot both hold."""


def advice(node: Node) -> list[str]:
    """What there is to say of a query, one sentence each, the gravest first; empty when all is well."""
    return list(dict.fromkeys([*_never(node), *_too_broad(node), *_slow(node)]))


def defects(node: Node) -> list[str]:
    """The advice that holds for everybody: what can never match, and what takes long. A brand may be called *And*."""
    return list(dict.fromkeys([*_never(node), *_slow(node)]))


def cannot_match(node: Node) -> bool:
    """Whether no mention whatever can match, as far as the shape of the query tells."""
    match node:
        case Or(parts):
            return all(map(cannot_match, parts))
        case And(parts):
            return any(map(cannot_match, parts)) or bool(next(_contradictions(parts), None))
        case NumberRange(_name, low, high):
            return low is not None and high is not None and low > high
        case DateRange():
            low_moment, high_moment = moments(node, UTC)
            return low_moment is not None and high_moment is not None and low_moment >= high_moment
        case Near(left, right):
            scopes = {getattr(side, "scope", Scope.ANYWHERE) for side in (left, right)}
            return scopes == {Scope.TITLE, Scope.TEXT}
    return False


def _never(node: Node) -> Iterator[str]:
    parts = node.parts if isinstance(node, Or) else (node,)
    for part in parts:
        if not cannot_match(part):
            continue
        pair = next(_contradictions(part.parts), None) if isinstance(part, And) else None
        if pair:
            one, other = map(format_query, pair)
            yield _("this can never match: {one} and {other} exclude each other").format(one=one, other=other)
        else:
            yield _("this can never match: {part}").format(part=format_query(part))


def _contradictions(parts: Iterable[Node]) -> Iterator[tuple[Node, Node]]:
    """Pairs of parts of one AND that cannot both hold."""
    wanted = list(parts)
    present = set(wanted)
    yield from ((part, negate(part)) for part in wanted if not isinstance(part, Not) and negate(part) in present)
    values: defaultdict[str, list[Field]] = defaultdict(list)
    ranges: defaultdict[str, list[NumberRange]] = defaultdict(list)
    for part in wanted:
        if isinstance(part, Field) and part.name in _ONE_VALUE:
            values[part.name].append(part)
        elif isinstance(part, NumberRange):
            ranges[part.name].append(part)
    for fields in values.values():
        yield from ((fields[0], other) for other in fields[1:] if not _can_agree(fields[0], other))
    for numbers in ranges.values():
        yield from ((numbers[0], other) for other in numbers[1:] if not _overlap(numbers[0], other))


def _can_agree(one: Field, other: Field) -> bool:
    if one.name == "lang":
        return one.value.split("-")[0] == other.value.split("-")[0]
    return one.value == other.value


def _overlap(one: NumberRange, other: NumberRange) -> bool:
    low = max((each.low for each in (one, other) if each.low is not None), default=None)
    high = min((each.high for each in (one, other) if each.high is not None), default=None)
    return low is None or high is None or low <= high


def _too_broad(node: Node) -> Iterator[str]:
    for part in node.parts if isinstance(node, Or) else (node,):
        needed = part.parts if isinstance(part, And) else (part,)
        if all(isinstance(each, Not) for each in needed):
            yield _("this finds everything but what it excludes: add a word that must be there")
        elif all(isinstance(each, Not) or _is_common(each) for each in needed):
            yield _("{part} is found in nearly every text").format(part=format_query(part))


def _is_common(node: Node) -> bool:
    if isinstance(node, Or):
        return any(map(_is_common, node.parts))
    return isinstance(node, Term) and node.word in COMMON_WORDS


def _slow(node: Node) -> Iterator[str]:
    for leaf in leaves(node):
        if isinstance(leaf, Regex) and patterns.is_explosive(leaf.pattern):
            yield _("{part} can take very long on some texts").format(part=format_query(leaf))
    for part in _alternatives(node):
        if is_wordy(part) and not reach(part) and any(isinstance(leaf, Regex) for leaf in leaves(part)):
            yield _("{part} has to be tried on every text: add a word beside it").format(part=format_query(part))


def _alternatives(node: Node) -> Iterator[Node]:
    if isinstance(node, Or):
        for part in parts_of(node):
            yield from _alternatives(part)
    else:
        yield node
