"""A forum that runs phpBB, by its Atom feeds (SOURCES §14): the fifteen newest posts, no key, no pages.

Where the feeds stand differs by version and set-up: it is tried out once. A feed that shows nothing known any more has
lost posts in between, and says so. A post is known by its number; session ids are taken out of addresses. What phpBB
adds below a post (who wrote it, when) is left out. Knows nothing of the cache.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Mapping
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Draft, Item, Kind
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.feed_model import Entry, Feed
from socialhub.sources.feed_worker import FeedReader, borrow_reader, give_back_reader
from socialhub.sources.http import Parameters
from socialhub.sources.kinds.phpbb import PhpbbSettings
from socialhub.sources.newest_first import Page
from socialhub.sources.news_index import host_of
from socialhub.sources.parts import Part, State, Steps, read_parts
from socialhub.sources.settings import SourceSettings

FULL: Final = 10
"""A feed with fewer entries shows all there is (phpBB's own limits are 15 posts, 10 topics)."""
_REMEMBERED: Final = 60
_ELSEWHERE: Final = frozenset({"not-found", "not-a-feed"})
_POST: Final = re.compile(r"[?&]p=(\d+)|#p(\d+)")
_TOPIC: Final = re.compile(r"[?&]t=(\d+)")
_SESSION: Final = re.compile(r"([?&])sid=[0-9a-f]*&?", re.IGNORECASE)
_ROUTES: Final = ("/app.php/feed", "/feed")
"""Of phpBB 3.1 and later, with and without rewritten addresses; before there was feed.php."""
_OLD: Final = "/feed.php"


class PhpbbSource:
    """The feeds of one forum as configured."""

    streaming = False

    def __init__(self, settings: PhpbbSettings, context: SourceContext) -> None:
        self._settings, self._context = settings, context
        self._server = settings.server.rstrip("/")
        self._route = ""
        self._reader: FeedReader | None = None

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read every feed once. Raises SourceError after the others."""
        feeds: list[tuple[str, str]] = [("posts", "")] if self._settings.posts else []
        feeds += [("forum", number) for number in self._settings.forums]
        feeds += [("topic", number) for number in self._settings.topics]
        parts: dict[str, Part] = {f"{what}{number}": partial(self._feed, what, number) for what, number in feeds}
        async for batch in read_parts(parts, cursor):
            yield batch

    async def close(self) -> None:
        """Give the worker back."""
        if self._reader is not None:
            self._reader = None
            await give_back_reader()

    async def _feed(self, what: str, number: str, state: State) -> Steps:
        """One feed. State: `seen`, the ids of the last answers, newest first."""
        feed = await self._found(what, number)
        history = "seen" not in state
        drafts = {
            draft.native_id: draft for entry in feed.entries if (draft := self._draft(entry, history)) is not None
        }
        known = state.get("seen", ())
        newest = list(reversed(drafts))
        whole = history or not known or len(feed.entries) < FULL or not drafts.keys().isdisjoint(known)
        items: list[Item] = [*drafts.values()]
        seen = list(dict.fromkeys([*newest, *known]))[:_REMEMBERED]
        yield Page(newest, items, "", len(feed.entries) - len(drafts) + feed.skipped, whole), {"seen": seen}

    async def _found(self, what: str, number: str) -> Feed:
        """The feed, from where this forum has its feeds."""
        if self._route:
            return await self._read(self._route, what, number)
        first: SourceError | None = None
        for route in (*_ROUTES, _OLD):
            try:
                feed = await self._read(route, what, number)
            except SourceError as error:
                if error.reason.code not in _ELSEWHERE:
                    raise
                first = first or error
                continue
            self._route = route
            return feed
        assert first is not None
        raise first

    async def _read(self, route: str, what: str, number: str) -> Feed:
        path, params = _address(route, what, number)
        answer = await self._context.client.get(
            self._server + path, params=params, allow_private=self._settings.allow_private
        )
        if self._reader is None:
            self._reader = borrow_reader()
        content_type = answer.headers.get("content-type", "")
        now = self._context.clock.now()
        feed = await self._reader.read(answer.body, content_type, answer.url, now, answer.host)
        if not feed.version and not feed.entries:
            raise SourceError("not-a-feed", host=answer.host)
        return feed

    def _draft(self, entry: Entry, history: bool) -> Draft | None:
        """A post, or a topic where a feed lists topics; None for what is neither."""
        address = _SESSION.sub(r"\1", entry.url or entry.guid).rstrip("?&")
        post, topic = _POST.search(address), _TOPIC.search(address)
        native = (post[1] or post[2]) if post else f"t{topic[1]}" if topic else ""
        if not native:
            return None
        edited = entry.updated
        if edited is not None and entry.published is not None and edited <= entry.published:
            edited = None
        title = entry.title.partition(" • ")[2].strip() or entry.title
        return Draft(
            native_id=native,
            canonical_id=f"phpbb:{host_of(self._server)}{urlsplit(self._server).path}/{native}",
            text=without_statistics(entry.text, entry.author),
            # Before the dot stands the name of the forum.
            title=title,
            published=entry.published,
            edited=edited,
            url=address,
            author=entry.author,
            handle=entry.author,
            site=host_of(self._server),
            kind=Kind.REPLY if title.lower().startswith("re:") else Kind.POST,
            links=tuple(link for link in entry.links if not _is_of_the_forum(link, address)),
            media=entry.media,
            backfill=history,
            raw=str(entry.raw.get("content", "")).encode("utf-8", "replace"),
        )


def _is_of_the_forum(link: str, address: str) -> bool:
    """Profiles and quoted posts, which phpBB links by itself."""
    return host_of(link) == host_of(address) and bool(re.search(r"/(memberlist|viewtopic)\.php", link))


def _address(route: str, what: str, number: str) -> tuple[str, Parameters]:
    if route == _OLD:
        old: Mapping[str, Parameters] = {"posts": {}, "forum": {"f": number}, "topic": {"t": number}}
        return route, old[what]
    return (route if what == "posts" else f"{route}/{what}/{number}"), {}


def without_statistics(text: str, author: str) -> str:
    """A post's text without the line that phpBB adds: "Statistics: Posted by Léa — Sat Nov 21, 2026"."""
    before, _line, last = text.rstrip().rpartition("\n")
    added = bool(author) and f"{author} — " in last and re.match(r"\s*[^\s:][^:\n]{2,30}:", last)
    return (before if added else text).strip()


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe."""
    assert isinstance(settings, PhpbbSettings)
    return PhpbbSource(settings, context)
