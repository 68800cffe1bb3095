"""A query as an SQL condition over names that the store owns. Runs nothing itself.

Names used: the table `mentions` under the alias `m`, `sources`, `topics`, `mention_topics`, `read_marks`, `operators`,
the full-text table `fts` (columns title, body, marks) and the functions `fold_words` and `fold_marks`, which every
connection of the store has. Values stand as `?` in the order of `parameters`, and no other question mark does; whoever
runs the fragment binds `:now` (ms UTC, for date:PT6H) and `:operator` (whose is:unread is meant) by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Final, TypeAlias

from socialhub.model import UNSURE_BELOW, Kind
from socialhub.query.dates import moments
from socialhub.query.evaluate import TONES
from socialhub.query.tree import (
    And,
    DateRange,
    Field,
    Node,
    Not,
    NumberRange,
    Or,
    Phrase,
    Prefix,
    Recent,
    Scope,
    Term,
)

FTS_TOKENIZE: Final = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Cn Co Cs'"
"""The tokenizer of the table `fts`, which splits at blanks only: it indexes the words that our own fold has made."""

Parameter: TypeAlias = str | int | float
Fragment: TypeAlias = tuple[str, tuple[Parameter, ...]]

_COLUMNS: Final = {Scope.TITLE: "title", Scope.TEXT: "body"}
_IN_FTS: Final = "m.id IN (SELECT rowid FROM fts WHERE fts MATCH ?)"
_BUNDLE: Final = 16
"""Fragments joined side by side."""
_FTS_LEVELS: Final = 16
"""Levels of AND and OR in one full-text expression: the stack of FTS5's parser holds 100 symbols, four a level."""


@dataclass(frozen=True, slots=True)
class SqlFilter:
    """A condition to stand after WHERE, and the values of its question marks (see the module for :now and :operator).

    `exact` is False when the condition lets too much through: each row must then be asked again with `matches`.
    The same condition is told a second time in two halves that must both hold: `words`, what the full-text index is
    asked ("" for nothing), and `rest` with `rest_parameters` ("" for nothing). Driven by the index, in order of row
    numbers, the newest matches of a frequent word come at once; as a set they would all be gathered first.
    """

    where: str
    parameters: tuple[Parameter, ...]
    exact: bool = True
    words: str = ""
    rest: str = ""
    rest_parameters: tuple[Parameter, ...] = ()


def to_sql(node: Node, zone: tzinfo = UTC) -> SqlFilter:
    """The condition for stored mentions (alias `m`) that says the same as `matches`; days begin in `zone`."""
    where, parameters = _condition(node, zone)
    if text := _full_text(node):
        return SqlFilter(where, parameters, words=text)
    parts = _in_order(node) if isinstance(node, And) else [node]
    driving = next((part for part in parts if _full_text(part)), None)
    if driving is None:
        return SqlFilter(where, parameters, rest=where, rest_parameters=parameters)
    others = [_condition(part, zone) for part in parts if part is not driving]
    return SqlFilter(where, parameters, True, _full_text(driving), *_joined("AND", others))


def _condition(node: Node, zone: tzinfo) -> Fragment:
    if text := _full_text(node):
        return _IN_FTS, (text,)
    match node:
        case And():
            return _joined("AND", [_condition(part, zone) for part in _in_order(node)])
        case Or():
            return _joined("OR", [_condition(part, zone) for part in _in_order(node)])
        case Not(part):
            where, parameters = _condition(part, zone)
            return f"NOT ({where})", parameters
        case Term() | Prefix():
            return _scoped_mark(node)
        case Field(name, value):
            return _FIELDS[name](value)
        case NumberRange():
            return _number_range(node)
        case DateRange():
            return _date_range(node, zone)
        case Recent(span):
            return "m.published >= :now - ?", (span,)
        case Phrase():
            raise AssertionError(node)


def _in_order(node: And | Or) -> list[Node]:
    """The parts, with all those that one full-text search can answer together as one.

    The deepest part comes first: what stands before it would wait on the stack of SQLite's parser, which holds 100.
    """
    levels = _FTS_LEVELS - 1
    together = [part for part in node.parts if _full_text(part, levels)]
    if isinstance(node, And) and together:
        together += [part for part in node.parts if isinstance(part, Not) and _full_text(part.part, levels)]
    if len(together) < 2:
        together = []
    taken = set(map(id, together))
    parts = [part for part in node.parts if id(part) not in taken]
    if together:
        parts.append(type(node)(tuple(together)))
    return sorted(parts, key=_height, reverse=True)


def _height(node: Node) -> int:
    """Levels of a tree above its leaves."""
    match node:
        case And(parts) | Or(parts):
            return 1 + max(map(_height, parts))
        case Not(part):
            return 1 + _height(part)
    return 0


