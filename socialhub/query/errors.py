"""The error of a query: what is wrong, at which character, what was expected, what was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from socialhub.errors import EXIT_USAGE, UserError
from socialhub.i18n import _
from socialhub.text import clean, clip

_QUOTED_AT_MOST = 40


class QueryError(UserError):
    """A query cannot be read. `position` counts characters from 0; the sentence shows it counted from 1.

    `expected` says what should stand there and `suggestion` is the nearest valid word, in the interface language;
    both may be empty.
    """

    def __init__(self, problem: str, position: int, expected: str = "", suggestion: str = "") -> None:
        sentence = _("character {position}: {problem}").format(position=position + 1, problem=problem)
        if suggestion:
            sentence = _("{sentence}; did you mean {suggestion}?").format(sentence=sentence, suggestion=suggestion)
        hint = _("Expected: {expected}.").format(expected=expected) if expected else ""
        super().__init__(sentence, hint, EXIT_USAGE)
        self.position = position
        self.expected = expected
        self.suggestion = suggestion


def nearest(word: str, valid: Iterable[str]) -> str:
    """The valid word that looks most like `word`, or "" when none comes near."""
    matches = difflib.get_close_matches(word.lower()[:_QUOTED_AT_MOST], list(valid), n=1, cutoff=0.55)
    return matches[0] if matches else ""


def shown(piece: str) -> str:
    """A piece of the query, safe and short enough to stand in a sentence."""
    return clip(clean(piece, single_line=True), _QUOTED_AT_MOST) or "…"
