"""Edits of watched Wikipedia pages by Wikimedia's stream of recent changes (SOURCES §16).

Server-sent events of all wikis, some forty a second, of which the watched ones are picked here. Their ids say where the
stream stands: after a break it goes on there, for as long as Wikimedia keeps the past. The server ends every answer
after a quarter of an hour: the next one is asked for at once. Knows nothing of the cache.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, Final, cast
from urllib.parse import quote, urlsplit

import msgspec

from socialhub.clock import SECOND
from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Draft, Item, Kind
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.kinds.wikipedia import WikipediaSettings
from socialhub.sources.pages import decode
from socialhub.sources.server_sent_events import ServerSent, events_of
from socialhub.sources.settings import SourceSettings
from socialhub.sources.streams import PATIENCE, Intake, Patience

STREAM: Final = "/v2/stream/recentchange"
CURSOR_SECONDS: Final = 30.0
"""So often the cursor moves on while no watched page is edited."""
LEAST_ANSWER: Final = 5.0
"""Seconds: an answer that ends sooner is no regular end, and not followed by the next one at once."""
REVERTED: Final = re.compile(r"\b(?:revert(?:ed|ing)?|undid|undo|rv[vt]?|annul\w+|révo\w+)\b", re.IGNORECASE)
"""Words by which an edit says that it takes another one back."""


class _Lengths(msgspec.Struct):
    old: int | None = None
    new: int | None = None


class _Meta(msgspec.Struct):
    id: str = ""
    domain: str = ""


class _Change(msgspec.Struct):
    """What is read of an event; everything else is passed over unread."""

    wiki: str = ""
    type: str = ""
    title: str = ""
    user: str = ""
    comment: str = ""
    bot: bool = False
    timestamp: int | None = None
    server_name: str = ""
    length: _Lengths | None = None
    revision: _Lengths | None = None
    meta: _Meta = msgspec.field(default_factory=_Meta)


class WikipediaSource:
    """The watched pages as configured."""

    streaming = True

    def __init__(self, settings: WikipediaSettings, context: SourceContext, patience: Patience = PATIENCE) -> None:
        self._settings, self._context, self._patience = settings, context, patience
        self._titles = {_title(title) for title in settings.titles}
        self._host = urlsplit(settings.server).hostname or ""

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """The edits as they are made; goes on until closed. Raises SourceError."""
        loop = asyncio.get_running_loop()
        last = cursor.get("last_event_id", "")
        last = last if isinstance(last, str) else ""
        while True:
            begun = loop.time()
            intake = Intake(self._events(last))
            told = -CURSOR_SECONDS
            try:
                while events := await intake.take():
                    last = next((event.id for event in reversed(events) if event.id), last)
                    items, skipped, reached = self._picked(events)
                    if items or skipped or loop.time() - told >= CURSOR_SECONDS:
                        told = loop.time()
                        yield Batch(items, {"last_event_id": last}, skipped=skipped, reached=reached)
            finally:
                await intake.close()
            if loop.time() - begun < LEAST_ANSWER:
                raise SourceError("stream-closed", host=self._host, detail="at once")

    async def close(self) -> None:
        """Nothing is held between two runs."""

    async def _events(self, last: str) -> AsyncIterator[ServerSent]:
        """The events from the one after `last` on, until the server ends its answer.

        All the wikis are never quiet: where only comments come, nothing will.
        """
        headers = {"Last-Event-ID": last} if last else {}
        address = self._settings.server.rstrip("/") + STREAM
        async with self._context.client.stream_lines(
            address,
            headers=headers,
            allow_private=self._settings.allow_private,
            silence_seconds=self._patience.silence,
        ) as lines:
            events = events_of(lines, self._host, self._patience.silence, comments_are_life=False)
            async with aclosing(cast(Any, lines)), aclosing(cast(Any, events)):
                async for event in events:
                    if event is not None and event.data:
                        yield event

    def _picked(self, events: list[ServerSent]) -> tuple[list[Item], int, int]:
        """What the events say of watched pages, how many could not be read, when the newest of all was (ms UTC)."""
        items: list[Item] = []
        skipped = reached = 0
        for event in events:
            try:
                change = decode(event.data, _Change)
            except msgspec.DecodeError:
                skipped += 1
                continue
            # The canary sings in every part of the stream, also in one that has long nothing to tell.
            if change.meta.domain != "canary":
                reached = max(reached, (change.timestamp or 0) * SECOND)
            if self._is_watched(change):
                items.append(_draft(change, event.data))
        return items, skipped, reached

    def _is_watched(self, change: _Change) -> bool:
        return (
            change.type in ("edit", "new")
            and change.wiki in self._settings.wikis
            and _title(change.title) in self._titles
            # The canary is a bird that Wikimedia lets sing to see whether the stream is alive.
            and change.meta.domain != "canary"
            and (self._settings.bots or not change.bot)
        )


def _title(written: str) -> str:
    """A title as it is compared: its first letter has no case, and an underscore is a blank."""
    title = " ".join(written.replace("_", " ").split())
    return title[:1].upper() + title[1:]


def _draft(change: _Change, raw: bytes) -> Draft:
    revision, length = change.revision or _Lengths(), change.length or _Lengths()
    grown = (length.new or 0) - (length.old or 0)
    sign = "⟲ " if REVERTED.search(change.comment) else ""
    native = f"{change.wiki}:{revision.new}" if revision.new else change.meta.id or f"{change.wiki}:{change.title}"
    base = f"https://{change.server_name}/w/index.php"
    title = quote(change.title.replace(" ", "_"), safe="")
    diff = f"&diff={revision.new}&oldid={revision.old or 'prev'}" if revision.new else ""
    return Draft(
        native_id=native,
        text=f"{sign}{change.comment or '—'} ({grown:+d})",
        published=change.timestamp * SECOND if change.timestamp else None,
        title=change.title,
        url=f"{base}?title={title}{diff}" if change.server_name else "",
        author=change.user,
        handle=f"{change.user.replace(' ', '_')}@{change.server_name}" if change.user and change.server_name else "",
        kind=Kind.COMMENT,
        canonical_id=f"wikipedia:{native}",
        site=change.server_name,
        raw=raw,
    )


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe."""
    assert isinstance(settings, WikipediaSettings)
    return WikipediaSource(settings, context)
