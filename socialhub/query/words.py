"""How one operand of words is read: plain, quoted, exact, by its shape, misspelt, in its spellings, as a pattern."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from socialhub.i18n import _
from socialhub.query import patterns
from socialhub.query.errors import QueryError, shown
from socialhub.query.fields import FIELD_NAMES
from socialhub.query.runs import bare, written_words
from socialhub.query.tree import (
    Exact,
    Fuzzy,
    Loose,
    Phrase,
    Prefix,
    Regex,
    Scope,
    Term,
    Variants,
    Wildcard,
    Words,
)
from socialhub.text import tokenise, tokens_with_spans

SHORTEST_STEM: Final = 3
"""Letters or digits beside a wildcard; with fewer it would walk through much of the index."""
SHORTEST_FUZZY: Final = 4
"""Letters of a word that may hold a typing error; of a shorter one every other word is an error away."""
SHORTEST_VARIANT: Final = 4
LONGEST_VARIANT: Final = 30
"""Letters of a word in all its spellings."""
MOST_PIECES: Final = 3
LONGEST_PATTERN: Final = 1_000
LARGEST_GAP: Final = 50
"""Other words that may stand between those of "a b"~n."""

_TAIL: Final = re.compile(r"(?P<body>.*?)(?P<tail>\*|~\d*)?", re.DOTALL)
_SHAPE: Final = re.compile(r"[^?*]+[?*]")
# Operators of other tools: never read as words in silence.
_FOREIGN: Final = re.compile(r"[/~?*]|=$")
_FOREIGN_BOOLEANS: Final = {"&": "AND", "&&": "AND", "+": "AND", "|": "OR", "||": "OR", "!": "NOT", "-": "NOT"}


def operand() -> str:
    """What can stand where something is missing."""
    return _("a word, a \"phrase\", a field or '('")


def read_words(written: str, sort: str, position: int, scope: Scope) -> Words | Regex:
    """The leaf of an operand as the grammar cut it out: `sort` is WORD, QUOTED, EXACT or REGEX. Raises QueryError."""
    match sort:
        case "EXACT":
            return _exact(written, position, scope)
        case "REGEX":
            return _pattern(written, position, scope)
    tail = _TAIL.fullmatch(written)
    assert tail is not None
    body, end = tail["body"], tail["tail"] or ""
    if sort == "QUOTED":
        inside = body[1:-1].rstrip() if end == "*" else body[1:-1]
        return _with_tail(inside, end, position + 1, scope, quoted=True)
    _refuse_foreign(written, position, scope)
    if "://" not in body and (_SHAPE.match(body) or (end == "*" and "*" in body)):
        return _shaped(written, position, scope)
    return _with_tail(body, end, position, scope, quoted=False)


def _refuse_foreign(written: str, position: int, scope: Scope) -> None:
    name, colon, _rest = written.partition(":")
    if colon and name.lower() in FIELD_NAMES:
        raise QueryError(_("{field}: needs its value right behind it").format(field=name), position, f"{name}:…")
    if (_FOREIGN.match(written) and "://" not in written) or (scope and written.startswith("-")):
        raise QueryError(
            _("{word} means nothing here: put it in quotation marks to look for it").format(word=shown(written)),
            position,
            operand(),
        )


def _with_tail(body: str, tail: str, position: int, scope: Scope, *, quoted: bool) -> Words:
    if tail == "~":
        return _variants(body, position, scope)
    if tail.startswith("~"):
        reader = _loose if quoted else _fuzzy
        return reader(body, tail, position, scope)
    return _plain(body, position, scope, starred=tail == "*")


def _tokens(body: str, position: int) -> list[tuple[str, int, int]]:
    spans = tokens_with_spans(body)
    if not spans:
        suggestion = _FOREIGN_BOOLEANS.get(body, "")
        raise QueryError(_("{word} holds no letter or digit").format(word=shown(body)), position, operand(), suggestion)
    return spans


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _plain(body: str, position: int, scope: Scope, *, starred: bool) -> Words:
    """A term, a `stem*`, or the phrase that it falls apart into ("carte-sim")."""
    spans = _tokens(body, position)
    tokens = tuple(token for token, _start, _end in spans)
    if starred and (_letters(tokens[-1]) < SHORTEST_STEM or spans[-1][2] != len(body)):
        raise QueryError(
            _("a * needs {count} letters or digits before it").format(count=SHORTEST_STEM),
            position + len(body),
            _("a longer beginning"),
        )
    if len(tokens) > 1:
        return Phrase(tuple(map(bare, tokens)), scope, starred)
    return Prefix(tokens[0], scope) if starred else Term(tokens[0], scope)


def _exact(written: str, position: int, scope: Scope) -> Words:
    body = unicodedata.normalize("NFC", written[1:])
    if body[0] in '"“«':
        body = body[1:-1]
    _tokens(body, position)
    return Exact(written_words(body), scope)


def _shaped(written: str, position: int, scope: Scope) -> Words:
    """`wom?n`, `op*teur`: the literal pieces are folded, each must lie inside one word."""
    pieces = re.split(r"([?*])", written)
    folded = []
    for at, piece in enumerate(pieces):
        spans = tokens_with_spans(piece) if piece not in ("", "?", "*") else []
        whole = len(spans) == 1 and (spans[0][1], spans[0][2]) == (0, len(piece))
        if piece not in ("", "?", "*") and (not whole or (at and piece[0] in "#@")):
            problem = _("a wildcard stands for letters of one word")
            raise QueryError(problem, position + len("".join(pieces[:at])), "wom?n, op*teur")
        folded.append(spans[0][0] if spans else piece)
    pattern = re.sub(r"\*+", "*", "".join(folded))
    if _letters(pattern) < SHORTEST_STEM or pattern.count("*") > 2:
        raise QueryError(
            _("a word with wildcards needs {count} letters or digits, and two * at most").format(count=SHORTEST_STEM),
            position,
            "wom?n, op*teur",
        )
    stem = pattern.removesuffix("*")
    return Wildcard(pattern, scope) if "?" in stem or "*" in stem else Prefix(stem, scope)


def _fuzzy(body: str, tail: str, position: int, scope: Scope) -> Words:
    if tail != "~1":
        problem = _("a word may hold one typing error")
        raise QueryError(problem, position + len(body), f"{shown(body)}~1")
    tokens = tokenise(body)
    if len(tokens) != 1 or _letters(tokens[0]) < SHORTEST_FUZZY:
        raise QueryError(
            _("~1 needs one word of {count} letters or more").format(count=SHORTEST_FUZZY),
            position,
            _("a longer word"),
        )
    return Fuzzy(tokens[0], scope)


def _loose(body: str, tail: str, position: int, scope: Scope) -> Words:
    words = tuple(bare(token) for token, _start, _end in _tokens(body, position))
    if len(words) < 2:
        raise QueryError(_("~{count} needs two words or more").format(count=tail[1:]), position, '"a b"~5')
    if len(tail) > 3 or int(tail[1:]) > LARGEST_GAP:
        raise QueryError(
            _("{number} is too large").format(number=shown(tail[1:])),
            position + len(body) + 2,
            _("at most {limit}").format(limit=LARGEST_GAP),
        )
    return Loose(words, int(tail[1:]), scope)


def _variants(body: str, position: int, scope: Scope) -> Words:
    pieces = tuple(bare(token) for token, _start, _end in _tokens(body, position))
    letters = sum(map(len, pieces))
    if len(pieces) > MOST_PIECES or not SHORTEST_VARIANT <= letters <= LONGEST_VARIANT or "@" in "".join(pieces):
        raise QueryError(
            _("~ needs a word of {shortest} to {longest} letters in {pieces} pieces at most").format(
                shortest=SHORTEST_VARIANT, longest=LONGEST_VARIANT, pieces=MOST_PIECES
            ),
            position,
            "carte-sim~",
        )
    return Variants(pieces, scope)


def _pattern(written: str, position: int, scope: Scope) -> Regex:
    pattern = written[1:-1]
    try:
        matches_nothing = patterns.compiled(pattern[: LONGEST_PATTERN + 1]).match("") is not None
    except patterns.BadPattern as error:
        raise QueryError(
            _("the pattern cannot be read: {problem}").format(problem=shown(error.problem)),
            position + 1 + error.position,
            "/…/",
        ) from error
    if len(pattern) > LONGEST_PATTERN:
        raise QueryError(
            _("the pattern is longer than {limit} characters").format(limit=LONGEST_PATTERN), position + LONGEST_PATTERN
        )
    if matches_nothing:
        raise QueryError(_("this pattern is found in every text"), position, _("a pattern that asks for something"))
    return Regex(pattern, scope)
