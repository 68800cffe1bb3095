"""Text to tree. Lark stays in here, is imported on the first query and keeps no cache on the disk.

Input is hostile until proved otherwise: the length and the nesting are bounded before anything recursive sees it, and
every way to fail is a QueryError at a character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from socialhub.i18n import _
from socialhub.query.errors import QueryError, nearest, shown
from socialhub.query.fields import MENTIONS, Vocabulary
from socialhub.query.tree import (
    Count,
    Near,
    Node,
    Scope,
    Sentence,
    all_of,
    any_of,
    is_placed,
    is_wordy,
    negate,
    parts_of,
    scoped,
)
from socialhub.query.words import operand, read_words

if TYPE_CHECKING:
    from lark import Lark, Token, UnexpectedInput

MAX_LENGTH: Final = 20_000
"""Characters of a query. The longest hand-written brand queries stay below 5,000."""
MAX_NESTING: Final = 12
"""Open parentheses at once: keeps every recursion over the tree, and the stacks of SQLite's parsers, within limits."""
LARGEST_DISTANCE: Final = 100
"""Words between two sides of NEAR: more is no nearness, and the work grows with it."""
MOST_OCCURRENCES: Final = 100
"""What ATLEAST may ask for."""

_GRAMMAR: Final = Path(__file__).with_name("grammar.lark")
_BRACKETS: Final = re.compile(r'"[^"]*"|“[^”]*”|«[^»]*»|(?<![^\s(:])/(?:[^/\\\n]|\\.)+/(?=[\s)]|$)|[()"“”«»]')


def parse(text: str, about: Vocabulary = MENTIONS) -> Node:
    """The tree of a query about mentions, or about what else has a vocabulary. Raises QueryError."""
    if len(text) > MAX_LENGTH:
        raise QueryError(_("the query is longer than {limit} characters").format(limit=MAX_LENGTH), MAX_LENGTH)
    if not text.strip():
        raise QueryError(_("the query is empty"), 0, operand())
    _check_brackets(text)
    from lark import UnexpectedInput

    try:
        return cast("Node", _parser(about).parse(text))
    except UnexpectedInput as error:
        raise _misplaced(error, text) from error


@cache
def _parser(about: Vocabulary) -> Lark:
    from lark import Lark

    grammar = _GRAMMAR.read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", transformer=cast("Any", _Builder(about)))


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
        return QueryError(_("something is missing after {word}").format(word=shown(last_word)), end, operand())
    word, position = shown(str(token)), int(token.start_pos or 0)
    if token.type in ("SENTENCE", "AT_LEAST", "FIELD", "NEAR") and text[:position].rstrip().endswith(":"):
        problem = _("{word} cannot stand behind a field").format(word=word)
    elif text[:position].rstrip().endswith(":"):
        problem = _("{word} is an operator: put it in quotation marks to look for it").format(word=word)
    elif text[:position].rstrip().endswith("(") and word == ")":
        problem = _("there is nothing between these parentheses")
    else:
        problem = _("something is missing before {word}").format(word=word)
    return QueryError(problem, position, operand())


class _Builder:
    """What lark calls as it reads: one method a rule of the grammar, with the parts already built."""

    def __init__(self, about: Vocabulary) -> None:
        self._about = about

    def start(self, parts: list[Node]) -> Node:
        return parts[0]

    def any_of(self, parts: list[Node]) -> Node:
        return any_of(parts)

    def all_of(self, parts: list[Node]) -> Node:
        return all_of(parts)

    def negate(self, parts: list[Node]) -> Node:
        return negate(parts[0])

    def words(self, parts: list[Token]) -> Node:
        return read_words(str(parts[0]), parts[0].type, _start(parts[0]), Scope.ANYWHERE)

    def near(self, parts: list[Any]) -> Node:
        left, token, right = parts
        operator, distance = str(token).split("/")
        if not (is_placed(left) and is_placed(right)):
            raise QueryError(
                _("{operator} joins words, not conditions").format(operator=operator),
                _start(token),
                _('a word, a "phrase" or (one OR another) on both sides'),
            )
        return Near(left, right, _number(token, distance, LARGEST_DISTANCE), operator.startswith("O"))

    def sentence(self, parts: list[Any]) -> Node:
        token, part = parts
        if not is_wordy(part) or any(isinstance(each, Sentence) for each in _walk(part)):
            problem = _("{operator}( ) holds words only").format(operator=token)
            raise QueryError(problem, _start(token), _("words and phrases"))
        return Sentence(part)

    def at_least(self, parts: list[Any]) -> Node:
        token, part = parts
        operator, least = str(token).split("/")
        if not is_placed(part):
            raise QueryError(
                _("{operator} counts words, not conditions").format(operator=operator),
                _start(token),
                _('a word, a "phrase" or alternatives with OR'),
            )
        return Count(part, max(1, _number(token, least, MOST_OCCURRENCES)))

    def field(self, parts: list[Token]) -> Node:
        name, value = self._name(parts[0]), str(parts[1])
        position = _start(parts[1])
        if scope := self._about.texts.get(name):
            return read_words(value, parts[1].type, position, scope)
        if parts[1].type == "QUOTED":
            if value[-1] not in '"”»':
                raise QueryError(
                    _("{sign} cannot be used in {field}:").format(sign=value[-1], field=name), position + len(value) - 1
                )
            value = value[1:-1]
        return self._about.read(name, value, position)

    def group(self, parts: list[Any]) -> Node:
        name = self._name(parts[0])
        position = _start(parts[0])
        if name not in self._about.texts:
            raise QueryError(
                _("{field}: takes one value, no parentheses").format(field=name), position + len(parts[0]), _("a value")
            )
        try:
            return scoped(parts[1], self._about.texts[name])
        except ValueError as error:
            raise QueryError(
                _("there can be no other field inside {field}:( )").format(field=name), position, _("words and phrases")
            ) from error

    def _name(self, token: Token) -> str:
        names, french = self._about.names, self._about.french
        written = token[:-1].lower()
        name = french.get(written, written)
        if name not in names:
            found = nearest(written, names) or nearest(written, french)
            raise QueryError(
                _("unknown field {name}:").format(name=shown(token[:-1])),
                _start(token),
                ", ".join(f"{field}:" for field in names),
                f"{found}:" if found else "",
            )
        return name


def _start(token: Token) -> int:
    return token.start_pos or 0


def _number(token: Token, written: str, largest: int) -> int:
    if len(written) > 4 or int(written) > largest:
        problem = _("{number} is too large").format(number=shown(written))
        raise QueryError(problem, _start(token), _("at most {limit}").format(limit=largest))
    return int(written)


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for part in parts_of(node):
        yield from _walk(part)
