"""Articles of the online press by GDELT's DOC index (SOURCES §15): title, address and time; no text, no author.

It has no ids: an article is its address. Their tone is read beside them when wished. Knows nothing of the cache.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator
from functools import partial
from typing import Final

import msgspec

from socialhub.identities import article_identity
from socialhub.model import Batch, Cursor, Draft, Item, Kind
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.gdelt_api import BETWEEN_SECONDS, KEPT, GdeltApi, moment_of, written
from socialhub.sources.gdelt_tone import tone_of
from socialhub.sources.gdelt_tv import GdeltTvSource
from socialhub.sources.kinds.gdelt import GdeltSettings
from socialhub.sources.newest_first import Page, walk
from socialhub.sources.news_index import host_of
from socialhub.sources.odd_fields import decode_item
from socialhub.sources.pages import decode_answer
from socialhub.sources.parts import Part, read_parts
from socialhub.sources.settings import SourceSettings

PATH: Final = "/api/v2/doc/doc"
MOST_RECORDS: Final = 250
HISTORY: Final = "1d"
"""How far back the first question looks."""
HISTORY_PAGES: Final = 1
MOST_PAGES: Final = 8
_LANGUAGES: Final = {"French": "fr", "English": "en", "German": "de", "Spanish": "es", "Italian": "it", "Dutch": "nl"}


class _Article(msgspec.Struct):
    url: str
    title: str = ""
    seendate: str = ""
    domain: str = ""
    language: str = ""
    sourcecountry: str = ""


class _Articles(msgspec.Struct):
    articles: list[msgspec.Raw] = []


class GdeltSource:
    """The queries as configured."""

    streaming = False

    def __init__(self, settings: GdeltSettings, context: SourceContext, between: float = BETWEEN_SECONDS) -> None:
        self._settings, self._context = settings, context
        self._api = GdeltApi(settings, context, between)

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read every query on. Raises SourceError after the others."""
        parts: dict[str, Part] = {}
        for query in self._settings.queries:
            fetch = partial(self._page, query)
            parts[query] = partial(walk, fetch=fetch, history_pages=HISTORY_PAGES, most_pages=MOST_PAGES)
            if self._settings.tone:
                parts[f"tone: {query}"] = partial(tone_of, self._api, query, self._context.clock.now())
        async for batch in read_parts(parts, cursor):
            yield batch

    async def close(self) -> None:
        """Nothing is held between two runs."""

    async def _page(self, query: str, token: str, history: bool) -> Page:
        """A page; `token` is the moment (as GDELT writes it) up to which articles are asked for."""
        params: dict[str, str | int | list[str]] = {
            "query": query,
            "mode": "artlist",
            "maxrecords": MOST_RECORDS,
            "sort": "datedesc",
        }
        if token:
            params |= {"enddatetime": token, "startdatetime": _before(token)}
        elif history:
            params["timespan"] = HISTORY
        answer = await self._api.ask(PATH, params)
        rows = decode_answer(answer.body, _Articles, answer.host).articles
        drafts: list[Draft] = []
        for row in rows:
            try:
                drafts.append(_draft(decode_item(row, _Article), bytes(row), history))
            except (msgspec.DecodeError, ValueError):
                continue
        items: list[Item] = [*drafts]
        oldest = min((draft.published for draft in drafts if draft.published is not None), default=None)
        # A page that is not full is the last one. Times are quarters of an hour: the oldest is asked for again.
        following = written(oldest) if oldest is not None and len(rows) >= MOST_RECORDS else ""
        return Page([draft.native_id for draft in drafts], items, following, len(rows) - len(drafts))


def _draft(article: _Article, raw: bytes, history: bool) -> Draft:
    """An article; raises ValueError where it has no address."""
    site = article.domain or host_of(article.url)
    if not article.url.startswith(("http://", "https://")) or not site:
        raise ValueError("no address")
    return Draft(
        native_id=hashlib.sha256(article.url.encode("utf-8", "replace")).hexdigest()[:32],
        text="",
        published=moment_of(article.seendate),
        title=" ".join(article.title.split()),
        url=article.url,
        author=site,
        lang=_LANGUAGES.get(article.language, ""),
        kind=Kind.ARTICLE,
        canonical_id=article_identity(article.title, article.url),
        site=site,
        backfill=history,
        raw=raw,
    )


def _before(token: str) -> str:
    return written((moment_of(token) or 0) - KEPT)


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe."""
    assert isinstance(settings, GdeltSettings)
    return GdeltTvSource(settings, context) if settings.stations else GdeltSource(settings, context)
