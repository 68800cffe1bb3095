"""Media and comments of Instagram's Graph API as the items a source hands over (SOURCES §7). No network.

What hashtags give names no author. Every field but the id may be missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from socialhub.model import Draft, Kind
from socialhub.sources.graph_api import Listing, following
from socialhub.sources.odd_fields import decode_item
from socialhub.sources.pages import parse_time
from socialhub.sources.with_comments import Found

SITE: Final = "instagram.com"
NESTED: Final = 50
_SAID: Final = "id,text,timestamp,username,like_count"
COMMENT_FIELDS: Final = f"{_SAID},replies.limit({NESTED}){{{_SAID}}}"
SAID_FIELDS: Final = _SAID
HASHTAG_FIELDS: Final = "id,caption,media_type,permalink,timestamp,like_count,comments_count,children{id}"
MEDIA_FIELDS: Final = f"{HASHTAG_FIELDS},username"
REACH: Final = "insights.metric(reach){name,values}"
"""How many accounts saw own media: given to tokens with a permission of its own, up to two days late."""
WITH_COMMENTS: Final = f"{MEDIA_FIELDS},comments.limit({NESTED}){{{COMMENT_FIELDS}}}"


class _Value(msgspec.Struct):
    value: int | None = None


class _Insight(msgspec.Struct):
    name: str = ""
    values: list[_Value] | None = None


class _Insights(msgspec.Struct):
    data: list[_Insight] | None = None


class Media(msgspec.Struct):
    """A picture, a video or an album."""

    id: str
    caption: str | None = None
    permalink: str | None = None
    timestamp: str | None = None
    username: str | None = None
    like_count: int | None = None
    comments_count: int | None = None
    children: Listing | None = None
    comments: Listing | None = None
    insights: _Insights | None = None


class Comment(msgspec.Struct):
    """A comment, with replies, or a reply."""

    id: str
    text: str | None = None
    timestamp: str | None = None
    username: str | None = None
    like_count: int | None = None
    replies: Listing | None = None


def canonical(native_id: str) -> str:
    """The identity across sources of a medium or a comment."""
    return f"instagram:{native_id}"


def read_media(
    found: Iterable[msgspec.Raw], *, author: str = "", name: str = "", followers: int | None = None
) -> tuple[list[Found], int]:
    """Some media with the comments that came with them, and how many could not be read.

    `author` is the account where answers do not say it, `name` how it calls itself.
    """
    media: list[Found] = []
    skipped = 0
    for raw in found:
        try:
            medium = decode_item(raw, Media)
        except msgspec.DecodeError:
            skipped += 1
            continue
        handle = medium.username or author
        beneath = medium.comments or Listing()
        comments, unread = read_comments(beneath.data or (), medium.id, medium.permalink or "")
        skipped += unread
        draft = Draft(
            native_id=medium.id,
            canonical_id=canonical(medium.id),
            text=medium.caption or "",
            published=parse_time(medium.timestamp),
            url=medium.permalink or "",
            site=SITE,
            author=name or handle,
            handle=handle,
            followers=followers,
            likes=medium.like_count,
            replies=medium.comments_count,
            reach=_reach(medium),
            media=len((medium.children.data if medium.children else None) or ()) or 1,
            raw=bytes(raw),
        )
        media.append(Found(draft, comments, following(beneath.paging)))
    return media, skipped


def _reach(medium: Media) -> int | None:
    told = (medium.insights.data if medium.insights else None) or ()
    values = next((each.values for each in told if each.name == "reach"), None)
    return values[-1].value if values else None


def read_comments(found: Iterable[msgspec.Raw], media_id: str, url: str = "") -> tuple[list[Draft], int]:
    """Some comments beneath a medium, each followed by its replies, and how many could not be read."""
    drafts: list[Draft] = []
    skipped = 0
    for raw in found:
        try:
            comment = decode_item(raw, Comment)
        except msgspec.DecodeError:
            skipped += 1
            continue
        drafts.append(_comment(comment, bytes(raw), media_id, url, Kind.COMMENT))
        replies, unread = _replies((comment.replies.data if comment.replies else None) or (), comment.id, url)
        drafts += replies
        skipped += unread
    return drafts, skipped


def _replies(found: Sequence[msgspec.Raw], comment_id: str, url: str) -> tuple[list[Draft], int]:
    drafts: list[Draft] = []
    skipped = 0
    for raw in found:
        try:
            drafts.append(_comment(decode_item(raw, Comment), bytes(raw), comment_id, url, Kind.REPLY))
        except msgspec.DecodeError:
            skipped += 1
    return drafts, skipped


def _comment(comment: Comment, raw: bytes, parent: str, url: str, kind: Kind) -> Draft:
    handle = comment.username or ""
    return Draft(
        native_id=comment.id,
        canonical_id=canonical(comment.id),
        text=comment.text or "",
        published=parse_time(comment.timestamp),
        url=f"{url.rstrip('/')}/c/{comment.id}/" if url else "",
        site=SITE,
        author=handle,
        handle=handle,
        kind=kind,
        likes=comment.like_count,
        parent_id=parent,
        raw=raw,
    )
