"""YouTube: the uploads of channels, comments, searches; by its API within a quota, or without a key by feeds.

Uploads are read by playlist, which costs a unit where a search costs one of a hundred. Knows nothing of the cache; what
it may spend is the ledger's to say.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from functools import partial
from typing import Any, Final

import msgspec

from socialhub.clock import DAY
from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Deletion, Draft
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.feed_worker import FeedReader, borrow_reader, give_back_reader
from socialhub.sources.kinds.youtube import YouTubeSettings
from socialhub.sources.newest_first import Page, walk
from socialhub.sources.pages import decode
from socialhub.sources.parts import ONE_PART, Part, State, Steps, read_parts
from socialhub.sources.settings import SourceSettings
from socialhub.sources.youtube_api import AT_ONCE, Parameters, YouTubeApi
from socialhub.sources.youtube_comments import threads_of
from socialhub.sources.youtube_feed import uploads_by_feed
from socialhub.sources.youtube_item import Statistics, canonical, is_reply, is_video, read_comments, read_videos
from socialhub.sources.youtube_search import search

HISTORY_PAGES: Final = 1
_REMEMBERED: Final = 200
_ONE_PART: Final = ONE_PART | {"refused-question"}
_FEEDS: Final = ONE_PART | {"server-error"}


class _Playlists(msgspec.Struct):
    uploads: str = ""


class _Content(msgspec.Struct, rename="camel"):
    related_playlists: _Playlists | None = None


class _About(msgspec.Struct, rename="camel"):
    custom_url: str = ""


class _Channel(msgspec.Struct, rename="camel"):
    id: str
    content_details: _Content | None = None
    statistics: Statistics | None = None
    snippet: _About | None = None


class _Which(msgspec.Struct, rename="camel"):
    video_id: str = ""


class _Said(msgspec.Struct, rename="camel"):
    resource_id: _Which | None = None


class _Entry(msgspec.Struct, rename="camel"):
    content_details: _Which | None = None
    snippet: _Said | None = None


class YouTubeSource:
    """YouTube as configured, with a key."""

    streaming = False

    def __init__(self, settings: YouTubeSettings, context: SourceContext) -> None:
        self._settings, self._context = settings, context
        self._api = YouTubeApi(settings, context)

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read channels, comments and searches on. Raises SourceError after the others."""
        parts: dict[str, Part] = {}
        for name in dict.fromkeys(self._settings.channels):
            parts[f"channel:{name}"] = partial(self._uploads, name)
            if self._settings.comments:
                parts[f"comments:{name}"] = partial(self._comments, name)
        for video in dict.fromkeys(self._settings.videos):
            parts[f"video:{video}"] = partial(threads_of, self._api, {"videoId": video})
        for query in dict.fromkeys(self._settings.search):
            now = self._context.clock.now()
            parts[f"search:{query}"] = partial(search, self._api, self._settings, self._found, query, now)
        told: set[str] = set()
        async for batch in read_parts(parts, cursor, _ONE_PART):
            # A search finds the videos of channels that are followed, too.
            batch.items = [item for item in batch.items if not isinstance(item, Draft) or item.native_id not in told]
            told.update(item.native_id for item in batch.items if isinstance(item, Draft))
            yield batch

    async def refresh(self, native_ids: Sequence[str]) -> AsyncGenerator[Batch]:
        """What these videos and comments are now, as long as enough is left for new ones."""
        for what, part in (("videos", "snippet,statistics"), ("comments", "snippet")):
            wanted = [native for native in native_ids if is_video(native) == (what == "videos")]
            for start in range(0, len(wanted), AT_ONCE):
                if not await self._api.has_spare():
                    return
                yield await self._again(what, part, wanted[start : start + AT_ONCE])

    async def close(self) -> None:
        """Nothing is held between two runs."""

    async def _again(self, what: str, part: str, ids: list[str]) -> Batch:
        asked = {"part": part, "id": ",".join(ids), **({"textFormat": "plainText"} if what == "comments" else {})}
        listing = await self._api.listed(what, asked)
        read = read_videos if what == "videos" else read_comments
        drafts, skipped = read(listing.items or ())
        there = {draft.native_id for draft in drafts}
        # An answer without a single one of its kind speaks of the server rather than of the posts.
        answered = {is_reply(native) for native in there}
        missing = [native for native in ids if native not in there and is_reply(native) in answered]
        gone = [Deletion(native, canonical(native)) for native in missing]
        return Batch([*drafts, *(gone if not skipped else [])], skipped=skipped)

    async def _videos(
        self, ids: Sequence[str], history: bool, handle: str = "", followers: int | None = None
    ) -> tuple[list[Draft], int]:
        asked: Parameters = {"part": "snippet,statistics", "id": ",".join(ids)}
        listing = await self._api.listed("videos", asked)
        return read_videos(listing.items or (), handle=handle, followers=followers, backfill=history)

    async def _found(self, ids: Sequence[str], history: bool) -> tuple[list[Draft], int]:
        """Videos of anybody: who they are, and how many follow them, is asked for all at once."""
        drafts, skipped = await self._videos(ids, history)
        channels = list(dict.fromkeys(draft.handle for draft in drafts if draft.handle))
        for start in range(0, len(channels), AT_ONCE):
            asked = {"part": "snippet,statistics", "id": ",".join(channels[start : start + AT_ONCE])}
            known = _channels((await self._api.listed("channels", asked)).items or ())
            for draft in drafts:
                if found := known.get(draft.handle):
                    draft.followers = (found.statistics or Statistics()).subscriber_count
                    draft.handle = (found.snippet or _About()).custom_url.removeprefix("@") or draft.handle
        return drafts, skipped

    # ---- channels ----

    async def _uploads(self, name: str, state: State) -> Steps:
        """What a channel uploaded since the last time."""
        channel = await self._channel(name, state.get("channel", {}))
        seen: list[str] = state.get("seen", [])
        is_top = True

        async def fetch(token: str, history: bool) -> Page:
            nonlocal is_top
            is_top = not token
            if not channel["videos"]:
                # The list of a channel that never uploaded anything is not there.
                return Page([], [], "")
            asked: Parameters = {
                "part": "snippet,contentDetails",
                "playlistId": channel["uploads"],
                "maxResults": AT_ONCE,
                "pageToken": token,
            }
            listing = await self._api.listed("playlistItems", asked)
            ids = [native for raw in listing.items or () if (native := _video_of(raw))]
            new = [native for native in ids if native not in set(seen)]
            drafts, skipped = (
                await self._videos(new, history, channel["handle"], channel["followers"]) if new else ([], 0)
            )
            return Page(ids, [*drafts], listing.next_page_token or "", skipped)

        async for page, later in walk(state.get("walk", {}), fetch, history_pages=HISTORY_PAGES):
            # The newest are what the next walk meets first: those of deeper pages do not push them out.
            seen = list(dict.fromkeys([*page.ids, *seen] if is_top else [*seen, *page.ids]))[:_REMEMBERED]
            yield page, {"channel": channel, "walk": later, "seen": seen}

    async def _comments(self, name: str, state: State) -> Steps:
        """What was said beneath the videos of a channel since the last time."""
        channel = await self._channel(name, state.get("channel", {}))
        where = {"allThreadsRelatedToChannelId": channel["id"]}
        async for page, later in threads_of(self._api, where, state):
            yield page, {**later, "channel": channel}

    async def _channel(self, name: str, known: dict[str, Any]) -> dict[str, Any]:
        """Which channel this is and how many follow it, asked for once a day."""
        now = self._context.clock.now()
        if known and 0 <= now - known["asked"] < DAY:
            return known
        which = {"forHandle": name} if name.startswith("@") else {"id": name}
        listing = await self._api.listed("channels", {"part": "contentDetails,snippet,statistics", **which})
        if not listing.items:
            raise SourceError("account-unknown", host=self._api.host, account=name)
        try:
            found = decode(listing.items[0], _Channel)
        except msgspec.DecodeError as error:
            raise SourceError("unexpected-shape", host=self._api.host, detail=str(error)) from None
        counts = found.statistics or Statistics()
        lists = (found.content_details or _Content()).related_playlists or _Playlists()
        return {
            "asked": now,
            "id": found.id,
            "uploads": lists.uploads or found.id.replace("UC", "UU", 1),
            "handle": (found.snippet or _About()).custom_url.removeprefix("@"),
            "followers": counts.subscriber_count,
            "videos": counts.video_count is None or counts.video_count > 0,
        }


