"""Threads by Meta's API: searches within a budget, who mentions the account, what is replied to its newest posts.

A search that finds nothing is not counted, and given back. Knows nothing of the cache; what it may spend is the
ledger's to say.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from functools import partial
from typing import Final

import msgspec

from socialhub.budgets import QUERIES
from socialhub.clock import HOUR, SECOND
from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Draft
from socialhub.sources.asked_lately import AskedLately
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.graph_api import GraphApi, Listing, Parameters, following, going_on
from socialhub.sources.graph_run import run_parts
from socialhub.sources.kinds.threads import ThreadsSettings
from socialhub.sources.newest_first import walk_unseen
from socialhub.sources.parts import Part, State, Steps
from socialhub.sources.settings import SourceSettings
from socialhub.sources.threads_again import posts_again
from socialhub.sources.threads_post import FIELDS, read_posts
from socialhub.sources.with_comments import Found, posts_with_comments

SEARCHED_AT_ONCE: Final = 100
MENTIONS_AT_ONCE: Final = 50
OWN_POSTS: Final = 10
"""Of each a question is asked for its replies, with every poll."""
HISTORY_PAGES: Final = 1
_SEARCH_PAGES: Final = 10
_OVERLAP: Final = HOUR
"""What is found late only."""


class _Named(msgspec.Struct):
    username: str


class ThreadsSource:
    """Threads as configured."""

    streaming = False

    def __init__(self, settings: ThreadsSettings, context: SourceContext) -> None:
        self._settings, self._context = settings, context
        base = f"{settings.server.rstrip('/')}/{settings.version}"
        self._api = GraphApi(
            context, base, settings.token, allow_private=settings.allow_private, not_there=settings.gone_codes
        )
        self._lately, self._name = AskedLately(), ""

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read everything on. Raises SourceError after the others."""
        parts: dict[str, Part] = {}
        if self._settings.mentions:
            parts["mentions"] = partial(walk_unseen, ask=self._ask_mentions, history_pages=HISTORY_PAGES)
        if self._settings.replies:
            parts["replies"] = partial(posts_with_comments, self._ask_own, self._ask_replies)
        for mode, words in (("KEYWORD", self._settings.search), ("TAG", self._settings.tags)):
            for query in dict.fromkeys(words):
                parts[f"{mode.lower()}:{query}"] = partial(self._search, query, mode)
        async for batch in run_parts(self._api, parts, cursor):
            given = (item.native_id for item in batch.items if isinstance(item, Draft))
            self._lately.note(given, self._context.clock.now())
            yield batch

    async def refresh(self, native_ids: Sequence[str]) -> AsyncGenerator[Batch]:
        """What these posts are now, those given or asked for lately left out: each is a question of its own."""
        known = await self._context.recall(native_ids)
        due = self._lately.due(list(known), self._context.clock.now(), self._settings.again_every)
        if not due:
            return
        self._api.spare()
        self._name = self._name or (await self._api.get("me", {"fields": "username"}, _Named)).username

        def note(native_id: str) -> None:
            self._lately.note([native_id], self._context.clock.now())

        async for batch in posts_again(self._api, due, known, self._name, note):
            yield batch

    async def close(self) -> None:
        """Nothing is held between two runs."""

    # ---- searches ----

    async def _search(self, query: str, mode: str, state: State) -> Steps:
        """What is new for a query; nothing when it is too early to ask again, or the searches of a day are used up.

        State: `walk` (see newest_first), `asked` when, `since` the newest post known (ms UTC).
        """
        now = self._context.clock.now()
        walked = state.get("walk", {})
        under_way = "page_token" in walked.get("walk", {})
        if not under_way and "asked" in state and 0 <= now - state["asked"] < self._settings.search_interval:
            return
        since, newest = state.get("since"), state.get("since") or 0
        ask = partial(self._ask_search, query, mode, since)
        try:
            async for page, later in walk_unseen(
                walked,
                ask,
                history_pages=HISTORY_PAGES,
                most_pages=_SEARCH_PAGES,
                since_known=since is not None,
            ):
                told = [draft.published or 0 for draft in page.items if isinstance(draft, Draft)]
                newest = max([newest, *(each for each in told if each <= now)])
                # What is under way goes on from where it began.
                kept = since if "page_token" in later["walk"] else newest or None
                yield page, {"walk": later, "asked": now, "since": kept}
        except SourceError as error:
            # The meter tells; mentions and replies cost nothing.
            if error.reason.code != "budget-spent":
                raise

    async def _ask_search(self, query: str, mode: str, since: int | None, token: str) -> tuple[list[Draft], str, int]:
        asked: Parameters = {
            "q": query,
            "search_type": "RECENT",
            "search_mode": mode,
            "since": "" if since is None else (since - _OVERLAP) // SECOND,
            "limit": SEARCHED_AT_ONCE,
            "fields": FIELDS,
            **going_on(token),
        }
        receipt = await self._context.ledger.spend(QUERIES)
        listing = await self._api.get("keyword_search", asked, Listing)
        if not listing.data:
            await self._context.ledger.give_back(receipt, 1)
        posts, skipped = read_posts(listing.data or ())
        return [draft for draft, _replied in posts], following(listing.paging), skipped

    # ---- the account ----

    async def _ask_mentions(self, token: str) -> tuple[list[Draft], str, int]:
        asked: Parameters = {"fields": FIELDS, "limit": MENTIONS_AT_ONCE, **going_on(token)}
        listing = await self._api.get("me/mentions", asked, Listing)
        posts, skipped = read_posts(listing.data or ())
        return [draft for draft, _replied in posts], following(listing.paging), skipped

    async def _ask_own(self, token: str) -> tuple[list[Found], str, int]:
        asked: Parameters = {"fields": FIELDS, "limit": OWN_POSTS, **going_on(token)}
        listing = await self._api.get("me/threads", asked, Listing)
        posts, skipped = read_posts(listing.data or ())
        found: list[Found] = []
        for draft, replied in posts:
            replies, more = await self._ask_replies(draft.native_id, "") if replied else ([], "")
            found.append(Found(draft, replies, more))
        return found, following(listing.paging), skipped

    async def _ask_replies(self, post_id: str, token: str) -> tuple[list[Draft], str]:
        """All that was said beneath a post, on any level, newest first."""
        asked: Parameters = {"fields": FIELDS, "reverse": "true", "limit": SEARCHED_AT_ONCE, **going_on(token)}
        listing = await self._api.get(f"{post_id}/conversation", asked, Listing)
        replies, _skipped = read_posts(listing.data or (), beneath=post_id)
        return [draft for draft, _replied in replies], following(listing.paging)


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe."""
    assert isinstance(settings, ThreadsSettings)
    return ThreadsSource(settings, context)
