"""Google News and Google Alerts: feeds that only point at other people's articles (SOURCES §17).

The address in a Google News entry is an opaque redirect that must not be resolved; the publisher stands in the title
and in `<source>`. A Google Alerts entry carries the real address as a parameter. Pure.
"""

from __future__ import annotations

import hashlib
from urllib.parse import parse_qs, urlsplit

from socialhub import text
from socialhub.identities import article_identity
from socialhub.sources.feed_model import Entry, web_address


def host_of(url: str) -> str:
    """The host of an address without "www.", "" when it has none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def real_address(url: str) -> str:
    """The address behind google.com/url?…url=REAL (or q=REAL); any other address unchanged."""
    try:
        parts = urlsplit(url)
        if parts.path != "/url" or not host_of(url).startswith("google."):
            return url
        query = parse_qs(parts.query)
    except ValueError:
        return url
    return next((web_address(value) for name in ("url", "q") for value in query.get(name, []) if value), "") or url


def split_publisher(entry: Entry) -> tuple[str, str]:
    """Title and publisher of a Google News entry: "Title - Publisher", the publisher as `<source>` names it."""
    title, dash, last = entry.title.rpartition(" - ")
    if entry.publisher and entry.title.endswith(f" - {entry.publisher}"):
        return entry.title.removesuffix(f" - {entry.publisher}"), entry.publisher
    return (title, entry.publisher or last) if dash else (entry.title, entry.publisher)


def _identity(*parts: str) -> str:
    return "news:" + hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def resolve(entry: Entry) -> tuple[Entry, str]:
    """The entry as an article of its publisher, and its identity across sources ("" when it is not of a news index)."""
    host = host_of(entry.url)
    if host == "news.google.com":
        title, publisher = split_publisher(entry)
        entry.title, entry.publisher, entry.author = title, publisher, publisher
        # The description holds this headline again and those of other publishers' articles: none of it is its text.
        entry.text, entry.links = "", []
        return entry, _identity(text.fold(title), text.fold(publisher))
    real = real_address(entry.url)
    if real == entry.url:
        return entry, ""
    entry.url, entry.publisher_url = real, real
    entry.author = entry.author or host_of(real)
    return entry, article_identity(entry.title, real)
