"""Posts, comments and messages of Facebook pages as the items a source hands over (SOURCES §7). No network.

Every field but the id may be missing: `from` of people is given to the page's own tokens only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qs, urlsplit

import msgspec

from socialhub.model import Draft, Kind
from socialhub.sources.graph_api import Listing, Paging, following
from socialhub.sources.odd_fields import decode_item
from socialhub.sources.pages import parse_time
from socialhub.sources.with_comments import Found

SITE: Final = "facebook.com"
PRIVATE_SITE: Final = "messenger.com"
"""Of private messages, so that they can be told from what everybody may read."""
COMMENT_FIELDS: Final = (
    "id,message,created_time,from{id,name},permalink_url,parent{id},like_count,comment_count,"
    "attachment{media_type,type}"
)
POST_FIELDS: Final = (
    "id,message,story,created_time,from{id,name},permalink_url,shares,reactions.summary(total_count).limit(0),"
    "attachments{media_type,type,title,description,unshimmed_url,url,subattachments{type}}"
)
COUNTED: Final = "comments.summary(true).limit(0)"
NESTED: Final = 25
WITH_COMMENTS: Final = (
    f"comments.filter(stream).order(reverse_chronological).summary(true).limit({NESTED}){{{COMMENT_FIELDS}}}"
)
_PICTURES: Final = frozenset({"photo", "video", "album", "video_inline", "animated_image_share"})


class Somebody(msgspec.Struct):
    """Who wrote."""

    id: str = ""
    name: str = ""


class _Id(msgspec.Struct):
    id: str = ""


class _Shares(msgspec.Struct):
    count: int | None = None


class _Summary(msgspec.Struct):
    total_count: int | None = None


class Counted(msgspec.Struct):
    """A list within a post: how many there are, and some of them."""

    data: list[msgspec.Raw] | None = None
    paging: Paging | None = None
    summary: _Summary | None = None


class Attachment(msgspec.Struct):
    """A picture, a video or a link."""

    media_type: str = ""
    type: str = ""
    title: str | None = None
    description: str | None = None
    unshimmed_url: str | None = None
    url: str | None = None
    subattachments: Listing | None = None


class _Attachments(msgspec.Struct):
    data: list[Attachment] | None = None


class Post(msgspec.Struct, rename={"author": "from"}):
    """What is read of a post or a comment."""

    id: str = ""
    message: str | None = None
    story: str | None = None
    created_time: str | None = None
    author: Somebody | None = None
    permalink_url: str | None = None
    parent: _Id | None = None
    shares: _Shares | None = None
    reactions: Counted | None = None
    comments: Counted | None = None
    attachments: _Attachments | None = None
    attachment: Attachment | None = None
    like_count: int | None = None
    comment_count: int | None = None


def canonical(native_id: str) -> str:
    """The identity across sources of a post, a comment or a message."""
    return f"facebook:{native_id}"


def read_posts(found: Iterable[msgspec.Raw]) -> tuple[list[Found], int]:
    """Some posts with the comments that came with them, and how many could not be read."""
    posts: list[Found] = []
    skipped = 0
    for raw in found:
        try:
            post = decode_item(raw, Post)
        except msgspec.DecodeError:
            skipped += 1
            continue
        if not post.id:
            skipped += 1
            continue
        beneath = post.comments or Counted()
        comments, unread = read_comments(beneath.data or (), post.id)
        skipped += unread
        posts.append(Found(_post(post, bytes(raw)), comments, following(beneath.paging)))
    return posts, skipped


def read_comments(found: Iterable[msgspec.Raw], post_id: str) -> tuple[list[Draft], int]:
    """Some comments beneath a post, and how many could not be read."""
    drafts: list[Draft] = []
    skipped = 0
    for raw in found:
        try:
            comment = decode_item(raw, Post)
        except msgspec.DecodeError:
            skipped += 1
            continue
        by_address, above = _ids_in(comment.permalink_url, post_id)
        native = comment.id or by_address
        if native:
            above = comment.parent.id if comment.parent else above
            drafts.append(_comment(comment, native, above, post_id, bytes(raw)))
        else:
            skipped += 1
    return drafts, skipped


def _post(post: Post, raw: bytes) -> Draft:
    author = post.author or Somebody()
    attached = (post.attachments.data if post.attachments else None) or []
    shared = [each for each in attached if each.media_type not in _PICTURES and each.type not in _PICTURES]
    addresses = (each.unshimmed_url or each.url or "" for each in shared)
    words = post.message or next((each.title for each in shared if each.title), None) or post.story or ""
    return Draft(
        native_id=post.id,
        canonical_id=canonical(post.id),
        text=words,
        published=parse_time(post.created_time),
        url=post.permalink_url or f"https://www.facebook.com/{post.id}",
        site=SITE,
        author=author.name,
        handle=author.id,
        links=tuple(dict.fromkeys(each for each in addresses if each.startswith(("http://", "https://")))),
        likes=post.reactions.summary.total_count if post.reactions and post.reactions.summary else None,
        shares=post.shares.count if post.shares else None,
        replies=post.comments.summary.total_count if post.comments and post.comments.summary else None,
        media=sum(_pictures(each) for each in attached),
        raw=raw,
    )


def _pictures(attachment: Attachment) -> int:
    if attachment.subattachments is not None and attachment.subattachments.data:
        return len(attachment.subattachments.data)
    return int(attachment.media_type in _PICTURES or attachment.type in _PICTURES)


def _comment(comment: Post, native: str, above: str, post_id: str, raw: bytes) -> Draft:
    author = comment.author or Somebody()
    return Draft(
        native_id=native,
        canonical_id=canonical(native),
        text=comment.message or "",
        published=parse_time(comment.created_time),
        url=comment.permalink_url or f"https://www.facebook.com/{native}",
        site=SITE,
        author=author.name,
        handle=author.id,
        kind=Kind.REPLY if above else Kind.COMMENT,
        likes=comment.like_count,
        replies=comment.comment_count,
        parent_id=above or post_id,
        media=int(comment.attachment is not None),
        raw=raw,
    )


def _ids_in(address: str | None, post_id: str) -> tuple[str, str]:
    """The ids of a comment, and of the one it replies to, by its address: for answers that leave them out."""
    query = parse_qs(urlsplit(address or "").query)
    numbers = [query.get(name, [""])[0] for name in ("reply_comment_id", "comment_id")]
    ids = [f"{post_id.rpartition('_')[2]}_{each}" for each in numbers if each.isascii() and each.isdigit()]
    return (ids[0], ids[1]) if len(ids) > 1 else (ids[0], "") if ids else ("", "")


# ---- messages --------------------------------------------------------------------------------------------------------


class Message(msgspec.Struct, rename={"author": "from"}):
    """A private message to or from a page."""

    id: str
    message: str | None = None
    created_time: str | None = None
    author: Somebody | None = None


class Conversation(msgspec.Struct):
    """Somebody's messages with a page, the newest with it."""

    id: str
    updated_time: str | None = None
    link: str | None = None
    messages: Listing | None = None


MESSAGE_FIELDS: Final = "id,message,created_time,from{id,name}"
CONVERSATION_FIELDS: Final = f"id,updated_time,link,messages.limit({NESTED}){{{MESSAGE_FIELDS}}}"


def read_messages(found: Iterable[msgspec.Raw], conversation: Conversation) -> tuple[list[Draft], int]:
    """Some messages of a conversation, and how many could not be read."""
    drafts: list[Draft] = []
    skipped = 0
    for raw in found:
        try:
            message = decode_item(raw, Message)
        except msgspec.DecodeError:
            skipped += 1
            continue
        author = message.author or Somebody()
        if not message.message:
            # Stickers and pictures: nothing was said.
            continue
        drafts.append(
            Draft(
                native_id=message.id,
                canonical_id=canonical(message.id),
                text=message.message,
                published=parse_time(message.created_time),
                url=f"https://www.facebook.com{conversation.link}" if conversation.link else "",
                site=PRIVATE_SITE,
                author=author.name,
                handle=author.id,
                kind=Kind.MESSAGE,
                parent_id=conversation.id,
                raw=bytes(raw),
            )
        )
    return drafts, skipped
