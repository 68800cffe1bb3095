"""Reddit (SOURCES §4): by its Atom feeds without a key, slowly, or by its API with an app's credentials.

All subreddits are asked for at once, all searches too. Lists are read from the newest down to what is known: of twenty
anchors any may be deleted. Knows nothing of the cache.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import quote, urlsplit

from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Deletion, Draft, Item, Kind
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.feed_model import Entry
from socialhub.sources.feed_worker import FeedReader, borrow_reader, give_back_reader
from socialhub.sources.http import Parameters
from socialhub.sources.kinds.reddit import RedditSettings
from socialhub.sources.newest_first import FetchPage, Page, walk
from socialhub.sources.parts import Part, read_in_turn
from socialhub.sources.reddit_session import session_for
from socialhub.sources.reddit_thing import NOBODY, SITE, fullname_of, identity, item_of, taken_away, things_in
from socialhub.sources.settings import SourceSettings
from socialhub.sources.turns import turns_of

PAGE_LIMIT: Final = 100
HISTORY_PAGES: Final = 1
MOST_PAGES: Final = 10
"""A listing ends at about a thousand entries."""
FEED_PAGES: Final = 3
BETWEEN_SECONDS: Final = 7.0
"""Between two questions for feeds (believed: ten a minute and address)."""
_AT_ONCE: Final = 50
_LONGEST_QUERY: Final = 400
_INFO_AT_ONCE: Final = 100
_LAST_IDS: Final = 3
_TRAILER: Final = re.compile(
    r"\s*submitted by\s+(?:/u/[\w-]+|(?:/u/)?\[deleted\])\s*(?:to\s+[ru]/[\w-]+\s*)?"
    r"\[link\]\s*\[comments\]\s*\Z",
    re.IGNORECASE,
)


def questions(settings: RedditSettings, watched: Sequence[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Path and parameters of every list to follow."""
    for start in range(0, len(settings.subreddits), _AT_ONCE):
        together = "+".join(settings.subreddits[start : start + _AT_ONCE])
        yield f"/r/{together}/new", {}
        if settings.comments:
            yield f"/r/{together}/comments", {}
    words = [*settings.search, *(watched if settings.search_topics else ())]
    for query in _joined(words):
        yield "/search", {"q": query, "sort": "new"}
    for user in settings.users:
        yield f"/user/{quote(user.rpartition('/')[2], safe='')}", {"sort": "new"}
    for thread in settings.threads:
        yield f"/comments/{quote(thread.removeprefix('t3_'), safe='')}", {"sort": "new"}


def _joined(words: Sequence[str]) -> Iterator[str]:
    """Searches for any of the words, as few as their length allows."""
    together = ""
    for word in dict.fromkeys(word.strip() for word in words):
        # Operators are the operator's own; plain phrases are quoted.
        asked = f'"{word}"' if " " in word and not re.search(r'["():]| OR | AND ', word) else word
        longer = f"{together} OR {asked}" if together else asked
        if together and len(longer) > _LONGEST_QUERY:
            yield together
            longer = asked
        together = longer
    if together:
        yield together


def _parts(settings: RedditSettings, context: SourceContext, fetch: Any, most_pages: int) -> dict[str, Part]:
    parts: dict[str, Part] = {}
    for path, params in questions(settings, context.watched()):
        page: FetchPage = partial(fetch, path, params)
        key = path + "?" + params.get("q", "")
        key = key if len(key) <= 80 else hashlib.sha256(key.encode()).hexdigest()[:32]
        parts[key] = partial(walk, fetch=page, history_pages=HISTORY_PAGES, most_pages=most_pages)
    return parts


