"""Asking YouTube's Data API v3 (SOURCES §6): each question is recorded in the ledger before it is asked.

Nothing here knows what a video or a comment says. A search counts in a bucket of its own, each of its pages; every
other question is a unit. Refused questions count too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias
from urllib.parse import urlsplit

import msgspec

from socialhub import text
from socialhub.budgets import SEARCHES, UNITS
from socialhub.clock import HOUR, MINUTE
from socialhub.errors import SourceError
from socialhub.sources.base import SourceContext
from socialhub.sources.http import HttpFailure
from socialhub.sources.kinds.youtube import YouTubeSettings
from socialhub.sources.pages import decode, decode_answer

AT_ONCE: Final = 50
"""Videos, or entries of a playlist or a search, in one answer; also ids in one question."""
COMMENTS_AT_ONCE: Final = 100
_SPENT: Final = frozenset({"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"})
_TOO_FAST: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
_BAD_KEY: Final = frozenset({"keyInvalid", "keyExpired", "API_KEY_INVALID"})
COMMENTS_OFF: Final = "commentsDisabled"

Parameters: TypeAlias = Mapping[str, str | int]


class Listing(msgspec.Struct, rename="camel"):
    """A page of any list."""

    items: list[msgspec.Raw] | None = None
    next_page_token: str | None = None


class _Detail(msgspec.Struct):
    reason: str | None = None


class _Said(msgspec.Struct):
    message: str | None = None
    errors: list[_Detail] | None = None
    details: list[_Detail] | None = None


class _Refusal(msgspec.Struct):
    error: _Said = msgspec.field(default_factory=_Said)


class YouTubeApi:
    """YouTube as one operator's key sees it."""

    def __init__(self, settings: YouTubeSettings, context: SourceContext) -> None:
        self._settings, self._context = settings, context
        self.host = urlsplit(settings.server).hostname or ""
        self._base = f"{settings.server.rstrip('/')}/youtube/v3"

    async def listed(self, what: str, params: Parameters) -> Listing:
        """A page of a list; raises SourceError, "budget-spent" when this key may not ask any more today."""
        unit = SEARCHES if what == "search" else UNITS
        # Not in the address: addresses end up in the logs of proxies.
        headers = {"X-Goog-Api-Key": self._context.secret(self._settings.key)}
        asked = {name: value for name, value in params.items() if value != ""}
        receipt = await self._context.ledger.spend(unit)
        try:
            answer = await self._context.client.get(
                f"{self._base}/{what}", params=asked, headers=headers, allow_private=self._settings.allow_private
            )
        except HttpFailure as failure:
            raise await self._explained(failure, unit) from None
        except SourceError as error:
            if not error.asked:
                await self._context.ledger.give_back(receipt, 1)
            raise
        return decode_answer(answer.body, Listing, self.host)

    async def has_spare(self) -> bool:
        """Whether there is more than what news may need: then there is some for looking at old things again."""
        left = await self._context.ledger.remaining(UNITS)
        return left is None or left > self._settings.units_a_day // 5

    async def _explained(self, failure: HttpFailure, unit: str) -> SourceError:
        """The failure in words of its own where YouTube says more than its status."""
        reasons = reasons_of(failure)
        if reasons & _SPENT:
            # Others use this key too: what we thought was left is not, and comes back when the day ends.
            left = await self._context.ledger.remaining(unit)
            if left:
                await self._context.ledger.spend(unit, left)
            try:
                await self._context.ledger.spend(unit)
            except SourceError as spent:
                return spent
            return SourceError("rate-limited", host=self.host, retry_after=HOUR)
        if reasons & _TOO_FAST:
            return SourceError("rate-limited", host=self.host, retry_after=MINUTE)
        if reasons & _BAD_KEY:
            return SourceError("unauthorised", host=self.host)
        said = text.clip(text.clean(_read(failure).message or "", single_line=True), 120)
        if failure.status == 400 and said:
            return SourceError("refused-question", host=self.host, detail=said)
        return failure


def reasons_of(failure: HttpFailure) -> set[str]:
    """Why YouTube refuses, in its own codes."""
    said = _read(failure)
    return {each.reason for each in [*(said.errors or ()), *(said.details or ())] if each.reason}


def _read(failure: HttpFailure) -> _Said:
    try:
        return decode(failure.body, _Refusal).error
    except msgspec.DecodeError:
        return _Said()
