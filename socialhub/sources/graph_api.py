"""Asking Meta's Graph API (Facebook, Instagram, Threads): its errors, its usage, its pages, when its tokens end.

Nothing here knows what a post says (SOURCES §7). The token travels in a header; the addresses of next pages, which
carry it, are never kept: of them only what says where to go on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any, Final, TypeAlias, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from socialhub import text
from socialhub.clock import DAY, HOUR, MINUTE, SECOND
from socialhub.errors import SourceError
from socialhub.sources.base import SourceContext
from socialhub.sources.http import HttpFailure
from socialhub.sources.kinds.facebook import NOT_THERE
from socialhub.sources.pages import decode, decode_answer

SLOW_FROM: Final = 80
"""Per cent of what an app or account may ask: from there on the pauses grow."""
STOP_FROM: Final = 97
SPARED_FROM: Final = 60
"""From there on what is left is for what is new, and nothing is asked again."""
_LONGEST_PAUSE: Final = 2 * HOUR
_ROLLING: Final = 15 * MINUTE
"""Usage is counted over an hour: what was refused is tried again after a quarter of it where no time is named."""
_TOO_MANY: Final = frozenset({4, 17, 32, 613, *range(80_000, 80_020)})
_DEAD_TOKEN: Final = frozenset({102, 190})
_PASSING: Final = frozenset({1, 2})
_TOO_MUCH: Final = "reduce the amount of data"
"""How Meta says that a page with all its comments is too large (believed: its code 1 means other troubles, too)."""
_NO_LIMIT: Final = 1_000
_GO_ON: Final = frozenset({"after", "until", "__paging_token", "offset"})
_UNTOLD: Final = frozenset({"refused-question", "forbidden", "not-found", "http-status", "unexpected-shape"})
"""Where a token may not be asked about itself."""

T = TypeVar("T")
Parameters: TypeAlias = Mapping[str, str | int]


class _Cursors(msgspec.Struct):
    after: str | None = None


class Paging(msgspec.Struct):
    """How a list goes on."""

    cursors: _Cursors | None = None
    next: str | None = None


class Listing(msgspec.Struct):
    """A page of any list."""

    data: list[msgspec.Raw] | None = None
    paging: Paging | None = None


class _Said(msgspec.Struct):
    message: str | None = None
    code: int = 0
    error_subcode: int = 0


class _Refusal(msgspec.Struct):
    error: _Said


class _Token(msgspec.Struct):
    expires_at: int = 0
    data_access_expires_at: int = 0


class _AboutToken(msgspec.Struct):
    data: _Token


class TooMuch(SourceError):
    """Meta wants a smaller question."""


class NotThere(SourceError):
    """Meta says in its own words that something does not exist, or not for this token; never a page without meaning."""


class GraphApi:
    """One of Meta's servers as one token sees it. `base` is the address with the version."""

    def __init__(
        self,
        context: SourceContext,
        base: str,
        token: str,
        *,
        allow_private: bool,
        not_there: Collection[str] = NOT_THERE,
    ) -> None:
        self._context, self._token, self._allow_private = context, token, allow_private
        self._not_there = frozenset(not_there)
        self._base = base.rstrip("/")
        self.host = urlsplit(base).hostname or ""
        self.wait: int | None = None
        """How long to stay away after this run (ms), for what was used up of the limit."""
        self._used = self._closed_until = 0
        self._limits: dict[str, int] = {}

    async def get(self, path: str, params: Parameters, wanted: type[T]) -> T:
        """The answer to a question, about fewer things at once where Meta finds it too much; raises SourceError."""
        while True:
            limit = min(int(params.get("limit", 0)), self._limits.get(path, _NO_LIMIT))
            try:
                return await self._get(path, {**params, "limit": limit or ""}, wanted)
            except TooMuch:
                if limit < 2:
                    raise SourceError("refused-question", host=self.host, detail=_TOO_MUCH) from None
                self._limits[path] = limit // 2

    async def _get(self, path: str, params: Parameters, wanted: type[T]) -> T:
        now = self._context.clock.now()
        if self._closed_until > now:
            raise SourceError("rate-limited", host=self.host, retry_after=self._closed_until - now)
        token = self._context.secret(self._token)
        asked = {name: value for name, value in params.items() if value != ""}
        try:
            answer = await self._context.client.get(
                f"{self._base}/{path}",
                params=asked,
                headers={"Authorization": f"Bearer {token}"},
                allow_private=self._allow_private,
            )
        except HttpFailure as failure:
            self._note_usage(failure.headers)
            raise self._explained(failure, token) from None
        self._note_usage(answer.headers)
        return decode_answer(answer.body, wanted, self.host)

    def spare(self) -> None:
        """To be called before what can wait; raises SourceError when the rest of the hour is for what is new."""
        if self._used >= SPARED_FROM:
            raise SourceError("kept-for-new", host=self.host)

    async def token_ends(self, known: dict[str, Any]) -> dict[str, Any]:
        """When the token ends, asked for once a day: {"digest", "asked", "ends" (ms UTC, 0 never, None unknown)}."""
        token = self._context.secret(self._token)
        now, digest = self._context.clock.now(), hashlib.sha256(token.encode()).hexdigest()[:16]
        if known.get("digest") == digest and 0 <= now - known["asked"] < DAY:
            return known
        ends: int | None = None
        try:
            found = (await self.get("debug_token", {"input_token": token}, _AboutToken)).data
            moments = [each for each in (found.expires_at, found.data_access_expires_at) if each > 0]
            ends = min(moments, default=0) * SECOND
        except SourceError as error:
            if error.reason.code not in _UNTOLD:
                raise
        return {"digest": digest, "asked": now, "ends": ends}

    # ---- limits ----

    def _note_usage(self, headers: Mapping[str, str]) -> None:
        """Remember how much was used up, and stay away before the limit is met rather than after."""
        used, minutes = usage_of(headers)
        self._used = used
        if used >= STOP_FROM or minutes:
            pause = minutes * MINUTE or _ROLLING
            self._closed_until = self._context.clock.now() + pause
            self.wait = max(self.wait or 0, pause)
        elif used >= SLOW_FROM:
            share = (used - SLOW_FROM + 1) / (100 - SLOW_FROM)
            self.wait = max(self.wait or 0, round(_LONGEST_PAUSE * share))

    def _explained(self, failure: HttpFailure, token: str) -> SourceError:
        """The failure in words of its own where Meta says more than its status."""
        try:
            said = decode(failure.body, _Refusal).error
        except msgspec.DecodeError:
            return failure
        if said.code in _TOO_MANY:
            _used, minutes = usage_of(failure.headers)
            return SourceError("rate-limited", host=self.host, retry_after=minutes * MINUTE or _ROLLING)
        if said.code in _DEAD_TOKEN:
            # Its message may spell the token out.
            return SourceError("unauthorised", host=self.host)
        if failure.status < 500 and self._not_there & {str(said.code), f"{said.code}/{said.error_subcode}"}:
            return NotThere("not-found", host=self.host)
        if said.code == 1 and _TOO_MUCH in (said.message or "").lower():
            return TooMuch("refused-question", host=self.host, detail=_TOO_MUCH)
        if said.code in _PASSING:
            return SourceError("server-error", host=self.host, status=failure.status)
        if failure.status < 500 and said.message:
            plain = text.clean(said.message.replace(token, "…"), single_line=True)
            return SourceError("refused-question", host=self.host, detail=text.clip(plain, 120))
        return failure


