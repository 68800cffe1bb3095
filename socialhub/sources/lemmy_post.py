"""A post or comment of Lemmy's API, version 3 or 4, as the item a source hands over. No network.

Identity is the ActivityPub address, the same on every server. Texts are Markdown as written. What its author or a
moderator took away comes as a Deletion.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from socialhub.model import Deletion, Draft, Item, Kind
from socialhub.sources.loose import Row, count_of, date_of, id_of, part_of, words_of
from socialhub.sources.news_index import host_of

POST: Final = "post"
COMMENT: Final = "comment"
_LINK: Final = re.compile(r"https?://[^\s<>()\[\]\"']+")


def native_of(view: Row, what: str) -> str:
    """Its native id: posts and comments are numbered apart; "" when it has no number."""
    number = id_of(part_of(view, what), "id")
    return f"{what}/{number}" if number else ""


def is_pinned(view: Row) -> bool:
    """Whether it stands above the newest, wherever it belongs by its age."""
    post = part_of(view, POST)
    return post.get("featured_community") is True or post.get("featured_local") is True


def item_of(view: Row, what: str, languages: Mapping[str, str], *, backfill: bool = False) -> Item | None:
    """What a view says, or that it is gone; None when it has no number."""
    native, said = native_of(view, what), part_of(view, what)
    address = words_of(said, "ap_id")
    if not native:
        return None
    if said.get("deleted") is True or said.get("removed") is True:
        reason = "deleted" if said.get("deleted") is True else "removed"
        return Deletion(native, canonical_id=address, reason=reason)
    creator = part_of(view, "creator")
    # Version 4 counts in the thing itself, version 3 beside it.
    counted = {**part_of(view, "counts"), **said}
    draft = Draft(
        native_id=native,
        canonical_id=address,
        text=words_of(said, "body" if what == POST else "content"),
        published=date_of(said, "published_at", "published"),
        edited=date_of(said, "updated_at", "updated"),
        url=address,
        author=words_of(creator, "display_name", "name"),
        handle=_handle(creator),
        bio=words_of(creator, "bio"),
        account_created=date_of(creator, "published_at", "published"),
        site=host_of(address),
        lang=languages.get(id_of(said, "language_id"), ""),
        likes=count_of(counted, "score"),
        backfill=backfill,
        raw=msgspec.json.encode(view),
    )
    _post(draft, view, said, counted) if what == POST else _comment(draft, said, counted)
    return draft


def _handle(creator: Row) -> str:
    name, home = words_of(creator, "name"), host_of(words_of(creator, "ap_id", "actor_id"))
    return f"{name}@{home}" if name and home else name


def _post(draft: Draft, view: Row, said: Row, counted: Mapping[str, Any]) -> None:
    draft.title = words_of(said, "name")
    draft.replies = count_of(counted, "comments")
    leads_to = words_of(said, "url")
    outside = [leads_to] if leads_to.startswith(("http://", "https://")) else []
    draft.links = tuple(dict.fromkeys([*outside, *_LINK.findall(draft.text)]))
    draft.warning = "NSFW" if said.get("nsfw") is True else ""
    draft.media = int(words_of(said, "url_content_type").startswith(("image/", "video/")))


def _comment(draft: Draft, said: Row, counted: Mapping[str, Any]) -> None:
    draft.kind = Kind.COMMENT
    draft.replies = count_of(counted, "child_count")
    draft.links = tuple(dict.fromkeys(_LINK.findall(draft.text)))
    # "0.12.34": 34 answers 12; "0.34" answers the post.
    above = words_of(said, "path").split(".")[1:-1]
    draft.parent_id = f"{COMMENT}/{above[-1]}" if above else f"{POST}/{id_of(said, 'post_id')}"
