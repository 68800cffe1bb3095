"""One record of the exchange format (a JSON object or a row of a table) made into what a source hands over.

Required: `source native_id text published_at`, of a metric `source metric value published_at`; everything else is
optional, and an optional value that cannot be read is left out (the received line stays in `raw`). Pure.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from typing import Any, Final, TypeAlias

from socialhub.clock import SECOND
from socialhub.errors import Reason
from socialhub.metrics import Measurement
from socialhub.model import Deletion, Draft, Item, Kind
from socialhub.sources.exchange_ballot import ballot_of
from socialhub.sources.exchange_engagement import engagement_of
from socialhub.sources.feed_dates import parse_date, plausible
from socialhub.sources.measurements import is_metric, measurement_of, quoted
from socialhub.sources.measurements import text_of as _string

_KINDS: Final = frozenset(kind.value for kind in Kind)
_MOST_NUMBER: Final = 10**15
_LINK: Final = re.compile(r"https?://[^\s<>\"«»]*[^\s<>\"«».,;:!?…)\]']")
_MOST_LINKS: Final = 50


@dataclass(frozen=True, slots=True)
class GoodLine:
    """A line that was read. `source` is the name it gives; `end` the offset behind it in the file (0 in tables)."""

    number: int
    source: str
    item: Draft | Deletion | Measurement
    end: int = 0


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was not, and why. `end` as in GoodLine; `whole` is False for a last line without a line end."""

    number: int
    reason: Reason
    end: int = 0
    whole: bool = True


Line: TypeAlias = GoodLine | BadLine


class UnreadableRecord(Exception):
    """A record that is no mention; carries the reason."""

    def __init__(self, code: str, **values: str | int | float) -> None:
        self.reason = Reason(code, values)
        super().__init__(code)


def _decimal(record: Mapping[str, Any], key: str) -> float | None:
    """A number, also as French tables write it ("4,5", "1 234")."""
    value = record.get(key)
    if isinstance(value, str):
        try:
            value = float("".join(value.split()).replace(",", "."))
        except ValueError:
            return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not -_MOST_NUMBER < value < _MOST_NUMBER:
        return None
    return float(value)


def _count(record: Mapping[str, Any], key: str) -> int | None:
    value = _decimal(record, key)
    return None if value is None or value < 0 else int(value)


def _moment(record: Mapping[str, Any], key: str, zone: tzinfo) -> int | None:
    """ISO 8601, epoch seconds or any date that feeds and tables carry; without a zone it is read in `zone`."""
    value = record.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value * SECOND) if 0 <= value < 10**11 else None
    return parse_date(value, zone=zone) if isinstance(value, str) else None


def _links(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Those that are named, else those that stand in the text."""
    links = record.get("links")
    if isinstance(links, list):
        return tuple(link for link in links if isinstance(link, str))
    text = _string(record, "text")
    return tuple(dict.fromkeys(_LINK.findall(text)))[:_MOST_LINKS] if "http" in text else ()


def moment_of(item: Item) -> int | None:
    """When an item says that it was published, or that what it measures began (ms UTC); None where it says nothing."""
    if isinstance(item, Measurement):
        return item.at
    return item.published if isinstance(item, Draft) else None


def row_identity(record: Mapping[str, Any]) -> str:
    """What identifies a row that has no id of its own: its date, author and text."""
    parts = "\0".join(_string(record, key) for key in ("published_at", "author", "text", "title"))
    return "sha256:" + hashlib.sha256(parts.encode("utf-8", "replace")).hexdigest()


def _published(record: Mapping[str, Any], zone: tzinfo) -> int:
    if record.get("published_at") in (None, ""):
        raise UnreadableRecord("line-missing", key="published_at")
    published = _moment(record, "published_at", zone)
    if published is None:
        raise UnreadableRecord("line-bad-date", value=quoted(_string(record, "published_at")))
    return published


def _measured(record: Mapping[str, Any], zone: tzinfo) -> Measurement:
    at = _published(record, zone)
    if plausible(at, at) is None:
        raise UnreadableRecord("line-bad-date", value=quoted(_string(record, "published_at")))
    row = measurement_of(record, at)
    if isinstance(row, Reason):
        raise UnreadableRecord(row.code, **row.values)
    return row


def item_of(record: Mapping[str, Any], zone: tzinfo, raw: bytes) -> Draft | Deletion | Measurement:
    """The mention, deletion or row of a metric that `record` tells of; raises UnreadableRecord."""
    if is_metric(record):
        return _measured(record, zone)
    native_id = _string(record, "native_id")
    if not native_id:
        raise UnreadableRecord("line-missing", key="native_id")
    deleted = record.get("deleted")
    if deleted not in (None, False, "", 0):
        reason = deleted if isinstance(deleted, str) and deleted.lower() not in ("true", "1") else "deleted"
        return Deletion(native_id, _string(record, "canonical_id"), reason)
    if not isinstance(record.get("text"), str) or not (_string(record, "text") or _string(record, "title")):
        raise UnreadableRecord("line-missing", key="text")
    published = _published(record, zone)
    kind = _string(record, "kind").lower()
    return Draft(
        native_id=native_id,
        text=_string(record, "text"),
        published=published,
        title=_string(record, "title"),
        url=_string(record, "url"),
        author=_string(record, "author"),
        handle=_string(record, "handle"),
        bio=_string(record, "bio"),
        followers=_count(record, "followers"),
        account_created=_moment(record, "account_created_at", zone),
        lang=_string(record, "lang"),
        kind=kind if kind in _KINDS else Kind.POST,
        rating=_decimal(record, "rating"),
        likes=_count(record, "likes"),
        shares=_count(record, "shares"),
        replies=_count(record, "replies"),
        reach=_count(record, "reach"),
        place=_string(record, "place"),
        parent_id=_string(record, "parent_id"),
        canonical_id=_string(record, "canonical_id"),
        warning=_string(record, "warning"),
        site=_string(record, "site"),
        links=_links(record),
        media=_count(record, "media") or 0,
        edited=_moment(record, "edited_at", zone),
        ballot=ballot_of(record.get("ballot")),
        snapshots=engagement_of(record.get("engagement"), published, partial(_moment, zone=zone)),
        raw=raw,
    )
