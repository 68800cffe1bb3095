"""Searching YouTube's videos: a hundred questions a day for everything, results that are neither complete nor stable.

So the same words are searched for in even steps through the day, from some hours before the last time on, and what was
found before is left out. State: `asked` when, `since` from when on the next search looks, `seen` ids; while a search is
under way `until`, `token`, `pages`, and `deep`: how many pages are known already, after a start from the top.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

import msgspec

from socialhub.clock import HOUR, iso
from socialhub.errors import SourceError
from socialhub.model import Draft
from socialhub.sources.kinds.youtube import YouTubeSettings
from socialhub.sources.newest_first import Page
from socialhub.sources.pages import decode
from socialhub.sources.parts import State, Steps
from socialhub.sources.youtube_api import AT_ONCE, Listing, YouTubeApi

OVERLAP: Final = 6 * HOUR
"""A video may be found this long after it was published only."""
_MOST_PAGES: Final = 10
"""YouTube gives some five hundred results and no more."""
_REMEMBERED: Final = 500
_REJECTED_TOKEN: Final = frozenset({"refused-question", "http-status"})

Videos: TypeAlias = Callable[[Sequence[str], bool], Awaitable[tuple[list[Draft], int]]]
"""(ids, whether they are history) -> what these videos say, how many could not be read."""


class _Id(msgspec.Struct, rename="camel"):
    video_id: str = ""


class _Result(msgspec.Struct):
    id: _Id


async def search(
    api: YouTubeApi, settings: YouTubeSettings, videos: Videos, query: str, now: int, state: State
) -> Steps:
    """What is new for a query; nothing when it is too early to ask again, or the day's searches are used up."""
    if "asked" in state and 0 <= now - state["asked"] < settings.search_interval:
        return
    history = "since" not in state
    state = {"until": now, "token": "", "pages": 0, "deep": 0, "seen": [], **state}
    state.pop("asked", None)
    since = state.get("since", state["until"] - settings.history)
    while "token" in state:
        asked = {
            "part": "id",
            "type": "video",
            "order": "date",
            "q": query,
            "publishedAfter": iso(since - OVERLAP if not history else since),
            "regionCode": settings.region.upper(),
            "relevanceLanguage": settings.language,
            "maxResults": AT_ONCE,
            "pageToken": state["token"],
        }
        try:
            listing = await api.listed("search", asked)
        except SourceError as error:
            if error.reason.code == "budget-spent":
                # The meter tells; comments and channels have a budget of their own.
                return
            if error.reason.code not in _REJECTED_TOKEN or not state["token"]:
                raise
            # Tokens go stale. From the top again: what was found is known.
            state = {**state, "token": "", "pages": 0, "deep": max(state["deep"], state["pages"])}
            continue
        found = [native for native in _ids(listing) if native not in set(state["seen"])]
        drafts, skipped = await videos(found, history) if found else ([], 0)
        state = _after(state, listing, found, history, now)
        yield Page(found, [*drafts], "", skipped), state


def _after(state: State, listing: Listing, found: list[str], history: bool, now: int) -> State:
    seen = list(dict.fromkeys([*found, *state["seen"]]))[:_REMEMBERED]
    pages = state["pages"] + 1
    following = listing.next_page_token or ""
    # Newest first: a page without anything new lies below what is known.
    is_known = not found and not history and pages > state["deep"]
    if not following or pages >= _MOST_PAGES or is_known:
        return {"asked": now, "since": state["until"], "seen": seen}
    return {**state, "token": following, "pages": pages, "seen": seen}


def _ids(listing: Listing) -> list[str]:
    ids: list[str] = []
    for raw in listing.items or ():
        try:
            native = decode(raw, _Result).id.video_id
        except msgspec.DecodeError:
            continue
        if native:
            ids.append(native)
    return list(dict.fromkeys(ids))
