"""A feed as a source: asked politely, parsed in the worker process, every entry a mention of kind article.

An edited entry is yielded again under its own id; what is new is the store's business. The cursor holds the validators,
the address a permanent redirect taught, a digest of the last answer for servers without validators, and marks of its
entries.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Final

import msgspec

from socialhub.clock import MINUTE
from socialhub.errors import SourceError
from socialhub.identities import post_of
from socialhub.model import Batch, Cursor, Draft, Kind
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.feed_model import Entry, Feed
from socialhub.sources.feed_worker import FeedReader, borrow_reader, give_back_reader
from socialhub.sources.http import Response
from socialhub.sources.kinds.rss import RssSettings
from socialhub.sources.news_index import host_of, resolve
from socialhub.sources.rate_limits import LONGEST_WAIT
from socialhub.sources.settings import SourceSettings

_ACCEPT: Final = (
    "application/xml,application/atom+xml,application/rss+xml,application/rdf+xml,application/feed+json,"
    "text/html,*/*;q=0.9"
)
_REMEMBERED: Final = 50
"""So many of a feed's entries are known again at the next poll."""
_MOVED_AFTER: Final = 3
"""So many identical permanent redirects in a row, and the new address is believed."""


class RssSource:
    """One feed."""

    streaming = False

    def __init__(self, settings: RssSettings, context: SourceContext) -> None:
        self._settings = settings
        self._context = context
        self._reader: FeedReader | None = None

    async def run(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """Ask once; one batch, empty when nothing changed. Raises SourceError."""
        if cursor.get("configured") != self._settings.url:
            cursor = {}
        response = await self._ask(cursor)
        digest = hashlib.sha256(response.body).hexdigest()[:32]
        moved = _moved(cursor, response)
        learnt = {
            "configured": self._settings.url,
            "etag": response.etag or (cursor.get("etag", "") if response.status == 304 else ""),
            "last_modified": response.last_modified
            or (cursor.get("last_modified", "") if response.status == 304 else ""),
            **moved,
        }
        moved_to = moved["url"] if moved["url"] != cursor.get("url", "") else ""
        if response.not_modified or digest == cursor.get("digest"):
            kept = {"digest": cursor.get("digest", ""), "ttl": cursor.get("ttl"), "seen": cursor.get("seen", [])}
            wait = _longest(response.wait, cursor.get("ttl"))
            yield Batch([], {**learnt, **kept}, wait=wait, moved_to=moved_to)
            return
        feed = await self._parse(response)
        seen = [_mark(entry.native_id) for entry in feed.entries[:_REMEMBERED]]
        known = cursor.get("seen", [])
        yield Batch(
            [self._draft(entry, feed, backfill=not cursor) for entry in feed.entries],
            {**learnt, "digest": digest, "ttl": feed.ttl, "seen": seen or known},
            wait=_longest(response.wait, feed.ttl),
            moved_to=moved_to,
            skipped=feed.skipped,
            # A feed is a window: when nothing in it is known, something may have passed by.
            complete=not known or not seen or not set(seen).isdisjoint(known),
        )

    async def close(self) -> None:
        """Give the worker back."""
        if self._reader is not None:
            self._reader = None
            await give_back_reader()

    async def _ask(self, cursor: Cursor) -> Response:
        headers = {"Accept": _ACCEPT}
        if self._settings.token:
            headers["Authorization"] = f"Bearer {self._context.secret(self._settings.token)}"
        return await self._context.client.get(
            cursor.get("url") or self._settings.url,
            headers=headers,
            allow_private=self._settings.allow_private,
            etag=cursor.get("etag", ""),
            last_modified=cursor.get("last_modified", ""),
        )

    async def _parse(self, response: Response) -> Feed:
        if self._reader is None:
            self._reader = borrow_reader()
        content_type = response.headers.get("content-type", "")
        location = response.headers.get("content-location", "")
        base = location if location.startswith(("http://", "https://")) else response.url
        feed = await self._reader.read(response.body, content_type, base, self._context.clock.now(), response.host)
        if not feed.version and not feed.entries:
            raise SourceError("not-a-feed", host=response.host)
        return feed

    def _draft(self, entry: Entry, feed: Feed, *, backfill: bool) -> Draft:
        raw = msgspec.json.encode({**entry.raw, "url": entry.url})
        entry, canonical_id = resolve(entry)
        # A guid that is a post's own page or id says that the entry is that post; a link may only point at one.
        canonical_id = canonical_id or (post_of(entry.guid) if entry.native_id == entry.guid else "")
        edited = entry.updated
        if edited is not None and entry.published is not None and edited <= entry.published:
            edited = None
        return Draft(
            native_id=entry.native_id,
            text=entry.text,
            title=entry.title,
            url=entry.url,
            published=entry.published,
            edited=edited,
            author=entry.author or entry.publisher or feed.author or feed.title,
            site=host_of(entry.publisher_url) or host_of(entry.url),
            lang=self._settings.lang or (entry.lang or feed.lang).strip(),
            kind=Kind.REPLY if entry.answers else Kind.ARTICLE,
            parent_id=entry.answers,
            replies=entry.comments,
            place=self._settings.place,
            canonical_id=canonical_id,
            links=tuple(entry.links),
            media=entry.media,
            backfill=backfill,
            raw=raw,
        )


def _mark(native_id: str) -> str:
    """What a cursor remembers an entry by."""
    return hashlib.sha256(native_id.encode("utf-8", "replace")).hexdigest()[:8]


def _longest(asked: int | None, ttl_minutes: int | None) -> int | None:
    """The longer of what the answer's headers and the feed's ttl ask for (ms, at most a day)."""
    return min(max(asked or 0, (ttl_minutes or 0) * MINUTE), LONGEST_WAIT) or None


def _moved(cursor: Cursor, response: Response) -> Cursor:
    """What the cursor holds about the feed's address: the believed one, the one redirected to, how often in a row."""
    known = cursor.get("url", "")
    if not response.permanent_url:
        return {"url": known, "moved_to": "", "moved_count": 0}
    count = cursor.get("moved_count", 0) + 1 if response.permanent_url == cursor.get("moved_to") else 1
    if count >= _MOVED_AFTER:
        return {"url": response.permanent_url, "moved_to": "", "moved_count": 0}
    return {"url": known, "moved_to": response.permanent_url, "moved_count": count}


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source of a feed."""
    assert isinstance(settings, RssSettings)
    return RssSource(settings, context)
