"""Text to tree. Lark stays in here, is imported on the first query and keeps no cache on the disk.

Input is hostile until proved otherwise: the length and the nesting are bounded before anything recursive sees it, and
every way to fail is a QueryError at a character.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from socialhub.i18n import _
from socialhub.query.errors import QueryError, nearest, shown
from socialhub.query.fields import FIELD_NAMES, TEXT_FIELDS, bare, read_field
from socialhub.query.tree import Node, Phrase, Prefix, Scope, Term, Words, all_of, any_of, negate, scoped
from socialhub.text import tokens_with_spans

if TYPE_CHECKING:
    from lark import Lark, Token, UnexpectedInput

MAX_LENGTH: Final = 20_000
"""Characters of a query. The longest hand-written brand queries stay below 5,000."""
MAX_NESTING: Final = 12
"""Open parentheses at once: keeps every recursion over the tree, and the stacks of SQLite's parsers, within limits."""
SHORTEST_STEM: Final = 3
"""Letters or digits before a `*`; shorter ones would walk through much of the index."""

_GRAMMAR: Final = Path(__file__).with_name("grammar.lark")
_BRACKETS: Final = re.compile(r'"[^"]*"|“[^”]*”|«[^»]*»|[()"“”«»]')
# Operators of other tools, and of ours to come: never read as words in silence.
_FOREIGN: Final = re.compile(r"=.|[/~]|.*~\d*$|O?NEAR/|PROCHE/|.*[^\W_]\?[^\W_]")
_FOREIGN_BOOLEANS: Final = {"&": "AND", "&&": "AND", "+": "AND", "|": "OR", "||": "OR", "!": "NOT", "-": "NOT"}


def parse(text: str) -> Node:
    """The tree of a query. Raises QueryError."""
    if len(text) > MAX_LENGTH:
        raise QueryError(_("the query is longer than {limit} characters").format(limit=MAX_LENGTH), MAX_LENGTH)
    if not text.strip():
        raise QueryError(_("the query is empty"), 0, _operand())
    _check_brackets(text)
    from lark import UnexpectedInput

    try:
        return cast("Node", _parser().parse(text))
    except UnexpectedInput as error:
        raise _misplaced(error, text) from error


@cache
def _parser() -> Lark:
    from lark import Lark

    grammar = _GRAMMAR.read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", transformer=cast("Any", _Builder()))


def _operand() -> str:
    return _("a word, a \"phrase\", a field or '('")


def _check_brackets(text: str) -> None:
    """Refuse parentheses and quotation marks without their partners, and nesting without end."""
    unclosed: list[int] = []
    for match in _BRACKETS.finditer(text):
        mark, position = match.group(), match.start()
        if mark == "(":
            unclosed.append(position)
            if len(unclosed) > MAX_NESTING:
                raise QueryError(_("more than {limit} parentheses are open").format(limit=MAX_NESTING), position)
        elif mark == ")":
            if not unclosed:
                raise QueryError(_("this ) closes nothing"), position)
            unclosed.pop()
        elif len(mark) == 1:
            raise QueryError(_("the quotation mark {mark} has no partner").format(mark=mark), position)
    if unclosed:
        raise QueryError(_("this ( is never closed"), unclosed[-1], ")")


def _misplaced(error: UnexpectedInput, text: str) -> QueryError:
    """What lark stumbled over, as a sentence."""
    token = getattr(error, "token", None)
    if token is None or token.type == "$END":
        end = len(text.rstrip())
        last_word = text[:end].split()[-1]
        return QueryError(_("something is missing after {word}").format(word=shown(last_word)), end, _operand())
    word, position = shown(str(token)), int(token.start_pos or 0)
    if text[:position].rstrip().endswith(":"):
        problem = _("{word} is an operator: put it in quotation marks to look for it").format(word=word)
    elif text[:position].rstrip().endswith("(") and word == ")":
        problem = _("there is nothing between these parentheses")
    else:
        problem = _("something is missing before {word}").format(word=word)
    return QueryError(problem, position, _operand())


