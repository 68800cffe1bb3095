"""Reads a feed's bytes: RSS, Atom, RDF by feedparser, JSON Feed by our own reader.

Runs in the worker process (feed_worker.py), because hostile or huge feeds take seconds. Never opens anything:
feedparser gets bytes only. An ill-formed feed is read as far as it goes.
"""

from __future__ import annotations

import io
from time import struct_time
from typing import Any, Final
from urllib.parse import urljoin

import feedparser

from socialhub import text
from socialhub.sources.feed_authors import author_of
from socialhub.sources.feed_dates import feed_date
from socialhub.sources.feed_model import Entry, Feed, finish, valid, web_address
from socialhub.sources.json_feed import read_json_feed

# Whole texts in elements of the feed's own making, and content:encoded where it is not said whose it is.
_OWN_BODIES: Final = ("encoded", "fulltext", "yandex_full-text")
_CONTROLS: Final = bytes(code for code in range(0x20) if code not in (0x09, 0x0A, 0x0D))


def read_feed(body: bytes, content_type: str, url: str, now: int) -> Feed:
    """What `body` says: its newest entries, oldest first; `url` is its final address, `now` ms UTC.

    A Feed without version and entries means: this is not a feed.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        feed = read_json_feed(body, now)
    else:
        feed = _read_markup(body, content_type, url, now)
    return finish(feed, now)


def _read_markup(body: bytes, content_type: str, url: str, now: int) -> Feed:
    """Parse with feedparser. Its sanitiser and link resolver are off: only text is taken, and they cost seconds.

    Nor is it told the feed's address: it would make the guid "17" an address, which changes with the feed's.
    """
    body, content_type = _trust_utf8(body, content_type)
    headers = {"content-type": content_type}
    parsed = feedparser.parse(
        io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    head = parsed.feed
    ttl = valid(head.get("ttl"))
    version = valid(parsed.get("version"))
    return Feed(
        version=version or ("unknown" if parsed.entries else ""),
        title=_plain(head, "title"),
        lang=valid(head.get("language")),
        ttl=int(ttl) if ttl.isascii() and ttl.isdigit() and len(ttl) < 7 else None,
        entries=[_entry(entry, url, now) for entry in parsed.entries],
        author=_speaker(head),
    )


def _trust_utf8(body: bytes, content_type: str) -> tuple[bytes, str]:
    """Bytes that are valid UTF-8 are UTF-8, whatever is declared; controls that XML forbids are dropped then."""
    if b"\0" in body[:1024] or b"\x1b" in body:
        return body, content_type
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return body, content_type
    return body.translate(None, _CONTROLS), "application/xml; charset=utf-8"


def _plain(holder: Any, name: str) -> str:
    """A field as plain text: HTML only where feedparser found it to be HTML."""
    value = valid(dict.get(holder, name))
    detail = dict.get(holder, f"{name}_detail")
    is_html = detail is not None and detail.get("type") in ("text/html", "application/xhtml+xml")
    return valid(text.from_html(value)) if is_html else value


def _html_of(entry: Any) -> str:
    """The fullest body: the longest of the contents, else the summary."""
    contents = [valid(content.get("value")) for content in dict.get(entry, "content") or ()]
    summary = valid(dict.get(entry, "summary"))
    contents += [valid(dict.get(entry, name)) for name in _OWN_BODIES]
    longest = max(contents, key=len, default="")
    return longest if len(longest) >= len(summary) or len(longest) > 200 else summary


def _link(entry: Any, base: str) -> str:
    """Where the entry lives: feedburner's original, its link, an alternate link, a guid that is an address."""
    links = dict.get(entry, "links") or ()
    by_rel = {link.get("rel"): valid(link.get("href")) for link in reversed(links)}
    guid = valid(dict.get(entry, "id"))
    link = valid(dict.get(entry, "link"))
    candidates = (
        valid(dict.get(entry, "feedburner_origlink")),
        # A guid serves as the link where there is none, whether it is an address or not: relative ones are none.
        link if link == guid else _absolute(base, link),
        _absolute(base, by_rel.get("alternate", "")),
        guid if dict.get(entry, "guidislink", True) else "",
        by_rel.get("related", ""),
        by_rel.get("self", ""),
        by_rel.get("enclosure", ""),
        *(valid(content.get("src")) for content in dict.get(entry, "content") or ()),
    )
    return next((web_address(link) for link in candidates if web_address(link)), "")


def _absolute(base: str, link: str) -> str:
    try:
        return urljoin(base, link) if link else ""
    except ValueError:
        return ""


def _speaker(head: Any) -> str:
    """Who writes a whole feed; an address is rather who keeps its machine."""
    named = author_of(head)
    return "" if "@" in named else named


def _moment(entry: Any, names: tuple[str, ...], now: int) -> tuple[int | None, str]:
    """The first readable of the named dates, and the words it was read from."""
    words = ""
    for name in names:
        words = valid(dict.get(entry, name))
        parsed = dict.get(entry, f"{name}_parsed")
        moment = feed_date(words, parsed if isinstance(parsed, struct_time) else None, now)
        if moment is not None:
            return moment, words
    return None, words


def _entry(entry: Any, base: str, now: int) -> Entry:
    title = _plain(entry, "title")
    # A title that is a picture alone is read like a body.
    html = _html_of(entry) or ("" if title else valid(dict.get(entry, "title")))
    published, date_words = _moment(entry, ("published", "created", "prism_publicationdate", "updated"), now)
    updated, _words = _moment(entry, ("updated",), now)
    source = dict.get(entry, "source") or {}
    comments = _comments(entry)
    answered = dict.get(entry, "thr_in-reply-to")
    url = _link(entry, base)
    title_detail = dict.get(entry, "title_detail") or {}
    return Entry(
        guid=valid(dict.get(entry, "id")),
        title=title,
        # An entry that only points somewhere else than the web is still told: its link is what it says.
        text="" if title or html or url else valid(dict.get(entry, "link")),
        html=html,
        url=url,
        # An entry taken over from elsewhere is by who wrote there (RFC 4287 §4.2.11).
        author=author_of(entry) or author_of(source),
        publisher=_plain(source, "title"),
        publisher_url=web_address(valid(dict.get(source, "href"))),
        lang=valid(dict.get(entry, "language")) or valid(title_detail.get("language")),
        published=published,
        updated=updated,
        comments=comments,
        media=_media(entry),
        answers=valid(answered.get("ref")) if isinstance(answered, dict) else "",
        raw={"id": valid(dict.get(entry, "id")), "title": title, "published": date_words},
    )


def _comments(entry: Any) -> int | None:
    """How many comments there are, by Slash's element, by that of RFC 4685, or by its attribute of the link to them."""
    counted = [dict.get(entry, "slash_comments"), dict.get(entry, "thr_total")]
    counted += [link.get("thr:count") for link in dict.get(entry, "links") or () if link.get("rel") == "replies"]
    told = next((words for each in counted if (words := valid(each))), "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None


def _media(entry: Any) -> int:
    """How many pictures, films and sounds come with the entry."""
    enclosures = [link for link in dict.get(entry, "links") or () if link.get("rel") == "enclosure"]
    return len({valid(link.get("href")) for link in enclosures}) or len(dict.get(entry, "media_content") or ())
