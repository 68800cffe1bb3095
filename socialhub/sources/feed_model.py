"""What is read out of a feed, whatever its format: plain data that travels from the worker process to the source.

Also what all formats share: which entries are kept, how they are told apart, how their HTML becomes text. Pure.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

import msgspec

from socialhub import text

MOST_ENTRIES: Final = 500
"""Entries kept of one answer: the newest."""
MOST_TEXT: Final = 100_000
"""Characters kept of one entry's text."""
MOST_LINKS: Final = 50
_LONGEST_ID: Final = 300
_MOST_RAW: Final = 16_384
_ALTERNATIVE: Final = re.compile(r"<img\b[^<>]*?\balt\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]*>")
_SHOWN: Final = re.compile(r"<(?:img|video|audio|svg|iframe|object|embed)\b", re.IGNORECASE)
WORDLESS: Final = "[…]"
"""What an entry says whose content has neither words nor pictures, nor a title or an address."""


class Entry(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One entry. `published` and `updated` are ms UTC, None when missing or impossible.

    A format's reader gives `text` as plain text, or `html`, which `finish` makes into text and links. `raw` is what was
    received, for evidence.
    """

    native_id: str = ""
    guid: str = ""
    title: str = ""
    text: str = ""
    html: str = ""
    url: str = ""
    author: str = ""
    publisher: str = ""
    publisher_url: str = ""
    lang: str = ""
    published: int | None = None
    updated: int | None = None
    comments: int | None = None
    media: int = 0
    answers: str = ""
    """The guid of what the entry answers (RFC 4685)."""
    links: list[str] = []
    raw: dict[str, str] = {}


class Feed(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A feed. `version` is "" when the answer was no feed; `ttl` is in minutes; `skipped` counts empty entries.

    `author` wrote the entries that name nobody.
    """

    version: str = ""
    author: str = ""
    title: str = ""
    lang: str = ""
    ttl: int | None = None
    entries: list[Entry] = []
    skipped: int = 0


def _digest(*parts: str) -> str:
    return "sha256:" + hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def _short(identity: str) -> str:
    return identity if len(identity) <= _LONGEST_ID else _digest(identity)


def finish(feed: Feed, now: int) -> Feed:
    """Keep the newest entries that say something, oldest first, and read their HTML; changes and returns `feed`."""
    entries = identify(feed.entries)
    # Feeds have the newest first: reversed, so that undated entries come out in order as well.
    entries.reverse()
    entries.sort(key=lambda entry: now if entry.published is None else entry.published)
    newest = entries[-MOST_ENTRIES:]
    for entry in newest:
        _read_html(entry)
    feed.entries = [entry for entry in newest if entry.title or entry.text or entry.url or entry.media]
    feed.skipped += len(newest) - len(feed.entries)
    return feed


def _read_html(entry: Entry) -> None:
    entry.raw["content"] = (entry.html or entry.text)[:_MOST_RAW]
    if entry.html:
        entry.text = valid(entry.text or text.from_html(entry.html)) or _hidden_text(entry.html)
        entry.links = [valid(link) for link in text.links_in_html(entry.html)[:MOST_LINKS]]
        if not (entry.text or entry.title or entry.url):
            entry.media = entry.media or len(_SHOWN.findall(entry.html))
            entry.text = "" if entry.media else WORDLESS
        entry.html = ""
    entry.text = entry.text[:MOST_TEXT]


def _hidden_text(html: str) -> str:
    """What HTML without text still says: the alternative texts of its pictures, or the words inside a drawing."""
    html = html[: text.MAX_HTML]
    said = " ".join(double or single for double, single in _ALTERNATIVE.findall(html)).strip()
    if not said and "<script" not in html and "<style" not in html:
        said = " ".join(_TAG.sub(" ", html).split())
    return valid(said)


def identify(entries: list[Entry]) -> list[Entry]:
    """Give every entry its `native_id`; entries that are the same in all respects are kept once.

    The guid; a guid seen before in the same feed with the address added; without a guid the address; without either
    a digest of what it says (the rules of miniflux, so that feeds with broken guids behave as people expect).
    """
    seen: set[str] = set()
    kept: list[Entry] = []
    for entry in entries:
        digest = _digest(entry.title, entry.text, entry.html)
        choices = [entry.guid, f"{entry.guid}|{entry.url}"] if entry.guid else [entry.url]
        identity = next((_short(choice) for choice in choices if choice and _short(choice) not in seen), "")
        whole = _digest(entry.guid, entry.url, digest)
        if whole not in seen:
            seen |= {whole, identity or whole}
            identity = identity or whole
            entry.native_id = identity
            kept.append(entry)
    return kept


def valid(value: object) -> str:
    """A string without lone surrogates, whatever came ("" for what is no string)."""
    return value.strip().encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def web_address(value: str) -> str:
    """`value` if it is an http(s) address, else ""."""
    return value if value[:8].lower().startswith(("http://", "https://")) else ""
