"""A source that asks for several things (searches, accounts, countries): one after the other, each with its own state.

The cursor is {key of the part: its state}. What is wrong with one part is raised after the others; what concerns the
whole server (it cannot be reached, asks to wait, refuses the key) is raised at once. What several parts give is told
once.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final, TypeAlias

from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor, Draft, Item
from socialhub.sources.newest_first import Page

State: TypeAlias = dict[str, Any]
Steps: TypeAlias = AsyncIterator[tuple[Page, State]]
Part: TypeAlias = Callable[[State], Steps]
"""From the state ({} the first time) to pages, each with the state that is true once it is stored."""

ONE_PART: Final = frozenset(
    {
        "account-unknown",
        "forbidden",
        "http-status",
        "not-a-feed",
        "not-found",
        "not-json",
        "timeline-disabled",
        "token-needed",
        "unexpected-shape",
    }
)
"""Reasons that concern one part; the others are still asked."""


class Told:
    """What one run gave so far: several lists hold the same posts."""

    def __init__(self) -> None:
        self._said: set[tuple[object, ...]] = set()

    def left_of(self, items: Iterable[Item]) -> list[Item]:
        """These without the drafts that were given before in the same words and numbers."""
        left: list[Item] = []
        for item in items:
            if isinstance(item, Draft):
                counts = (item.rating, item.likes, item.shares, item.replies, item.reach)
                said = (item.native_id, item.title, item.text, item.edited, *counts)
                if said in self._said:
                    continue
                self._said.add(said)
            left.append(item)
        return left


async def read_parts(
    parts: Mapping[str, Part], cursor: Cursor, one_part: frozenset[str] = ONE_PART
) -> AsyncGenerator[Batch]:
    """Read every part on from where it stands. Raises SourceError."""
    failure: SourceError | None = None
    told = Told()
    for key, part in parts.items():
        try:
            async for page, state in part(cursor.get(key, {})):
                cursor = {**cursor, key: state}
                yield Batch(told.left_of(page.items), cursor, skipped=page.skipped, complete=page.whole)
        except SourceError as error:
            if error.reason.code not in one_part:
                raise
            error.permanent = False
            failure = failure or error
    if failure is not None:
        raise failure


async def read_in_turn(
    parts: Mapping[str, Part], cursor: Cursor, now: int, one_part: frozenset[str] = ONE_PART
) -> AsyncGenerator[Batch]:
    """As `read_parts`, for servers that often ask to wait: the part read longest ago comes first, so each has its turn.

    Asked to wait after something was read, it ends; the batch that says so is not complete. `now` is ms UTC.
    """
    kept = {key: cursor[key] for key in parts if key in cursor}
    ordered = sorted(parts, key=lambda key: kept.get(key, {}).get("at", 0))
    dated = {key: partial(_dated, parts[key], now) for key in ordered}
    came = False
    try:
        async for batch in read_parts(dated, kept, one_part):
            came, kept = True, batch.cursor
            yield batch
    except SourceError as error:
        if not came or error.reason.code != "rate-limited":
            raise
        yield Batch([], kept, wait=error.retry_after, complete=False)


async def _dated(part: Part, now: int, held: State) -> Steps:
    async for page, state in part(held.get("state", {})):
        yield page, {"state": state, "at": now}
