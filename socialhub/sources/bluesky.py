"""Bluesky by search and by authors' feeds. Search needs an account; the feeds are public.

Both can only be read from the newest backwards: newest_first.py says how nothing is lost. Words that are looked for all
day are better followed by the `jetstream` kind, which asks nothing of the servers. Knows nothing of the cache.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import msgspec

from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Item
from socialhub.sources.atproto_again import Parameters, posts_again
from socialhub.sources.atproto_session import error_of, session_for
from socialhub.sources.atproto_view import draft_of_view, read_entry
from socialhub.sources.base import SourceContext
from socialhub.sources.http import HttpFailure, Response
from socialhub.sources.kinds.bluesky import BlueskySettings
from socialhub.sources.newest_first import FetchPage, Page, walk
from socialhub.sources.pages import decode_answer
from socialhub.sources.parts import Part, read_parts
from socialhub.sources.settings import SourceSettings

_PAGE_LIMIT: Final = 100
_HISTORY_PAGES: Final = 2
# A reason of this kind concerns one search or account; the others are still asked.
_ONE_OF_THEM: Final = frozenset({"account-unknown", "token-needed", "http-status", "not-found", "unexpected-shape"})


class _Posts(msgspec.Struct):
    posts: list[msgspec.Raw]
    cursor: str | None = None


class _Feed(msgspec.Struct):
    feed: list[msgspec.Raw]
    cursor: str | None = None


class BlueskySource:
    """Searches and authors as configured."""

    streaming = False

    def __init__(self, settings: BlueskySettings, context: SourceContext) -> None:
        self._settings = settings
        self._context = context
        self._session = session_for(context, settings)
        self._host = urlsplit(settings.service if self._session else settings.public_service).hostname or ""

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read every search and feed on; what is wrong with one is raised after the others."""
        async for batch in read_parts(self._parts(), cursor, _ONE_OF_THEM):
            yield batch

    async def refresh(self, native_ids: Sequence[str]) -> AsyncGenerator[Batch]:
        """The present state of these posts. One that is missing twice is gone and comes as Deletion."""
        async for batch in posts_again(self._get, native_ids):
            yield batch

    async def close(self) -> None:
        """The session is the process's, not the source's."""

    def _parts(self) -> dict[str, Part]:
        fetches: dict[str, FetchPage] = {}
        for query in self._settings.search:
            fetches[f"search:{query}"] = partial(self._search_page, query)
        for actor in (name.strip().removeprefix("@") for name in self._settings.accounts):
            fetches[f"author:{actor}"] = partial(self._feed_page, actor)
        return {key: partial(walk, fetch=fetch, history_pages=_HISTORY_PAGES) for key, fetch in fetches.items()}

    async def _get(self, method: str, params: Parameters) -> Response:
        """Ask through the account's server, or the public one without an account."""
        if self._session is not None:
            return await self._session.get(self._context, self._settings, method, params)
        address = f"{self._settings.public_service.rstrip('/')}/xrpc/{method}"
        return await self._context.client.get(address, params=params, allow_private=self._settings.allow_private)

    async def _search_page(self, query: str, token: str, history: bool) -> Page:
        if self._session is None:
            raise SourceError("token-needed", host=self._host)
        params: dict[str, str | int | list[str]] = {"q": query, "sort": "latest", "limit": _PAGE_LIMIT}
        if token:
            params["cursor"] = token
        answer = await self._get("app.bsky.feed.searchPosts", params)
        found = decode_answer(answer.body, _Posts, self._host)
        ids, items, skipped = _read_all(found.posts, _read_view, history)
        return Page(ids, items, found.cursor or "", skipped)

    async def _feed_page(self, actor: str, token: str, history: bool) -> Page:
        params: dict[str, str | int | list[str]] = {"actor": actor, "limit": _PAGE_LIMIT}
        if token:
            params["cursor"] = token
        try:
            answer = await self._get("app.bsky.feed.getAuthorFeed", params)
        except HttpFailure as failure:
            if failure.status == 400 and "not found" in (error_of(failure).message or "").lower():
                raise SourceError("account-unknown", host=self._host, account=actor) from None
            raise
        found = decode_answer(answer.body, _Feed, self._host)
        ids, items, skipped = _read_all(found.feed, read_entry, history)
        return Page(ids, items, found.cursor or "", skipped)


def _read_view(raw: msgspec.Raw, backfill: bool) -> tuple[str, list[Item]]:
    draft = draft_of_view(raw, backfill=backfill)
    return draft.native_id, [draft]


def _read_all(
    found: list[msgspec.Raw], read: Callable[[msgspec.Raw, bool], tuple[str, list[Item]]], history: bool
) -> tuple[list[str], list[Item], int]:
    """The ids of a page in its order ("" stands outside of it), what its entries say, how many could not be read."""
    ids: list[str] = []
    items: list[Item] = []
    skipped = 0
    for raw in found:
        try:
            entry_id, said = read(raw, history)
        except msgspec.DecodeError:
            skipped += 1
            continue
        if entry_id:
            ids.append(entry_id)
        items.extend(said)
    return ids, items, skipped


def create(settings: SourceSettings, context: SourceContext) -> BlueskySource:
    """The source that `settings` describe."""
    assert isinstance(settings, BlueskySettings)
    return BlueskySource(settings, context)
