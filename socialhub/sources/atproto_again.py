"""Asking Bluesky again for posts that it gave before: counts, and which are gone and why. No meaning."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec

from socialhub.model import Batch, Deletion, Item
from socialhub.sources.atproto_session import error_of
from socialhub.sources.atproto_view import draft_of_view
from socialhub.sources.http import HttpFailure, Response
from socialhub.sources.pages import decode_answer

AT_ONCE: Final = 25
"""The most that getPosts takes in one question."""
_REASONS: Final = {
    "AccountTakedown": "suspended",
    # Believed: seen in Bluesky's own code for other questions only.
    "AccountDeactivated": "deactivated",
}

Parameters: TypeAlias = Mapping[str, str | int | list[str]]
Ask: TypeAlias = Callable[[str, Parameters], Awaitable[Response]]


class _Posts(msgspec.Struct):
    posts: list[msgspec.Raw]


async def posts_again(ask: Ask, uris: Sequence[str]) -> AsyncGenerator[Batch]:
    """The present state of these posts. One that is missing twice is gone and comes as Deletion. Raises SourceError."""
    for start in range(0, len(uris), AT_ONCE):
        batch, missing = await _once(ask, list(uris[start : start + AT_ONCE]))
        yield batch
        if missing:
            batch, missing = await _once(ask, missing)
            reasons = {did: await _reason(ask, did) for did in dict.fromkeys(map(_author, missing))}
            batch.items.extend(Deletion(uri, uri, reasons[_author(uri)]) for uri in missing)
            yield batch


async def _once(ask: Ask, uris: list[str]) -> tuple[Batch, list[str]]:
    """What the server still has of these posts, and which it did not give."""
    answer = await ask("app.bsky.feed.getPosts", {"uris": uris})
    items: list[Item] = []
    given: set[str] = set()
    skipped = 0
    for raw in decode_answer(answer.body, _Posts, answer.host).posts:
        try:
            draft = draft_of_view(raw)
        except msgspec.DecodeError:
            skipped += 1
            continue
        given.add(draft.native_id)
        items.append(draft)
    # What cannot be read is there: nothing is gone for it.
    return Batch(items, skipped=skipped), [] if skipped else [uri for uri in uris if uri not in given]


async def _reason(ask: Ask, did: str) -> str:
    """Why posts of this author are gone: the account is, or these were deleted."""
    try:
        await ask("app.bsky.actor.getProfile", {"actor": did})
    except HttpFailure as failure:
        return _REASONS.get(error_of(failure).error or "", "deleted")
    return "deleted"


def _author(uri: str) -> str:
    return uri.removeprefix("at://").partition("/")[0]
