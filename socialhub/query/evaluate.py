"""Whether a mention matches a query: a tree becomes one function over the mention's words and properties.

The other half of the language, `sql`, must say the same of the stored mention; tests hold both to it. What a field
asks for is in `properties`, where words are found in `runs`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, tzinfo
from functools import lru_cache

from socialhub.query.document import Document, Predicate, View
from socialhub.query.patterns import searcher
from socialhub.query.properties import property_predicate
from socialhub.query.runs import fitting, runs, sentences
from socialhub.query.tree import (
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
    Regex,
    Saved,
    Scope,
    Sentence,
    Term,
    Variants,
    Wildcard,
)


def matches(node: Node, document: Document, now: int | None = None, zone: tzinfo = UTC) -> bool:
    """Whether the document matches. `now` (ms UTC; None: the machine's) serves `date:PT6H`, `zone` civil dates."""
    return _kept_predicate(node, zone)(View(document, now))


def words_hold(node: Node, title: str, text: str) -> bool:
    """Whether a query that asks for words alone (`tree.is_wordy`) matches a title and a text."""
    return _kept_predicate(node, UTC)(View(Document(title=title, text=text), 0))


def forms(word: str) -> tuple[str, ...]:
    """The tokens that a word of a query is found as: a plain word also as a hashtag."""
    return (word,) if word[0] in "#@" else (word, f"#{word}")


def predicate(node: Node, zone: tzinfo) -> Predicate:
    """The function that tells whether a view matches `node`, which holds no saved search any more."""
    match node:
        case And(parts):
            return _all([predicate(part, zone) for part in parts])
        case Or(parts):
            return _any([predicate(part, zone) for part in parts])
        case Not(part):
            denied = predicate(part, zone)
            return lambda view: not denied(view)
        case Term(word, scope):
            return _term(word, scope)
        case Prefix(stem, scope):
            stems = forms(stem)
            return lambda view: any(word.startswith(stems) for word in view.tokens(scope))
        case Wildcard() | Fuzzy():
            return _shape(node)
        case Phrase() | Loose() | Exact() | Variants() | Near():
            return _placed(node)
        case Sentence(part):
            return _sentence(predicate(part, zone))
        case Count(part, least):
            return lambda view: sum(len(runs(part, each)) for each in view.parts) >= least
        case Regex(pattern, scope):
            search = searcher(pattern)
            return lambda view: any(search(part.text) for part in view.scoped(scope))
        case Saved(name):
            raise LookupError(name)
    return property_predicate(node, zone)


@lru_cache(maxsize=512)
def _kept_predicate(node: Node, zone: tzinfo) -> Predicate:
    return predicate(node, zone)


def _all(parts: list[Predicate]) -> Predicate:
    def all_match(view: View) -> bool:
        for part in parts:  # noqa: SIM110 - a generator costs more than the parts
            if not part(view):
                return False
        return True

    return all_match


def _any(parts: list[Predicate]) -> Predicate:
    def any_matches(view: View) -> bool:
        for part in parts:  # noqa: SIM110 - a generator costs more than the parts
            if part(view):
                return True
        return False

    return any_matches


def _term(word: str, scope: Scope) -> Predicate:
    if word[0] in "#@":
        return lambda view: word in view.tokens(scope)
    tag = f"#{word}"
    if scope is Scope.ANYWHERE:
        return lambda view: word in view.words or tag in view.words
    return lambda view: word in (tokens := view.tokens(scope)) or tag in tokens


def _shape(node: Wildcard | Fuzzy) -> Predicate:
    fit, scope = fitting(node), node.scope
    if (node.word if isinstance(node, Fuzzy) else node.pattern)[0] == "#":
        return lambda view: any(map(fit, view.tokens(scope)))
    return lambda view: any(any(map(fit, part.bare)) for part in view.scoped(scope))


def _placed(node: Node) -> Predicate:
    """Words whose places matter; the words themselves, which are looked up fast, are asked first."""
    needed = [_term(word, Scope.ANYWHERE) for word in required_words(node)]

    def found(view: View) -> bool:
        for word in needed:
            if not word(view):
                return False
        return any(runs(node, part) for part in view.parts)

    return found


def required_words(node: Node) -> Collection[str]:
    """Folded words without which `node` is found nowhere; none where words are told by their shape or by choice."""
    match node:
        case Term(word):
            return (word,)
        case Phrase(words, _scope, open_end):
            return words[:-1] if open_end else words
        case Loose(words):
            return words
        case Near(left, right):
            return (*required_words(left), *required_words(right))
    return ()


def _sentence(holds: Predicate) -> Predicate:
    """One sentence alone, in the place of the title or of the text, must match."""

    def found(view: View) -> bool:
        for part in view.parts:
            for sentence in sentences(part.text):
                alone = Document(title=sentence) if part.scope is Scope.TITLE else Document(text=sentence)
                if holds(View(alone, view.now)):
                    return True
        return False

    return found
