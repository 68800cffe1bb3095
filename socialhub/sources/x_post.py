"""Posts of X's API v2 as the items a source hands over (SOURCES §5). No network.

A page is its posts and, beside them, the people, posts and media that they name. Every field but id and text may be
missing. The versions of an edited post are a chain of ids, oldest first: the first is its identity.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec

from socialhub.ballots import Ballot, Choice
from socialhub.model import Boost, Draft, Item, Kind
from socialhub.sources.odd_fields import decode_item
from socialhub.sources.pages import parse_time, primary_language

SITE: Final = "x.com"
# Ids carry their time above this many bits, in ms since the epoch of X's ids (published with their generator,
# "Snowflake"); ids from before November 2010 are smaller and carry none.
_ID_BITS: Final = 22
_ID_EPOCH: Final = 1_288_834_974_657
_FIRST_TIMED: Final = 30_000_000_000
_OLD_CODES: Final = {"in": "id", "iw": "he", "ji": "yi"}
_STATUS: Final = re.compile(r"https?://(?:(?:www|mobile)\.)?(?:x|twitter)\.com/[^/]+/status(?:es)?/(\d+)", re.I)
_ARTICLE: Final = re.compile(r"https?://(?:www\.)?(?:x|twitter)\.com/(?:i|[^/]+)/article/\d+", re.I)
# Posts without words ("qme": media only, "und": undetermined …) have codes that are no languages.
_NO_LANGUAGE: Final = re.compile(r"q[a-z]{2}|und|zxx|art")


class Reference(msgspec.Struct):
    """What a post answers, quotes or passes on."""

    type: str = ""
    id: str | int = ""


class Link(msgspec.Struct):
    """A shortened address in the text, and where it leads. One with a media key is the post's own picture."""

    url: str = ""
    expanded_url: str | None = None
    unwound_url: str | None = None
    media_key: str | None = None


class Entities(msgspec.Struct):
    """What is marked in a text."""

    urls: list[Link] | None = None


class Note(msgspec.Struct):
    """The whole text of a post of more than 280 characters."""

    text: str | None = None
    entities: Entities | None = None


class Article(msgspec.Struct):
    """What a post of its kind is about: a long text with a title, of which X gives more or less."""

    title: str | None = None
    plain_text: str | None = None
    preview_text: str | None = None


class Geo(msgspec.Struct):
    """Where its author says it was written."""

    place_id: str | None = None


class Metrics(msgspec.Struct):
    """Engagement."""

    retweet_count: int | None = None
    quote_count: int | None = None
    reply_count: int | None = None
    like_count: int | None = None
    impression_count: int | None = None


class Attachments(msgspec.Struct):
    """Pictures and videos by key, a question to vote on by id."""

    media_keys: list[str] | None = None
    poll_ids: list[str | int] | None = None


class Post(msgspec.Struct):
    """What is read of a post."""

    id: str | int
    text: str = ""
    edit_history_tweet_ids: list[str | int] | None = None
    author_id: str | int | None = None
    created_at: str | None = None
    lang: str | None = None
    referenced_tweets: list[Reference] | None = None
    entities: Entities | None = None
    note_tweet: Note | None = None
    public_metrics: Metrics | None = None
    attachments: Attachments | None = None
    article: Article | None = None
    geo: Geo | None = None


class Followed(msgspec.Struct):
    """How many follow somebody."""

    followers_count: int | None = None


class User(msgspec.Struct):
    """Somebody."""

    id: str | int
    username: str = ""
    name: str = ""
    description: str | None = None
    created_at: str | None = None
    public_metrics: Followed | None = None


class Option(msgspec.Struct):
    """What can be chosen."""

    position: int = 0
    label: str = ""
    votes: int | None = None


class Poll(msgspec.Struct):
    """A question to vote on."""

    id: str | int
    options: list[Option] | None = None


class Place(msgspec.Struct):
    """A place as X names it: "Lyon, Auvergne-Rhône-Alpes", and its country."""

    id: str | int
    full_name: str = ""
    country: str | None = None


class Includes(msgspec.Struct):
    """What the posts of a page name, in full."""

    users: list[msgspec.Raw] | None = None
    tweets: list[msgspec.Raw] | None = None
    polls: list[msgspec.Raw] | None = None
    places: list[msgspec.Raw] | None = None


