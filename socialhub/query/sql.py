"""A query as an SQL condition over names that the store owns. Runs nothing itself.

Names used: the table `mentions` under the alias `m`, the tables that `sql_properties` names, the full-text table `fts`
(columns title, body, marks), and the function `words_hold`, which every connection of the store has. Values stand as
`?` in the order of `parameters`, and no other question mark does; whoever runs the fragment binds `:now` (ms UTC, for
date:PT6H) and `:operator` (whose is:unread is meant) by name.

What FTS5 can say, it says (`full_text`). What it cannot (capitals, sentences, distances between groups, patterns) is
asked of the rows that it lets through (`reach`), by the same code that asks live mentions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Final, TypeAlias

from socialhub.query.full_text import LEVELS, full_text, reach
from socialhub.query.printer import format_query
from socialhub.query.sql_properties import Fragment, property_condition
from socialhub.query.tree import And, Node, Not, Or, is_wordy, subject

Parameter: TypeAlias = str | int | float

FTS_TOKENIZE: Final = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Cn Co Cs'"
"""The tokenizer of the table `fts`, which splits at blanks only: it indexes the words that our own fold has made."""

_IN_FTS: Final = "m.id IN (SELECT rowid FROM fts WHERE fts MATCH ?)"
_BUNDLE: Final = 16
"""Fragments joined side by side."""


@dataclass(frozen=True, slots=True)
class SqlFilter:
    """A condition to stand after WHERE, and the values of its question marks (see the module for :now and :operator).

    The same condition is told a second time in two halves that must both hold: `words`, what the full-text index is
    asked ("" for nothing), and `rest` with `rest_parameters` ("" for nothing). Driven by the index, in order of row
    numbers, the newest matches of a frequent word come at once; as a set they would all be gathered first.

    `subject` is the topic (slug, "" for none) that all matches belong to: the tone that is asked for is the one towards
    it, and whoever runs the condition puts that in the place of `m.tone` and `m.confidence`.
    """

    where: str
    parameters: tuple[Parameter, ...]
    words: str = ""
    rest: str = ""
    rest_parameters: tuple[Parameter, ...] = ()
    subject: str = ""


def to_sql(node: Node, zone: tzinfo = UTC) -> SqlFilter:
    """The condition for stored mentions (alias `m`) that says the same as `matches`; days begin in `zone`.

    Raises LookupError for a saved search that was not resolved (`tree.resolve`).
    """
    where, parameters = _condition(node, zone)
    words, rest = _driven(node, zone)
    return SqlFilter(where, parameters, words, *_joined("AND", rest), subject=subject(node))


def _driven(node: Node, zone: tzinfo) -> tuple[str, list[Fragment]]:
    """What the full-text index is asked, and what its rows must still fulfil."""
    if text := full_text(node):
        return text, []
    parts = node.parts if isinstance(node, And) else (node,)
    levels = LEVELS - 1
    wanted = {id(part): text for part in parts if (text := reach(part, levels))}
    if not wanted:
        return "", [_condition(node, zone)]
    unwanted = [text for part in parts if isinstance(part, Not) and (text := full_text(part.part, levels))]
    rest = []
    for part in parts:
        if not full_text(part.part if isinstance(part, Not) else part, levels):
            asked_only = id(part) in wanted and is_wordy(part)
            rest.append(_asked(part) if asked_only else _condition(part, zone))
    words = f"({' AND '.join(wanted.values())})"
    return f"({words} NOT ({' OR '.join(unwanted)}))" if unwanted else words, rest


def _condition(node: Node, zone: tzinfo) -> Fragment:
    if text := full_text(node):
        return _IN_FTS, (text,)
    match node:
        case And():
            return _joined("AND", [_condition(part, zone) for part in _in_order(node)])
        case Or():
            return _joined("OR", [_condition(part, zone) for part in _in_order(node)])
        case Not(part):
            where, parameters = _condition(part, zone)
            return f"NOT ({where})", parameters
    if is_wordy(node):
        return _asked_again(node)
    return property_condition(node, zone)


def _asked_again(node: Node) -> Fragment:
    """Words that FTS5 cannot judge: the rows that it lets through are asked one by one."""
    text = reach(node, LEVELS)
    return _joined("AND", [(_IN_FTS, (text,)), _asked(node)]) if text else _asked(node)


def _asked(node: Node) -> Fragment:
    return "words_hold(?, m.title, m.text)", (format_query(node),)


def _in_order(node: And | Or) -> list[Node]:
    """The parts, with all those that one full-text search can answer together as one.

    The deepest part comes first: what stands before it would wait on the stack of SQLite's parser, which holds 100.
    """
    levels = LEVELS - 1
    together = [part for part in node.parts if full_text(part, levels)]
    if isinstance(node, And) and together:
        together += [part for part in node.parts if isinstance(part, Not) and full_text(part.part, levels)]
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
    if not fragments:
        return "", ()
    if len(fragments) == 1:
        return fragments[0]
    if len(fragments) > _BUNDLE:
        size = -(-len(fragments) // _BUNDLE)
        return _joined(operator, [_joined(operator, fragments[n : n + size]) for n in range(0, len(fragments), size)])
    where = f" {operator} ".join(where for where, _parameters in fragments)
    return f"({where})", tuple(value for _where, values in fragments for value in values)
