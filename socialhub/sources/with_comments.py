"""Posts with what is said beneath them, from the newest post down to what is known.

An answer brings a page of posts, each with its newest comments, so that all of them cost one question. A post whose
comments are more than that is asked for the rest. The newest posts come again with every poll, and what changed of them
is told; comments beneath older ones are not heard of.

State: `walk` (see newest_first) and `posts`: of each of the newest what it said (a digest), when its newest comment was
written (ms UTC) and which comments were of that moment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from socialhub.model import Draft, Item
from socialhub.sources.newest_first import Page, walk
from socialhub.sources.parts import State, Steps

HISTORY_PAGES: Final = 1
_REMEMBERED: Final = 100
_COMMENT_PAGES: Final = 20
_NEVER: Final = -1


@dataclass(frozen=True, slots=True)
class Found:
    """A post, its newest comments (newest first) and where those go on ("" when these are all)."""

    draft: Draft
    comments: list[Draft] = field(default_factory=list)
    more: str = ""


AskPosts: TypeAlias = Callable[[str], Awaitable[tuple[list[Found], str, int]]]
"""(page token) -> posts, the next token, how many could not be read."""
AskComments: TypeAlias = Callable[[str, str], Awaitable[tuple[list[Draft], str]]]
"""(native id of a post, token) -> further comments, newest first, and where they go on."""


class _Reading:
    """One run over the posts of an account."""

    def __init__(self, posts: AskPosts, comments: AskComments, state: State) -> None:
        self._posts, self._comments = posts, comments
        self._anchor = frozenset(state.get("walk", {}).get("anchor", ()))
        self.known: dict[str, Any] = state.get("posts", {})

    async def fetch(self, token: str, history: bool) -> Page:
        """A page of posts; of those that are known only what is new."""
        found, following, skipped = await self._posts(token)
        items: list[Item] = []
        marks: dict[str, Any] = {}
        is_old = False
        for each in found:
            native = each.draft.native_id
            is_old = is_old or native in self._anchor
            known = self.known.get(native)
            told = [] if is_old and known is None else await self._told(each, known, history)
            marks[native] = _mark(each, told, known)
            for draft in told:
                draft.backfill = history
            items += told
        others = {key: self.known[key] for key in self.known if key not in marks}
        self.known = dict(list((others | marks if token else marks | others).items())[:_REMEMBERED])
        return Page([each.draft.native_id for each in found], items, following, skipped)

    async def _told(self, each: Found, known: list[Any] | None, history: bool) -> list[Draft]:
        said, newest, of_newest = known or ["", _NEVER, []]
        told = [each.draft] if said != _digest(each.draft) else []
        new = _newer(each.comments, newest, of_newest)
        told += new
        more = each.more
        for _page in range(0 if history else _COMMENT_PAGES):
            # All that came were new: there may be others below.
            if not more or len(new) < len(each.comments):
                break
            comments, more = await self._comments(each.draft.native_id, more)
            further = _newer(comments, newest, of_newest)
            told += further
            if len(further) < len(comments):
                break
        return told


def _newer(comments: Sequence[Draft], newest: int, of_newest: Sequence[str]) -> list[Draft]:
    return [
        each
        for each in comments
        if (each.published or 0) > newest or ((each.published or 0) == newest and each.native_id not in of_newest)
    ]


def _mark(each: Found, told: Sequence[Draft], known: list[Any] | None) -> list[Any]:
    newest, of_newest = (known[1], known[2]) if known else (_NEVER, [])
    comments = [*each.comments, *(draft for draft in told if draft is not each.draft)]
    latest = max((draft.published or 0 for draft in comments), default=newest)
    latest = max(latest, newest)
    same = {draft.native_id for draft in comments if (draft.published or 0) == latest}
    same |= set(of_newest) if latest == newest else set()
    return [_digest(each.draft), latest, sorted(same)]


def _digest(draft: Draft) -> str:
    """Of its words and counts: a change of either is worth telling."""
    said = (draft.title, draft.text, draft.rating, draft.likes, draft.shares, draft.replies)
    return hashlib.sha256(repr(said).encode("utf-8", "replace")).hexdigest()[:12]


async def posts_with_comments(posts: AskPosts, comments: AskComments, state: State) -> Steps:
    """What is new of an account's posts and beneath the newest of them."""
    reading = _Reading(posts, comments, state)
    async for page, later in walk(state.get("walk", {}), reading.fetch, history_pages=HISTORY_PAGES):
        yield page, {"walk": later, "posts": reading.known}
