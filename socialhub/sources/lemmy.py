"""Lemmy by its API, version 4 (Lemmy 1.0) or 3 (0.18, 0.19), whichever its server speaks (SOURCES §12).

Lists are read from the newest down to what is known; what is pinned above them is told, but is no sign of the known.
Version 4 turns pages by a cursor, version 3 by a cursor for posts and by numbers for the rest. What the two name
differently is sent by both names where the newest documents do not agree. Knows nothing of the cache.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Deletion, Item
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.http import HttpFailure, Parameters, Response
from socialhub.sources.kinds.lemmy import LemmySettings
from socialhub.sources.lemmy_post import COMMENT, POST, is_pinned, item_of, native_of
from socialhub.sources.loose import Row, id_of, rows_in, words_of
from socialhub.sources.newest_first import FetchPage, Page, walk
from socialhub.sources.parts import Part, read_in_turn
from socialhub.sources.settings import SourceSettings

PAGE_LIMIT: Final = 50
"""The most that Lemmy gives at once."""
HISTORY_PAGES: Final = 1
MOST_PAGES: Final = 20
_NO_FOUR: Final = frozenset({"not-found", "http-status", "not-json", "unexpected-shape"})
_NUMBER: Final = "page:"
_GONE: Final = frozenset({"not_found", "couldnt_find_post", "couldnt_find_comment"})


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a server speaks: the version of its API, and its languages by their numbers."""

    version: int
    languages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """A list to follow: of posts or comments, of a community, a search or a public timeline."""

    what: str
    community: str = ""
    words: str = ""
    listing: str = "all"

    @property
    def key(self) -> str:
        """Its name in the cursor."""
        return ":".join([self.what, self.community, self.words] if self.community or self.words else [self.what])


def questions(settings: LemmySettings) -> list[Question]:
    """Every list that is to be followed."""
    kinds = (POST, COMMENT) if settings.comments else (POST,)
    asked = [Question(what, community=name) for name in settings.communities for what in kinds]
    asked += [Question(what, words=words) for words in settings.search for what in kinds]
    if settings.public:
        asked += [Question(what, listing=settings.public) for what in kinds]
    return asked


class LemmySource:
    """One server's lists as configured."""

    streaming = False

    def __init__(self, settings: LemmySettings, context: SourceContext) -> None:
        self._settings, self._context = settings, context
        self._dialect: Dialect | None = None

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read every list on. Raises SourceError after the others."""
        dialect = await self._spoken()
        parts: dict[str, Part] = {}
        for question in questions(self._settings):
            fetch: FetchPage = partial(self._page, dialect, question)
            parts[question.key] = partial(walk, fetch=fetch, history_pages=HISTORY_PAGES, most_pages=MOST_PAGES)
        async for batch in read_in_turn(parts, cursor, self._context.clock.now()):
            yield batch

    async def refresh(self, native_ids: Sequence[str]) -> AsyncGenerator[Batch]:
        """The present state of these, one question each; what the server does not know any more is gone."""
        dialect = await self._spoken()
        for native in native_ids:
            what, _slash, number = native.partition("/")
            try:
                answer = await self._get(dialect.version, f"/{what}", {"id": number})
            except HttpFailure as failure:
                if not _tells_of_absence(failure):
                    raise
                yield Batch([Deletion(native)])
                continue
            document = answer.json()
            view = document.get(f"{what}_view") if isinstance(document, dict) else None
            item = item_of(view, what, dialect.languages) if isinstance(view, dict) else None
            yield Batch([] if item is None else [item])

    async def close(self) -> None:
        """Nothing is held between two runs."""

    async def _spoken(self) -> Dialect:
        """What the server speaks, asked once."""
        if self._dialect is None:
            try:
                self._dialect = await self._greeted(4)
            except SourceError as error:
                if error.reason.code not in _NO_FOUR:
                    raise
                self._dialect = await self._greeted(3)
        return self._dialect

    async def _greeted(self, version: int) -> Dialect:
        answer = await self._get(version, "/site", {})
        document = answer.json()
        if not isinstance(document, dict) or not isinstance(document.get("site_view"), dict):
            raise SourceError("unexpected-shape", host=answer.host, detail="no site")
        languages = {id_of(row, "id"): words_of(row, "code") for row in rows_in(document.get("all_languages"))}
        return Dialect(version, {number: code for number, code in languages.items() if len(code) == 2})

    async def _page(self, dialect: Dialect, question: Question, token: str, history: bool) -> Page:
        path = "/search" if question.words else f"/{question.what}/list"
        answer = await self._get(dialect.version, path, _asked(dialect.version, question, token))
        document = answer.json()
        names = ("items", "search", "results", f"{question.what}s") if dialect.version == 4 else (f"{question.what}s",)
        found = (
            next((document[name] for name in names if name in document), None) if isinstance(document, dict) else None
        )
        if not isinstance(found, list):
            raise SourceError("unexpected-shape", host=answer.host, detail=f"no {question.what}s")
        views = [view for view in rows_in(found) if question.what in view and _is_asked_for(view, question)]
        items = [item_of(view, question.what, dialect.languages, backfill=history) for view in views]
        known: list[Item] = [item for item in items if item is not None]
        ids = [native for view in views if (native := native_of(view, question.what)) and not is_pinned(view)]
        following = words_of(document, "next_page")
        if not following and dialect.version == 3 and len(found) >= PAGE_LIMIT:
            following = f"{_NUMBER}{int(token.removeprefix(_NUMBER) or 1) + 1}"
        return Page(ids, known, following, len(views) - len(known))

    async def _get(self, version: int, path: str, params: Parameters) -> Response:
        headers = {}
        if self._settings.token:
            headers["Authorization"] = f"Bearer {self._context.secret(self._settings.token)}"
        return await self._context.client.get(
            f"{self._settings.server.rstrip('/')}/api/v{version}{path}",
            params=params,
            headers=headers,
            allow_private=self._settings.allow_private,
        )


def _is_asked_for(view: Row, question: Question) -> bool:
    """A comment's view holds its post, too: version 4 tells by `type_` which of them is meant."""
    kind = words_of(view, "type_")
    return not kind or kind.lower() == question.what


def _asked(version: int, question: Question, token: str) -> Parameters:
    words = {"sort": "New", "listing": question.listing.capitalize(), "kind": f"{question.what.capitalize()}s"}
    if version == 4:
        words = {name: value.lower() for name, value in words.items()}
    params: dict[str, str | int | list[str]] = {"sort": words["sort"], "limit": PAGE_LIMIT}
    if question.words:
        params |= {"q": question.words, "type_": words["kind"], "listing_type": words["listing"]}
        params |= {"search_term": question.words} if version == 4 else {}
    else:
        params["type_"] = words["listing"]
    if question.community:
        params["community_name"] = question.community
        params |= {"community_name_or_id": question.community} if version == 4 else {}
    if token.startswith(_NUMBER):
        params["page"] = token.removeprefix(_NUMBER)
    elif token:
        params["page_cursor"] = token
    return params


def _tells_of_absence(failure: HttpFailure) -> bool:
    """Whether the server says that there is no such thing, and not that it does not know the question."""
    try:
        said = json.loads(failure.body)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("error") in _GONE


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe."""
    assert isinstance(settings, LemmySettings)
    return LemmySource(settings, context)
