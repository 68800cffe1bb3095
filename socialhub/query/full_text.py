"""A tree of words as an FTS5 expression: exactly (`full_text`), or as what every match is among (`reach`).

See https://sqlite.org/fts5.html#full_text_query_syntax. A bare word needs no column: `marks` holds tokens with a sign
only, title and body hold hashtags without it.
"""

from __future__ import annotations

from typing import Final

from socialhub.query.runs import misspellings
from socialhub.query.tree import (
    LETTERS,
    And,
    Count,
    Exact,
    Fuzzy,
    Loose,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Scope,
    Sentence,
    Term,
    Variants,
    Wildcard,
    all_of,
    any_of,
    spellings,
)
from socialhub.text import tokenise

LEVELS: Final = 16
"""Levels of AND and OR in one full-text expression: the stack of FTS5's parser holds 100 symbols, four a level."""
_MOST_PAIRS: Final = 64
"""Alternatives of one side times those of the other, up to which FTS5 is asked for each pair with its distance."""
_COLUMNS: Final = {Scope.TITLE: "title", Scope.TEXT: "body"}


def full_text(node: Node, levels: int = LEVELS) -> str:
    """The FTS5 expression of a tree of words, or "" when FTS5 alone cannot answer it in so many levels."""
    match node:
        case Term(word, scope) if not (scope and word[0] == "#"):
            return _in_column(scope, _string(word))
        case Prefix(stem, scope) if not (scope and stem[0] == "#"):
            return _in_column(scope, f"{_string(stem)} *")
        case Phrase(words, scope, open_end):
            return _in_column(scope, _string(" ".join(words)) + (" *" if open_end else ""))
        case Variants(scope=scope) if levels:
            return _in_column(scope, _any_of([_string(" ".join(spelling)) for spelling in spellings(node)]))
        case Wildcard(pattern, scope) if levels and pattern.count("?") == 1 and "*" not in pattern:
            if not (scope and pattern[0] == "#"):
                return _in_column(scope, _any_of([_string(pattern.replace("?", letter)) for letter in LETTERS]))
        case Fuzzy(word, scope) if levels and not (scope and word[0] == "#"):
            return _in_column(scope, _any_of([_string(each) for each in sorted(misspellings(word))]))
        case Or(parts) if levels:
            texts = [full_text(part, levels - 1) for part in parts]
            return _any_of(texts) if all(texts) else ""
        case And(parts) if levels:
            wanted = [full_text(part, levels - 1) for part in parts if not isinstance(part, Not)]
            unwanted = [full_text(part.part, levels - 1) for part in parts if isinstance(part, Not)]
            if not wanted or not all(wanted) or not all(unwanted):
                return ""
            text = f"({' AND '.join(wanted)})"
            return f"({text} NOT {_any_of(unwanted)})" if unwanted else text
    return ""


def reach(node: Node, levels: int = LEVELS) -> str:
    """An FTS5 expression that every match of the tree answers to, or "" when there is none worth asking."""
    if text := full_text(node, levels):
        return text
    if not levels:
        return ""
    match node:
        case Term(word):
            return _string(word)
        case Prefix(stem):
            return f"{_string(stem)} *"
        case Wildcard(pattern):
            return f"{_string(pattern.split('*')[0].split('?')[0])} *"
        case Fuzzy(word):
            return _any_of([_string(each) for each in sorted(misspellings(word))])
        case Exact(words, scope):
            folded = [token.removeprefix("#") for word in words for token in tokenise(word)]
            return _in_column(scope, _string(" ".join(folded))) if folded else ""
        case Loose(words, distance):
            strings = " ".join(map(_string, words))
            return f"NEAR({strings}, {distance + len(words) - 2})"
        case Near(left, right, distance):
            return _pairs(left, right, distance) or reach(And((left, right)), levels)
        case Count(part):
            return reach(part, levels)
        case Sentence(part):
            # What one sentence lacks may stand in the next.
            return reach(kept, levels) if (kept := _without_negations(part)) else ""
        case Or(parts):
            texts = [reach(part, levels - 1) for part in parts]
            return _any_of(texts) if all(texts) else ""
        case And(parts):
            texts = [text for part in parts if (text := reach(part, levels - 1))]
            return f"({' AND '.join(texts)})" if texts else ""
    return ""


def _without_negations(node: Node) -> Node | None:
    """A tree that matches whenever `node` does and denies nothing; None when nothing is left to ask."""
    match node:
        case Not():
            return None
        case And(parts):
            kept = [part for each in parts if (part := _without_negations(each))]
            return all_of(kept) if kept else None
        case Or(parts):
            kept = [part for each in parts if (part := _without_negations(each))]
            return any_of(kept) if len(kept) == len(parts) else None
    return node


def _pairs(left: Node, right: Node, distance: int) -> str:
    """The sides as pairs of alternatives near each other, where both are short lists of what FTS5 knows."""
    first, second = _alternatives(left), _alternatives(right)
    if not first or not second or len(first) * len(second) > _MOST_PAIRS:
        return ""
    return _any_of([f"NEAR({one} {other}, {distance})" for one in first for other in second])


def _alternatives(node: Node) -> list[str]:
    match node:
        case Term(word):
            return [_string(word)]
        case Prefix(stem):
            return [f"{_string(stem)} *"]
        case Phrase(words, _scope, open_end):
            return [_string(" ".join(words)) + (" *" if open_end else "")]
        case Exact(words):
            return [_string(" ".join(token.removeprefix("#") for word in words for token in tokenise(word)))]
        case Or(parts):
            found = [_alternatives(part) for part in parts]
            return [text for texts in found for text in texts] if all(found) else []
    return []


def _any_of(texts: list[str]) -> str:
    return f"({' OR '.join(texts)})"


def _string(words: str) -> str:
    """An FTS5 string: quoted, so that no word is read as an operator."""
    return '"' + words.replace('"', '""') + '"'


def _in_column(scope: Scope, text: str) -> str:
    return f"{_COLUMNS[scope]} : {text}" if scope else text