def usage_of(headers: Mapping[str, str]) -> tuple[int, int]:
    """The per cent of a limit that are used up, the highest of all that are told, and the minutes to stay away."""
    lower = {name.lower(): value for name, value in headers.items()}
    rows: list[Any] = [_json(lower.get("x-app-usage", ""))]
    business = _json(lower.get("x-business-use-case-usage", ""))
    if isinstance(business, dict):
        rows += [row for each in business.values() if isinstance(each, list) for row in each]
    used, minutes = 0, 0
    for row in rows:
        if isinstance(row, dict):
            used = max(used, *(_whole(row.get(name)) for name in ("call_count", "total_time", "total_cputime")))
            minutes = max(minutes, _whole(row.get("estimated_time_to_regain_access")))
    return used, minutes


def _json(value: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _whole(value: Any) -> int:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < DAY
    return int(value) if usable else 0


def following(paging: Paging | None) -> str:
    """Where a list goes on, "" at its end; without the token that stands in the address of its next page."""
    if paging is None or not paging.next:
        return ""
    kept = [(name, value) for name, value in parse_qsl(urlsplit(paging.next).query) if name in _GO_ON]
    if not kept and paging.cursors is not None and paging.cursors.after:
        kept = [("after", paging.cursors.after)]
    return urlencode(kept)


def going_on(token: str) -> dict[str, str]:
    """The parameters of the page that `following` named."""
    return dict(parse_qsl(token))
