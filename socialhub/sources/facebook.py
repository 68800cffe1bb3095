"""Facebook pages by the Graph API: posts with their comments, posts that mention a page, private messages when wanted.

Public posts cannot be searched: only what stands on pages that the token may read is heard. Knows nothing of the cache.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from functools import partial
from typing import Final

import msgspec

from socialhub.model import Batch, Cursor, Deletion, Draft, Item
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.facebook_post import (
    COMMENT_FIELDS,
    CONVERSATION_FIELDS,
    COUNTED,
    MESSAGE_FIELDS,
    POST_FIELDS,
    WITH_COMMENTS,
    Conversation,
    canonical,
    read_comments,
    read_messages,
    read_posts,
)
from socialhub.sources.graph_again import SPOKEN, ask_again, places_of, put_back
from socialhub.sources.graph_api import GraphApi, Listing, Parameters, following, going_on
from socialhub.sources.graph_run import run_parts
from socialhub.sources.kinds.facebook import FacebookSettings
from socialhub.sources.newest_first import Page, walk_unseen
from socialhub.sources.odd_fields import decode_item
from socialhub.sources.pages import parse_time
from socialhub.sources.parts import Part, State, Steps
from socialhub.sources.settings import SourceSettings
from socialhub.sources.with_comments import Found, posts_with_comments

POSTS_AT_ONCE: Final = 25
COMMENTS_AT_ONCE: Final = 100
_CONVERSATION_PAGES: Final = 10
_MESSAGE_PAGES: Final = 10
HISTORY_PAGES: Final = 1


class FacebookSource:
    """Pages as configured."""

    streaming = False

    def __init__(self, settings: FacebookSettings, context: SourceContext) -> None:
        self._settings, self._context = settings, context
        base = f"{settings.server.rstrip('/')}/{settings.version}"
        self._api = GraphApi(context, base, settings.token, allow_private=settings.allow_private)
        self._owners = {page for page in settings.pages if page.isdigit()}

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read every page on. Raises SourceError after the others."""
        parts: dict[str, Part] = {}
        for page in dict.fromkeys(self._settings.pages):
            parts[f"posts:{page}"] = partial(self._posts, page)
            if self._settings.mentions:
                parts[f"mentions:{page}"] = partial(self._mentions, page)
            for platform in self._platforms():
                parts[f"{platform}:{page}"] = partial(self._messages, page, platform)
        async for batch in run_parts(self._api, parts, cursor):
            yield batch

    async def refresh(self, native_ids: Sequence[str]) -> AsyncGenerator[Batch]:
        """The present state of posts and comments on these pages; not of messages, nor of what stands elsewhere."""
        known = await self._context.recall(native_ids)
        posts = {each: page for each in known if (page := self._page_of(each)) and known[each].kind not in SPOKEN}
        comments = await places_of(self._context.recall, known, lambda post_id, _post: self._page_of(post_id))
        there, gone = await ask_again(self._api, posts, f"{POST_FIELDS},{COUNTED}")
        found, skipped = read_posts(there.values())
        yield Batch([*(each.draft for each in found), *_deletions(gone)], skipped=skipped)
        there, gone = await ask_again(self._api, comments, COMMENT_FIELDS)
        drafts, skipped = read_comments(there.values(), "")
        yield Batch([*put_back(drafts, known), *_deletions(gone)], skipped=skipped)

    async def close(self) -> None:
        """Nothing is held between two runs."""

    def _page_of(self, post_id: str) -> str:
        """Which of the account's pages a post stands on: its id begins with that; "" for none."""
        page = post_id.partition("_")[0]
        return page if page in self._owners else ""

    def _platforms(self) -> tuple[str, ...]:
        wanted = self._settings.messages
        return ("messenger", "instagram") if wanted == "all" else (wanted,) if wanted else ()

    # ---- posts ----

    def _posts(self, page: str, state: State) -> Steps:
        return posts_with_comments(partial(self._ask_posts, page), self._ask_comments, state)

    async def _ask_posts(self, page: str, token: str) -> tuple[list[Found], str, int]:
        nested = WITH_COMMENTS if self._settings.comments else COUNTED
        asked: Parameters = {"fields": f"{POST_FIELDS},{nested}", "limit": POSTS_AT_ONCE, **going_on(token)}
        listing = await self._api.get(f"{page}/feed", asked, Listing)
        found, skipped = read_posts(listing.data or ())
        self._owners |= {each.draft.native_id.partition("_")[0] for each in found if "_" in each.draft.native_id}
        return found, following(listing.paging), skipped

    async def _ask_comments(self, post_id: str, token: str) -> tuple[list[Draft], str]:
        asked: Parameters = {
            "fields": COMMENT_FIELDS,
            "filter": "stream",
            "order": "reverse_chronological",
            "limit": COMMENTS_AT_ONCE,
            **going_on(token),
        }
        listing = await self._api.get(f"{post_id}/comments", asked, Listing)
        drafts, _skipped = read_comments(listing.data or (), post_id)
        return drafts, following(listing.paging)

    def _mentions(self, page: str, state: State) -> Steps:
        return walk_unseen(state, partial(self._ask_mentions, page), history_pages=HISTORY_PAGES)

    async def _ask_mentions(self, page: str, token: str) -> tuple[list[Draft], str, int]:
        asked: Parameters = {"fields": f"{POST_FIELDS},{COUNTED}", "limit": POSTS_AT_ONCE, **going_on(token)}
        listing = await self._api.get(f"{page}/tagged", asked, Listing)
        found, skipped = read_posts(listing.data or ())
        return [each.draft for each in found], following(listing.paging), skipped

    # ---- messages ----

    async def _messages(self, page: str, platform: str, state: State) -> Steps:
        """What was written in private since the last time.

        State: `since`, the newest change known (ms UTC), and `ids`, the messages of that moment.
        """
        since: int | None = state.get("since")
        newest = since or 0
        told: list[Draft] = []
        token, skipped = "", 0
        for _page in range(1 if since is None else _CONVERSATION_PAGES):
            asked: Parameters = {
                "fields": CONVERSATION_FIELDS,
                "platform": platform,
                "limit": POSTS_AT_ONCE,
                **going_on(token),
            }
            listing = await self._api.get(f"{page}/conversations", asked, Listing)
            known = False
            for raw in listing.data or ():
                try:
                    conversation = decode_item(raw, Conversation)
                except msgspec.DecodeError:
                    skipped += 1
                    continue
                changed = parse_time(conversation.updated_time) or 0
                newest = max(newest, changed)
                known = known or (since is not None and changed < since)
                if since is None or changed >= since:
                    drafts, unread = await self._conversation(conversation, since)
                    told += drafts
                    skipped += unread
            token = following(listing.paging)
            if known or not token:
                break
        known_ids = state.get("ids", [])
        of_newest = [draft.native_id for draft in told if (draft.published or 0) >= newest]
        items: list[Item] = [draft for draft in told if draft.native_id not in known_ids]
        ids = [*(known_ids if newest == since else ()), *of_newest]
        yield Page([], items, "", skipped), {"since": newest, "ids": list(dict.fromkeys(ids))}

    async def _conversation(self, conversation: Conversation, since: int | None) -> tuple[list[Draft], int]:
        """The messages of a conversation that are not older than `since`; all that came when that is None."""
        listing = conversation.messages or Listing()
        drafts, skipped = read_messages(listing.data or (), conversation)
        for _page in range(0 if since is None else _MESSAGE_PAGES):
            token = following(listing.paging)
            if not token or any((draft.published or 0) < (since or 0) for draft in drafts):
                break
            asked: Parameters = {"fields": MESSAGE_FIELDS, "limit": COMMENTS_AT_ONCE, **going_on(token)}
            listing = await self._api.get(f"{conversation.id}/messages", asked, Listing)
            more, unread = read_messages(listing.data or (), conversation)
            drafts += more
            skipped += unread
        told = [draft for draft in drafts if since is None or (draft.published or 0) >= since]
        for draft in told:
            draft.backfill = since is None
        return told, skipped


def _deletions(ids: Sequence[str]) -> list[Deletion]:
    return [Deletion(native, canonical(native)) for native in ids]


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe."""
    assert isinstance(settings, FacebookSettings)
    return FacebookSource(settings, context)
