"""A mention as queries see it: live ones before they are stored, and stored ones read back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from socialhub.model import Kind, Tone
from socialhub.query.runs import Part
from socialhub.query.tree import Scope
from socialhub.text import tokenise


@dataclass(slots=True)
class Document:
    """What a query can ask of a mention.

    `title` and `text` are clean; their tokens may be handed in where they are known. `published` is milliseconds UTC,
    `topics` and `lists` are slugs, `places` folded names and codes with all that lies around them. What follows
    `topics` is only known of stored mentions.
    """

    title_tokens: list[str] | None = None
    text_tokens: list[str] | None = None
    title: str = ""
    text: str = ""
    author: str = ""
    handle: str = ""
    bio: str = ""
    site: str = ""
    url: str = ""
    links: tuple[str, ...] = ()
    lang: str = ""
    kind: str = Kind.POST
    source: str = ""
    source_kind: str = ""
    published: int = 0
    followers: int | None = None
    rating: float | None = None
    media: int = 0
    lists: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    reach: int | None = None
    engagement: int | None = None
    tone: Tone | None = None
    confidence: float = 0.0
    unread: bool = True
    muted: bool = False
    repost: bool = False
    viral: bool = False
    answered: bool = False
    state: str = "new"
    assignee: str = ""
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class AlertDocument(Document):
    """What a query can ask of an alert: its sentences are `text`, `kind` an AlertKind, `topics` the slug of
    the topic and `places` and `source` what it is about, `severity` in small letters.
    """

    severity: str = ""
    rule: str = ""


class View:
    """A document being asked: what several queries need of it is worked out once."""

    __slots__ = ("_parts", "_words", "document", "now")

    def __init__(self, document: Document, now: int | None) -> None:
        self.document = document
        self.now = now
        self._words: set[str] | None = None
        self._parts: tuple[Part, Part] | None = None

    @property
    def parts(self) -> tuple[Part, Part]:
        """The title and the text."""
        parts = self._parts
        if parts is None:
            document = self.document
            parts = self._parts = (
                Part(Scope.TITLE, document.title, document.title_tokens),
                Part(Scope.TEXT, document.text, document.text_tokens),
            )
        return parts

    def scoped(self, scope: Scope) -> Sequence[Part]:
        """The parts that a scope covers."""
        return self.parts if scope is Scope.ANYWHERE else self.parts[:1] if scope is Scope.TITLE else self.parts[1:]

    @property
    def words(self) -> set[str]:
        """The tokens of title and text, each once, with their signs."""
        words = self._words
        if words is None:
            title, text = self.parts
            words = self._words = {*title.tokens, *text.tokens}
        return words

    def tokens(self, scope: Scope) -> Collection[str]:
        """The tokens that a scope covers, in no particular order."""
        return self.words if scope is Scope.ANYWHERE else self.scoped(scope)[0].tokens


Predicate: TypeAlias = Callable[[View], bool]


def tokens_of(document: Document) -> list[str]:
    """The tokens of title and text, in order."""
    title = tokenise(document.title) if document.title_tokens is None else document.title_tokens
    text = tokenise(document.text) if document.text_tokens is None else document.text_tokens
    return title + text if title else text
