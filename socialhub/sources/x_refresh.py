"""Asking X again for posts it gave before: edits, engagement, and which are deleted, protected or suspended.

X's terms want stored posts to follow those. Each post asked for costs as much as the first time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final

import msgspec

from socialhub.model import Batch, Deletion
from socialhub.sources.odd_fields import decode_item
from socialhub.sources.x_api import MOST_POSTS, Problem, XApi
from socialhub.sources.x_post import Post, beside, canonical, latest_id, read_posts

_PROTECTED: Final = "not-authorized-for-resource"
_GONE: Final = "resource-not-found"


async def refresh_posts(api: XApi, native_ids: Sequence[str]) -> AsyncIterator[Batch]:
    """Batches of what these posts are now. Raises SourceError, "budget-spent" before a question that is too dear."""
    for start in range(0, len(native_ids), MOST_POSTS):
        batch, outdated = await _ask(api, list(native_ids[start : start + MOST_POSTS]))
        yield batch
        if outdated:
            # The first version was asked for, its identity; the newest has the words.
            yield (await _ask(api, outdated))[0]


async def _ask(api: XApi, ids: list[str]) -> tuple[Batch, list[str]]:
    """What X says of these, and the newest versions of those that are not."""
    answer = await api.posts_by_id(ids)
    current: list[msgspec.Raw] = []
    outdated: list[str] = []
    for raw in answer.data or ():
        try:
            post = decode_item(raw, Post)
        except msgspec.DecodeError:
            current.append(raw)
            continue
        if latest_id(post) == str(post.id):
            current.append(raw)
        else:
            outdated.append(latest_id(post))
    _ids, items, skipped = read_posts(current, beside(answer.includes))
    for problem in answer.errors or ():
        gone, reason = str(problem.resource_id or problem.value or ""), reason_of(problem)
        if reason and gone in ids:
            items.append(Deletion(gone, canonical(gone), reason))
    return Batch(items, skipped=skipped), outdated


def reason_of(problem: Problem) -> str:
    """Why a post is not given: deleted, protected or suspended; "" for what says nothing of the post itself."""
    said = f"{problem.title} {problem.detail}".lower()
    kind = (problem.type or "").rpartition("/")[2]
    if "suspended" in said:
        return "suspended"
    if kind == _PROTECTED or "not authorized" in said:
        return "protected"
    return "deleted" if kind == _GONE or "not find" in said else ""
