"""Walking a list that can only be read from its newest entry backwards (searches, authors' feeds), losing nothing.

State, JSON-able: `anchor` holds ids at the top of what is known for certain; it is missing before the first contact.
While a walk is under way `until` holds the ids at its top, `page_token` where it goes on, `pages` how many were read:
the anchor moves only after the last page, so a walk broken off goes on where it was.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from socialhub.errors import SourceError
from socialhub.model import Cursor, Draft, Item

# More than one, since the newest entry may be deleted before the next walk looks for it.
_ANCHORS: Final = 20
_MOST_PAGES: Final = 50
_REMEMBERED: Final = 300
REJECTED_TOKEN: Final = frozenset({"http-status", "not-found", "refused-question"})
"""What servers answer when the place of a page means nothing to them any more: tokens go stale."""

WalkState: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the ids of its entries, newest first, what they say, and the token of the next page ("" at the end).

    `whole` is False when the list ended before anything known was met: what came in between is out of reach.
    `since_known` says that nothing older than what is known was asked for: then the end of the list is no such hole.
    """

    ids: list[str]
    items: list[Item]
    next_token: str
    skipped: int = 0
    whole: bool = True
    since_known: bool = False


FetchPage: TypeAlias = Callable[[str, bool], Awaitable[Page]]
"""(page token, whether its entries are history) -> the page; raises SourceError."""


UNDER_WAY: Final = "page_token"
"""The key that says of a state, wherever in a cursor it lies, that there is more to be read."""


def is_under_way(cursor: Cursor) -> bool:
    """Whether a cursor holds a walk that is not through: what came in between is not all stored yet."""
    return UNDER_WAY in cursor or any(isinstance(part, dict) and is_under_way(part) for part in cursor.values())


def give_up(cursor: Cursor) -> Cursor:
    """A cursor whose unfinished walks go no deeper: what lies beneath stays unread."""
    given = {key: give_up(part) if isinstance(part, dict) else part for key, part in cursor.items()}
    return {"anchor": given["until"]} if UNDER_WAY in given and "until" in given else given


async def walk(
    state: WalkState, fetch: FetchPage, *, history_pages: int, most_pages: int = _MOST_PAGES
) -> AsyncIterator[tuple[Page, WalkState]]:
    """Yield pages, each with the state that is true once it is stored.

    A walk that was broken off is finished first. The first contact reads `history_pages`; a later walk longer than
    `most_pages` is left unfinished for the next one.
    """
    if "page_token" in state:
        async for step in _finish(state, fetch, history_pages, most_pages):
            state = step[1]
            yield step
        if "page_token" in state:
            return
    async for step in _finish({**state, "page_token": "", "pages": 0}, fetch, history_pages, most_pages):
        yield step


AskEntries: TypeAlias = Callable[[str], Awaitable[tuple[list[Draft], str, int]]]
"""(page token) -> the entries of a page, newest first, the next token, how many could not be read."""


async def walk_unseen(
    state: WalkState,
    ask: AskEntries,
    *,
    history_pages: int,
    most_pages: int = _MOST_PAGES,
    since_known: bool = False,
) -> AsyncIterator[tuple[Page, WalkState]]:
    """`walk`, with only those entries that were not told before. State: `walk` and `seen`, the newest ids."""
    seen = dict.fromkeys(state.get("seen", ()))
    is_top = True

    async def fetch(token: str, history: bool) -> Page:
        nonlocal is_top
        is_top = not token
        drafts, following, skipped = await ask(token)
        items: list[Item] = []
        for draft in drafts:
            draft.backfill = history
            if draft.native_id not in seen:
                items.append(draft)
        return Page([draft.native_id for draft in drafts], items, following, skipped, since_known=since_known)

    walked = state.get("walk", {})
    async for page, later in walk(walked, fetch, history_pages=history_pages, most_pages=most_pages):
        # The newest are what the next walk meets first: those of deeper pages do not push them out.
        ids = [*page.ids, *seen] if is_top else [*seen, *page.ids]
        seen = dict.fromkeys(list(dict.fromkeys(ids))[:_REMEMBERED])
        yield page, {"walk": later, "seen": list(seen)}


async def _finish(
    state: WalkState, fetch: FetchPage, history_pages: int, most_pages: int
) -> AsyncIterator[tuple[Page, WalkState]]:
    history = "anchor" not in state
    known = frozenset(state.get("anchor", ()))
    for _read in range(history_pages if history else most_pages):
        try:
            page = await fetch(state["page_token"], history)
        except SourceError as error:
            if not state["page_token"] or error.reason.code not in REJECTED_TOKEN:
                raise
            # Tokens go stale. From the top again: what was stored already is only seen twice.
            state = {**state, "page_token": "", "pages": 0}
            page = await fetch("", history)
        at_end = not page.next_token and not page.since_known
        if known and page.ids and at_end and known.isdisjoint(page.ids):
            page = replace(page, whole=False)
        state = _after(state, page, known, history_pages if history else None)
        yield page, state
        if "page_token" not in state:
            return


def _after(state: WalkState, page: Page, known: frozenset[str], most: int | None) -> WalkState:
    """The state once `page` is stored."""
    until = state["until"] if state["page_token"] else (page.ids[:_ANCHORS] or sorted(known))
    pages = state["pages"] + 1
    ended = not page.next_token or page.next_token == state["page_token"] or not known.isdisjoint(page.ids)
    if ended or (most is not None and pages >= most):
        return {"anchor": until}
    under_way = {"until": until, "page_token": page.next_token, "pages": pages}
    return {"anchor": state["anchor"], **under_way} if "anchor" in state else under_way
