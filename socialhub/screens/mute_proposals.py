"""What a mention offers to be muted by: who wrote it, where it stands, its hashtags, its words. Pure.

Loads the query language: meant for a thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from socialhub.i18n import _
from socialhub.model import Mention
from socialhub.query import QueryError, format_query, parse
from socialhub.query.fields import read_field
from socialhub.text import tokenise

Proposal = tuple[str, str]
"""(what is muted, in words; the query)."""
_MOST_TAGS: Final = 3
_WORDS: Final = 8
"""Words of the text that tell it from others."""
_FEWEST_WORDS: Final = 3


def proposals(mention: Mention) -> list[Proposal]:
    """The likely mutes for this mention, the narrowest first; never the same query twice."""
    found: dict[str, str] = {}
    for words, query in _proposed(mention):
        found.setdefault(query, words)
    return [(words, query) for query, words in found.items()]


def _proposed(mention: Mention) -> Iterator[Proposal]:
    if mention.handle and (query := _field("handle", mention.handle)):
        yield _("this account"), query
    elif mention.author and (query := _field("author", mention.author)):
        yield _("this author"), query
    if mention.site and (query := _field("site", mention.site)):
        yield _("this site"), query
    tokens = tokenise(mention.title or mention.text)
    tags = [token for token in dict.fromkeys([*tokens, *tokenise(mention.text)]) if token[0] == "#"]
    for tag in tags[:_MOST_TAGS]:
        yield _("this hashtag"), tag
    if len(tokens) >= _FEWEST_WORDS and (query := _phrase(tokens[:_WORDS])):
        yield _("these words"), query
    if query := _field("source", mention.source):
        yield _("this source"), query


def _field(name: str, value: str) -> str:
    try:
        return format_query(read_field(name, value, 0))
    except QueryError:
        # A name without any letter or digit cannot be asked for.
        return ""


def _phrase(tokens: list[str]) -> str:
    try:
        return format_query(parse(f'"{" ".join(token.lstrip("#@") for token in tokens)}"'))
    except QueryError:
        return ""
