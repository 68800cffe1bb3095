"""Posts as Bluesky's servers show them (post views and feed entries) as the items a source hands over. No network."""

from __future__ import annotations

from typing import Final

import msgspec

from socialhub.model import Boost, Draft, Item
from socialhub.sources.atproto_post import Label, draft_of, read_record, warning_of
from socialhub.sources.odd_fields import decode_item
from socialhub.sources.pages import parse_time

_REPOST: Final = "app.bsky.feed.defs#reasonRepost"
_PIN: Final = "app.bsky.feed.defs#reasonPin"


class Author(msgspec.Struct):
    """Who wrote or passed on a post."""

    did: str = ""
    handle: str | None = None
    name: str | None = msgspec.field(default=None, name="displayName")
    created_at: str | None = msgspec.field(default=None, name="createdAt")


class PostView(msgspec.Struct):
    """A post with its author and counts; `record` is what the author wrote."""

    uri: str
    record: msgspec.Raw
    author: Author | None = None
    likes: int | None = msgspec.field(default=None, name="likeCount")
    reposts: int | None = msgspec.field(default=None, name="repostCount")
    replies: int | None = msgspec.field(default=None, name="replyCount")
    indexed_at: str | None = msgspec.field(default=None, name="indexedAt")
    labels: list[Label] | None = None


class Reason(msgspec.Struct):
    """Why a post stands in a feed: passed on by somebody, or pinned."""

    type: str = msgspec.field(default="", name="$type")
    by: Author | None = None
    uri: str | None = None
    indexed_at: str | None = msgspec.field(default=None, name="indexedAt")


class FeedEntry(msgspec.Struct):
    """An entry of an author's feed."""

    post: msgspec.Raw
    reason: Reason | None = None


def draft_of_view(raw: bytes | msgspec.Raw, *, backfill: bool = False) -> Draft:
    """The draft of a post view; raises msgspec.DecodeError."""
    view = decode_item(raw, PostView)
    draft = draft_of(read_record(view.record), view.uri, indexed=parse_time(view.indexed_at))
    author = view.author or Author()
    draft.handle = author.handle if author.handle and author.handle != "handle.invalid" else draft.handle
    draft.author = author.name or draft.handle
    draft.account_created = parse_time(author.created_at)
    draft.likes, draft.shares, draft.replies = view.likes, view.reposts, view.replies
    draft.warning = warning_of(view.labels) or draft.warning
    draft.backfill = backfill
    draft.raw = bytes(raw)
    return draft


def read_entry(raw: msgspec.Raw, backfill: bool) -> tuple[str, list[Item]]:
    """The identity of a feed's entry and what it says; "" for a pinned post, which stands outside the order."""
    entry = decode_item(raw, FeedEntry)
    draft = draft_of_view(entry.post, backfill=backfill)
    reason = entry.reason
    if reason is None or reason.type not in (_REPOST, _PIN):
        return draft.native_id, [draft]
    if reason.type == _PIN:
        return "", [draft]
    by = reason.by or Author()
    at = parse_time(reason.indexed_at)
    items: list[Item] = [draft]
    if at is not None and by.did:
        items.append(Boost(draft.canonical_id, by.handle or by.did, at))
    return reason.uri or f"{by.did} {draft.native_id}", items