class YouTubeFeeds:
    """YouTube as configured, without a key."""

    streaming = False

    def __init__(self, settings: YouTubeSettings, context: SourceContext) -> None:
        self._settings, self._context = settings, context
        self._reader: FeedReader | None = None

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read every channel's feed. Raises SourceError after the others."""
        self._reader = self._reader or borrow_reader()
        parts: dict[str, Part] = {
            name: partial(uploads_by_feed, self._settings, self._context, self._reader, name)
            for name in dict.fromkeys(self._settings.channels)
        }
        async for batch in read_parts(parts, cursor, _FEEDS):
            yield batch

    async def close(self) -> None:
        """Give the worker back."""
        if self._reader is not None:
            self._reader = None
            await give_back_reader()


def _channels(rows: Sequence[msgspec.Raw]) -> dict[str, _Channel]:
    found: dict[str, _Channel] = {}
    for raw in rows:
        try:
            channel = decode(raw, _Channel)
        except msgspec.DecodeError:
            continue
        found[channel.id] = channel
    return found


def _video_of(raw: msgspec.Raw) -> str:
    try:
        entry = decode(raw, _Entry)
    except msgspec.DecodeError:
        return ""
    named = entry.content_details or (entry.snippet or _Said()).resource_id or _Which()
    return named.video_id


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe."""
    assert isinstance(settings, YouTubeSettings)
    return YouTubeSource(settings, context) if settings.key else YouTubeFeeds(settings, context)
