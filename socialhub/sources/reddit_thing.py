"""A post (t3) or comment (t1) of Reddit's API as the item a source hands over. No network.

Identity is the fullname. Texts are Markdown as written (the API is asked with raw_json=1). What its author or a
moderator took away keeps its place with its words replaced: it comes as a Deletion.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from socialhub.ballots import Ballot, Choice
from socialhub.model import Deletion, Draft, Item, Kind
from socialhub.sources.loose import Row, count_of, id_of, part_of, rows_in, second_of, words_of
from socialhub.text import links_in_html

SITE: Final = "reddit.com"
PAGES: Final = "https://www.reddit.com"
NOBODY: Final = "[deleted]"
_TAKEN_AWAY: Final = {"[deleted]": "deleted", "[removed]": "removed"}
_BY_REDDIT: Final = re.compile(r"\s*\[ ?removed by reddit\b[^\]]*\]\s*\Z", re.IGNORECASE)
"""What stands in place of the words that the company itself took away, sometimes with why."""
_PICTURES: Final = frozenset({"i.redd.it", "v.redd.it"})
_KINDS: Final = frozenset({"t1", "t3"})
_DEEPEST: Final = 50


def identity(fullname: str) -> str:
    """The identity of a thing across the sources of a room."""
    return f"reddit:{fullname}"


def things_in(document: Any, depth: int = 0) -> Iterator[tuple[str, Row]]:
    """Kind and data of every post and comment of an answer: a listing, or the listings of a thread with its replies."""
    if depth > _DEEPEST:
        return
    for each in document if isinstance(document, list) else [document]:
        if not isinstance(each, dict):
            continue
        data = part_of(each, "data")
        if each.get("kind") in _KINDS:
            yield each["kind"], data
            yield from things_in(data.get("replies"), depth + 1)
        elif each.get("kind") == "Listing":
            yield from things_in(rows_in(data.get("children")), depth + 1)


def fullname_of(kind: str, data: Row) -> str:
    """Its fullname; "" when it has none."""
    name, number = id_of(data, "name"), id_of(data, "id")
    return name if name.startswith(f"{kind}_") else f"{kind}_{number}" if number else ""


def item_of(kind: str, data: Row, *, backfill: bool = False) -> Item | None:
    """What a thing says, or that it is gone; None when it has no id."""
    fullname = fullname_of(kind, data)
    if not fullname:
        return None
    words = data.get("selftext" if kind == "t3" else "body")
    words = words if isinstance(words, str) else ""
    reason = taken_away(words) or _removed(data)
    if reason:
        return Deletion(native_id=fullname, canonical_id=identity(fullname), reason=reason)
    author = words_of(data, "author")
    author = "" if author == NOBODY else author
    draft = Draft(
        native_id=fullname,
        canonical_id=identity(fullname),
        text=words,
        published=second_of(data, "created_utc"),
        edited=second_of(data, "edited"),
        author=author,
        handle=author,
        url=_address(data),
        site=SITE,
        likes=None if data.get("score_hidden") is True else count_of(data, "score"),
        backfill=backfill,
        raw=msgspec.json.encode({**data, "replies": None} if data.get("replies") else data),
    )
    _post(draft, data) if kind == "t3" else _comment(draft, data)
    return draft


def taken_away(words: str) -> str:
    """Why these words stand in place of others; "" when they are their author's."""
    return _TAKEN_AWAY.get(words.strip()) or ("removed" if _BY_REDDIT.match(words) else "")


def _removed(data: Row) -> str:
    """Who took a post away: its author, or somebody in charge; "" when nobody did."""
    category = words_of(data, "removed_by_category")
    return "" if not category else "deleted" if category in ("deleted", "author") else "removed"


def _post(draft: Draft, data: Row) -> None:
    draft.title = words_of(data, "title")
    draft.replies, draft.shares = count_of(data, "num_comments"), count_of(data, "num_crossposts")
    draft.parent_id = id_of(data, "crosspost_parent")
    draft.kind = Kind.QUOTE if draft.parent_id else Kind.POST
    leads_to = html.unescape(words_of(data, "url"))
    pictures = rows_in(part_of(data, "gallery_data").get("items"))
    captions = [caption for each in pictures if (caption := words_of(each, "caption").strip())]
    draft.text = "\n".join(filter(None, [draft.text, *captions]))
    outside = [leads_to] if data.get("is_self") is not True and leads_to.startswith(("http://", "https://")) else []
    outside += [address for each in pictures if (address := words_of(each, "outbound_url")).startswith("http")]
    draft.links = (*outside, *links_in_html(words_of(data, "selftext_html")))
    draft.media = len(pictures) or _shows_something(data)
    draft.ballot = _ballot(part_of(data, "poll_data"))
    warnings = [word for name, word in (("over_18", "NSFW"), ("spoiler", "spoiler")) if data.get(name) is True]
    draft.warning = ", ".join(warnings)


def _ballot(poll: Row) -> Ballot | None:
    """What can be voted on; votes are told once the vote is over, or to who voted."""
    choices = tuple(
        Choice(words_of(option, "text"), count_of(option, "vote_count")) for option in rows_in(poll.get("options"))
    )
    return Ballot(choices) if choices else None


def _comment(draft: Draft, data: Row) -> None:
    draft.kind = Kind.COMMENT
    draft.parent_id = id_of(data, "parent_id", "link_id")
    draft.links = tuple(links_in_html(words_of(data, "body_html")))


def _shows_something(data: Row) -> int:
    hint = words_of(data, "post_hint")
    shown = hint in ("image", "hosted:video") or words_of(data, "domain") in _PICTURES
    return int(data.get("is_video") is True or bool(part_of(data, "media")) or shown)


def _address(data: Row) -> str:
    """Its page: by its permalink, or (older answers) by its post."""
    permalink = words_of(data, "permalink")
    if permalink.startswith("/"):
        return PAGES + permalink
    if permalink.startswith("https://"):
        return permalink
    # An answer in somebody's inbox has it with what surrounds it.
    within = words_of(data, "context").partition("?")[0]
    if within.startswith("/"):
        return PAGES + within
    post, number = id_of(data, "link_id").removeprefix("t3_"), id_of(data, "id")
    return f"{PAGES}/comments/{post}/_/{number}/" if post and number else f"{PAGES}/comments/{number}/"
