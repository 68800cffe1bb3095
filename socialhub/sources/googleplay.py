"""Reviews of Google Play, by the question that its own pages ask (SOURCES §10): no key, and no promise by Google.

Unstable: question and answer are nested arrays without names. What stands where is named in one place below; a value
that is not there costs itself, an answer in which no review is recognised says so. A review that its author changed
comes to the top again under its id: what is known is told by id and time. Knows nothing of the cache.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from socialhub.clock import SECOND
from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Draft, Item, Kind
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.http import Response
from socialhub.sources.kinds.googleplay import GooglePlaySettings
from socialhub.sources.loose import MOST_COUNT
from socialhub.sources.newest_first import FetchPage, Page, walk
from socialhub.sources.pages import without_surrogates
from socialhub.sources.parts import read_in_turn
from socialhub.sources.settings import SourceSettings
from socialhub.sources.turns import turns_of

PATH: Final = "/_/PlayStoreUi/data/batchexecute"
RPC: Final = "oCPfdb"
"""What Google calls the question for reviews."""
PAGE_LIMIT: Final = 100
HISTORY_PAGES: Final = 1
MOST_PAGES: Final = 20
BETWEEN_SECONDS: Final = 2.0
SITE: Final = "play.google.com"
_NEWEST: Final = 2
_GUARD: Final = b")]}'"
# Where in a review stands what.
_ID: Final = (0,)
_NAME: Final = (1, 0)
_STARS: Final = (2,)
_VERSION: Final = (10,)
_TEXT: Final = (4,)
_SECONDS: Final = (5, 0)
_LIKES: Final = (6,)
_ANSWER_BY: Final = (7, 0)
_ANSWER: Final = (7, 1)
_ANSWERED: Final = (7, 2, 0)


class GooglePlaySource:
    """The apps and languages as configured."""

    streaming = False

    def __init__(self, settings: GooglePlaySettings, context: SourceContext, between: float = BETWEEN_SECONDS) -> None:
        self._settings, self._context, self._between = settings, context, between
        self._turns = turns_of(context, settings.server)

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read on each app's reviews in each language. Raises SourceError after the others."""
        fetches: dict[str, FetchPage] = {
            f"{app}:{language}": partial(self._page, app, language)
            for app in self._settings.apps
            for language in self._settings.languages
        }
        parts = {
            key: partial(walk, fetch=fetch, history_pages=HISTORY_PAGES, most_pages=MOST_PAGES)
            for key, fetch in fetches.items()
        }
        async for batch in read_in_turn(parts, cursor, self._context.clock.now()):
            yield batch

    async def close(self) -> None:
        """Nothing is held between two runs."""

    async def _page(self, app: str, language: str, token: str, history: bool) -> Page:
        query = urlencode({"hl": language, "gl": self._settings.country})
        async with self._turns.mine(self._between):
            answer = await self._context.client.post_form(
                f"{self._settings.server.rstrip('/')}{PATH}?{query}",
                {"f.req": _question(app, token)},
                headers={},
                allow_private=self._settings.allow_private,
            )
        rows, following = _read(answer)
        reviews = {_text(row, _ID): row for row in rows if _text(row, _ID)}
        if rows and not reviews:
            raise SourceError("unexpected-shape", host=answer.host, detail="no review among the rows")
        ids = [f"{native}@{_number(row, _SECONDS) or 0}" for native, row in reviews.items()]
        items: list[Item] = []
        for native, row in reviews.items():
            items.append(_review(native, row, app, language, history))
            if self._settings.answers and _text(row, _ANSWER):
                items.append(_answer(native, row, app, language, history))
        return Page(ids, items, following, len(rows) - len(reviews))


def _question(app: str, token: str) -> str:
    """The form's only field: a list of calls, whose arguments are JSON within JSON."""
    asked = [None, [_NEWEST, _NEWEST, [PAGE_LIMIT, None, token or None], None, [None, None]], [app, 7]]
    return json.dumps([[[RPC, json.dumps(asked, separators=(",", ":")), None, "generic"]]], separators=(",", ":"))


