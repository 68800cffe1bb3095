"""Hacker News by the search index that Algolia keeps of it, and by its own API for what changed (SOURCES §11).

The index gives the newest first, a thousand hits at most: pages are cut by time, so that there is no such end. It finds
words by their beginnings, and names of people too: what does not hold the words is left out here. Deletions are told
by the API alone. Knows nothing of the cache.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

import msgspec

from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Deletion, Draft, Item, Kind
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.by_second import next_token, read_token
from socialhub.sources.http import Parameters
from socialhub.sources.kinds.hackernews import HackerNewsSettings
from socialhub.sources.loose import Row, count_of, id_of, rows_in, second_of, words_of
from socialhub.sources.newest_first import FetchPage, Page, walk
from socialhub.sources.parts import Part, read_parts
from socialhub.sources.settings import SourceSettings
from socialhub.text import fold, from_html, links_in_html

PAGE_LIMIT: Final = 200
HISTORY_PAGES: Final = 1
MOST_PAGES: Final = 20
SITE: Final = "news.ycombinator.com"
_ITEM: Final = "https://news.ycombinator.com/item?id="
_WORDS: Final = re.compile(r'-?"[^"]*"|\S+')


class HackerNewsSource:
    """The questions as configured."""

    streaming = False

    def __init__(self, settings: HackerNewsSettings, context: SourceContext) -> None:
        self._settings, self._context = settings, context

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read every question on. Raises SourceError after the others."""
        async for batch in read_parts(self._parts(), cursor):
            yield batch

    async def refresh(self, native_ids: Sequence[str]) -> AsyncGenerator[Batch]:
        """The present state of these items, one question each. An item without an answer stays as it is."""
        for native in native_ids:
            address = f"{self._settings.items.rstrip('/')}/v0/item/{native}.json"
            answer = await self._context.client.get(address, allow_private=self._settings.allow_private)
            row = answer.json()
            item = _of_api(row) if isinstance(row, dict) else None
            yield Batch([] if item is None else [item])

    async def close(self) -> None:
        """Nothing is held between two runs."""

    def _parts(self) -> dict[str, Part]:
        kinds = "(story,comment)" if self._settings.comments else "story"
        asked: dict[str, tuple[str, str]] = {f"search:{words}": (kinds, words) for words in self._settings.search}
        asked |= {f"user:{name}": (f"{kinds},author_{name}", "") for name in self._settings.users}
        asked |= {f"story:{number}": (f"comment,story_{number}", "") for number in self._settings.stories}
        if self._settings.everything:
            asked["everything"] = (kinds, "")
        fetches: dict[str, FetchPage] = {key: partial(self._page, *question) for key, question in asked.items()}
        return {
            key: partial(walk, fetch=fetch, history_pages=HISTORY_PAGES, most_pages=MOST_PAGES)
            for key, fetch in fetches.items()
        }

    async def _page(self, tags: str, words: str, token: str, history: bool) -> Page:
        """A page (see by_second)."""
        second, _told = read_token(token)
        params: Parameters = {"tags": tags, "hitsPerPage": PAGE_LIMIT, "typoTolerance": "false"}
        if words:
            params = {**params, "query": words, "advancedSyntax": "true"}
        if second:
            params = {**params, "numericFilters": f"created_at_i<={second}"}
        answer = await self._context.client.get(
            f"{self._settings.server.rstrip('/')}/api/v1/search_by_date",
            params=params,
            allow_private=self._settings.allow_private,
        )
        document = answer.json()
        if not isinstance(document, dict) or not isinstance(document.get("hits"), list):
            raise SourceError("unexpected-shape", host=answer.host, detail="no hits")
        return _read(rows_in(document["hits"]), words, token, history)


def _read(rows: list[Row], words: str, token: str, history: bool) -> Page:
    _second, told = read_token(token)
    known = {native: row for row in rows if (native := id_of(row, "objectID"))}
    fresh = {native: row for native, row in known.items() if native not in told}
    items: list[Item] = []
    for native, row in fresh.items():
        if holds(row, words):
            draft = _of_index(native, row)
            draft.backfill = history
            items.append(draft)
    # The ids of all: what does not hold the words still tells where the known begins.
    page = Page(list(fresh), items, "", sum(not id_of(row, "objectID") for row in rows))
    if len(rows) < PAGE_LIMIT:
        return page
    seconds = {native: moment for native, row in known.items() if (moment := count_of(row, "created_at_i"))}
    return replace(page, next_token=next_token(seconds, token), whole=bool(fresh))


def holds(row: Row, words: str) -> bool:
    """Whether a hit says all the words searched for, in its title, text or link, and none of those after a minus."""
    if not words:
        return True
    said = fold(" ".join(from_html(words_of(row, name)) for name in ("title", "story_text", "comment_text", "url")))
    for part in _WORDS.findall(words):
        word = fold(part.removeprefix("-").strip('"'))
        if word and bool(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said)) == part.startswith("-"):
            return False
    return True


def _of_index(native: str, row: Row) -> Draft:
    """A hit of the index."""
    comment = "comment" in _tags(row)
    return _draft(
        native,
        title="" if comment else words_of(row, "title"),
        markup=words_of(row, "comment_text") if comment else words_of(row, "story_text"),
        link=words_of(row, "url"),
        author=words_of(row, "author"),
        parent=id_of(row, "parent_id", "story_id") if comment else "",
        comment=comment,
        likes=None if comment else count_of(row, "points"),
        row={key: value for key, value in row.items() if key != "_highlightResult"},
    )


def _tags(row: Row) -> Sequence[Any]:
    tags = row.get("_tags")
    return tags if isinstance(tags, list) else ()


def _of_api(row: Row) -> Item | None:
    """An item of the API; None for what is neither a story nor a comment."""
    native, kind = id_of(row, "id"), words_of(row, "type")
    if not native:
        return None
    if row.get("deleted") is True or row.get("dead") is True:
        reason = "deleted" if row.get("deleted") is True else "removed"
        return Deletion(native, canonical_id=f"hackernews:{native}", reason=reason)
    if kind not in ("story", "comment", "job", "poll"):
        return None
    comment = kind == "comment"
    return _draft(
        native,
        title=from_html(words_of(row, "title")),
        markup=words_of(row, "text"),
        link=words_of(row, "url"),
        author=words_of(row, "by"),
        parent=id_of(row, "parent"),
        comment=comment,
        likes=None if comment else count_of(row, "score"),
        row={**row, "num_comments": row.get("descendants"), "created_at_i": row.get("time"), "kids": None},
    )


def _draft(
    native: str,
    *,
    title: str,
    markup: str,
    link: str,
    author: str,
    parent: str,
    comment: bool,
    likes: int | None,
    row: Mapping[str, Any],
) -> Draft:
    links = links_in_html(markup)
    return Draft(
        native_id=native,
        canonical_id=f"hackernews:{native}",
        text=from_html(markup).strip(),
        title=title,
        published=second_of(row, "created_at_i"),
        url=_ITEM + native,
        author=author,
        handle=author,
        kind=Kind.COMMENT if comment else Kind.POST,
        likes=likes,
        replies=None if comment else count_of(row, "num_comments"),
        parent_id=parent,
        site=SITE,
        links=tuple(dict.fromkeys([link, *links] if link.startswith(("http://", "https://")) else links)),
        raw=msgspec.json.encode(row),
    )


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe."""
    assert isinstance(settings, HackerNewsSettings)
    return HackerNewsSource(settings, context)