def _joined(operator: str, fragments: Sequence[Fragment]) -> Fragment:
    """The fragments under one operator, in bundles: SQLite refuses expressions deeper than 1,000."""
    if len(fragments) == 1:
        return fragments[0]
    if len(fragments) > _BUNDLE:
        size = -(-len(fragments) // _BUNDLE)
        return _joined(operator, [_joined(operator, fragments[n : n + size]) for n in range(0, len(fragments), size)])
    where = f" {operator} ".join(where for where, _parameters in fragments)
    return f"({where})", tuple(value for _where, values in fragments for value in values)


# ---- full-text search --------------------------------------------------------------------------------------------


def _full_text(node: Node, levels: int = _FTS_LEVELS) -> str:
    """The FTS5 expression of a tree of words, or "" when FTS5 alone cannot answer it in so many levels.

    A bare word needs no column: `marks` holds tokens with a sign only, title and body hold hashtags without it.
    """
    match node:
        case Term(word, scope) if not (scope and word[0] == "#"):
            return _in_column(scope, _string(word))
        case Prefix(stem, scope) if not (scope and stem[0] == "#"):
            return _in_column(scope, f"{_string(stem)} *")
        case Phrase(words, scope, open_end):
            return _in_column(scope, _string(" ".join(words)) + (" *" if open_end else ""))
        case Or(parts) if levels:
            texts = [_full_text(part, levels - 1) for part in parts]
            return f"({' OR '.join(texts)})" if all(texts) else ""
        case And(parts) if levels:
            wanted = [_full_text(part, levels - 1) for part in parts if not isinstance(part, Not)]
            unwanted = [_full_text(part.part, levels - 1) for part in parts if isinstance(part, Not)]
            if not wanted or not all(wanted) or not all(unwanted):
                return ""
            text = f"({' AND '.join(wanted)})"
            return f"({text} NOT ({' OR '.join(unwanted)}))" if unwanted else text
    return ""


def _string(words: str) -> str:
    """An FTS5 string: quoted, so that no word is read as an operator."""
    return '"' + words.replace('"', '""') + '"'


def _in_column(scope: Scope, text: str) -> str:
    return f"{_COLUMNS[scope]} : {text}" if scope else text


def _scoped_mark(node: Term | Prefix) -> Fragment:
    """A hashtag in the title or text alone: the index knows that it is there, the fold of that column knows where."""
    column = "m.title" if node.scope is Scope.TITLE else "m.text"
    match node:
        case Term(word):
            search, needle = _string(word), f" {word} "
        case Prefix(stem):
            search, needle = f"{_string(stem)} *", f" {stem}"
    return f"({_IN_FTS} AND instr(' ' || fold_marks({column}, '') || ' ', ?) > 0)", (search, needle)


# ---- one function a field ----------------------------------------------------------------------------------------


def _number_range(node: NumberRange) -> Fragment:
    column = f"m.{node.name}"
    tests, parameters = [f"{column} IS NOT NULL"], []
    if node.low is not None:
        tests.append(f"{column} {'>=' if node.low_included else '>'} ?")
        parameters.append(node.low)
    if node.high is not None:
        tests.append(f"{column} {'<=' if node.high_included else '<'} ?")
        parameters.append(node.high)
    return f"({' AND '.join(tests)})", tuple(parameters)


def _date_range(node: DateRange, zone: tzinfo) -> Fragment:
    low, high = moments(node, zone)
    tests, parameters = [], []
    if low is not None:
        tests.append("m.published >= ?")
        parameters.append(low)
    if high is not None:
        tests.append("m.published < ?")
        parameters.append(high)
    return f"({' AND '.join(tests)})", tuple(parameters)


def _handle(value: str) -> Fragment:
    handle = "ltrim(lower(m.handle), '@')"
    beginning = len(value) + 1
    return f"({handle} = ? OR substr({handle}, 1, {beginning}) IN (?, ?))", (value, f"{value}@", f"{value}.")


def _site(value: str) -> Fragment:
    ending = f".{value}"
    return f"(lower(m.site) = ? OR substr(lower(m.site), -{len(ending)}) = ?)", (value, ending)


def _lang(value: str) -> Fragment:
    return f"(lower(m.lang) = ? OR substr(lower(m.lang), 1, {len(value) + 1}) = ?)", (value, f"{value}-")


def _source(value: str) -> Fragment:
    return "m.source IN (SELECT id FROM sources WHERE lower(name) = ? OR lower(kind) = ?)", (value, value)


def _topic(value: str) -> Fragment:
    return (
        "m.id IN (SELECT mention FROM mention_topics WHERE topic IN (SELECT id FROM topics WHERE lower(slug) = ?))",
        (value,),
    )


def _sentiment(value: str) -> Fragment:
    if value == "unsure":
        return "(m.tone IS NULL OR m.confidence < ?)", (UNSURE_BELOW,)
    return "(m.tone IS ? AND m.confidence >= ?)", (int(TONES[value]), UNSURE_BELOW)


def _is(value: str) -> Fragment:
    if value == "unread":
        return (
            "NOT ifnull((SELECT read FROM read_marks WHERE operator = :operator AND mention = m.id),"
            " m.id < ifnull((SELECT read_below FROM operators WHERE name = :operator), 0))",
            (),
        )
    return "m.kind = ?", (Kind.REPLY.value,)


_FIELDS: Final[dict[str, Callable[[str], Fragment]]] = {
    "author": lambda value: ("instr(' ' || fold_words(m.author) || ' ', ?) > 0", (f" {value} ",)),
    "handle": _handle,
    "site": _site,
    "url": lambda value: ("instr(lower(m.url), ?) > 0", (value,)),
    "lang": _lang,
    "source": _source,
    "topic": _topic,
    "is": _is,
    "sentiment": _sentiment,
    "kind": lambda value: ("m.kind = ?", (value,)),
    "has": lambda _value: ("m.links <> ''", ()),
}
