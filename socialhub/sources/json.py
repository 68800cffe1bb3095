"""Any API that answers in JSON, by a mapping written in the config: what is a list, what of an item is what.

Newest first, pages are walked down to what is known (newest_first.py). Oldest first, the cursor moves with every page.
It is asked or, with a body, posted. Items are read as the exchange format reads them; one that cannot be is skipped and
counted. Pages are asked from the configured host only: the token goes nowhere else. Knows nothing of the cache.
"""

from __future__ import annotations

import copy
from collections.abc import AsyncGenerator, Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import urljoin, urlsplit

from socialhub.clock import HOUR, SECOND, iso
from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Draft, Item
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.exchange import UnreadableRecord, moment_of
from socialhub.sources.http import Response
from socialhub.sources.kinds.json import JsonSettings
from socialhub.sources.mapping import JsonMapping, compiled, found
from socialhub.sources.newest_first import REJECTED_TOKEN, UNDER_WAY, Page, walk
from socialhub.sources.settings import SourceSettings

HISTORY_PAGES: Final = 2
"""So many pages are read at the first contact."""

Parameters: TypeAlias = dict[str, str | int | list[str]]


class JsonSource:
    """One API as configured."""

    streaming = False

    def __init__(self, settings: JsonSettings, context: SourceContext) -> None:
        self._settings, self._context = settings, context
        self._host = urlsplit(settings.url).hostname or ""
        self._question = settings.question
        self._next = compiled(settings.next) if settings.next else None
        self._mapping = JsonMapping(
            settings.items, settings.fields, context.clock.now, context.zone, html=settings.html
        )

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read on from the cursor. Raises SourceError."""
        since = cursor.get("since")
        newest = since if isinstance(since, int) else None
        if self._settings.order == "oldest":
            async for batch in self._forward(cursor, newest):
                yield batch
            return

        async def fetch(token: str, history: bool) -> Page:
            page = await self._page(token, newest)
            for item in page.items:
                if history and isinstance(item, Draft) and item.published is not None:
                    item.backfill = item.published < self._context.clock.now() - HOUR
            return page

        steps = walk(cursor.get("walk", {}), fetch, history_pages=HISTORY_PAGES, most_pages=self._settings.most_pages)
        seen = newest
        async for page, state in steps:
            seen = _newest(page.items, seen)
            # Until the walk has come down to what is known, older items are still to be asked for.
            asked_since = seen if "page_token" not in state else newest
            yield Batch(page.items, {"walk": state, "since": asked_since}, skipped=page.skipped)

    async def close(self) -> None:
        """Nothing is held between two runs."""

    async def _forward(self, cursor: Cursor, newest: int | None) -> AsyncGenerator[Batch]:
        token = cursor.get("token", "")
        token = token if isinstance(token, str) else ""
        # Pages are numbered by what was asked for: that stays the same until the last of them.
        asked = cursor.get("asked", newest) if token else newest
        for count in range(self._settings.most_pages):
            try:
                page = await self._page(token, asked)
            except SourceError as error:
                if not token or error.reason.code not in REJECTED_TOKEN:
                    raise
                # From what was read last on: what was stored already is only seen twice.
                asked = newest
                page = await self._page("", asked)
            newest = _newest(page.items, newest)
            going_on = bool(page.next_token) and page.next_token != token
            # The last page is asked again: what is new is added to it, or comes behind it.
            token = page.next_token if going_on else "" if self._settings.since_param else token
            read: Cursor = {"token": token, "since": newest}
            if going_on and count + 1 == self._settings.most_pages:
                read |= {UNDER_WAY: token, "asked": asked}
            yield Batch(page.items, read, skipped=page.skipped)
            if not going_on:
                return

    async def _page(self, token: str, newest: int | None) -> Page:
        """A page; `token` is "" for the first one, else the next page's address, value or number."""
        address, params = self._settings.url, self._since(newest)
        headers = self._authorisation()
        if token and self._settings.page_param:
            params[self._settings.page_param] = int(token)
        elif token and self._settings.next_param:
            params[self._settings.next_param] = token
        elif token:
            address, params = token, {}
        elif self._settings.page_param:
            params[self._settings.page_param] = self._settings.first_page
        private = self._settings.allow_private
        if self._question is None:
            answer = await self._context.client.get(address, params=params, headers=headers, allow_private=private)
        else:
            body = filled(self._question, params)
            answer = await self._context.client.post_json(address, body, headers=headers, allow_private=private)
        return self._read(answer, token)

    def _since(self, newest: int | None) -> Parameters:
        if not self._settings.since_param or newest is None:
            return {}
        forms: dict[str, str | int] = {"iso": iso(newest), "seconds": newest // SECOND, "milliseconds": newest}
        return {self._settings.since_param: forms[self._settings.since_form]}

    def _authorisation(self) -> Mapping[str, str]:
        if not self._settings.token:
            return {}
        words = (self._settings.token_scheme, self._context.secret(self._settings.token))
        return {self._settings.token_header: " ".join(word for word in words if word)}

    def _read(self, answer: Response, token: str) -> Page:
        document = answer.json()
        rows = self._mapping.rows(document)
        if rows is None:
            detail = f"items = {self._settings.items}"
            raise SourceError("unexpected-shape", host=answer.host, detail=detail)
        items: list[Item] = []
        skipped = 0
        for row in rows:
            try:
                items.append(self._mapping.item(row))
            except UnreadableRecord:
                skipped += 1
        if rows and skipped == len(rows):
            # Not one of them: it is the mapping that is wrong, not the items.
            raise SourceError("unexpected-shape", host=answer.host, detail=self._first_reason(rows[0]))
        return Page([_native(item) for item in items], items, self._next_token(document, rows, token, answer), skipped)

    def _first_reason(self, row: Any) -> str:
        try:
            self._mapping.item(row)
        except UnreadableRecord as error:
            return error.reason.sentence()
        return ""

    def _next_token(self, document: Any, rows: list[Any], token: str, answer: Response) -> str:
        """Where the next page is found; "" after the last one."""
        if self._settings.page_param:
            return str(int(token or self._settings.first_page) + 1) if rows else ""
        following = found(self._next, document) if self._next is not None else None
        if following in (None, "", False) or not isinstance(following, str | int):
            return ""
        if self._settings.next_param:
            return str(following)
        address = urljoin(answer.url, str(following))
        if urlsplit(address).hostname != self._host or urlsplit(address).scheme != urlsplit(self._settings.url).scheme:
            raise SourceError("unexpected-shape", host=answer.host, detail="next leads to another host")
        return address


def filled(question: dict[str, Any], params: Parameters) -> dict[str, Any]:
    """What is asked with these values at their places ("variables.after"), numbers where numbers stand there."""
    body = copy.deepcopy(question)
    for place, value in params.items():
        *above, name = place.split(".")
        holder = body
        for step in above:
            inner = holder.get(step)
            holder[step] = holder = inner if isinstance(inner, dict) else {}
        is_number = type(holder.get(name)) is int and str(value).isascii() and str(value).isdigit()
        holder[name] = int(str(value)) if is_number else value
    return body


def _native(item: Item) -> str:
    return "" if not hasattr(item, "native_id") else item.native_id


def _newest(items: list[Item], newest: int | None) -> int | None:
    moments = [moment for item in items if (moment := moment_of(item)) is not None]
    return max(moments, default=newest) if newest is None else max([*moments, newest])


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source of a JSON API."""
    assert isinstance(settings, JsonSettings)
    return JsonSource(settings, context)
