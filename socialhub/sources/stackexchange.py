"""Stack Overflow and its sister sites by their API: questions by words and tags, the answers to some (SOURCES §20).

Lists are read from the newest down to what is known, cut by time. What the API shows is under CC BY-SA: the link is
kept with it. Knows nothing of the cache.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from functools import partial
from typing import Final

import msgspec

from socialhub.clock import SECOND
from socialhub.model import Batch, Cursor, Deletion, Draft, Item, Kind
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.by_second import next_token, read_token
from socialhub.sources.kinds.stackexchange import StackExchangeSettings
from socialhub.sources.loose import Row, count_of, id_of, part_of, rows_in, second_of, words_of
from socialhub.sources.newest_first import FetchPage, Page, walk
from socialhub.sources.news_index import host_of
from socialhub.sources.parts import ONE_PART, Part, read_in_turn
from socialhub.sources.settings import SourceSettings
from socialhub.sources.stackexchange_api import StackExchangeApi
from socialhub.text import from_html, links_in_html

PAGE_LIMIT: Final = 50
AT_ONCE: Final = 100
"""Ids in one question, the API's own limit."""
HISTORY_PAGES: Final = 1
MOST_PAGES: Final = 10
QUESTION: Final = "question"
ANSWER: Final = "answer"
_SEARCH: Final = "search/advanced"
_ANSWERS: Final = "questions/answers"
_PARTS: Final = ONE_PART | {"refused-question"}


class StackExchangeSource:
    """The lists of one site as configured."""

    streaming = False

    def __init__(self, settings: StackExchangeSettings, context: SourceContext) -> None:
        self._settings, self._context = settings, context
        self._api = StackExchangeApi(settings, context)

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read every list on. Raises SourceError after the others."""
        async for batch in read_in_turn(self._parts(), cursor, self._context.clock.now(), _PARTS):
            batch.wait = batch.wait or self._api.held() or None
            yield batch

    async def refresh(self, native_ids: Sequence[str]) -> AsyncGenerator[Batch]:
        """The present state of these, as far as the budget has some to spare. One that is missing is gone."""
        for what in (QUESTION, ANSWER):
            numbers = [number for each in native_ids for kind, _, number in [each.partition("/")] if kind == what]
            for start in range(0, len(numbers), AT_ONCE):
                if not self._settings.key or not await self._api.has_spare():
                    return
                asked = numbers[start : start + AT_ONCE]
                path = f"/{what}s/{';'.join(asked)}"
                document = await self._api.listed(f"{what}s", path, {"pagesize": AT_ONCE})
                items = [item for row in rows_in(document["items"]) if (item := self._draft(row)) is not None]
                present = {item.native_id for item in items}
                gone = [f"{what}/{number}" for number in asked if f"{what}/{number}" not in present]
                # An answer without anything is a mishap rather than the end of all.
                deletions = [Deletion(native, canonical_id=self._identity(native)) for native in gone if present]
                yield Batch([*items, *deletions])

    async def close(self) -> None:
        """Nothing is held between two runs."""

    def _parts(self) -> dict[str, Part]:
        newest: dict[str, str | int] = {"sort": "creation", "order": "desc", "pagesize": PAGE_LIMIT}
        asked: dict[str, tuple[str, str, Mapping[str, str | int]]] = {}
        for words in self._settings.search:
            asked[f"search:{words}"] = (_SEARCH, f"/{_SEARCH}", {**newest, "q": words})
        for tag in self._settings.tags:
            asked[f"tag:{tag}"] = (_SEARCH, f"/{_SEARCH}", {**newest, "tagged": tag})
        for start in range(0, len(self._settings.questions), AT_ONCE):
            numbers = ";".join(self._settings.questions[start : start + AT_ONCE])
            asked[f"answers:{numbers}"] = (_ANSWERS, f"/questions/{numbers}/answers", newest)
        fetches: dict[str, FetchPage] = {key: partial(self._page, *question) for key, question in asked.items()}
        return {
            key: partial(walk, fetch=fetch, history_pages=HISTORY_PAGES, most_pages=MOST_PAGES)
            for key, fetch in fetches.items()
        }

    async def _page(self, method: str, path: str, params: Mapping[str, str | int], token: str, history: bool) -> Page:
        """A page (see by_second)."""
        second, told = read_token(token)
        document = await self._api.listed(method, path, {**params, **({"todate": second} if second else {})})
        rows = rows_in(document["items"])
        drafts = {draft.native_id: draft for row in rows if (draft := self._draft(row, history)) is not None}
        fresh: list[Item] = [draft for native, draft in drafts.items() if native not in told]
        ids = [native for native in drafts if native not in told]
        skipped = len(document["items"]) - len(drafts)
        if document.get("has_more") is not True:
            return Page(ids, fresh, "", skipped)
        seconds = {native: draft.published // SECOND for native, draft in drafts.items() if draft.published}
        return Page(ids, fresh, next_token(seconds, token), skipped, whole=bool(fresh))

    def _draft(self, row: Row, history: bool = False) -> Draft | None:
        """A question or an answer; None without a number."""
        answer = id_of(row, "answer_id")
        number = answer or id_of(row, "question_id")
        if not number:
            return None
        native = f"{ANSWER if answer else QUESTION}/{number}"
        owner, body, address = part_of(row, "owner"), words_of(row, "body"), words_of(row, "link")
        address = address or f"https://{self._settings.site}.com/{'a' if answer else 'q'}/{number}"
        links = [link for link in links_in_html(body) if link.startswith(("http://", "https://"))]
        return Draft(
            native_id=native,
            canonical_id=self._identity(native),
            text=from_html(body).strip(),
            # An answer's title would be its question's.
            title="" if answer else from_html(words_of(row, "title")),
            published=second_of(row, "creation_date"),
            edited=second_of(row, "last_edit_date"),
            url=address,
            author=from_html(words_of(owner, "display_name")),
            # A name belongs to many, its number does not.
            handle=id_of(owner, "user_id"),
            site=host_of(address),
            kind=Kind.REPLY if answer else Kind.POST,
            parent_id=f"{QUESTION}/{id_of(row, 'question_id')}" if answer else "",
            likes=count_of(row, "score"),
            replies=count_of(row, "answer_count"),
            reach=count_of(row, "view_count"),
            links=tuple(dict.fromkeys(links)),
            backfill=history,
            raw=msgspec.json.encode(row),
        )

    def _identity(self, native: str) -> str:
        return f"stackexchange:{self._settings.site}/{native}"


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe."""
    assert isinstance(settings, StackExchangeSettings)
    return StackExchangeSource(settings, context)
