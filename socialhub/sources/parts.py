"""A source that asks for several things (searches, accounts, countries): one after the other, each with its own state.

The cursor is {key of the part: its state}. What is wrong with one part is raised after the others; what concerns the
whole server (it cannot be reached, asks to wait, refuses the key) is raised at once.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from functools import partial
from typing import Any, Final, TypeAlias

from socialhub.errors import SourceError
from socialhub.model import Batch, Cursor
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


async def read_parts(
    parts: Mapping[str, Part], cursor: Cursor, one_part: frozenset[str] = ONE_PART
) -> AsyncGenerator[Batch]:
    """Read every part on from where it stands. Raises SourceError."""
    failure: SourceError | None = None
    for key, part in parts.items():
        try:
            async for page, state in part(cursor.get(key, {})):
                cursor = {**cursor, key: state}
                yield Batch(page.items, cursor, skipped=page.skipped, complete=page.whole)
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
