"""The config that `config init` writes: a few answers put into a commented template, in the interface language.

Pure: reads only the template. What comes out passes `config check`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import Final
from urllib.parse import quote_plus

from socialhub.config.checks import slug
from socialhub.config.opml import Feed
from socialhub.i18n import language
from socialhub.text import clean, tokenise

# Google News answers for a country in a language: hl, gl and ceid must agree.
_EDITIONS: Final[dict[str, str]] = {
    "fr": "hl=fr&gl=FR&ceid=FR:fr",
    "en": "hl=en-GB&gl=GB&ceid=GB:en",
    "de": "hl=de&gl=DE&ceid=DE:de",
    "es": "hl=es&gl=ES&ceid=ES:es",
    "it": "hl=it&gl=IT&ceid=IT:it",
    "nl": "hl=nl&gl=NL&ceid=NL:nl",
}
_MASTODON_SERVERS: Final[dict[str, tuple[str, ...]]] = {
    "fr": ("https://mastodon.social", "https://piaille.fr"),
    "de": ("https://mastodon.social", "https://troet.cafe"),
}
_OTHER_SERVERS: Final = ("https://mastodon.social",)
_PLAIN_WORD: Final = re.compile(r"[#@]?[^\W_]+(?:-[^\W_]+)*\*?")
_QUOTES: Final = re.compile('["“”«»]')
_OPERATORS: Final = frozenset({"AND", "OR", "NOT", "ET", "OU", "SAUF"})
_LONGEST: Final = 48


@dataclass(frozen=True, slots=True)
class Answers:
    """What the user said: the brand, other words for it, what it is not, rivals, languages, contact, feeds."""

    brand: str
    words: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("fr", "en")
    contact: str = ""
    feeds: tuple[Feed, ...] = ()


def split_list(written: str) -> tuple[str, ...]:
    """The parts of "SFR, Free": clean, each once, those without a letter or digit left out."""
    unquoted = _QUOTES.sub(" ", written)
    parts = (clean(part, single_line=True)[:_LONGEST].strip() for part in re.split("[,;]", unquoted))
    unique = {part.casefold(): part for part in parts if tokenise(part.lstrip("-"))}
    return tuple(unique.values())


def split_words(written: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The parts of "Livebox, Sosh, -fruit": other words for the brand, and what it is not."""
    parts = split_list(written)
    unwanted = tuple(part.lstrip("- ") for part in parts if part.startswith("-"))
    return tuple(part for part in parts if not part.startswith("-")), unwanted


def starter(answers: Answers) -> str:
    """The text of a config.toml that listens to what the answers name."""
    template = files("socialhub.cli").joinpath(f"starter_{language()}.toml").read_text("utf-8")
    return Template(template).substitute(
        name=_quoted(answers.brand),
        language=_quoted(language()),
        languages=_quoted_list(answers.languages),
        contact=_quoted(answers.contact),
        topics="\n".join(_topics(answers)),
        news="\n".join(_news(answers)),
        mastodon="\n".join(_mastodon(answers)),
        feeds="\n".join(_table("sources", name=feed.name, kind="rss", url=feed.url) for feed in answers.feeds),
    )


def _topics(answers: Answers) -> Iterator[str]:
    either, without = ("OU", "SAUF") if language() == "fr" else ("OR", "NOT")
    query = _any_of((answers.brand, *answers.words), either)
    if answers.unwanted:
        query = f"{query} {without} {_any_of(answers.unwanted, either)}"
    yield _table("topics", name=answers.brand, kind="brand", query=query)
    for rival in _rivals(answers):
        yield _table("topics", name=rival, kind="competitor", query=_term(rival))


def _rivals(answers: Answers) -> list[str]:
    """The rivals that can be told apart, from one another and from the brand."""
    by_slug = {slug(rival): rival for rival in reversed(answers.rivals)}
    return [rival for key, rival in reversed(by_slug.items()) if key not in ("", slug(answers.brand))]


def _any_of(words: tuple[str, ...], either: str) -> str:
    """One of the words, between parentheses unless there is only one."""
    query = f" {either} ".join(_term(word) for word in words)
    return f"({query})" if len(words) > 1 else query


def _term(word: str) -> str:
    """A word as the query language wants it: between quotes unless it is one plain word."""
    if _PLAIN_WORD.fullmatch(word) and word.upper() not in _OPERATORS:
        return word
    return f'"{word}"'


def _news(answers: Answers) -> Iterator[str]:
    for code in answers.languages:
        if edition := _EDITIONS.get(code):
            wanted = " OR ".join(f'"{word}"' for word in (answers.brand, *answers.words))
            unwanted = "".join(f' -"{word}"' for word in answers.unwanted)
            yield _news_source(f"Google News {answers.brand} ({code})", f"{wanted}{unwanted} when:2d", edition, code)
    first = answers.languages[0] if answers.languages else ""
    if edition := _EDITIONS.get(first):
        for rival in _rivals(answers):
            yield _news_source(f"Google News {rival}", f'"{rival}" when:2d', edition, first)


def _news_source(name: str, asked: str, edition: str, code: str) -> str:
    url = f"https://news.google.com/rss/search?q={quote_plus(asked)}&{edition}"
    return _table("sources", name=name.replace("/", "-"), kind="rss", url=url, every="15 min", lang=code)


def _mastodon(answers: Answers) -> Iterator[str]:
    words = ("".join(filter(str.isalnum, brand)).lower() for brand in (answers.brand, *_rivals(answers)))
    tags = tuple(dict.fromkeys(filter(None, words)))
    servers = _MASTODON_SERVERS.get(answers.languages[0] if answers.languages else "", _OTHER_SERVERS)
    for server in servers if tags else ():
        host = server.removeprefix("https://")
        yield _table("sources", name=f"Mastodon {host}", kind="mastodon", server=server, tags=tags)


def _table(array: str, **values: str | tuple[str, ...]) -> str:
    rows = (
        f"{key} = {_quoted(value) if isinstance(value, str) else _quoted_list(value)}" for key, value in values.items()
    )
    return "\n".join([f"[[{array}]]", *rows, ""])


def _quoted(text: str) -> str:
    """A text as TOML writes it; a JSON string is one, once the text is clean."""
    return json.dumps(clean(text, single_line=True), ensure_ascii=False)


def _quoted_list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(_quoted(text) for text in texts) + "]"
