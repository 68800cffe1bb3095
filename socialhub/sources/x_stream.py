"""X's filtered stream: posts as JSON lines, an empty line every 20 s, one connection an app; paid for as they come.

Money is reserved ahead in portions, so that the cap is met before the next post and not after it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Final

import msgspec

from socialhub import text
from socialhub.budgets import MONEY, Receipt
from socialhub.clock import MINUTE, SECOND
from socialhub.errors import Pauses, SourceError
from socialhub.model import Batch, Cursor, Item
from socialhub.sources.http import HttpFailure
from socialhub.sources.pages import decode
from socialhub.sources.x_api import FIELDS, Problem, XApi, explained
from socialhub.sources.x_post import Includes, beside, newest, read_posts

PATH: Final = "/2/tweets/search/stream"
PORTION: Final = 100
"""Posts that are reserved at a time."""
MARGIN: Final = 10
"""Posts that are kept paid for when the money ends: they may be on their way when the stream is cut."""
OVERLAP_SECONDS: Final = 300.0
"""The order of a stream is not that of ids: after a break the search starts this much earlier."""

NETWORK_PAUSES: Final = Pauses(250, 16 * SECOND, doubling=False)
HTTP_PAUSES: Final = Pauses(5 * SECOND, 320 * SECOND)
LIMIT_PAUSES: Final = Pauses(MINUTE, 15 * MINUTE)
"""What X wants between connections: after a broken one, after an error status, after a 429."""
SHORT_PAUSES: Final = Pauses(20 * SECOND, 320 * SECOND)
"""After a connection of less than SHORT seconds: X allows 50 in 15 minutes."""
SHORT: Final = 20.0
MOST_UNREAD: Final = 20
"""So many lines in a row that cannot be read are no posts: each is paid for as one."""
_NETWORK: Final = frozenset({"reset", "stream-closed", "stream-silent", "refused", "unreachable", "timeout"})
_HTTP: Final = frozenset({"server-error", "http-status", "not-found"})


class Matched(msgspec.Struct):
    """The rule for which a post was sent."""

    tag: str | None = None


class Line(msgspec.Struct):
    """A line of the stream: a post, or why there will be no more."""

    data: msgspec.Raw = msgspec.Raw()
    includes: Includes | None = None
    matching_rules: list[Matched] | None = None
    errors: list[Problem] | None = None
    title: str | None = None
    detail: str | None = None


def paced(error: SourceError, lasted: float | None = None) -> SourceError:
    """The failure with the pauses that X wants after one of its kind; `lasted` is how long a stream went well (s)."""
    code = error.reason.code
    if code == "rate-limited":
        error.pauses = LIMIT_PAUSES
    elif code in _NETWORK:
        error.pauses = SHORT_PAUSES if lasted is not None and lasted < SHORT else NETWORK_PAUSES
    elif code in _HTTP:
        error.pauses = HTTP_PAUSES
    return error


async def open_stream(api: XApi, silence_seconds: float, stack: AsyncExitStack) -> AsyncIterator[Line | None]:
    """Connect (held open by `stack`) and give the posts; None is a keep-alive. Raises SourceError, as the posts do."""
    purse = Purse(api)
    await purse.fill()
    stack.push_async_callback(purse.close)
    try:
        lines = await stack.enter_async_context(
            api.client.stream_lines(
                api.base + PATH,
                params=FIELDS,
                headers={**api.headers(), "Accept": "application/json"},
                allow_private=api.allow_private,
                silence_seconds=silence_seconds,
            )
        )
    except HttpFailure as failure:
        raise explained(failure, api.host) from None
    return _posts(lines, purse, api.host)


async def _posts(lines: AsyncIterator[bytes], purse: Purse, host: str) -> AsyncIterator[Line | None]:
    unread = 0
    async for line in lines:
        if not line.strip():
            yield None
            continue
        try:
            read = decode(line, Line)
            unread = 0
        except msgspec.DecodeError:
            unread += 1
            if unread == MOST_UNREAD:
                raise SourceError("unexpected-shape", host=host, detail="no posts") from None
            # What cannot be read may have been a post all the same, and is paid for like one.
            yield Line(data=msgspec.Raw(b"{}"))
            await purse.take_one()
            continue
        if bytes(read.data) in (b"", b"null"):
            said = (read.errors or [Problem(read.title, read.detail)])[0]
            detail = text.clip(text.clean(said.title or said.detail or "", single_line=True), 80)
            raise SourceError("stream-closed", host=host, detail=detail)
        yield read
        await purse.take_one()
    raise SourceError("stream-closed", host=host, detail="end of stream")


class Purse:
    """Money for the posts to come: filled before they come, what is left is given back."""

    def __init__(self, api: XApi) -> None:
        self._api = api
        self._receipts: list[tuple[Receipt, int]] = []
        self._left = 0

    async def fill(self) -> None:
        """Reserve a portion; raises SourceError("budget-spent") when not even twice MARGIN can be.

        Half of what there is stays for searching what was missed.
        """
        price, ledger = self._api.price, self._api.ledger
        remaining = await ledger.remaining(MONEY)
        affordable = PORTION if remaining is None or not price else remaining // price // 2
        posts = max(min(PORTION, affordable), 2 * MARGIN)
        receipt = await ledger.spend(MONEY, posts * price)
        self._receipts = [(receipt, posts)]
        self._left += posts

    async def take_one(self) -> None:
        """A post came. Raises SourceError("budget-spent") when no further one may come."""
        self._left -= 1
        if self._left > MARGIN:
            return
        await self.fill()

    async def close(self) -> None:
        """Give back what was reserved last and not used."""
        for receipt, posts in self._receipts:
            await self._api.ledger.give_back(receipt, min(self._left, posts) * self._api.price)
        self._receipts, self._left = [], 0


class Trail:
    """Which posts the stream gave for which part, and when: the cursor follows OVERLAP_SECONDS behind."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self.keys = keys
        """The key of a part by the tag of its rule."""
        self._seen: deque[tuple[float, str, str]] = deque()

    def read(self, lines: Sequence[Line | None], cursor: Cursor, now: float) -> Batch:
        """What some lines say; `now` in seconds of a clock that only goes forward."""
        items: list[Item] = []
        skipped = 0
        for line in lines:
            if line is None:
                continue
            ids, found, unread = read_posts([line.data], beside(line.includes))
            items += found
            skipped += unread
            for key in {self.keys.get(rule.tag or "", "") for rule in line.matching_rules or ()} - {""}:
                self._seen += [(now, key, post_id) for post_id in ids]
        return Batch(items, self._follow(cursor, now), skipped=skipped)

    def _follow(self, cursor: Cursor, now: float) -> Cursor:
        while self._seen and self._seen[0][0] <= now - OVERLAP_SECONDS:
            _moment, key, post_id = self._seen.popleft()
            state = cursor.get(key, {})
            # A search that was broken off is finished first: it says itself where it stands.
            if "page_token" not in state:
                cursor = {**cursor, key: {"anchor": [newest([*state.get("anchor", ()), post_id])]}}
        return cursor
