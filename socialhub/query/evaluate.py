"""Whether a mention matches a query: a tree becomes one function over the mention's tokens and properties.

The other half of the language, `sql`, must say the same of the stored mention; tests hold both to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import lru_cache
from typing import Final, TypeAlias

from socialhub.clock import real_now
from socialhub.model import UNSURE_BELOW, Kind, Tone
from socialhub.query.dates import moments
from socialhub.query.fields import ascii_lower, bare, bare_words
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

TONES: Final = {"neg": Tone.NEGATIVE, "neu": Tone.NEUTRAL, "pos": Tone.POSITIVE}


@dataclass(slots=True)
class Document:
    """A mention as queries see it. Tokens come from `text.tokenise` and keep the signs of hashtags and handles.

    `published` is milliseconds UTC, `topics` and `lists` (on which its author stands) are slugs; tone, confidence and
    unread are only known of stored mentions.
    """

    title_tokens: list[str] = field(default_factory=list)
    text_tokens: list[str] = field(default_factory=list)
    author: str = ""
    handle: str = ""
    site: str = ""
    url: str = ""
    lang: str = ""
    kind: str = Kind.POST
    source: str = ""
    source_kind: str = ""
    published: int = 0
    followers: int | None = None
    rating: float | None = None
    has_link: bool = False
    topics: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    tone: Tone | None = None
    confidence: float = 0.0
    unread: bool = True


class View:
    """A document being asked: what several queries need of it is worked out once."""

    __slots__ = ("_bare", "_words", "document", "now")

    def __init__(self, document: Document, now: int | None) -> None:
        self.document = document
        self.now = now
        self._words: set[str] | None = None
        self._bare: tuple[list[str], list[str]] | None = None

    @property
    def words(self) -> set[str]:
        """The tokens of title and text, each once, with their signs."""
        words = self._words
        if words is None:
            words = self._words = {*self.document.title_tokens, *self.document.text_tokens}
        return words

    def tokens(self, scope: Scope) -> Collection[str]:
        """The tokens that a scope covers, in no particular order."""
        if scope is Scope.TITLE:
            return self.document.title_tokens
        if scope is Scope.TEXT:
            return self.document.text_tokens
        return self.words

    def bare(self, scope: Scope) -> Sequence[list[str]]:
        """The token lists that a scope covers, with hashtags as plain words."""
        lists = self._bare
        if lists is None:
            document = self.document
            lists = self._bare = list(map(bare, document.title_tokens)), list(map(bare, document.text_tokens))
        return lists if scope is Scope.ANYWHERE else lists[:1] if scope is Scope.TITLE else lists[1:]


Predicate: TypeAlias = Callable[[View], bool]


def matches(node: Node, document: Document, now: int | None = None, zone: tzinfo = UTC) -> bool:
    """Whether the document matches. `now` (ms UTC; None: the machine's) serves `date:PT6H`, `zone` civil dates."""
    return _kept_predicate(node, zone)(View(document, now))


def forms(word: str) -> tuple[str, ...]:
    """The tokens that a word of a query is found as: a plain word also as a hashtag."""
    return (word,) if word[0] in "#@" else (word, f"#{word}")


def phrase_starts(phrase: Phrase, tokens: Sequence[str]) -> Iterator[int]:
    """Where a phrase begins in a list of bare tokens."""
    first, length = phrase.words[0], len(phrase.words)
    whole = list(phrase.words[:-1]) if phrase.open_end else list(phrase.words)
    last = phrase.words[-1]
    start = -1
    for _occurrence in range(tokens.count(first)):
        start = tokens.index(first, start + 1)
        if list(tokens[start : start + len(whole)]) != whole:
            continue
        if not phrase.open_end or (start + length <= len(tokens) and tokens[start + length - 1].startswith(last)):
            yield start


def predicate(node: Node, zone: tzinfo) -> Predicate:
    """The function that tells whether a view matches `node`."""
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
        case Phrase():
            return _phrase(node)
        case Field():
            return _FIELDS[node.name](node.value)
        case NumberRange():
            return _number_range(node)
        case DateRange():
            low, high = moments(node, zone)
            return lambda view: (
                (low is None or view.document.published >= low) and (high is None or view.document.published < high)
            )
        case Recent(span):
            return lambda view: view.document.published >= (real_now() if view.now is None else view.now) - span


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


def _phrase(phrase: Phrase) -> Predicate:
    needed = [_term(word, phrase.scope) for word in phrase.words[: -1 if phrase.open_end else None]]

    def found(view: View) -> bool:
        for word in needed:
            if not word(view):
                return False
        return any(next(phrase_starts(phrase, tokens), -1) >= 0 for tokens in view.bare(phrase.scope))

    return found


def _number_range(node: NumberRange) -> Predicate:
    name, low, high = node.name, node.low, node.high

    def within(view: View) -> bool:
        number: float | None = getattr(view.document, name)
        if number is None:
            return False
        above = low is None or number > low or (node.low_included and number == low)
        return above and (high is None or number < high or (node.high_included and number == high))

    return within


# ---- one function a field: value -> predicate --------------------------------------------------------------------


def _author(value: str) -> Predicate:
    needle = f" {value} "
    return lambda view: needle in f" {bare_words(view.document.author)} "


def _handle(value: str) -> Predicate:
    beginnings = (f"{value}@", f"{value}.")

    def is_handle(view: View) -> bool:
        handle = ascii_lower(view.document.handle).lstrip("@")
        return handle == value or handle.startswith(beginnings)

    return is_handle


def _site(value: str) -> Predicate:
    ending = f".{value}"

    def is_site(view: View) -> bool:
        site = ascii_lower(view.document.site)
        return site == value or site.endswith(ending)

    return is_site


def _lang(value: str) -> Predicate:
    regional = f"{value}-"

    def is_lang(view: View) -> bool:
        lang = ascii_lower(view.document.lang)
        return lang == value or lang.startswith(regional)

    return is_lang


def _sentiment(value: str) -> Predicate:
    if value == "unsure":
        return lambda view: view.document.tone is None or view.document.confidence < UNSURE_BELOW
    tone = TONES[value]
    return lambda view: view.document.tone == tone and view.document.confidence >= UNSURE_BELOW


def _is(value: str) -> Predicate:
    if value == "unread":
        return lambda view: view.document.unread
    return lambda view: view.document.kind == Kind.REPLY


_FIELDS: Final[dict[str, Callable[[str], Predicate]]] = {
    "author": _author,
    "handle": _handle,
    "site": _site,
    "lang": _lang,
    "sentiment": _sentiment,
    "is": _is,
    "url": lambda value: lambda view: value in ascii_lower(view.document.url),
    "source": lambda value: (
        lambda view: value in (ascii_lower(view.document.source), ascii_lower(view.document.source_kind))
    ),
    "topic": lambda value: lambda view: value in map(ascii_lower, view.document.topics),
    "kind": lambda value: lambda view: view.document.kind == value,
    "has": lambda _value: lambda view: view.document.has_link,
}
