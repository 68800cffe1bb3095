"""JSON Feed, versions 1 and 1.1 (jsonfeed.org), read into a Feed. One bad item never loses the others. Pure."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

import msgspec

from socialhub.sources.feed_dates import feed_date
from socialhub.sources.feed_model import Entry, Feed, valid, web_address

_Text: TypeAlias = str | int | float | None


class _Author(msgspec.Struct):
    name: _Text = None


class _Item(msgspec.Struct):
    id: _Text = None
    url: _Text = None
    external_url: _Text = None
    title: _Text = None
    content_html: _Text = None
    content_text: _Text = None
    summary: _Text = None
    date_published: _Text = None
    date_modified: _Text = None
    language: _Text = None
    author: _Author | None = None
    authors: list[_Author] | None = None
    image: _Text = None
    attachments: list[Any] | None = None


class _Top(msgspec.Struct):
    version: str = ""
    title: _Text = None
    language: _Text = None
    author: _Author | None = None
    authors: list[_Author] | None = None
    items: list[Any] = []


def read_json_feed(body: bytes, now: int) -> Feed:
    """Read the answer's bytes; a Feed with version "" when they are not a JSON Feed. `now` is ms UTC."""
    try:
        top = msgspec.convert(json.loads(body), _Top)
    except (ValueError, RecursionError, msgspec.ValidationError):
        return Feed()
    if "jsonfeed.org" not in top.version:
        return Feed()
    feed = Feed(version="json", title=_string(top.title), lang=_string(top.language))
    for raw in top.items:
        try:
            item = msgspec.convert(raw, _Item)
        except msgspec.ValidationError:
            feed.skipped += 1
            continue
        feed.entries.append(_entry(item, _names(top), now))
    return feed


def _string(value: _Text) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else valid(str(value))


def _names(holder: _Item | _Top) -> str:
    authors = holder.authors or ([holder.author] if holder.author else [])
    return ", ".join(name for author in authors if (name := _string(author.name)))


def _entry(item: _Item, feed_author: str, now: int) -> Entry:
    html = _string(item.content_html)
    plain = _string(item.content_text) or ("" if html else _string(item.summary))
    url = web_address(_string(item.url)) or web_address(_string(item.id)) or web_address(_string(item.external_url))
    published = _string(item.date_published)
    return Entry(
        guid=_string(item.id),
        title=_string(item.title),
        text=plain,
        html=html,
        url=url,
        author=_names(item) or feed_author,
        lang=_string(item.language),
        published=feed_date(published, None, now),
        updated=feed_date(_string(item.date_modified), None, now),
        media=len(item.attachments or []) + (item.image is not None),
        raw={"id": _string(item.id), "title": _string(item.title), "published": published},
    )
