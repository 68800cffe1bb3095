"""A post of Bluesky (`app.bsky.feed.post` record, wherever it comes from) as a draft. No network.

Identity is the at-uri: authors by DID, since handles change. Text is kept as written, with shortened links; their whole
addresses stand in `links`. Hashtags the text does not show are appended, so that matching sees them.
"""

from __future__ import annotations

from typing import Final

import msgspec

from socialhub.model import Draft, Kind
from socialhub.sources.odd_fields import decode_item
from socialhub.sources.pages import parse_time, primary_language

COLLECTION: Final = "app.bsky.feed.post"
_MOST_LABELS: Final = 10


class Feature(msgspec.Struct):
    """What a stretch of the text is: a link (`uri`), a hashtag (`tag`), a mention."""

    uri: str | None = None
    tag: str | None = None


class Facet(msgspec.Struct):
    """Features of a stretch of the text; where it stands (UTF-8 byte offsets) is not needed here."""

    features: list[Feature] | None = None


class Subject(msgspec.Struct):
    """A reference to another record."""

    uri: str | None = None
    record: Subject | None = None


class ReplyTo(msgspec.Struct):
    """What a post answers."""

    parent: Subject | None = None


class External(msgspec.Struct):
    """A link card."""

    uri: str | None = None
    title: str | None = None


class Embed(msgspec.Struct):
    """What a post carries: pictures, a video, a link card, a quoted record, or a record with one of the others."""

    type: str = msgspec.field(default="", name="$type")
    images: list[msgspec.Raw] | None = None
    items: list[msgspec.Raw] | None = None
    external: External | None = None
    record: Subject | None = None
    media: Embed | None = None


class Label(msgspec.Struct):
    """A content warning, of the author or of a moderation service; `neg` takes one back."""

    val: str = ""
    neg: bool | None = None


class SelfLabels(msgspec.Struct):
    """The author's own warnings."""

    values: list[Label] | None = None


class PostRecord(msgspec.Struct):
    """What is read of a post's record."""

    text: str | None = None
    created_at: str | None = msgspec.field(default=None, name="createdAt")
    langs: list[str] | None = None
    tags: list[str] | None = None
    facets: list[Facet] | None = None
    reply: ReplyTo | None = None
    embed: Embed | None = None
    labels: SelfLabels | None = None
    original: str | None = msgspec.field(default=None, name="bridgyOriginalUrl")


def read_record(raw: bytes | msgspec.Raw) -> PostRecord:
    """A post's record; one with odd parts is read for the others. Raises msgspec.DecodeError."""
    return decode_item(raw, PostRecord)


def at_uri(did: str, rkey: str) -> str:
    """The identity of a post."""
    return f"at://{did}/{COLLECTION}/{rkey}"


def web_url(uri: str) -> str:
    """The post's page on bsky.app, by DID; "" when `uri` is none of a post."""
    parts = uri.removeprefix("at://").split("/")
    return f"https://bsky.app/profile/{parts[0]}/post/{parts[2]}" if len(parts) == 3 and parts[1] == COLLECTION else ""


def draft_of(record: PostRecord, uri: str, *, indexed: int | None) -> Draft:
    """The draft of a post. `indexed` (ms UTC) is when a server first saw it: the author's clock may not be later."""
    written = parse_time(record.created_at)
    times = [moment for moment in (written, indexed) if moment is not None]
    embed = record.embed or Embed()
    media = embed.media or Embed()
    external = embed.external or media.external or External()
    parent, kind = _parent(record)
    did = uri.removeprefix("at://").partition("/")[0]
    return Draft(
        native_id=uri,
        canonical_id=uri,
        kind=kind,
        title=external.title or "",
        text=_text(record),
        links=_links(record, external.uri),
        published=min(times, default=None),
        url=web_url(uri),
        site="bsky.app",
        author=did,
        handle=did,
        lang=primary_language(next(iter(record.langs or ()), "")),
        parent_id=parent,
        original=record.original or "",
        warning=warning_of(record.labels.values if record.labels else None),
        media=_media(embed) + _media(media),
    )


def warning_of(labels: list[Label] | None) -> str:
    """Content warnings in a line; those that start with "!" are instructions for servers."""
    values = [label.val for label in labels or () if label.val and not label.neg and not label.val.startswith("!")]
    return ", ".join(list(dict.fromkeys(values))[:_MOST_LABELS])


def _features(record: PostRecord) -> list[Feature]:
    return [feature for facet in record.facets or () for feature in facet.features or ()]


def _text(record: PostRecord) -> str:
    """The text, and the hashtags that it does not show."""
    text = record.text or ""
    tags = [feature.tag for feature in _features(record) if feature.tag] + (record.tags or [])
    shown = text.casefold()
    hidden = [f"#{tag}" for tag in dict.fromkeys(tags) if tag and f"#{tag}".casefold() not in shown]
    return " ".join([text, *hidden]) if hidden else text


def _links(record: PostRecord, card: str | None) -> tuple[str, ...]:
    found = [feature.uri for feature in _features(record) if feature.uri] + ([card] if card else [])
    return tuple(dict.fromkeys(uri for uri in found if uri.startswith(("http://", "https://"))))


def _media(embed: Embed) -> int:
    if embed.images or embed.items:
        return len(embed.images or embed.items or ())
    return 1 if embed.type.startswith("app.bsky.embed.video") else 0


def _parent(record: PostRecord) -> tuple[str, Kind]:
    """What a post answers or quotes and so what it is; a reply that quotes is a reply."""
    parent = record.reply.parent if record.reply else None
    if parent is not None and parent.uri:
        return parent.uri, Kind.REPLY
    quoted = record.embed.record if record.embed else None
    uri = (quoted.uri or (quoted.record.uri if quoted.record else "")) if quoted else ""
    return (uri, Kind.QUOTE) if uri and f"/{COLLECTION}/" in uri else ("", Kind.POST)
