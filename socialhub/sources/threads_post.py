"""Posts of Threads as the items a source hands over (SOURCES §8). No network.

Threads tells no counts, followers or languages. Reposts without words of their own say nothing and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from socialhub.ballots import Ballot, Choice
from socialhub.model import Draft, Kind
from socialhub.sources.graph_api import Listing
from socialhub.sources.odd_fields import decode_item
from socialhub.sources.pages import parse_time

SITE: Final = "threads.net"
FIELDS: Final = (
    "id,media_type,text,timestamp,permalink,username,has_replies,is_reply,is_quote_post,root_post,replied_to,"
    "quoted_post,topic_tag,link_attachment_url,children,poll_attachment{option_a,option_b,option_c,option_d}"
)
_REPOST: Final = "REPOST_FACADE"
_WORDS_ONLY: Final = "TEXT_POST"


class _Id(msgspec.Struct):
    id: str = ""


class Poll(msgspec.Struct):
    """A question to vote on. Meta tells shares of the votes, which are no counts: they are not read."""

    option_a: str | None = None
    option_b: str | None = None
    option_c: str | None = None
    option_d: str | None = None


class Post(msgspec.Struct):
    """What is read of a post."""

    id: str
    media_type: str = ""
    text: str | None = None
    timestamp: str | None = None
    permalink: str | None = None
    username: str | None = None
    has_replies: bool = False
    is_reply: bool = False
    is_quote_post: bool = False
    root_post: _Id | None = None
    replied_to: _Id | None = None
    quoted_post: _Id | None = None
    topic_tag: str | None = None
    link_attachment_url: str | None = None
    children: Listing | None = None
    poll_attachment: Poll | None = None


def read_posts(found: Iterable[msgspec.Raw], *, beneath: str = "") -> tuple[list[tuple[Draft, bool]], int]:
    """What some posts say, each with whether something was replied to it, and how many could not be read.

    `beneath` is the post that they reply to where they do not say it.
    """
    posts: list[tuple[Draft, bool]] = []
    skipped = 0
    for raw in found:
        try:
            post = decode_item(raw, Post)
        except msgspec.DecodeError:
            skipped += 1
            continue
        if post.media_type != _REPOST:
            posts.append((_draft(post, bytes(raw), beneath), post.has_replies))
    return posts, skipped


def _draft(post: Post, raw: bytes, beneath: str) -> Draft:
    parent, kind = _parent(post, beneath)
    words = post.text or ""
    if post.topic_tag and f"#{post.topic_tag}".casefold() not in words.casefold():
        words = f"{words}\n#{post.topic_tag}".strip()
    handle = post.username or ""
    return Draft(
        native_id=post.id,
        canonical_id=f"threads:{post.id}",
        text=words,
        published=parse_time(post.timestamp),
        url=post.permalink or "",
        site=SITE,
        author=handle,
        handle=handle,
        kind=kind,
        links=(post.link_attachment_url,) if post.link_attachment_url else (),
        parent_id=parent,
        media=_media(post),
        ballot=_ballot(post.poll_attachment),
        raw=raw,
    )


def _ballot(poll: Poll | None) -> Ballot | None:
    told = (poll.option_a, poll.option_b, poll.option_c, poll.option_d) if poll is not None else ()
    choices = tuple(Choice(each) for each in told if each)
    return Ballot(choices) if choices else None


def _media(post: Post) -> int:
    if post.children is not None and post.children.data:
        return len(post.children.data)
    return int(post.media_type not in ("", _WORDS_ONLY))


def _parent(post: Post, beneath: str) -> tuple[str, Kind]:
    if post.is_reply or beneath:
        named = post.replied_to or post.root_post
        return (named.id if named else beneath), Kind.REPLY
    if post.is_quote_post:
        return (post.quoted_post.id if post.quoted_post else ""), Kind.QUOTE
    return "", Kind.POST
