"""What a mention offers to be muted by: who wrote it, where it stands, its hashtags, its words. Pure.

Loads the query language: meant for a thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from socialhub.i18n import N_
from socialhub.model import Mention
from socialhub.query import QueryError, format_query, parse
from socialhub.query.fields import read_field
from socialhub.records import dataclass
from socialhub.text import tokenise

KINDS: Final = {
    "account": N_("this account"),
    "author": N_("this author"),
    "words": N_("these words"),
    "hashtag": N_("this hashtag"),
    "site": N_("this site"),
    "source": N_("this source"),
}
"""What can be muted of a mention, the narrowest first, and its name."""
_MOST_TAGS: Final = 3
_WORDS: Final = 8
"""Words of the text that tell it from others."""
_FEWEST_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """A likely mute: which of KINDS it is, and the query."""

    kind: str
    query: str


def proposals(mention: Mention) -> list[Proposal]:
    """The likely mutes for this mention, the narrowest first; never the same query twice."""
    found: dict[str, Proposal] = {}
    for kind, query in _proposed(mention):
        if query:
            found.setdefault(query, Proposal(kind, query))
    return list(found.values())


def _proposed(mention: Mention) -> Iterator[tuple[str, str]]:
    if mention.handle:
        yield "account", _field("handle", mention.handle)
    elif mention.author:
        yield "author", _field("author", mention.author)
    tokens = tokenise(mention.title or mention.text)
    if len(tokens) >= _FEWEST_WORDS:
        yield "words", _phrase(tokens[:_WORDS])
    tags = [token for token in dict.fromkeys([*tokens, *tokenise(mention.text)]) if token[0] == "#"]
    for tag in tags[:_MOST_TAGS]:
        yield "hashtag", tag
    yield "site", _field("site", mention.site)
    yield "source", _field("source", mention.source)


def _field(name: str, value: str) -> str:
    try:
        return format_query(read_field(name, value, 0)) if value else ""
    except QueryError:
        # A name without any letter or digit cannot be asked for.
        return ""


def _phrase(tokens: list[str]) -> str:
    try:
        return format_query(parse(f'"{" ".join(token.lstrip("#@") for token in tokens)}"'))
    except QueryError:
        return ""
