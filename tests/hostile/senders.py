"""Hostile words in every field of a feed, of a status, of a post and of a line of a file. Shapes as documented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from socialhub.clock import MINUTE, iso, real_now
from tests.hostile.words import HOSTILE, short
from tests.sources.fake_bluesky import record
from tests.sources.fake_mastodon import Status, status

_NOT_IN_XML = {code: None for code in [*range(0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF] if code not in (9, 10, 13)}


def told(place: int, said: str) -> str:
    """Words that a topic matches and a test finds, before the hostile ones."""
    return f"fibre H{place:02d} {said}"


def feed(*, well_formed: bool) -> bytes:
    """An RSS feed; one that is not well-formed holds the control characters as they are."""

    def put(said: str) -> str:
        return escape(said.translate(_NOT_IN_XML)) if well_formed else said.replace("<", "&lt;").replace("]]>", "")

    items = "".join(
        f"<item><guid>{put(short(said))}-{place}</guid><title>{put(told(place, short(said)))}</title>"
        f"<link>https://example.org/{put(short(said))}</link><author>{put(short(said))}</author>"
        f"<dc:creator>{put(short(said))}</dc:creator><category>{put(short(said))}</category>"
        f"<source url='https://example.org/'>{put(short(said))}</source><comments>{put(short(said))}</comments>"
        f"<description>{put(told(place, said))}</description></item>\n"
        for place, said in enumerate(HOSTILE.values())
    )
    name = put(short("".join(HOSTILE.values())[:2_000]))
    head = f"<title>{name}</title><link>https://example.org/</link><language>{put(HOSTILE['title'])}</language>"
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel>{head}{items}</channel></rss>"
    ).encode("utf-8", "replace")


def statuses() -> list[Status]:
    """Mastodon statuses; the words stand as text and as markup."""
    found = []
    for place, said in enumerate(HOSTILE.values()):
        brief = short(said)
        account = {
            "id": brief,
            "username": brief,
            "acct": f"{brief}@{brief}",
            "display_name": brief,
            "note": f"<p>{brief}</p>",
            "followers_count": 3,
        }
        found.append(
            status(
                place + 1,
                uri=f"https://piaille.example/{place}/{brief}",
                url=f"https://piaille.example/{brief}",
                created_at=iso(real_now() - (place + 1) * MINUTE),
                spoiler_text=brief if place % 2 else "",
                language=brief,
                content=f'<p>{told(place, escape(said))} {said} <a href="https://example.org/{brief}">{brief}</a></p>',
                account=account,
                media_attachments=[{"description": brief, "url": brief}],
                tags=[{"name": brief}],
                in_reply_to_id=brief,
            )
        )
    return found


def frames(start_us: int) -> list[str]:
    """Jetstream frames of posts: authors, keys, texts, tags, links, languages."""
    found = []
    for place, said in enumerate(HOSTILE.values()):
        brief = short(said)
        post = record(
            told(place, said),
            langs=[brief],
            tags=[brief],
            createdAt=iso(real_now() - (place + 1) * MINUTE),
            facets=[
                {
                    "index": {"byteStart": 0, "byteEnd": 5},
                    "features": [{"$type": "app.bsky.richtext.facet#link", "uri": f"https://example.org/{brief}"}],
                },
                {
                    "index": {"byteStart": 0, "byteEnd": 5},
                    "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": brief}],
                },
            ],
            embed={
                "$type": "app.bsky.embed.external",
                "external": {"uri": f"https://example.org/{brief}", "title": brief, "description": brief},
            },
            labels={"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": brief}]},
            reply={"root": {"uri": brief, "cid": brief}, "parent": {"uri": brief, "cid": brief}},
        )
        commit = {"rev": brief, "operation": "create", "collection": "app.bsky.feed.post", "rkey": f"{brief}{place}"}
        frame = {"did": f"did:plc:{brief}", "time_us": start_us + place, "kind": "commit"}
        found.append(json.dumps({**frame, "commit": {**commit, "record": post, "cid": brief}}))
    return found


def lines() -> str:
    """JSON Lines of the exchange format, the names of their sources included; then a line that is none, and metrics."""
    found: list[dict[str, Any]] = []
    for place, said in enumerate(HOSTILE.values()):
        brief = short(said)
        names = ("author", "handle", "bio", "lang", "kind", "place", "parent_id", "warning", "site")
        found.append(
            {
                **dict.fromkeys(names, f"{brief}{place}"),
                "source": brief,
                "native_id": f"{brief}{place}",
                # A line of a file may not be longer than 1 MiB.
                "text": told(place, said[:900_000]),
                "title": told(place, brief),
                "url": f"https://example.org/{brief}",
                "links": [f"https://example.org/{brief}", brief],
                "published_at": iso(real_now() - (place + 1) * MINUTE),
                "edited_at": brief,
                "rating": brief,
            }
        )
    rows = "".join(json.dumps(each) + "\n" for each in figures())
    return "".join(json.dumps(each) + "\n" for each in found) + f"no JSON: \x1b]0;OWNED\x07\n{rows}"


def figures() -> Iterator[dict[str, Any]]:
    """Rows of metrics whose names, units and places are hostile, and values that are no numbers."""
    for place, said in enumerate(HOSTILE.values()):
        row = dict.fromkeys(("metric", "unit", "place", "topic"), f"{short(said)}{place}")
        at = iso(real_now() - (place + 1) * MINUTE)
        yield {**row, "source": short(said), "kind": "metric", "value": place, "published_at": at}
        yield {**row, "source": short(said), "kind": "metric", "value": said[:900_000], "published_at": at}
