"""Where words are found: every node of words is a list of runs, first and last token, in the title or in the text.

The one definition behind phrases, proximity, counting, highlighting and explaining. Everything is linear in the length
of the text times a bounded distance.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from socialhub.query.tree import (
    LETTERS,
    Exact,
    Fuzzy,
    Loose,
    Near,
    Node,
    Or,
    Phrase,
    Prefix,
    Scope,
    Term,
    Variants,
    Wildcard,
    parts_of,
    spellings,
)
from socialhub.text import tokenise, tokens_with_spans

Run: TypeAlias = tuple[int, int]

LONGEST_TOKEN: Final = 80
"""Characters of a token that a shape or a misspelling is looked for in; longer ones are no words."""


def bare(token: str) -> str:
    """A token without the sign of a hashtag."""
    return token[1:] if token[0] == "#" else token


class Part:
    """The title or the text being asked: its tokens, and what else of it is needed, worked out once."""

    __slots__ = ("_bare", "_spans", "_written", "scope", "text", "tokens")

    def __init__(self, scope: Scope, text: str, tokens: Sequence[str] | None = None) -> None:
        self.scope = scope
        self.text = text
        self.tokens: Sequence[str] = tokenise(text) if tokens is None else tokens
        self._bare: list[str] | None = None
        self._spans: list[tuple[str, int, int]] | None = None
        self._written: list[str] | None = None

    @property
    def bare(self) -> list[str]:
        """The tokens, hashtags as plain words."""
        if self._bare is None:
            self._bare = [token[1:] if token[0] == "#" else token for token in self.tokens]
        return self._bare

    @property
    def spans(self) -> list[tuple[str, int, int]]:
        """The tokens with where they stand in the text (start, end)."""
        if self._spans is None:
            self._spans = tokens_with_spans(self.text)
        return self._spans

    @property
    def written(self) -> list[str]:
        """The tokens as they are written, hashtags as plain words."""
        if self._written is None:
            written, before = [], (-1, -1)
            for _token, start, end in self.spans:
                # A character that folds to several words ("½") is written once.
                written.append("" if (start, end) == before else self.text[start:end].removeprefix("#"))
                before = (start, end)
            self._written = written
        return self._written


def written_words(text: str) -> tuple[str, ...]:
    """The words of a text as they are written: what Exact holds."""
    return tuple(Part(Scope.ANYWHERE, text).written)


def runs(node: Node, part: Part) -> list[Run]:
    """Where `node` (see `tree.is_placed`) is found in a part: (first, last) tokens, each pair once, in order."""
    match node:
        case Or():
            return sorted({run for each in parts_of(node) for run in runs(each, part)})
        case Near(left, right, distance, ordered):
            return _near(runs(left, part), runs(right, part), distance, ordered=ordered)
    scope: Scope = getattr(node, "scope", Scope.ANYWHERE)
    if scope is not Scope.ANYWHERE and scope is not part.scope is not Scope.ANYWHERE:
        return []
    return _FINDERS[type(node)](node, part)


def fits(leaf: Term | Prefix | Wildcard | Fuzzy, token: str) -> bool:
    """Whether one token is what a leaf of one word looks for, whatever its scope."""
    return fitting(leaf)(bare(token) if _pattern_of(leaf)[0] != "#" else token)


# ---- one word ----------------------------------------------------------------------------------------------------


def _pattern_of(leaf: Node) -> str:
    match leaf:
        case Term(pattern) | Prefix(pattern) | Wildcard(pattern) | Fuzzy(pattern):
            return pattern
    raise AssertionError(leaf)


@lru_cache(maxsize=4096)
def fitting(leaf: Node) -> Callable[[str], bool]:
    """The function that tells whether a token is what a leaf of one word looks for; hashtags come to it as plain words,
    unless the leaf asks for a hashtag.
    """
    match leaf:
        case Term(word):
            return word.__eq__
        case Prefix(stem):
            return lambda token: token.startswith(stem)
        case Wildcard(pattern):
            pieces = {"?": f"[{LETTERS}]", "*": ".*"}
            shape = re.compile("".join(pieces.get(char) or re.escape(char) for char in pattern), re.DOTALL)
            return lambda token: len(token) <= LONGEST_TOKEN and shape.fullmatch(token) is not None
        case Fuzzy(word):
            return misspellings(word).__contains__
    raise AssertionError(leaf)


@lru_cache(maxsize=512)
def misspellings(word: str) -> frozenset[str]:
    """A word and all that it becomes by one error: a letter too many, missing, another one, two neighbours swapped.

    Its first letter (and the sign of a tag or handle) is right.
    """
    head = 2 if word[0] in "#@" else 1
    first, rest = word[:head], word[head:]
    found = {rest}
    for at in range(len(rest) + 1):
        before, after = rest[:at], rest[at:]
        found.update(f"{before}{letter}{after}" for letter in LETTERS)
        found.update(f"{before}{letter}{after[1:]}" for letter in LETTERS if after)
        found.add(before + after[1:])
        found.add(before + after[1:2] + after[:1] + after[2:])
    return frozenset(first + each for each in found)


def _one_word(node: Node, part: Part) -> list[Run]:
    fit = fitting(node)
    tokens = part.tokens if _pattern_of(node)[0] == "#" else part.bare
    return [(index, index) for index, token in enumerate(tokens) if fit(token)]


# ---- several words -----------------------------------------------------------------------------------------------


def _in_a_row(words: Sequence[str], tokens: Sequence[str], *, open_end: bool = False) -> list[Run]:
    first, length = words[0], len(words)
    whole = list(words[:-1]) if open_end else list(words)
    found: list[Run] = []
    start = -1
    for _occurrence in range(tokens.count(first)):
        start = tokens.index(first, start + 1)
        if list(tokens[start : start + len(whole)]) != whole:
            continue
        if not open_end or (start + length <= len(tokens) and tokens[start + length - 1].startswith(words[-1])):
            found.append((start, start + length - 1))
    return found


def _phrase(node: Node, part: Part) -> list[Run]:
    assert isinstance(node, Phrase)
    return _in_a_row(node.words, part.bare, open_end=node.open_end)


def _exact(node: Node, part: Part) -> list[Run]:
    assert isinstance(node, Exact)
    # Where the letters are not even there, the tokens need not be cut out anew.
    if any(word not in part.text for word in node.words):
        return []
    return _in_a_row(node.words, part.written)


def _variants(node: Node, part: Part) -> list[Run]:
    assert isinstance(node, Variants)
    return sorted(run for spelling in spellings(node) for run in _in_a_row(spelling, part.bare))


def _loose(node: Node, part: Part) -> list[Run]:
    """For every word of the group, the shortest stretch that ends with it and holds them all."""
    assert isinstance(node, Loose)
    needed = Counter(node.words)
    recent = {word: deque[int](maxlen=count) for word, count in needed.items()}
    longest = len(node.words) + node.distance
    found: list[Run] = []
    for index, token in enumerate(part.bare):
        if (places := recent.get(token)) is None:
            continue
        places.append(index)
        if all(len(recent[word]) == count for word, count in needed.items()):
            start = min(kept[0] for kept in recent.values())
            if index - start < longest:
                found.append((start, index))
    return found


def _near(left: list[Run], right: list[Run], distance: int, *, ordered: bool) -> list[Run]:
    """Every pair of runs that do not overlap with at most `distance` tokens between them, as the run of both."""
    found = set(_followed(left, right, distance))
    if not ordered:
        found.update(_followed(right, left, distance))
    return sorted(found)


def _followed(before: Iterable[Run], after: list[Run], distance: int) -> Iterable[Run]:
    firsts = [first for first, _last in after]
    for start, end in before:
        for index in range(bisect_left(firsts, end + 1), len(after)):
            first, last = after[index]
            if first - end - 1 > distance:
                break
            yield start, last


_FINDERS: Final[dict[type, Callable[[Node, Part], list[Run]]]] = {
    **dict.fromkeys((Term, Prefix, Wildcard, Fuzzy), _one_word),
    Phrase: _phrase,
    Exact: _exact,
    Variants: _variants,
    Loose: _loose,
}


# ---- sentences ---------------------------------------------------------------------------------------------------

_ENDS: Final = re.compile(r"(?P<mark>[.!?…]+)[\"'»”’)\]]*\s+|\n+")
_NO_END: Final = re.compile(
    r"(?:^|[\s(])(?:[^\W\d_]|M|MM|Mme|Mmes|Mlle|Dr|Pr|St|Ste|cf|ex|env|tél|p|pp|n°|no|No|Mr|Mrs|Ms|vs|e\.g|i\.e)$"
)
_LONGEST_SHORT: Final = 8
"""Characters before a full stop that tell an abbreviation."""


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text: cut after . ! ? … and a blank, and at line ends.

    A full stop after an initial or an abbreviation ends nothing, nor one before a small letter, unless the whole text
    is written without capitals.
    """
    pieces: list[str] = []
    start, has_capitals = 0, not text.islower()
    for end in _ENDS.finditer(text):
        if end["mark"] == ".":
            goes_on = has_capitals and text[end.end() : end.end() + 1].islower()
            if goes_on or _NO_END.search(text, max(start, end.start() - _LONGEST_SHORT), end.start()):
                continue
        pieces.append(text[start : end.end()])
        start = end.end()
    pieces.append(text[start:])
    return tuple(piece for piece in pieces if piece.strip())
