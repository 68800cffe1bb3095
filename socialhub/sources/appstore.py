"""Reviews of Apple's App Store by its public feeds, a country at a time (SOURCES §9).

A feed gives the newest 500 reviews, ten pages of fifty, as JSON or Atom. JSON has no list for a single review, lacks
its dates at times, and fails for some apps: then the same page is asked for as Atom. A review that its author changed
keeps its id. Knows nothing of the cache.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncGenerator, Mapping
from functools import partial
from typing import Any, Final

import feedparser

from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Draft, Item, Kind
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.feed_dates import parse_date
from socialhub.sources.kinds.appstore import AppStoreSettings
from socialhub.sources.newest_first import FetchPage, Page, walk
from socialhub.sources.parts import read_parts
from socialhub.sources.settings import SourceSettings

LAST_PAGE: Final = 10
HISTORY_PAGES: Final = 2
SITE: Final = "apps.apple.com"
_TRY_ATOM: Final = frozenset({"not-json", "unexpected-shape", "server-error", "http-status", "not-found"})


class AppStoreSource:
    """The apps and countries as configured."""

    streaming = False

    def __init__(self, settings: AppStoreSettings, context: SourceContext) -> None:
        self._settings, self._context = settings, context

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read on each app's reviews in each country. Raises SourceError after the others."""
        fetches: dict[str, FetchPage] = {
            f"{app}:{country}": partial(self._page, app, country)
            for app in self._settings.apps
            for country in self._settings.countries
        }
        parts = {
            key: partial(walk, fetch=fetch, history_pages=HISTORY_PAGES, most_pages=LAST_PAGE)
            for key, fetch in fetches.items()
        }
        async for batch in read_parts(parts, cursor):
            yield batch

    async def close(self) -> None:
        """Nothing is held between two runs."""

    async def _page(self, app: str, country: str, token: str, history: bool) -> Page:
        number = int(token or 1)
        base = f"{self._settings.server.rstrip('/')}/{country}/rss/customerreviews"
        address = f"{base}/page={number}/id={app}/sortby=mostRecent"
        try:
            drafts, skipped = await self._json(f"{address}/json")
        except SourceError as error:
            if error.reason.code not in _TRY_ATOM:
                raise
            drafts, skipped = await self._atom(f"{address}/xml")
        for draft in drafts:
            draft.backfill = history
        following = str(number + 1) if drafts and number < LAST_PAGE else ""
        items: list[Item] = [*drafts]
        return Page([draft.native_id for draft in drafts], items, following, skipped)

    async def _json(self, address: str) -> tuple[list[Draft], int]:
        answer = await self._context.client.get(address, allow_private=self._settings.allow_private)
        document = answer.json()
        feed = document.get("feed") if isinstance(document, dict) else None
        if not isinstance(feed, dict):
            raise SourceError("unexpected-shape", host=answer.host, detail="no feed")
        entries = feed.get("entry", [])
        rows = [row for row in (entries if isinstance(entries, list) else [entries]) if isinstance(row, dict)]
        # The first entry may be the app itself.
        reviews = [row for row in rows if "im:rating" in row]
        drafts = [draft for row in reviews if (draft := _of_json(row)) is not None]
        if drafts and all(draft.published is None for draft in drafts):
            raise SourceError("unexpected-shape", host=answer.host, detail="no dates")
        return drafts, len(reviews) - len(drafts)

    async def _atom(self, address: str) -> tuple[list[Draft], int]:
        answer = await self._context.client.get(address, allow_private=self._settings.allow_private)
        parsed = await asyncio.to_thread(_parsed, answer.body)
        if not parsed.get("version") and not parsed.entries:
            raise SourceError("not-a-feed", host=answer.host)
        reviews = [entry for entry in parsed.entries if entry.get("im_rating")]
        drafts = [draft for entry in reviews if (draft := _of_atom(entry)) is not None]
        return drafts, len(reviews) - len(drafts)


def _parsed(body: bytes) -> Any:
    return feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)


def _of_json(row: Mapping[str, Any]) -> Draft | None:
    """A review of the JSON feed, whose values all stand in a `label`; None when it has no id or says nothing."""
    link = row.get("link")
    link = link[0] if isinstance(link, list) and link else link
    return _review(
        native=_label(row, "id"),
        title=_label(row, "title"),
        text=_label(row, "content"),
        author=_label(row, "author", "name"),
        page=_label(row, "author", "uri"),
        rating=_label(row, "im:rating"),
        version=_label(row, "im:version"),
        moment=_label(row, "updated"),
        url=str(link.get("attributes", {}).get("href") or "") if isinstance(link, dict) else "",
        raw=row,
    )


def _label(row: Any, *path: str) -> str:
    for name in path:
        row = row.get(name) if isinstance(row, dict) else None
    found = row.get("label") if isinstance(row, dict) else row
    return str(found) if isinstance(found, str | int | float) else ""


def _of_atom(entry: Any) -> Draft | None:
    """A review of the Atom feed, as feedparser reads it."""
    texts = [part.get("value", "") for part in entry.get("content", ()) if part.get("type") != "text/html"]
    return _review(
        native=str(entry.get("id", "")).rpartition("/")[2],
        title=str(entry.get("title", "")),
        text=texts[0] if texts else str(entry.get("summary", "")),
        author=str(entry.get("author_detail", {}).get("name") or entry.get("author", "")),
        page=str(entry.get("author_detail", {}).get("href", "")),
        rating=str(entry.get("im_rating", "")),
        version=str(entry.get("im_version", "")),
        moment=str(entry.get("updated", "")),
        url=str(entry.get("link", "")),
        raw={name: value for name, value in entry.items() if isinstance(value, str)},
    )


def _review(
    *,
    native: str,
    title: str,
    text: str,
    author: str,
    page: str,
    rating: str,
    version: str,
    moment: str,
    url: str,
    raw: Mapping[str, Any],
) -> Draft | None:
    if not native or not (title or text):
        return None
    return Draft(
        native_id=native,
        text=text,
        published=parse_date(moment) if moment else None,
        title=title,
        url=url,
        author=author,
        # A name belongs to many; the number of the reviewer's page does not.
        handle=page.rpartition("/")[2] if page else "",
        # What is known of who wrote it: which version they have.
        bio=f"v{version}" if version else "",
        kind=Kind.REVIEW,
        rating=float(rating) if rating.isascii() and rating.isdigit() and 1 <= int(rating) <= 5 else None,
        canonical_id=f"appstore:{native}",
        site=SITE,
        raw=json.dumps(raw, ensure_ascii=False, default=str).encode("utf-8", "replace"),
    )


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe."""
    assert isinstance(settings, AppStoreSettings)
    return AppStoreSource(settings, context)
