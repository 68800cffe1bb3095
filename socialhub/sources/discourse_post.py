"""A post of a Discourse forum as the item a source hands over. No network.

A post is known by its topic and its number there, as in its address: every list tells these, few tell the id of the
post. What its author or a moderator took away comes as a Deletion; what the forum notes about a topic is no post.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from socialhub.model import Deletion, Draft, Item, Kind
from socialhub.records import dataclass
from socialhub.sources.loose import Row, count_of, date_of, id_of, part_of, rows_in, words_of
from socialhub.sources.news_index import host_of
from socialhub.text import from_html, links_in_html

_NOTE: Final = 3
"""The type of what the forum itself notes: closed, pinned, moved."""
_LIKE: Final = 2
_PICTURE: Final = re.compile(r"<(?:img|video)\b(?![^<>]*\bemoji\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hit:
    """A post as a list tells of it: where it stands, the title of its topic, and what of it is told (`row`)."""

    topic: str
    number: str
    title: str
    row: Row

    @property
    def native(self) -> str:
        """Its native id."""
        return f"{self.topic}/{self.number}"


def identity(server: str, native: str) -> str:
    """The identity of a post across the sources of a room."""
    return f"discourse:{host_of(server)}{urlsplit(server).path.rstrip('/')}/{native}"


def item_of(row: Row, server: str, title: str = "", *, backfill: bool = False) -> Item | None:
    """What a post says, or that it is gone; None for a note of the forum, or what has no place in a topic.

    `title` is that of its topic; it belongs to the post that opens the topic.
    """
    topic, number = id_of(row, "topic_id"), id_of(row, "post_number")
    if not topic or not number or row.get("post_type") == _NOTE:
        return None
    native = f"{topic}/{number}"
    if words_of(row, "deleted_at") or row.get("user_deleted") is True:
        reason = "deleted" if row.get("user_deleted") is True else "removed"
        return Deletion(native, canonical_id=identity(server, native), reason=reason)
    cooked = words_of(row, "cooked")
    links = [link for link in links_in_html(cooked) if link.startswith(("http://", "https://"))]
    draft = Draft(
        native_id=native,
        canonical_id=identity(server, native),
        text=from_html(cooked).strip(),
        published=date_of(row, "created_at"),
        edited=date_of(row, "updated_at") if (count_of(row, "version") or 1) > 1 else None,
        url=f"{server.rstrip('/')}/t/{words_of(row, 'topic_slug') or '-'}/{native}",
        author=words_of(row, "name", "display_username", "username"),
        handle=words_of(row, "username"),
        site=host_of(server),
        likes=_likes(row),
        replies=count_of(row, "reply_count"),
        reach=count_of(row, "reads"),
        links=tuple(dict.fromkeys(links)),
        media=len(_PICTURE.findall(cooked)),
        backfill=backfill,
        raw=msgspec.json.encode(row),
    )
    if number == "1":
        draft.title = words_of(row, "topic_title") or title
    else:
        draft.kind = Kind.REPLY
        draft.parent_id = f"{topic}/{id_of(row, 'reply_to_post_number') or 1}"
    return draft


def _likes(row: Row) -> int | None:
    """A forum that tells of no likes of a post has counted none."""
    if not isinstance(row.get("actions_summary"), list):
        return count_of(row, "like_count")
    counted = (count_of(each, "count") for each in rows_in(row["actions_summary"]) if each.get("id") == _LIKE)
    return next((count for count in counted if count is not None), 0)


# ---- lists that tell of posts ------------------------------------------------------------------------------------


def hits_of(document: Any) -> list[Hit] | None:
    """The posts that an answer tells of, in its order; None where it is no such answer.

    A search (also in the form of old forums), what somebody did, or a list of topics.
    """
    if isinstance(document, list):
        found = [row for group in rows_in(document) for row in rows_in(group.get("results"))]
        return [_opening(row, {}) for row in found if "/t/" in words_of(row, "url")] if rows_in(document) else None
    if not isinstance(document, dict):
        return None
    if isinstance(document.get("user_actions"), list):
        return [hit for row in rows_in(document["user_actions"]) if (hit := _done(row)).topic]
    if "topic_list" in document:
        people = {id_of(row, "id"): row for row in rows_in(document.get("users"))}
        topics = rows_in(part_of(document, "topic_list").get("topics"))
        return [_opening(row, people) for row in topics if id_of(row, "id")]
    if "grouped_search_result" in document or "posts" in document:
        return [hit for hit in _found(document) if hit.topic and hit.number]
    return None


def _found(document: Row) -> Iterator[Hit]:
    topics = {id_of(row, "id"): row for row in rows_in(document.get("topics"))}
    for row in rows_in(document.get("posts")):
        topic = topics.get(id_of(row, "topic_id"), {})
        told = {**row, "cooked": words_of(row, "blurb"), "topic_slug": words_of(topic, "slug")}
        yield Hit(id_of(row, "topic_id"), id_of(row, "post_number"), words_of(topic, "title"), told)


def _done(row: Row) -> Hit:
    told = {
        **row,
        "cooked": words_of(row, "excerpt"),
        "topic_slug": words_of(row, "slug"),
        "username": words_of(row, "acting_username", "username"),
        "name": words_of(row, "acting_name", "name"),
        "user_deleted": row.get("deleted"),
    }
    return Hit(id_of(row, "topic_id"), id_of(row, "post_number"), words_of(row, "title"), told)


def _opening(row: Row, people: dict[str, Row]) -> Hit:
    """The post that opens a topic; the first of its posters is who opened it, by what stands beside them."""
    posters = rows_in(row.get("posters"))
    opener = next((each for each in posters if "Original Poster" in words_of(each, "description")), {})
    person = people.get(id_of(opener, "user_id"), {})
    told = {
        "topic_id": row.get("id"),
        "post_number": 1,
        "topic_slug": words_of(row, "slug"),
        "cooked": words_of(row, "excerpt"),
        "created_at": row.get("created_at"),
        "username": words_of(person, "username"),
        "name": words_of(person, "name"),
        "reply_count": row.get("reply_count"),
        "pinned": row.get("pinned"),
    }
    return Hit(id_of(row, "id"), "1", from_html(words_of(row, "title")), told)
