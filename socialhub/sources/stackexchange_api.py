"""Asking the API of Stack Exchange (SOURCES §20): each question is recorded in the ledger before it is asked.

Nothing here knows what a question or an answer says. The API counts by the day, and may ask in an answer that a method
be left alone for some seconds (`backoff`), which holds for all sources of a process: it does for their address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import msgspec

from socialhub import text
from socialhub.budgets import CALLS
from socialhub.clock import MINUTE, SECOND
from socialhub.errors import SourceError
from socialhub.sources.base import SourceContext
from socialhub.sources.http import Client, HttpFailure
from socialhub.sources.kinds.stackexchange import StackExchangeSettings
from socialhub.sources.loose import Row, count_of, row_of, words_of
from socialhub.sources.rate_limits import LONGEST_WAIT

VERSION: Final = "2.3"
_THROTTLED: Final = 502
_BAD_KEYS: Final = frozenset({401, 402, 403, 405, 406})
_SECONDS: Final = re.compile(r"(\d+) seconds")
_HELD: Final[WeakKeyDictionary[Client, dict[tuple[str, str], int]]] = WeakKeyDictionary()


class StackExchangeApi:
    """The API as one address, or one app's key, sees it."""

    def __init__(self, settings: StackExchangeSettings, context: SourceContext) -> None:
        self._settings, self._context = settings, context
        self.host = urlsplit(settings.server).hostname or ""

    async def listed(self, method: str, path: str, params: Mapping[str, str | int]) -> Row:
        """An answer with `items`; raises SourceError, "rate-limited" while the method is to be left alone."""
        wait = self.held(method)
        if wait:
            error = SourceError("rate-limited", host=self.host, retry_after=wait)
            error.asked = False
            raise error
        asked: dict[str, str | int | list[str]] = {**params, "site": self._settings.site, "filter": "withbody"}
        if self._settings.key:
            asked["key"] = self._context.secret(self._settings.key)
        receipt = await self._context.ledger.spend(CALLS)
        try:
            answer = await self._context.client.get(
                f"{self._settings.server.rstrip('/')}/{VERSION}{path}",
                params=asked,
                allow_private=self._settings.allow_private,
            )
        except HttpFailure as failure:
            raise self._explained(failure) from None
        except SourceError as error:
            if not error.asked:
                await self._context.ledger.give_back(receipt, 1)
            raise
        document = answer.json()
        if not isinstance(document, dict) or not isinstance(document.get("items"), list):
            raise SourceError("unexpected-shape", host=self.host, detail="no items")
        await self._heed(method, document)
        return document

    def held(self, method: str = "") -> int:
        """For how long (ms) a method, or the longest of all, is to be left alone."""
        now = self._context.clock.now()
        held = _HELD.get(self._context.client, {})
        ends = [end for (host, name), end in held.items() if host == self.host and method in ("", name)]
        return max(max(ends, default=0) - now, 0)

    async def has_spare(self) -> bool:
        """Whether there is more than what news may need: then there is some for looking at old things again."""
        left = await self._context.ledger.remaining(CALLS)
        return left is None or left > self._settings.most_calls // 5

    async def _heed(self, method: str, document: Mapping[str, Any]) -> None:
        """Believe what an answer says of waiting and of what is left."""
        seconds = count_of(document, "backoff")
        if seconds:
            until = self._context.clock.now() + min(seconds * SECOND, LONGEST_WAIT)
            _HELD.setdefault(self._context.client, {})[self.host, method] = until
        left, believed = count_of(document, "quota_remaining"), await self._context.ledger.remaining(CALLS)
        if left is not None and believed is not None and left < believed:
            # Others ask from the same address, or by the same key.
            await self._context.ledger.spend(CALLS, believed - left)

    def _explained(self, failure: HttpFailure) -> SourceError:
        """The failure in words of its own where the API says more than its status."""
        try:
            said = row_of(failure.body)
        except msgspec.DecodeError:
            return failure
        message, code = words_of(said, "error_message"), count_of(said, "error_id")
        if code == _THROTTLED:
            found = _SECONDS.search(message)
            wait = min(int(found[1]) * SECOND, LONGEST_WAIT) if found else MINUTE
            return SourceError("rate-limited", host=self.host, retry_after=wait)
        if code in _BAD_KEYS and failure.status < 500:
            return SourceError("unauthorised", host=self.host)
        if failure.status == 400 and message:
            detail = text.clip(text.clean(message, single_line=True), 120)
            return SourceError("refused-question", host=self.host, detail=detail)
        return failure
