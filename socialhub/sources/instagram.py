"""Instagram by the Graph API: an own professional account with its comments, who tags it, hashtags, other accounts.

A hashtag costs one of thirty in seven days, the same again nothing. Mentions in captions and comments of others come by
webhooks of Meta only: they are not heard here. Knows nothing of the cache; what it may spend is the ledger's to say.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from functools import partial
from typing import Final

import msgspec

from socialhub.budgets import HASHTAGS
from socialhub.clock import DAY
from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Deletion, Draft
from socialhub.recalled import Recalled
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.graph_again import SPOKEN, ask_again, places_of, put_back
from socialhub.sources.graph_api import GraphApi, Listing, Paging, Parameters, following, going_on
from socialhub.sources.graph_run import run_parts
from socialhub.sources.instagram_media import (
    COMMENT_FIELDS,
    HASHTAG_FIELDS,
    MEDIA_FIELDS,
    NESTED,
    REACH,
    SAID_FIELDS,
    WITH_COMMENTS,
    canonical,
    read_comments,
    read_media,
)
from socialhub.sources.kinds.instagram import InstagramSettings
from socialhub.sources.newest_first import walk_unseen
from socialhub.sources.pages import decode_answer
from socialhub.sources.parts import Part, State, Steps
from socialhub.sources.settings import SourceSettings
from socialhub.sources.with_comments import Found, posts_with_comments

MEDIA_AT_ONCE: Final = 25
HASHTAG_AT_ONCE: Final = 50
HISTORY_PAGES: Final = 1
_HASHTAG_PAGES: Final = 20


class _Found(msgspec.Struct):
    id: str


class _Named(msgspec.Struct):
    username: str


class _Discovered(msgspec.Struct):
    media: Listing | None = None
    name: str | None = None
    followers_count: int | None = None


class _Discovery(msgspec.Struct):
    business_discovery: _Discovered


class InstagramSource:
    """Instagram as configured."""

    streaming = False

    def __init__(self, settings: InstagramSettings, context: SourceContext) -> None:
        self._settings, self._context = settings, context
        base = f"{settings.server.rstrip('/')}/{settings.version}"
        self._api = GraphApi(context, base, settings.token, allow_private=settings.allow_private)
        self._name = ""
        self._told = f",{REACH}" if settings.reach else ""

    async def run(self, cursor: Cursor) -> AsyncGenerator[Batch]:
        """Read everything on. Raises SourceError after the others."""
        parts: dict[str, Part] = {}
        if self._settings.media:
            parts["media"] = partial(posts_with_comments, self._ask_media, self._ask_comments)
        if self._settings.tagged:
            parts["tagged"] = partial(walk_unseen, ask=self._ask_tagged, history_pages=HISTORY_PAGES)
        for tag in dict.fromkeys(self._settings.hashtags):
            parts[f"hashtag:{tag}"] = partial(self._hashtag, tag)
        for name in dict.fromkeys(self._settings.accounts):
            ask = partial(self._ask_discovered, name)
            parts[f"account:{name}"] = partial(walk_unseen, ask=ask, history_pages=HISTORY_PAGES)
        async for batch in run_parts(self._api, parts, cursor):
            yield batch

    async def refresh(self, native_ids: Sequence[str]) -> AsyncGenerator[Batch]:
        """The present state of the account's own media and of what is said beneath them."""
        known = await self._context.recall(native_ids)
        if not known:
            return
        self._api.spare()
        self._name = self._name or await self._own_name()
        media = {each: self._name for each, told in known.items() if self._place(each, told)}
        comments = await places_of(self._context.recall, known, self._place)
        there, gone = await ask_again(self._api, media, MEDIA_FIELDS + self._told)
        found, skipped = read_media(there.values())
        yield Batch([*(each.draft for each in found), *_deletions(gone)], skipped=skipped)
        there, gone = await ask_again(self._api, comments, SAID_FIELDS)
        drafts, skipped = read_comments(there.values(), "")
        yield Batch([*put_back(drafts, known), *_deletions(gone)], skipped=skipped)

    async def close(self) -> None:
        """Nothing is held between two runs."""

    # ---- the account ----

    async def _own_name(self) -> str:
        """How the account is called in what it published: others tag it in theirs, of which nobody may ask."""
        return (await self._api.get(self._settings.account, {"fields": "username"}, _Named)).username

    def _place(self, _native_id: str, stored: Recalled | None) -> str:
        """The account, of what it published; "" of anything else."""
        own = stored is not None and stored.kind not in SPOKEN and stored.handle == self._name
        return self._name if own else ""

    async def _ask_media(self, token: str) -> tuple[list[Found], str, int]:
        fields = (WITH_COMMENTS if self._settings.comments else MEDIA_FIELDS) + self._told
        asked: Parameters = {"fields": fields, "limit": MEDIA_AT_ONCE, **going_on(token)}
        listing = await self._api.get(f"{self._settings.account}/media", asked, Listing)
        found, skipped = read_media(listing.data or ())
        return found, following(listing.paging), skipped

    async def _ask_comments(self, media_id: str, token: str) -> tuple[list[Draft], str]:
        asked: Parameters = {"fields": COMMENT_FIELDS, "limit": NESTED, **going_on(token)}
        listing = await self._api.get(f"{media_id}/comments", asked, Listing)
        drafts, _skipped = read_comments(listing.data or (), media_id)
        return drafts, following(listing.paging)

    async def _ask_tagged(self, token: str) -> tuple[list[Draft], str, int]:
        asked: Parameters = {"fields": MEDIA_FIELDS, "limit": MEDIA_AT_ONCE, **going_on(token)}
        listing = await self._api.get(f"{self._settings.account}/tags", asked, Listing)
        found, skipped = read_media(listing.data or ())
        return [each.draft for each in found], following(listing.paging), skipped

    # ---- others ----

    async def _hashtag(self, tag: str, state: State) -> Steps:
        """What was published with a hashtag in the last 24 hours. Raises SourceError("hashtags-spent")."""
        try:
            await self._context.ledger.spend(HASHTAGS, what=tag.casefold())
        except SourceError:
            # It must not wait for days with the others: they are asked on.
            most = self._settings.hashtags_a_week
            raise SourceError("hashtags-spent", host=self._api.host, hashtag=tag, most=most) from None
        number = state.get("id") or await self._hashtag_id(tag)
        now = self._context.clock.now()
        async for page, later in walk_unseen(
            state,
            partial(self._ask_hashtag, number),
            history_pages=HISTORY_PAGES,
            most_pages=_HASHTAG_PAGES,
            since_known=0 <= now - state.get("asked", 0) < DAY,
        ):
            yield page, {**later, "id": number, "asked": now}

    async def _hashtag_id(self, tag: str) -> str:
        asked: Parameters = {"user_id": self._settings.account, "q": tag}
        listing = await self._api.get("ig_hashtag_search", asked, Listing)
        if not listing.data:
            raise SourceError("account-unknown", host=self._api.host, account=f"#{tag}")
        return decode_answer(bytes(listing.data[0]), _Found, self._api.host).id

    async def _ask_hashtag(self, number: str, token: str) -> tuple[list[Draft], str, int]:
        """A page; all its cursors are the same, so that the page's number tells them apart."""
        page, _colon, after = token.partition(":")
        asked: Parameters = {
            "user_id": self._settings.account,
            "fields": HASHTAG_FIELDS,
            "limit": HASHTAG_AT_ONCE,
            **going_on(after),
        }
        listing = await self._api.get(f"{number}/recent_media", asked, Listing)
        found, skipped = read_media(listing.data or ())
        more = following(listing.paging)
        return [each.draft for each in found], f"{int(page or 0) + 1}:{more}" if more else "", skipped

    async def _ask_discovered(self, name: str, token: str) -> tuple[list[Draft], str, int]:
        """Media of another professional account; where they go on stands within the question."""
        media = f"media.limit({MEDIA_AT_ONCE}){f'.after({token})' if token else ''}{{{MEDIA_FIELDS}}}"
        fields = f"business_discovery.username({name}){{name,followers_count,{media}}}"
        answer = await self._api.get(self._settings.account, {"fields": fields}, _Discovery)
        about = answer.business_discovery
        listing = about.media or Listing()
        found, skipped = read_media(
            listing.data or (), author=name, name=about.name or "", followers=about.followers_count
        )
        paging = listing.paging or Paging()
        after = (paging.cursors.after if paging.cursors else None) or ""
        return [each.draft for each in found], after if found else "", skipped


def _deletions(ids: Sequence[str]) -> list[Deletion]:
    return [Deletion(native, canonical(native)) for native in ids]


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source that `settings` describe."""
    assert isinstance(settings, InstagramSettings)
    return InstagramSource(settings, context)
