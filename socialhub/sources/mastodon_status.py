"""A status of Mastodon's API (any server that speaks it) as the items a source hands over. No network.

Every key may be missing: other servers leave out what they do not know. Identity across servers is the ActivityPub
`uri`; ids are opaque text of one server.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from selectolax.lexbor import LexborHTMLParser

from socialhub import text
from socialhub.ballots import Ballot, Choice
from socialhub.model import Boost, Draft, Item, Kind
from socialhub.sources.odd_fields import decode_item
from socialhub.sources.pages import parse_time, primary_language

# Whatever else servers call it (private, direct, mutuals_only, limited, circle …) is meant for few.
_FOR_ALL: Final = frozenset({"public", "unlisted", "public_unlisted", "local"})
# Mentions and hashtags are links of the server's own making, not of the author.
_LINKS: Final = "a[href]:not(.mention):not(.hashtag):not([rel~=tag])"
# "RE: address", added to a quote for those who cannot show one, and what GoToSocial itself remarks below a post.
_FALLBACK: Final = ".quote-inline"
_REMARK: Final = ".gts-system-message"


class Account(msgspec.Struct):
    """Who wrote a status."""

    username: str | None = None
    acct: str | None = None
    display_name: str | None = None
    note: str | None = None
    followers_count: int | None = None
    created_at: str | None = None


class Quote(msgspec.Struct):
    """A quoted status: whole, or by its id alone; some servers put the status itself in the place of the quote."""

    quoted_status: Status | None = None
    quoted_status_id: str | int | None = None
    id: str | int | None = None


class Extension(msgspec.Struct):
    """What Pleroma and Akkoma add of their own."""

    quote: Status | None = None
    quote_id: str | int | None = None


class Option(msgspec.Struct):
    """What can be chosen; without votes while the server keeps them to itself."""

    title: str = ""
    votes_count: int | None = None


class Poll(msgspec.Struct):
    """A question to vote on."""

    options: list[Option] | None = None
    multiple: bool = False
    voters_count: int | None = None


class Status(msgspec.Struct):
    """What is read of a status."""

    id: str | int
    uri: str | None = None
    url: str | None = None
    created_at: str | None = None
    edited_at: str | None = None
    account: Account | None = None
    content: str | None = None
    text: str | None = None
    visibility: str | None = None
    spoiler_text: str | None = None
    media_attachments: list[Any] | None = None
    poll: Poll | None = None
    language: str | None = None
    reblogs_count: int | None = None
    favourites_count: int | None = None
    replies_count: int | None = None
    in_reply_to_id: str | int | None = None
    reblog: Status | None = None
    quote: Quote | None = None
    quote_id: str | int | None = None
    pleroma: Extension | None = None


def items_of(raw: bytes | msgspec.Raw, server: str, *, backfill: bool = False) -> tuple[str, list[Item]]:
    """The server's id of a status and what it says: a post, or a post and a boost of it; nothing when it is not public.

    `server` is the host asked, the home of users without a domain. Raises msgspec.DecodeError (ValidationError among
    them) when it is no status.
    """
    status = decode_item(raw, Status)
    if not _is_public(status):
        return str(status.id), []
    passed_on = status.reblog or _wordless_quote(status)
    if passed_on is None:
        return str(status.id), [_draft(status, server, bytes(raw), backfill)]
    if not _is_public(passed_on):
        return str(status.id), []
    post = _draft(passed_on, server, b"", backfill)
    post.raw = bytes(raw)
    boost = Boost(post.canonical_id, _handle(status.account, server), parse_time(status.created_at) or 0)
    return str(status.id), [post, boost] if boost.at else [post]


def read_statuses(
    statuses: Sequence[msgspec.Raw], server: str, *, backfill: bool = False
) -> tuple[list[str], list[Item], int]:
    """The ids of a page in its order, what its statuses say, and how many could not be read."""
    ids: list[str] = []
    items: list[Item] = []
    skipped = 0
    for raw in statuses:
        try:
            status_id, found = items_of(raw, server, backfill=backfill)
        except msgspec.DecodeError:
            skipped += 1
            continue
        ids.append(status_id)
        items.extend(found)
    return ids, items, skipped


def _is_public(status: Status) -> bool:
    """Whether everybody may read it; servers that know nothing else leave it out."""
    return not status.visibility or status.visibility in _FOR_ALL


def _draft(status: Status, server: str, raw: bytes, backfill: bool) -> Draft:
    account = status.account or Account()
    handle = _handle(account, server)
    markup = _own_words(status)
    parent, kind = _parent(status)
    return Draft(
        native_id=str(status.id),
        canonical_id=status.uri or "",
        kind=kind,
        text=text.from_html(markup) or status.text or "",
        links=_links(markup),
        published=parse_time(status.created_at),
        edited=parse_time(status.edited_at),
        url=status.url or status.uri or "",
        site=handle.rpartition("@")[2],
        author=account.display_name or account.username or handle,
        handle=handle,
        bio=text.from_html(account.note or ""),
        followers=_count(account.followers_count),
        account_created=parse_time(account.created_at),
        lang=primary_language(status.language),
        likes=_count(status.favourites_count),
        shares=_count(status.reblogs_count),
        replies=_count(status.replies_count),
        parent_id=parent,
        warning=status.spoiler_text or "",
        media=len(status.media_attachments or ()),
        ballot=_ballot(status.poll),
        backfill=backfill,
        raw=raw,
    )


def _ballot(poll: Poll | None) -> Ballot | None:
    if poll is None or not poll.options:
        return None
    choices = tuple(Choice(each.title, _count(each.votes_count)) for each in poll.options)
    return Ballot(choices, poll.multiple, _count(poll.voters_count))


def _handle(account: Account | None, server: str) -> str:
    """user@host, also for a user of the server itself, whom it names without a host; "" without an account."""
    if account is None:
        return ""
    name = account.acct or account.username or ""
    return name if "@" in name or not name else f"{name}@{server}"


def _own_words(status: Status) -> str:
    """The content without what servers add to it."""
    content = status.content or ""
    added = [_FALLBACK] if "quote-inline" in content and (status.quote or _quoted_id(status)) else []
    added += [_REMARK] if "gts-system-message" in content else []
    if not added:
        return content
    tree = LexborHTMLParser(content[: text.MAX_HTML])
    for node in tree.css(",".join(added)):
        node.decompose()
    return (tree.body.inner_html if tree.body is not None else "") or ""


def _links(markup: str) -> tuple[str, ...]:
    """The addresses the author linked, whole even where the text shows them shortened."""
    if "href" not in markup:
        return ()
    found = LexborHTMLParser(markup[: text.MAX_HTML]).css(_LINKS)
    hrefs = (node.attributes.get("href") or "" for node in found)
    return tuple(dict.fromkeys(href for href in hrefs if href.startswith(("http://", "https://"))))


def _parent(status: Status) -> tuple[str, Kind]:
    """What a status answers or quotes (the server's id) and so what it is; a reply that quotes is a reply."""
    if status.in_reply_to_id:
        return str(status.in_reply_to_id), Kind.REPLY
    quoted = _quoted_id(status)
    return (quoted, Kind.QUOTE) if quoted else ("", Kind.POST)


def _quoted(status: Status) -> Status | None:
    """The quoted status where the server gives it whole: in a quote, or in an extension of its own."""
    if status.quote and status.quote.quoted_status:
        return status.quote.quoted_status
    return status.pleroma.quote if status.pleroma else None


def _quoted_id(status: Status) -> str:
    """The server's id of the quoted status, "" when none is quoted."""
    whole, quote, extension = _quoted(status), status.quote or Quote(), status.pleroma or Extension()
    named = (whole and whole.id, quote.quoted_status_id, quote.id, status.quote_id, extension.quote_id)
    return next((str(each) for each in named if each), "")


def _wordless_quote(status: Status) -> Status | None:
    """The quoted status when nothing was added to it: passed on like a boost."""
    quoted = _quoted(status)
    if quoted is None or status.in_reply_to_id or status.spoiler_text or status.media_attachments or status.poll:
        return None
    return None if text.from_html(_own_words(status)).strip() else quoted


def _count(value: int | None) -> int | None:
    """A count, None where a server gives nonsense (-1 for "hidden")."""
    return value if value is not None and value >= 0 else None


def server_host(server: str) -> str:
    """host[:port] of a server's address: the home of its own users."""
    return urlsplit(server).netloc.rpartition("@")[2].lower()
