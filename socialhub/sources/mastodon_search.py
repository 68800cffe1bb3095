"""Search on a Mastodon server: statuses by words, newest first, only with a token and where the server offers it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import msgspec

from socialhub.errors import SourceError
from socialhub.sources.mastodon_api import PAGE_LIMIT, MastodonApi
from socialhub.sources.mastodon_status import read_statuses
from socialhub.sources.newest_first import Page, WalkState, walk
from socialhub.sources.pages import decode_answer

_HISTORY_PAGES: Final = 2


class _Found(msgspec.Struct):
    statuses: list[msgspec.Raw] | None = None


def search_key(query: str) -> str:
    """The entry of a search in the cursor."""
    return f"search:{query}"


async def search_statuses(api: MastodonApi, query: str, state: WalkState) -> AsyncIterator[tuple[Page, WalkState]]:
    """What is new for `query`; raises SourceError, "token-needed" without a token (the server would find nothing)."""
    if not api.has_token:
        raise SourceError("token-needed", host=api.host)

    async def fetch(max_id: str, history: bool) -> Page:
        params: dict[str, str | int | list[str]] = {"q": query, "type": "statuses", "limit": PAGE_LIMIT}
        if max_id:
            params["max_id"] = max_id
        body = (await api.get("/api/v2/search", params)).body
        found = decode_answer(body, _Found, api.host).statuses or []
        if found:
            await api.learn_home()
        ids, items, skipped = read_statuses(found, api.home, backfill=history)
        return Page(ids, items, ids[-1] if ids else "", skipped)

    async for step in walk(state, fetch, history_pages=_HISTORY_PAGES):
        yield step