class _Builder:
    """What lark calls as it reads: one method a rule of the grammar, with the parts already built."""

    def start(self, parts: list[Node]) -> Node:
        return parts[0]

    def any_of(self, parts: list[Node]) -> Node:
        return any_of(parts)

    def all_of(self, parts: list[Node]) -> Node:
        return all_of(parts)

    def negate(self, parts: list[Node]) -> Node:
        return negate(parts[0])

    def word(self, parts: list[Token]) -> Node:
        return _word(str(parts[0]), _start(parts[0]), Scope.ANYWHERE)

    def quoted(self, parts: list[Token]) -> Node:
        return _quoted(str(parts[0]), _start(parts[0]), Scope.ANYWHERE)

    def field(self, parts: list[Token]) -> Node:
        name, value = _field_name(parts[0]), str(parts[1])
        position = _start(parts[1])
        if scope := TEXT_FIELDS.get(name):
            return (_quoted if parts[1].type == "QUOTED" else _word)(value, position, scope)
        if parts[1].type == "QUOTED":
            if value.endswith("*"):
                raise QueryError(_("* cannot be used in {field}:").format(field=name), position + len(value) - 1)
            value = value[1:-1]
        return read_field(name, value, position)

    def group(self, parts: list[Any]) -> Node:
        name = _field_name(parts[0])
        position = _start(parts[0])
        if name not in TEXT_FIELDS:
            raise QueryError(
                _("{field}: takes one value, no parentheses").format(field=name), position + len(parts[0]), _("a value")
            )
        try:
            return scoped(parts[1], TEXT_FIELDS[name])
        except ValueError as error:
            raise QueryError(
                _("there can be no other field inside {field}:( )").format(field=name), position, _("words and phrases")
            ) from error


def _start(token: Token) -> int:
    return token.start_pos or 0


def _field_name(token: Token) -> str:
    name = token[:-1].lower()
    if name not in FIELD_NAMES:
        raise QueryError(
            _("unknown field {name}:").format(name=shown(token[:-1])),
            _start(token),
            ", ".join(f"{field}:" for field in FIELD_NAMES),
            f"{suggestion}:" if (suggestion := nearest(name, FIELD_NAMES)) else "",
        )
    return name


def _word(written: str, position: int, scope: Scope) -> Words:
    """A bare word of the query: a term, a `stem*`, or the phrase it falls apart into ("carte-sim")."""
    name, colon, _rest = written.partition(":")
    if colon and name.lower() in FIELD_NAMES:
        raise QueryError(_("{field}: needs its value right behind it").format(field=name), position, f"{name}:…")
    if (_FOREIGN.match(written) and "://" not in written) or (scope and written.startswith("-")):
        raise QueryError(
            _("{word} means nothing here: put it in quotation marks to look for it").format(word=shown(written)),
            position,
            _operand(),
        )
    starred = written.endswith("*")
    body = written[:-1] if starred else written
    if "*" in body:
        raise QueryError(_("* can only end a word"), position + body.index("*"), _("word*"))
    return _words(body, position, scope, starred=starred, suggestion=_FOREIGN_BOOLEANS.get(written, ""))


def _quoted(written: str, position: int, scope: Scope) -> Words:
    """A phrase in quotation marks, perhaps with an open end: "carte sim"*."""
    starred = written.endswith("*")
    body = written[1:-2] if starred else written[1:-1]
    return _words(body.rstrip() if starred else body, position + 1, scope, starred=starred)


def _words(body: str, position: int, scope: Scope, *, starred: bool, suggestion: str = "") -> Words:
    spans = tokens_with_spans(body)
    tokens = tuple(token for token, _start, _end in spans)
    if not tokens:
        raise QueryError(
            _("{word} holds no letter or digit").format(word=shown(body)), position, _operand(), suggestion
        )
    if starred:
        letters = sum(char.isalnum() for char in tokens[-1])
        if letters < SHORTEST_STEM or spans[-1][2] != len(body):
            raise QueryError(
                _("a * needs {count} letters or digits before it").format(count=SHORTEST_STEM),
                position + len(body),
                _("a longer beginning"),
            )
    if len(tokens) > 1:
        return Phrase(tuple(map(bare, tokens)), scope, starred)
    return Prefix(tokens[0], scope) if starred else Term(tokens[0], scope)
