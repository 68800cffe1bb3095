"""X by its API v2: searches, accounts and mentions, polled within a budget, or streamed by rules (SOURCES §5).

A poll reads from the newest post back to the newest one known (`since_id`), so that each post is paid for once. The
stream is connected first and buffered, then what was missed is searched for, then the stream is handed on. Knows
nothing of the cache; what it may spend is the ledger's to say.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing
from functools import partial
from typing import Final

from socialhub.clock import DAY, HOUR
from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Draft
from socialhub.sources.asked_lately import AskedLately
from socialhub.sources.base import SourceContext
from socialhub.sources.kinds.x import XSettings
from socialhub.sources.newest_first import Page, WalkState, walk
from socialhub.sources.parts import ONE_PART, Part, State, Steps, read_parts
from socialhub.sources.settings import SourceSettings
from socialhub.sources.streams import Intake, Patience
from socialhub.sources.x_api import MOST_POSTS, Answer, XApi
from socialhub.sources.x_post import beside, moment_of_id, newest, read_posts
from socialhub.sources.x_queries import searches_of, streamed_of
from socialhub.sources.x_refresh import refresh_posts
from socialhub.sources.x_rules import keep_rules, tag_of
from socialhub.sources.x_stream import Line, Trail, open_stream, paced

# The least that X takes as `max_results`.
_LEAST_SEARCHED: Final = 10
_LEAST_OF_TIMELINE: Final = 5
# A search reaches back seven days, and refuses a `since_id` from before.
_REACH: Final = 7 * DAY - HOUR
# Keep-alives come every 20 s.
PATIENCE: Final = Patience(ping=20.0, silence=30.0)
RULES_EVERY: Final = 30.0
"""Real seconds between two looks whether the topics still want the same rules."""
_ONE_PART: Final = ONE_PART | {"refused-question"}


class XSource:
    """X as configured."""

    def __init__(
        self,
        settings: XSettings,
        context: SourceContext,
        patience: Patience = PATIENCE,
        rules_every: float = RULES_EVERY,
    ) -> None:
        self._settings, self._context = settings, context
        self._patience, self._rules_every = patience, rules_every
        self._api = XApi(settings, context)
        self._lately = AskedLately()
        self.streaming = settings.stream

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Poll once, or stream. Raises SourceError, "budget-spent" instead of exceeding a cap."""
        async with aclosing(self._stream(cursor) if self.streaming else self._poll(cursor)) as batches:
            async for batch in batches:
                given = (item.native_id for item in batch.items if isinstance(item, Draft))
                self._lately.note(given, self._context.clock.now())
                yield batch

    async def refresh(self, native_ids: Sequence[str]) -> AsyncGenerator[Batch]:
        """What these posts are now, those asked for lately left out: every answer costs money."""
        due = self._lately.due(native_ids, self._context.clock.now(), self._settings.again_every)
        try:
            async for batch in refresh_posts(self._api, due):
                yield batch
        except SourceError as error:
            # What is left is for new posts; the poll tells when there is nothing left for these.
            if error.reason.code != "budget-spent":
                raise
        else:
            self._lately.note(due, self._context.clock.now())

    async def close(self) -> None:
        """Nothing is held between two runs."""

    # ---- polls ----

    def _poll(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        parts: dict[str, Part] = {
            key: partial(self._search, query)
            for key, query in searches_of(self._settings, self._context.watched()).items()
        }
        for edge, names in (("tweets", self._settings.accounts), ("mentions", self._settings.mentions)):
            for name in dict.fromkeys(name.removeprefix("@") for name in names):
                parts[f"{edge}:{name}"] = partial(self._timeline, name, edge)
        return read_parts(parts, cursor, _ONE_PART)

    async def _search(self, query: str, state: State) -> Steps:
        """What is new for a query; with counts first only when there is something."""
        since = self._since(state)
        most = MOST_POSTS
        if self._settings.counts_first and since and "page_token" not in state:
            there = await self._api.count(query, {"since_id": since})
            if not there:
                return
            most = max(_LEAST_SEARCHED, min(there, MOST_POSTS))

        async def fetch(token: str, history: bool) -> Page:
            params = {"query": query, **_bounds(since, next_token=token)}
            page_most = min(self._settings.history, MOST_POSTS) if history else most
            answer = await self._api.posts("/2/tweets/search/recent", params, _LEAST_SEARCHED, page_most)
            return _page(answer, history, since)

        async for page, later in walk(state, fetch, history_pages=self._history_pages):
            yield page, later
            # What was broken off is finished: the walk that follows pays for nothing that this one read.
            since = since if "page_token" in later else self._since(later)

    async def _timeline(self, name: str, edge: str, state: State) -> Steps:
        """What is new of an account, or of those who mention it."""
        user = state.get("user") or await self._api.user_id(name)
        walked: WalkState = state.get("walk", {})
        since = self._since(walked)

        async def fetch(token: str, history: bool) -> Page:
            most = min(self._settings.history, MOST_POSTS) if history else MOST_POSTS
            params = _bounds(since, pagination_token=token)
            return _page(
                await self._api.posts(f"/2/users/{user}/{edge}", params, _LEAST_OF_TIMELINE, most), history, since
            )

        async for page, later in walk(walked, fetch, history_pages=self._history_pages):
            yield page, {"user": user, "walk": later}
            since = since if "page_token" in later else self._since(later)

    @property
    def _history_pages(self) -> int:
        return -(-self._settings.history // MOST_POSTS)

    def _since(self, state: WalkState) -> str:
        """The newest post known, when it is not too old for X to be named."""
        known = newest(state.get("anchor", ()))
        written = moment_of_id(known)
        return known if written is not None and written > self._context.clock.now() - _REACH else ""

    # ---- stream ----

    async def _stream(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        async with AsyncExitStack() as stack:
            wanted = streamed_of(self._settings, self._context.watched())
            try:
                await keep_rules(self._api, wanted.values())
                intake = Intake(await open_stream(self._api, self._patience.silence, stack))
                stack.push_async_callback(intake.close)
            except SourceError as error:
                raise paced(error) from None
            connected = asyncio.get_running_loop().time()
            missed: dict[str, Part] = {key: partial(self._search, query) for key, query in wanted.items()}
            async for batch in read_parts(missed, cursor, _ONE_PART):
                cursor = batch.cursor
                batch.reached = 0
                yield batch
            yield Batch(cursor=cursor, reached=self._context.clock.now())
            try:
                async for batch in self._follow(cursor, intake, wanted):
                    yield batch
            except SourceError as error:
                raise paced(error, asyncio.get_running_loop().time() - connected) from None

    async def _follow(
        self, cursor: Cursor, intake: Intake[Line | None], wanted: dict[str, str]
    ) -> AsyncGenerator[Batch]:
        """Hand on the posts of the stream; keep its rules in step with the topics."""
        loop = asyncio.get_running_loop()
        trail = Trail({tag_of(query): key for key, query in wanted.items()})
        look_at = loop.time() + self._rules_every
        while True:
            lines = await intake.take(max(0.0, look_at - loop.time()))
            if loop.time() >= look_at:
                look_at = loop.time() + self._rules_every
                now_wanted = streamed_of(self._settings, self._context.watched())
                if now_wanted != wanted:
                    await keep_rules(self._api, now_wanted.values())
                    wanted = now_wanted
                    trail.keys = {tag_of(query): key for key, query in wanted.items()}
            if lines:
                batch = trail.read(lines, cursor, loop.time())
                cursor = batch.cursor
                yield batch


def _bounds(since: str, **token: str) -> dict[str, str]:
    """The parameters that say from where on, and which page."""
    return {**({"since_id": since} if since else {}), **{name: value for name, value in token.items() if value}}


def _page(answer: Answer, history: bool, since: str) -> Page:
    ids, items, skipped = read_posts(answer.data or (), beside(answer.includes), backfill=history)
    token = (answer.meta.next_token if answer.meta else None) or ""
    return Page(ids, items, token, skipped, since_known=bool(since))


def create(settings: SourceSettings, context: SourceContext) -> XSource:
    """The source that `settings` describe."""
    assert isinstance(settings, XSettings)
    return XSource(settings, context)
