"""What is read from a post of Bluesky."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from socialhub.model import Boost, Draft, Kind
from socialhub.sources.atproto_post import draft_of, read_record, web_url
from socialhub.sources.atproto_view import draft_of_view, read_entry
from tests.sources.fake_bluesky import LEA, TOM, post_uri, record, view

INDEXED = 1795255201000


def read(text: str = "bonjour", **changes: Any) -> Draft:
    raw = json.dumps(record(text, **changes)).encode()
    return draft_of(read_record(raw), post_uri(1), indexed=INDEXED)


def link(uri: str, start: int, end: int) -> dict[str, Any]:
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": uri}
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


def tag(name: str) -> dict[str, Any]:
    return {"index": {}, "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": name}]}


def test_a_plain_post() -> None:
    draft = read(langs=["fr-FR", "en"])
    assert (draft.text, draft.published, draft.lang, draft.kind) == ("bonjour", 1795255200000, "fr", Kind.POST)
    assert (draft.native_id, draft.canonical_id, draft.handle) == (post_uri(1), post_uri(1), LEA)
    assert draft.url == f"https://bsky.app/profile/{LEA}/post/{1:013d}"


def test_shortened_links_are_kept_whole_beside_the_text() -> None:
    draft = read(
        "lire example.org/une-p...", facets=[link("https://example.org/une-page", 5, 25), link("at://x", 0, 1)]
    )
    assert draft.text == "lire example.org/une-p..."
    assert draft.links == ("https://example.org/une-page",)


def test_hidden_tags_are_shown_once() -> None:
    draft = read("panne #Fibre ☎", facets=[tag("fibre"), tag("réseau")], tags=["réseau", "lyon", ""])
    assert draft.text == "panne #Fibre ☎ #réseau #lyon"


def test_replies_quotes_and_both() -> None:
    quoted = {"$type": "app.bsky.embed.record", "record": {"uri": post_uri(5), "cid": "b"}}
    answered = {"root": {"uri": post_uri(3)}, "parent": {"uri": post_uri(4), "cid": "b"}}
    with_media = {
        "$type": "app.bsky.embed.recordWithMedia",
        "record": {"record": {"uri": post_uri(6), "cid": "b"}},
        "media": {"$type": "app.bsky.embed.images", "images": [{"alt": "a"}, {"alt": "b"}]},
    }
    assert (read(embed=quoted).kind, read(embed=quoted).parent_id) == (Kind.QUOTE, post_uri(5))
    assert (read(reply=answered).kind, read(reply=answered).parent_id) == (Kind.REPLY, post_uri(4))
    assert read(reply=answered, embed=quoted).kind == Kind.REPLY
    assert (read(embed=with_media).parent_id, read(embed=with_media).media) == (post_uri(6), 2)
    a_list = {"$type": "app.bsky.embed.record", "record": {"uri": f"at://{LEA}/app.bsky.graph.list/1"}}
    assert read(embed=a_list).kind == Kind.POST


def test_cards_videos_and_warnings() -> None:
    card = {"$type": "app.bsky.embed.external", "external": {"uri": "https://example.org/a", "title": "Panne"}}
    draft = read(embed=card, labels={"$type": "…", "values": [{"val": "graphic-media"}, {"val": "!no-promote"}]})
    assert (draft.title, draft.links, draft.warning) == ("Panne", ("https://example.org/a",), "graphic-media")
    assert read(embed={"$type": "app.bsky.embed.video", "video": {}}).media == 1


@pytest.mark.parametrize(
    ("created", "published"),
    [("2031-01-01T00:00:00Z", INDEXED), ("2026-11-21T09:00:00Z", INDEXED - 3_601_000), ("?", INDEXED), (None, INDEXED)],
)
def test_the_author_cannot_write_in_the_future(created: str | None, published: int) -> None:
    assert read(createdAt=created).published == published


def test_pages_are_only_for_posts() -> None:
    assert web_url("at://did:plc:x/app.bsky.feed.generator/1") == web_url("https://evil.example") == ""


def test_a_view_names_the_author_and_counts() -> None:
    labels = [{"src": "did:plc:mod", "val": "porn"}, {"val": "spam", "neg": True}]
    draft = draft_of_view(json.dumps(view(1, labels=labels)).encode())
    assert (draft.author, draft.handle, draft.warning) == ("Lea", "lea.bsky.example", "porn")
    assert (draft.likes, draft.shares, draft.replies) == (3, 2, 1)
    invalid = view(1, author={"did": LEA, "handle": "handle.invalid"})
    assert draft_of_view(json.dumps(invalid).encode()).handle == LEA


def test_a_repost_is_the_original_and_who_passed_it_on() -> None:
    by = {"did": TOM, "handle": "tom.bsky.example"}
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": by, "indexedAt": "2026-11-21T11:00:00Z"}
    entry_id, items = read_entry(msgspec.Raw(json.dumps({"post": view(1), "reason": reason}).encode()), False)
    assert items[1] == Boost(post_uri(1), "tom.bsky.example", 1795258800000)
    assert entry_id not in ("", post_uri(1))


def test_a_pinned_post_stands_outside_the_order() -> None:
    entry = {"post": view(1), "reason": {"$type": "app.bsky.feed.defs#reasonPin"}}
    entry_id, items = read_entry(msgspec.Raw(json.dumps(entry).encode()), False)
    assert (entry_id, len(items)) == ("", 1)
