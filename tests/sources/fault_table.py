"""The table of what servers do wrong: a name, how a server of ours does it, and what must come of it.

The same names head the columns for streams, sockets and lines in stream_faults.py.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from typing import Final

from socialhub.clock import DAY, HOUR, SECOND
from tests import servers
from tests.servers import FEED, NOON, Answer, Behaviour

_XML: Final = {"Content-Type": "application/rss+xml"}
_LATIN: Final = FEED.decode().encode("latin-1", "xmlcharrefreplace").replace(b"utf-8", b"iso-8859-1")


@dataclass(frozen=True, slots=True)
class Fault:
    """A behaviour of a server and what must come of it: an error code, or so many entries."""

    name: str
    behaviour: Behaviour
    code: str = ""
    entries: int = 0
    retry_after: int | None = None
    patience: float = 20.0


FAULTS: Final = [
    Fault("reset in the middle", servers.reset_in_the_middle, "reset"),
    Fault("slow drip", servers.slow_drip, "timeout", patience=0.3),
    Fault("silence", servers.silence, "timeout", patience=0.3),
    Fault("slow drip of the head", servers.slow_head, "timeout", patience=0.3),
    Fault("not HTTP", servers.not_http, "unexpected-shape"),
    Fault("endless headers", servers.endless_headers, "unexpected-shape"),
    Fault("redirect loop", servers.redirect("/fault"), "redirect-loop"),
    Fault("redirect to a file", servers.redirect("file:///etc/passwd"), "redirect-scheme"),
    Fault("redirect to nowhere", servers.redirect(""), "redirect-scheme"),
    Fault("redirect to a private address", servers.redirect("http://10.0.0.1/"), "private-address"),
    Fault("redirect to a mapped address", servers.redirect("http://[::ffff:10.0.0.1]/"), "private-address"),
    Fault("redirect to the metadata service", servers.redirect("http://169.254.169.254/latest"), "private-address"),
    Fault("gzip bomb", servers.gzip_bomb(), "too-large"),
    Fault("too large", Answer(bytes(16 * 1024 * 1024)), "too-large"),
    Fault("not gzip", Answer(b"plain", headers={"Content-Encoding": "gzip"}), "bad-encoding"),
    Fault("gzip cut off", Answer(gzip.compress(FEED)[:-12], headers={"Content-Encoding": "gzip"}), "bad-encoding"),
    Fault("brotli unasked", Answer(FEED, headers={"Content-Encoding": "br"}), "bad-encoding"),
    Fault("gzip", Answer(gzip.compress(FEED), headers={"Content-Encoding": "gzip", **_XML}), entries=2),
    Fault("deflate", Answer(zlib.compress(FEED), headers={"Content-Encoding": "deflate"}), entries=2),
    Fault("deflate without frame", Answer(zlib.compress(FEED)[2:-4], headers={"Content-Encoding": "deflate"}), "", 2),
    Fault("XML bomb", Answer(servers.xml_bomb(), headers=_XML), entries=1),
    Fault("wrong charset in the header", Answer(FEED, headers={"Content-Type": "text/xml; charset=ascii"}), entries=2),
    Fault("wrong charset in the feed", Answer(FEED.replace(b"utf-8", b"iso-8859-1"), headers=_XML), entries=2),
    Fault("latin-1 declared UTF-8", Answer(_LATIN.replace(b"iso-8859-1", b"utf-8"), headers=_XML), entries=2),
    Fault("control characters", Answer(FEED.replace(b"Plus", b"Pl\x08us\x01"), headers=_XML), entries=2),
    Fault("truncated", Answer(FEED[: FEED.index(b"Tout va")], headers=_XML), entries=2),
    Fault("not modified, unasked", Answer(status=304), entries=0),
    Fault("no entries", Answer(b'<rss version="2.0"><channel><title>x</title></channel></rss>'), entries=0),
    Fault("HTML instead of a feed", Answer(b"<!doctype html><title>Log in</title><form></form>"), "not-a-feed"),
    Fault("empty", Answer(b""), "not-a-feed"),
    Fault("JSON that is no feed", Answer(b'{"error": "no"}'), "not-a-feed"),
    Fault("JSON cut in half", Answer(b'{"version": "https://jsonfeed.org/version/1.1", "items": [{'), "not-a-feed"),
    Fault("400", Answer(status=400), "http-status"),
    Fault("401", Answer(status=401), "unauthorised"),
    Fault("403", Answer(status=403), "forbidden"),
    Fault("robot check", Answer(b"<html>", 403, {"CF-Mitigated": "challenge"}), "challenge"),
    Fault("404", Answer(status=404), "not-found"),
    Fault("410", Answer(status=410), "gone"),
    Fault("429", Answer(status=429), "rate-limited"),
    Fault("429 for 90 s", Answer(status=429, headers={"Retry-After": "90"}), "rate-limited", 0, 90 * SECOND),
    Fault("429 for ever", Answer(status=429, headers={"Retry-After": "99999999"}), "rate-limited", 0, DAY),
    Fault(
        "429 until a date",
        Answer(status=429, headers={"Retry-After": "Sat, 21 Nov 2026 13:00:00 GMT"}),
        "rate-limited",
        0,
        HOUR,
    ),
    Fault(
        "429 with a reset",
        Answer(status=429, headers={"RateLimit-Remaining": "0", "RateLimit-Reset": str((NOON + HOUR) // SECOND)}),
        "rate-limited",
        0,
        HOUR,
    ),
    Fault("500", Answer(status=500), "server-error"),
    Fault("503", Answer(status=503, headers={"Retry-After": "30"}), "server-error", 0, 30 * SECOND),
]
JSON_FAULTS: Final = [
    *(fault for fault in FAULTS if fault.code and fault.code != "not-a-feed"),
    Fault("HTML instead of JSON", Answer(b"<!doctype html><title>Log in</title><form></form>"), "not-json"),
    Fault("no body", Answer(b""), "not-json"),
    Fault("JSON cut off", Answer(b'{"data": [{'), "not-json"),
    Fault("another shape", Answer(b'["not", "an", "object"]'), "unexpected-shape"),
]
"""Where a source asks for JSON, what is no feed is no fault and what is no JSON is one."""
