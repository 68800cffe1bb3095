"""The comments of a channel or a video, thread by thread, read from the newest thread down to what is known.

The newest threads come again with every poll: what changed of them, an edit or more replies, is told then; replies to
older ones are not heard of. State: `walk` (see newest_first) and `threads`, how the newest ones stood.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from socialhub.model import Draft, Item
from socialhub.sources.http import HttpFailure
from socialhub.sources.newest_first import Page, walk
from socialhub.sources.odd_fields import decode_item
from socialhub.sources.pages import parse_time
from socialhub.sources.parts import State, Steps
from socialhub.sources.youtube_api import COMMENTS_AT_ONCE, COMMENTS_OFF, Parameters, YouTubeApi, reasons_of
from socialhub.sources.youtube_item import Comment, Thread, read_comments

HISTORY_PAGES: Final = 1
_REMEMBERED: Final = 200
_REPLY_PAGES: Final = 5


class _Reading:
    """One run over some threads."""

    def __init__(self, api: YouTubeApi, where: Parameters, state: State) -> None:
        self._api, self._where = api, where
        self._anchor = frozenset(state.get("walk", {}).get("anchor", ()))
        self.known: dict[str, Any] = state.get("threads", {})
        """The threads that were told, newest first: when each was edited (ms UTC), how many replies it had."""

    async def fetch(self, token: str, history: bool) -> Page:
        """A page of threads; of those that are known only what is new."""
        asked: Parameters = {
            **self._where,
            "part": "snippet,replies",
            "order": "time",
            "textFormat": "plainText",
            "maxResults": COMMENTS_AT_ONCE,
            "pageToken": token,
        }
        try:
            listing = await self._api.listed("commentThreads", asked)
        except HttpFailure as failure:
            if COMMENTS_OFF in reasons_of(failure):
                return Page([], [], "")
            raise
        ids: list[str] = []
        items: list[Item] = []
        skipped = 0
        marks: dict[str, Any] = {}
        is_old = False
        for raw in listing.items or ():
            try:
                thread = decode_item(raw, Thread)
                top = decode_item(thread.snippet.top_level_comment, Comment)
            except msgspec.DecodeError:
                skipped += 1
                continue
            ids.append(thread.id)
            mark = [parse_time(top.snippet.updated_at) or 0, thread.snippet.total_reply_count]
            marks[thread.id] = mark
            # What lies below is told already, even where it is no longer remembered how it stood.
            is_old = is_old or thread.id in self._anchor
            if is_old and thread.id not in self.known:
                continue
            told, unread = await self._told(thread, mark, history)
            items += told
            skipped += unread
        self.known = _newest_first(self.known, marks, above=not token)
        return Page(ids, items, listing.next_page_token or "", skipped)

    async def _told(self, thread: Thread, mark: list[int], history: bool) -> tuple[list[Draft], int]:
        edited, replies = self.known.get(thread.id, (None, 0))
        drafts: list[Draft] = []
        skipped = 0
        video = thread.snippet.video_id
        if edited != mark[0]:
            drafts, skipped = read_comments([thread.snippet.top_level_comment], video_id=video, backfill=history)
        if replies < mark[1]:
            more, unread = read_comments(await self._replies(thread), video_id=video, backfill=history)
            drafts += more
            skipped += unread
        return drafts, skipped

    async def _replies(self, thread: Thread) -> list[msgspec.Raw]:
        """All replies; a page of threads has a few of each only."""
        shown = (thread.replies.comments if thread.replies else None) or []
        if len(shown) >= thread.snippet.total_reply_count:
            return shown
        found: list[msgspec.Raw] = []
        token = ""
        for _page in range(_REPLY_PAGES):
            asked: Parameters = {
                "part": "snippet",
                "parentId": thread.id,
                "textFormat": "plainText",
                "maxResults": COMMENTS_AT_ONCE,
                "pageToken": token,
            }
            listing = await self._api.listed("comments", asked)
            found += listing.items or []
            token = listing.next_page_token or ""
            if not token:
                break
        return found


def _newest_first(known: dict[str, Any], marks: dict[str, Any], *, above: bool) -> dict[str, Any]:
    """What is remembered once the threads of a page are, which stand `above` all others or below."""
    others = {key: known[key] for key in known if key not in marks}
    return dict(list((marks | others if above else others | marks).items())[:_REMEMBERED])


async def threads_of(api: YouTubeApi, where: Parameters, state: State) -> Steps:
    """What is new in the threads that `where` names (a video, or a channel's id)."""
    reading = _Reading(api, where, state)
    async for page, later in walk(state.get("walk", {}), reading.fetch, history_pages=HISTORY_PAGES):
        yield page, {"walk": later, "threads": reading.known}