def _read(answer: Response) -> tuple[list[Any], str]:
    """The rows of an answer and the token of the next page; raises SourceError."""
    body = answer.body.strip().removeprefix(_GUARD).strip()
    try:
        # Before the list there may be its length on a line of its own.
        calls, _end = json.JSONDecoder().raw_decode(body[max(body.find(b"["), 0) :].decode("utf-8", "replace"))
        call = next((call for call in _list(calls) if _at(call, (1,)) == RPC), None)
        inner = without_surrogates(json.loads(_text(call, (2,)) or "null")) if call is not None else None
    except (ValueError, RecursionError):
        raise SourceError("not-json", host=answer.host) from None
    if call is None or not (inner is None or isinstance(inner, list)):
        raise SourceError("unexpected-shape", host=answer.host, detail=f"no answer to {RPC}")
    if inner is None and _at(call, (5,)) is not None:
        # Where the answer should be there is none, and in its place a number of an error.
        raise SourceError("unexpected-shape", host=answer.host, detail=f"{RPC} refused")
    rows = _at(inner, (0,))
    if inner and not (rows is None or isinstance(rows, list)):
        raise SourceError("unexpected-shape", host=answer.host, detail="no rows")
    return _list(rows), _text(inner, (-2, -1)) or _text(inner, (-1, -1))


def _review(native: str, row: Any, app: str, language: str, history: bool) -> Draft:
    stars, moment = _number(row, _STARS), _number(row, _SECONDS)
    name, version = _text(row, _NAME), _text(row, _VERSION)
    return Draft(
        native_id=native,
        canonical_id=f"googleplay:{native}",
        text=_text(row, _TEXT).strip(),
        published=moment * SECOND if moment else None,
        url=_address(app, native),
        author=name,
        # What is known of who wrote it: which version they had.
        bio=f"v{version}" if version else "",
        site=SITE,
        lang=language,
        kind=Kind.REVIEW,
        rating=float(stars) if stars is not None and 1 <= stars <= 5 else None,
        likes=_number(row, _LIKES),
        replies=int(bool(_text(row, _ANSWER))),
        backfill=history,
        raw=msgspec.json.encode(row),
    )


def _answer(native: str, row: Any, app: str, language: str, history: bool) -> Draft:
    """What the developer answered: a mention of its own, beneath the review."""
    moment = _number(row, _ANSWERED)
    return Draft(
        native_id=f"{native}/answer",
        canonical_id=f"googleplay:{native}/answer",
        text=_text(row, _ANSWER).strip(),
        published=moment * SECOND if moment else None,
        url=_address(app, native),
        author=_text(row, _ANSWER_BY) or app,
        handle=app,
        site=SITE,
        lang=language,
        kind=Kind.REPLY,
        parent_id=native,
        backfill=history,
        raw=msgspec.json.encode(_at(row, (7,))),
    )


def _address(app: str, native: str) -> str:
    return f"https://{SITE}/store/apps/details?{urlencode({'id': app, 'reviewId': native})}"


# ---- values in nested arrays -------------------------------------------------------------------------------------


def _at(value: Any, path: tuple[int, ...]) -> Any:
    """What stands there; None where nothing does."""
    for index in path:
        if not isinstance(value, list) or not -len(value) <= index < len(value):
            return None
        value = value[index]
    return value


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any, path: tuple[int, ...]) -> str:
    found = _at(value, path)
    return found if isinstance(found, str) else ""


def _number(value: Any, path: tuple[int, ...]) -> int | None:
    found = _at(value, path)
    return found if type(found) is int and 0 <= found < MOST_COUNT else None


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe."""
    assert isinstance(settings, GooglePlaySettings)
    return GooglePlaySource(settings, context)
