"""Videos and comments of YouTube's Data API v3 as the items a source hands over (SOURCES §6). No network.

Counts come as text, most fields may be missing. A comment is told by its own words where they are given
(`textOriginal`), else by what is shown, which is plain because it was asked for so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from socialhub.model import Draft, Kind
from socialhub.sources.odd_fields import decode_item
from socialhub.sources.pages import parse_time, primary_language

SITE: Final = "youtube.com"
_VIDEO_ID: Final = 11


class Statistics(msgspec.Struct, rename="camel"):
    """Counts of a video or a channel."""

    view_count: int | None = None
    like_count: int | None = None
    comment_count: int | None = None
    subscriber_count: int | None = None
    video_count: int | None = None


class VideoSnippet(msgspec.Struct, rename="camel"):
    """What a video says."""

    published_at: str | None = None
    channel_id: str = ""
    title: str = ""
    description: str = ""
    channel_title: str = ""
    default_audio_language: str | None = None
    default_language: str | None = None


class Video(msgspec.Struct):
    """A video."""

    id: str
    snippet: VideoSnippet
    statistics: Statistics | None = None


class _Value(msgspec.Struct):
    value: str = ""


class CommentSnippet(msgspec.Struct, rename="camel"):
    """What a comment says."""

    author_display_name: str = ""
    author_channel_id: _Value | None = None
    video_id: str = ""
    parent_id: str = ""
    text_display: str = ""
    text_original: str | None = None
    like_count: int | None = None
    published_at: str | None = None
    updated_at: str | None = None


class Comment(msgspec.Struct):
    """A comment, or a reply to one."""

    id: str
    snippet: CommentSnippet


class ThreadSnippet(msgspec.Struct, rename="camel"):
    """How a thread begins."""

    top_level_comment: msgspec.Raw
    video_id: str = ""
    total_reply_count: int = 0


class _Replies(msgspec.Struct):
    comments: list[msgspec.Raw] | None = None


class Thread(msgspec.Struct):
    """A comment and some of its replies."""

    id: str
    snippet: ThreadSnippet
    replies: _Replies | None = None


def is_video(native_id: str) -> bool:
    """Whether an id is that of a video; those of comments are longer."""
    return len(native_id) == _VIDEO_ID


def is_reply(native_id: str) -> bool:
    """Whether an id is that of a reply: it begins with the id of its thread."""
    return "." in native_id


def canonical(native_id: str) -> str:
    """The identity across sources of a video or a comment."""
    return f"youtube:{native_id}"


def read_videos(
    found: Iterable[msgspec.Raw], *, handle: str = "", followers: int | None = None, backfill: bool = False
) -> tuple[list[Draft], int]:
    """What some videos say, and how many could not be read. `handle` and `followers` are those of their channel."""
    drafts: list[Draft] = []
    skipped = 0
    for raw in found:
        try:
            video = decode_item(raw, Video)
        except msgspec.DecodeError:
            skipped += 1
            continue
        said, counts = video.snippet, video.statistics or Statistics()
        drafts.append(
            Draft(
                native_id=video.id,
                canonical_id=canonical(video.id),
                title=said.title,
                text=said.description,
                published=parse_time(said.published_at),
                url=f"https://www.youtube.com/watch?v={video.id}",
                site=SITE,
                author=said.channel_title,
                handle=handle or said.channel_id,
                followers=followers,
                lang=primary_language(said.default_audio_language or said.default_language),
                likes=counts.like_count,
                replies=counts.comment_count,
                reach=counts.view_count,
                media=1,
                backfill=backfill,
                raw=bytes(raw),
            )
        )
    return drafts, skipped


def read_comments(
    found: Iterable[msgspec.Raw], *, video_id: str = "", backfill: bool = False
) -> tuple[list[Draft], int]:
    """What some comments say, and how many could not be read. `video_id` is for replies, which do not name theirs."""
    drafts: list[Draft] = []
    skipped = 0
    for raw in found:
        try:
            comment = decode_item(raw, Comment)
        except msgspec.DecodeError:
            skipped += 1
            continue
        drafts.append(_comment(comment, bytes(raw), video_id, backfill))
    return drafts, skipped


def _comment(comment: Comment, raw: bytes, video_id: str, backfill: bool) -> Draft:
    said = comment.snippet
    video = said.video_id or video_id
    thread = said.parent_id or comment.id.partition(".")[0]
    is_reply = thread != comment.id
    written, changed = parse_time(said.published_at), parse_time(said.updated_at)
    name = said.author_display_name
    return Draft(
        native_id=comment.id,
        canonical_id=canonical(comment.id),
        text=said.text_original if said.text_original is not None else said.text_display,
        published=written,
        edited=changed if changed is not None and written is not None and changed > written else None,
        url=f"https://www.youtube.com/watch?v={video}&lc={comment.id}" if video else "",
        site=SITE,
        author=name.removeprefix("@"),
        handle=name.removeprefix("@") if name.startswith("@") else (said.author_channel_id or _Value()).value,
        kind=Kind.REPLY if is_reply else Kind.COMMENT,
        likes=said.like_count,
        parent_id=thread if is_reply else video,
        backfill=backfill,
        raw=raw,
    )
