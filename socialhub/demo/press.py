"""The press of the scenario: an article at its outlet, its copies in the news index, the people who pass it on."""

from __future__ import annotations

from random import Random
from typing import Final

from socialhub.clock import MINUTE
from socialhub.demo.data import Article, Outlet
from socialhub.demo.grammar import Grammar
from socialhub.demo.line import Line
from socialhub.demo.people import Crowd, ascii_word
from socialhub.demo.story import EVENTS
from socialhub.demo.voices import NEWS_INDEX, Ids, address, identity, source_of

_UPDATE_AFTER: Final = 23 * MINUTE
# Minutes in the middle until another outlet, and a reader, takes an article up; both have a long tail.
_COPY_DELAY, _SHARE_DELAY = 3.3, 3.6


class Newsroom:
    """Publishes articles and what follows from them."""

    def __init__(self, rng: Random, grammar: Grammar, crowd: Crowd, ids: Ids) -> None:
        self._rng = rng
        self._grammar = grammar
        self._crowd = crowd
        self._ids = ids

    def published(self, article: Article, outlets: dict[str, Outlet], start: int) -> list[Line]:
        """The article, its copies elsewhere and the posts that share it."""
        event = EVENTS.get(article.event)
        at = start + (event.start_offset_ms if event else 0) + article.at * MINUTE
        outlet = outlets[article.outlet]
        first = self._article(article, outlet, outlet.source or NEWS_INDEX, at)
        others = [other for name, other in outlets.items() if name != article.outlet]
        lines = [first]
        for index in range(article.copies):
            copying = others[(index + len(article.title)) % len(others)]
            lines.append(self._article(article, copying, NEWS_INDEX, self._later(at, _COPY_DELAY), copied=True))
        lines += [self._share(article, first.url, at) for _ in range(article.shares)]
        return lines

    def _later(self, at: int, middle: float) -> int:
        return at + int(self._rng.lognormvariate(middle, 0.9) * MINUTE)

    def _article(self, article: Article, outlet: Outlet, source: str, at: int, *, copied: bool = False) -> Line:
        native = self._ids.native(source, at)
        slug = "-".join(word for word in map(ascii_word, article.title.split()[:7]) if word)
        url = f"https://{outlet.site}/{slug}-{native.rsplit('-', 1)[-1]}"
        line = Line(at, source, native, article.text, title=article.title, url=url, lang=article.lang, kind="article")
        line.author = f"{outlet.byline} ({outlet.name})" if outlet.byline != "la rédaction" else outlet.name
        line.copied, line.beat = copied, "press"
        if article.update and not copied:
            updated = Line(at + _UPDATE_AFTER, source, native, article.update, title=article.title, url=url)
            updated.author, updated.lang, updated.kind = line.author, line.lang, line.kind
            line.after.append(updated)
        return line

    def _share(self, article: Article, url: str, at: int) -> Line:
        moment = self._later(at, _SHARE_DELAY)
        person = self._crowd.anyone(article.lang == "en")
        source = source_of("english" if article.lang == "en" else "public", person, self._rng)
        comment = self._grammar.expand("partage") if article.lang == "fr" else ""
        native = self._ids.native(source, moment)
        line = Line(moment, source, native, f"{comment} {article.title} {url}".strip(), kind="post", lang=article.lang)
        shown = identity(source, person)
        line.author, line.handle, line.followers = shown.author, shown.handle, shown.followers
        line.url, line.beat, line.copied = address(source, shown.handle, native), "share", not comment
        line.likes, line.shares = int(self._rng.paretovariate(1.2)) - 1, int(self._rng.paretovariate(1.6)) - 1
        return line