class RedditApi:
    """Reddit by its API."""

    streaming = False

    def __init__(self, settings: RedditSettings, context: SourceContext) -> None:
        self._settings, self._context = settings, context
        self._session = session_for(context, settings)

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read every list on. Raises SourceError after the others."""
        parts = _parts(self._settings, self._context, self._page, MOST_PAGES)
        async for batch in read_in_turn(parts, cursor, self._context.clock.now()):
            yield batch

    async def refresh(self, native_ids: Sequence[str]) -> AsyncGenerator[Batch]:
        """The present state of these things. One that is missing twice is gone."""
        for start in range(0, len(native_ids), _INFO_AT_ONCE):
            asked = list(native_ids[start : start + _INFO_AT_ONCE])
            items, missing = await self._ask_again(asked)
            yield Batch(items)
            if missing and len(missing) < len(asked):
                items, missing = await self._ask_again(missing)
                yield Batch([*items, *(Deletion(name, identity(name)) for name in missing)])

    async def close(self) -> None:
        """The session is the process's, not the source's."""

    async def _ask_again(self, names: list[str]) -> tuple[list[Item], list[str]]:
        document = await self._session.get(self._context, "/api/info", {"id": ",".join(names)})
        ids, items, _skipped = _read(document, False)
        return items, [name for name in names if name not in set(ids)]

    async def _page(self, path: str, params: Mapping[str, str], token: str, history: bool) -> Page:
        """A page; `token` holds the last fullnames of the page before, since any of them may be deleted meanwhile."""
        for after in token.split(",") if token else [""]:
            asked: Parameters = {**params, "limit": PAGE_LIMIT, **({"after": after} if after else {})}
            document = await self._session.get(self._context, path, asked)
            if not _is_listing(document):
                host = urlsplit(self._settings.api).hostname or ""
                raise SourceError("unexpected-shape", host=host, detail="no listing")
            ids, items, skipped = _read(document, history)
            if ids:
                data = document.get("data") if isinstance(document, dict) else None
                more = isinstance(data, dict) and isinstance(data.get("after"), str) and bool(data["after"])
                return Page(ids, items, _token(ids) if more else "", skipped)
        return Page([], [], "")


def _is_listing(document: Any) -> bool:
    """A listing, or the two of a thread."""
    listings = document if isinstance(document, list) and document else [document]
    return all(isinstance(each, dict) and each.get("kind") == "Listing" for each in listings)


def _token(ids: Sequence[str]) -> str:
    return ",".join(reversed(ids[-_LAST_IDS:]))


def _read(document: Any, history: bool) -> tuple[list[str], list[Item], int]:
    """The fullnames of an answer in its order, what they say (each once), and how many could not be read."""
    found: dict[str, Item] = {}
    skipped = 0
    for kind, data in things_in(document):
        item = item_of(kind, data, backfill=history)
        if item is None:
            skipped += 1
        else:
            found.setdefault(fullname_of(kind, data), item)
    return list(found), list(found.values()), skipped


class RedditFeeds:
    """Reddit by its Atom feeds: no key, no counts, one question at a time."""

    streaming = False

    def __init__(self, settings: RedditSettings, context: SourceContext, between: float = BETWEEN_SECONDS) -> None:
        self._settings, self._context, self._between = settings, context, between
        self._turns = turns_of(context, settings.server)
        self._reader: FeedReader | None = None

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read every feed on, as far as Reddit lets us. Raises SourceError after the others."""
        parts = _parts(self._settings, self._context, self._page, FEED_PAGES)
        async for batch in read_in_turn(parts, cursor, self._context.clock.now()):
            yield batch

    async def close(self) -> None:
        """Give the worker back."""
        if self._reader is not None:
            self._reader = None
            await give_back_reader()

    async def _page(self, path: str, params: Mapping[str, str], token: str, history: bool) -> Page:
        entries: list[Entry] = []
        for after in token.split(",") if token else [""]:
            entries = await self._entries(path, {**params, "limit": PAGE_LIMIT, **({"after": after} if after else {})})
            if entries:
                break
        said = [entry for entry in reversed(entries) if entry.guid.startswith(("t1_", "t3_"))]
        ids = [entry.guid for entry in said]
        # Shorter answers are common; only one that is half empty is surely the last.
        more = len(entries) >= PAGE_LIMIT // 2 and not path.startswith("/comments/")
        return Page(ids, [_item(each, history) for each in said], _token(ids) if more else "", len(entries) - len(said))

    async def _entries(self, path: str, params: Parameters) -> list[Entry]:
        """The entries of a feed, oldest first."""
        address = f"{self._settings.server.rstrip('/')}{path}{'.rss' if path == '/search' else '/.rss'}"
        async with self._turns.mine(self._between):
            answer = await self._context.client.get(address, params=params, allow_private=self._settings.allow_private)
        if self._reader is None:
            self._reader = borrow_reader()
        feed = await self._reader.read(
            answer.body, answer.headers.get("content-type", ""), answer.url, self._context.clock.now(), answer.host
        )
        if not feed.version and not feed.entries:
            raise SourceError("not-a-feed", host=answer.host)
        return feed.entries


def _item(entry: Entry, history: bool) -> Item:
    """What an entry says, or that it was taken away: its place is kept with other words in it."""
    text = _TRAILER.sub("", entry.text).strip()
    reason = taken_away(text)
    if reason:
        return Deletion(native_id=entry.guid, canonical_id=identity(entry.guid), reason=reason)
    return _draft(entry, text, history)


def _draft(entry: Entry, text: str, history: bool) -> Draft:
    author = entry.author.strip().removeprefix("/u/")
    author = "" if author == NOBODY else author
    comment = entry.guid.startswith("t1_")
    post = re.search(r"/comments/(\w+)", entry.url)
    links = [
        link for link in entry.links if link != entry.url and not re.search(r"reddit\.com/(?:user/|r/\w+/?$)", link)
    ]
    return Draft(
        native_id=entry.guid,
        canonical_id=identity(entry.guid),
        text=text,
        # A comment's title is "/u/somebody on …", which is not its own.
        title="" if comment else entry.title,
        published=entry.published if entry.published is not None else entry.updated,
        author=author,
        handle=author,
        url=entry.url,
        site=SITE,
        kind=Kind.COMMENT if comment else Kind.POST,
        parent_id=f"t3_{post[1]}" if comment and post else "",
        links=tuple(dict.fromkeys(links)),
        media=entry.media,
        backfill=history,
        raw=str(entry.raw.get("content", "")).encode("utf-8", "replace"),
    )


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """By the API with credentials, else by the feeds."""
    assert isinstance(settings, RedditSettings)
    return RedditApi(settings, context) if settings.client_id else RedditFeeds(settings, context)