T = TypeVar("T", User, Post, Poll, Place)


@dataclass(frozen=True, slots=True)
class Beside:
    """The people, posts, polls and places beside the posts of a page, by id; posts with what was received."""

    users: Mapping[str, User]
    posts: Mapping[str, tuple[Post, bytes]]
    polls: Mapping[str, Poll]
    places: Mapping[str, Place]


def beside(includes: Includes | None) -> Beside:
    """What stands beside; entries that cannot be read are left out."""
    told = includes or Includes()
    posts = {str(post.id): (post, raw) for post, raw in _readable(told.tweets, Post)}
    return Beside(_by_id(told.users, User), posts, _by_id(told.polls, Poll), _by_id(told.places, Place))


def _by_id(found: Sequence[msgspec.Raw] | None, wanted: type[T]) -> dict[str, T]:
    return {str(each.id): each for each, _raw in _readable(found, wanted)}


def _readable(found: Sequence[msgspec.Raw] | None, wanted: type[T]) -> Iterator[tuple[T, bytes]]:
    for raw in found or ():
        try:
            yield decode_item(raw, wanted), bytes(raw)
        except msgspec.DecodeError:
            continue


def read_posts(
    found: Sequence[msgspec.Raw], around: Beside, *, backfill: bool = False
) -> tuple[list[str], list[Item], int]:
    """The ids of a page in its order, what its posts say, and how many could not be read.

    Of a chain of versions, and of a post that several pass on, only the newest stands among the items.
    """
    ids: list[str] = []
    drafts: dict[str, tuple[int, Draft]] = {}
    boosts: list[Boost] = []
    skipped = 0
    for raw in found:
        try:
            post = decode_item(raw, Post)
        except msgspec.DecodeError:
            skipped += 1
            continue
        ids.append(str(post.id))
        draft, boost = _said(post, bytes(raw), around)
        if boost is not None:
            boosts.append(boost)
        if draft is not None:
            draft.backfill = backfill
            version = draft.edited or draft.published or 0
            if draft.native_id not in drafts or drafts[draft.native_id][0] < version:
                drafts[draft.native_id] = (version, draft)
    return ids, [*(draft for _version, draft in drafts.values()), *boosts], skipped


def first_id(post: Post) -> str:
    """The identity of a post: the id of its first version."""
    return _versions(post)[0]


def latest_id(post: Post) -> str:
    """The id of its newest version, as far as this one knows."""
    return _versions(post)[-1]


def _versions(post: Post) -> list[str]:
    return [str(each) for each in post.edit_history_tweet_ids or () if each] or [str(post.id)]


def newest(ids: Iterable[str]) -> str:
    """The newest of some ids, which X gives out in the order of time; "" of none."""
    return max(ids, key=lambda each: (len(each), each), default="")


def canonical(native_id: str) -> str:
    """The identity across sources of a post, by the id of its first version."""
    return f"x:{native_id}"


def moment_of_id(post_id: str) -> int | None:
    """When an id was given out (ms UTC); None for one that does not tell."""
    if not (post_id.isascii() and post_id.isdigit() and len(post_id) < 20) or int(post_id) < _FIRST_TIMED:
        return None
    return (int(post_id) >> _ID_BITS) + _ID_EPOCH


def _said(post: Post, raw: bytes, around: Beside) -> tuple[Draft | None, Boost | None]:
    """A post, or who passed which post on; of a post that its author hides, only that it was passed on."""
    passed_on = next((each for each in post.referenced_tweets or () if each.type == "retweeted"), None)
    if passed_on is None:
        return _draft(post, raw, around), None
    original, original_raw = around.posts.get(str(passed_on.id), (None, b""))
    identity = first_id(original) if original is not None else str(passed_on.id)
    by = around.users.get(str(post.author_id))
    at = parse_time(post.created_at) or moment_of_id(str(post.id))
    name = (by.username if by is not None else "") or str(post.author_id or "")
    boost = Boost(canonical(identity), name, at) if at is not None and name else None
    return (_draft(original, original_raw, around) if original is not None else None), boost


