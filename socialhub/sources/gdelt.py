"""Articles of the online press by GDELT's DOC index (SOURCES §15): title, address and time; no text, no author.

One question in five seconds for all queries together, as GDELT asks. Its errors come as a page with status 200, its
JSON holds characters that JSON does not allow. It has no ids: an article is its address. Knows nothing of the cache.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from functools import partial
from typing import Final

import msgspec

from socialhub import text
from socialhub.clock import DAY, MINUTE, from_datetime, to_datetime
from socialhub.errors import SourceError
from socialhub.identities import article_identity
from socialhub.model import Batch, Cursor, Draft, Item, Kind
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.http import Response
from socialhub.sources.kinds.gdelt import GdeltSettings
from socialhub.sources.newest_first import FetchPage, Page, walk
from socialhub.sources.news_index import host_of
from socialhub.sources.odd_fields import decode_item
from socialhub.sources.pages import decode_answer
from socialhub.sources.parts import read_parts
from socialhub.sources.settings import SourceSettings
from socialhub.sources.turns import turns_of

PATH: Final = "/api/v2/doc/doc"
MOST_RECORDS: Final = 250
HISTORY: Final = "1d"
"""How far back the first question looks."""
HISTORY_PAGES: Final = 1
MOST_PAGES: Final = 8
BETWEEN_SECONDS: Final = 5.5
"""Between two questions: GDELT allows one in five seconds for each address."""
KEPT: Final = 80 * DAY
"""GDELT answers for three months."""
REFUSED_WAIT: Final = 1 * MINUTE
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
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
        self._settings, self._context, self._between = settings, context, between
        self._turns = turns_of(context.client, settings.server)

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read every query on. Raises SourceError after the others."""
        fetches: dict[str, FetchPage] = {query: partial(self._page, query) for query in self._settings.queries}
        parts = {
            query: partial(walk, fetch=fetch, history_pages=HISTORY_PAGES, most_pages=MOST_PAGES)
            for query, fetch in fetches.items()
        }
        async for batch in read_parts(parts, cursor):
            yield batch

    async def close(self) -> None:
        """Nothing is held between two runs."""

    async def _page(self, query: str, token: str, history: bool) -> Page:
        """A page; `token` is the moment (as GDELT writes it) up to which articles are asked for."""
        params: dict[str, str | int | list[str]] = {
            "query": query,
            "mode": "artlist",
            "format": "json",
            "maxrecords": MOST_RECORDS,
            "sort": "datedesc",
        }
        if token:
            params |= {"enddatetime": token, "startdatetime": _before(token)}
        elif history:
            params["timespan"] = HISTORY
        answer = await self._ask(params)
        rows = decode_answer(_CONTROLS.sub(b" ", answer.body), _Articles, answer.host).articles
        drafts: list[Draft] = []
        for row in rows:
            try:
                drafts.append(_draft(decode_item(row, _Article), bytes(row), history))
            except (msgspec.DecodeError, ValueError):
                continue
        items: list[Item] = [*drafts]
        oldest = min((draft.published for draft in drafts if draft.published is not None), default=None)
        # A page that is not full is the last one. Times are quarters of an hour: the oldest is asked for again.
        following = _written(oldest) if oldest is not None and len(rows) >= MOST_RECORDS else ""
        return Page([draft.native_id for draft in drafts], items, following, len(rows) - len(drafts))

    async def _ask(self, params: dict[str, str | int | list[str]]) -> Response:
        async with self._turns.mine(self._between):
            address = self._settings.server.rstrip("/") + PATH
            answer = await self._context.client.get(address, params=params, allow_private=self._settings.allow_private)
        if answer.body.lstrip()[:1] not in (b"{", b""):
            said = text.clip(text.clean(text.from_html(answer.body.decode("utf-8", "replace")), single_line=True), 120)
            if "limit requests" in said.casefold():
                raise SourceError("rate-limited", host=answer.host, retry_after=REFUSED_WAIT)
            raise SourceError("unexpected-shape", host=answer.host, detail=said)
        # Nothing found is an empty answer, or an empty object.
        return answer if answer.body.strip() else dataclasses.replace(answer, body=b"{}")


def _draft(article: _Article, raw: bytes, history: bool) -> Draft:
    """An article; raises ValueError where it has no address."""
    site = article.domain or host_of(article.url)
    if not article.url.startswith(("http://", "https://")) or not site:
        raise ValueError("no address")
    return Draft(
        native_id=hashlib.sha256(article.url.encode("utf-8", "replace")).hexdigest()[:32],
        text="",
        published=_moment(article.seendate),
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


def _moment(written: str) -> int | None:
    """Milliseconds UTC of "20261121T101500Z" (or without T and Z)."""
    digits = "".join(character for character in written if character.isdigit())
    try:
        return from_datetime(datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC))
    except ValueError:
        return None


def _written(moment: int) -> str:
    return f"{to_datetime(moment):%Y%m%d%H%M%S}"


def _before(token: str) -> str:
    return _written((_moment(token) or 0) - KEPT)


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe."""
    assert isinstance(settings, GdeltSettings)
    return GdeltSource(settings, context)
