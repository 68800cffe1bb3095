"""The uploads of YouTube channels by their feeds: no key, the fifteen newest, no counts of comments (SOURCES §6).

These feeds answer 404 or 500 now and then for channels that are there (2026): that passes, and is never taken for the
end of a channel. State: `seen`, the ids of the last answers.
"""

from __future__ import annotations

from typing import Final

import msgspec

from socialhub.clock import DAY
from socialhub.errors import SourceError
from socialhub.model import Draft
from socialhub.sources.base import SourceContext
from socialhub.sources.feed_model import Entry, Feed
from socialhub.sources.feed_worker import FeedReader
from socialhub.sources.http import HttpFailure
from socialhub.sources.kinds.youtube import YouTubeSettings
from socialhub.sources.newest_first import Page
from socialhub.sources.parts import State, Steps
from socialhub.sources.youtube_item import SITE, canonical

_REMEMBERED: Final = 60
_FALSE: Final = frozenset({404, 500})


async def uploads_by_feed(
    settings: YouTubeSettings, context: SourceContext, reader: FeedReader, channel: str, state: State
) -> Steps:
    """What a channel uploaded since the last time."""
    feed = await _read(settings, context, reader, channel)
    known = set(state.get("seen", ()))
    entries = {_native(entry): entry for entry in feed.entries if _native(entry)}
    history = "seen" not in state
    drafts = [_draft(native, entry, feed, channel, history) for native, entry in entries.items() if native not in known]
    seen = list(dict.fromkeys([*reversed(entries), *state.get("seen", ())]))[:_REMEMBERED]
    whole = not known or not entries or not known.isdisjoint(entries)
    yield Page(list(entries), [*drafts], "", feed.skipped, whole), {"seen": seen}


async def _read(settings: YouTubeSettings, context: SourceContext, reader: FeedReader, channel: str) -> Feed:
    address = f"{settings.feeds.rstrip('/')}/feeds/videos.xml"
    try:
        answer = await context.client.get(address, params={"channel_id": channel}, allow_private=settings.allow_private)
    except HttpFailure as failure:
        if failure.status in _FALSE:
            raise SourceError("server-error", host=failure.reason.values["host"], status=failure.status) from None
        raise
    content_type = answer.headers.get("content-type", "")
    feed = await reader.read(answer.body, content_type, answer.url, context.clock.now(), answer.host)
    if not feed.version and not feed.entries:
        raise SourceError("not-a-feed", host=answer.host)
    return feed


def _native(entry: Entry) -> str:
    return entry.guid.removeprefix("yt:video:") if entry.guid.startswith("yt:video:") else ""


def _draft(native: str, entry: Entry, feed: Feed, channel: str, history: bool) -> Draft:
    edited = entry.updated
    # Counts make `updated` move by itself; words change later than a day only when somebody changed them.
    if edited is not None and entry.published is not None and edited < entry.published + DAY:
        edited = None
    return Draft(
        native_id=native,
        canonical_id=canonical(native),
        title=entry.title,
        text=entry.text,
        published=entry.published,
        edited=edited,
        url=f"https://www.youtube.com/watch?v={native}",
        site=SITE,
        author=entry.author or feed.title,
        handle=channel,
        media=1,
        backfill=history,
        raw=msgspec.json.encode(entry.raw),
    )