def _draft(post: Post, raw: bytes, around: Beside) -> Draft:
    native = first_id(post)
    author = around.users.get(str(post.author_id)) or User("")
    text, links = _words(post)
    article = post.article or Article()
    ballot = _ballot(post, around)
    parent, kind = _parent(post, around)
    metrics = post.public_metrics or Metrics()
    is_edited = native != str(post.id)
    written = parse_time(post.created_at) or moment_of_id(str(post.id))
    return Draft(
        native_id=native,
        canonical_id=canonical(native),
        title=html.unescape(article.title or ""),
        text=_with_article(text, article),
        links=links,
        published=(moment_of_id(native) or written) if is_edited else written,
        edited=(moment_of_id(str(post.id)) or written) if is_edited else None,
        url=f"https://x.com/{author.username or 'i'}/status/{post.id}",
        site=SITE,
        author=author.name or author.username,
        handle=author.username,
        bio=html.unescape(author.description or ""),
        followers=author.public_metrics.followers_count if author.public_metrics else None,
        account_created=parse_time(author.created_at),
        lang=_language(post.lang),
        kind=kind,
        likes=metrics.like_count,
        shares=metrics.retweet_count,
        replies=metrics.reply_count,
        # What was posted before views were counted has none of them.
        reach=metrics.impression_count or None,
        parent_id=parent,
        place=_place(post, around),
        media=len((post.attachments.media_keys if post.attachments else None) or ()),
        ballot=ballot,
        # Of a post that others pass on, X sends the question without its choices.
        partial=ballot is None and bool(post.attachments and post.attachments.poll_ids),
        raw=raw,
    )


def _ballot(post: Post, around: Beside) -> Ballot | None:
    ids = (post.attachments.poll_ids if post.attachments else None) or ()
    poll = next((around.polls[str(each)] for each in ids if str(each) in around.polls), None)
    if poll is None or not poll.options:
        return None
    options = sorted(poll.options, key=lambda each: each.position)
    return Ballot(tuple(Choice(each.label, each.votes) for each in options))


def _words(post: Post) -> tuple[str, tuple[str, ...]]:
    """The whole text with its addresses as they lead, and those addresses.

    The addresses of the post's own pictures, of its article and of the post it quotes are X's doing: left out.
    """
    note = post.note_tweet
    text = html.unescape((note.text if note else None) or post.text)
    marked = (note.entities if note and note.text else None) or post.entities or Entities()
    quoted = {str(each.id) for each in post.referenced_tweets or () if each.type == "quoted"}
    links: list[str] = []
    for link in marked.urls or ():
        leads_to = link.unwound_url or link.expanded_url or link.url
        if not link.url.startswith("http"):
            continue
        status = _STATUS.match(leads_to)
        its_own = bool(post.article) and _ARTICLE.match(leads_to)
        if link.media_key or its_own or _is_picture(leads_to, post) or (status and status[1] in quoted):
            text = text.replace(link.url, "")
            continue
        text = text.replace(link.url, link.expanded_url or link.url)
        links.append(leads_to)
    return text.strip(), tuple(dict.fromkeys(links))


def _with_article(text: str, article: Article) -> str:
    """The words of an article after those of its post, as much of it as X gives."""
    body = html.unescape(article.plain_text or article.preview_text or "").strip()
    return text if not body or body in text else f"{text}\n\n{body}".strip()


def _place(post: Post, around: Beside) -> str:
    """Where it was written, from the small to the large."""
    place = around.places.get(post.geo.place_id or "") if post.geo else None
    if place is None:
        return ""
    country = place.country or ""
    return place.full_name if not country or place.full_name.endswith(country) else f"{place.full_name}, {country}"


def _is_picture(address: str, post: Post) -> bool:
    """Whether an address leads to the pictures of the post itself (before pictures had keys there)."""
    return f"/status/{post.id}/photo/" in address or f"/status/{post.id}/video/" in address


def _parent(post: Post, around: Beside) -> tuple[str, Kind]:
    """What a post answers or quotes; an answer that quotes is an answer."""
    for wanted, kind in (("replied_to", Kind.REPLY), ("quoted", Kind.QUOTE)):
        for each in post.referenced_tweets or ():
            if each.type == wanted:
                found = around.posts.get(str(each.id))
                return (first_id(found[0]) if found else str(each.id)), kind
    return "", Kind.POST


def _language(code: str | None) -> str:
    plain = primary_language(code)
    return "" if _NO_LANGUAGE.fullmatch(plain) else _OLD_CODES.get(plain, plain)
