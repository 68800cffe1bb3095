"""JSON as other people's servers send it, read item by item: one odd post never costs the page it came on.

Only decoding: no network, no meaning.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from socialhub.clock import from_datetime
from socialhub.errors import SourceError
from socialhub.sources.feed_dates import parse_date

T = TypeVar("T")


def decode(body: bytes | msgspec.Raw, wanted: type[T]) -> T:
    """The JSON `body` as `wanted`; raises msgspec.ValidationError for another shape, DecodeError for no JSON."""
    data = bytes(body)
    try:
        return msgspec.json.decode(data, type=wanted, strict=False)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, RecursionError):
        return msgspec.json.decode(_mended(data), type=wanted, strict=False)


def _mended(data: bytes) -> bytes:
    """JSON that msgspec refuses for a lone surrogate or bytes that are no UTF-8, with U+FFFD in their place."""
    try:
        return _valid(json.loads(data.decode("utf-8", "replace"))).encode()
    except (ValueError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from None


def _valid(document: Any) -> str:
    """A JSON value as text, with U+FFFD for lone surrogates."""
    written = json.dumps(document, ensure_ascii=False)
    return written.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def without_surrogates(document: Any) -> Any:
    """A JSON value with U+FFFD for lone surrogates; raises ValueError or RecursionError."""
    return json.loads(_valid(document))


def decode_answer(body: bytes, wanted: type[T], host: str) -> T:
    """A whole answer; raises SourceError("not-json" or "unexpected-shape") naming `host`."""
    try:
        return decode(body, wanted)
    except msgspec.ValidationError as error:
        raise SourceError("unexpected-shape", host=host, detail=str(error)) from None
    except msgspec.DecodeError:
        raise SourceError("not-json", host=host) from None


def decode_list(body: bytes, host: str) -> list[msgspec.Raw]:
    """The items of a JSON array, each still undecoded; raises SourceError like `decode_answer`.

    An odd item costs itself; an array without a single object is not what was asked for.
    """
    items = decode_answer(body, list[msgspec.Raw], host)
    if items and not any(bytes(item).lstrip().startswith(b"{") for item in items):
        raise SourceError("unexpected-shape", host=host, detail="no objects")
    return items


def parse_time(value: str | None) -> int | None:
    """Milliseconds UTC of an ISO 8601 date, or of one as other servers write it; None when it is missing or is none."""
    if not value:
        return None
    try:
        return from_datetime(datetime.fromisoformat(value))
    except (ValueError, OverflowError, OSError):
        return parse_date(value)


def primary_language(tag: str | None) -> str:
    """The language of a BCP 47 tag without its region: "fr-FR" is "fr"."""
    return (tag or "").replace("_", "-").partition("-")[0].lower()
