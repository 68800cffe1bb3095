"""Stage 1: a draft from outside becomes clean data. The only place where strings of sources are made safe.

Nothing is judged here. After this stage no string of a draft holds a control character, a terminal sequence, a
bidirectional override or a lone surrogate, every number fits its column, every date is possible.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from socialhub.ballots import Ballot, Choice, with_choices
from socialhub.clock import DAY
from socialhub.metrics import Measurement
from socialhub.model import Draft, Kind
from socialhub.pipeline.language_codes import two_letters
from socialhub.text import clean, clip, decode_entities

MAX_TEXT: Final = 50_000
MAX_TITLE: Final = 500
MAX_NAME: Final = 200
MAX_METRIC: Final = 80
MAX_URL: Final = 2_000
MAX_ID: Final = 1_000
MAX_LINKS: Final = 50
MAX_CHOICES: Final = 50
EARLIEST: Final = 788_918_400_000
"""1995-01-01: an earlier date of publication is a mistake of its source."""
FUTURE_ALLOWED: Final = DAY
"""A date further ahead than this is a mistake; one nearer is a wrong clock and is set to now."""
_BIGGEST: Final = 2**53
_TRACKING: Final = frozenset(
    ("fbclid", "gclid", "dclid", "msclkid", "yclid", "igshid", "mc_cid", "mc_eid", "xtor", "at_medium", "at_campaign")
)
# Most addresses are in their one spelling already: known at a glance, without taking them apart.
_PLAIN_URL: Final = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+/(?:[A-Za-z0-9/._~@+-])*")
_HOST: Final = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]*:[0-9a-f:.]*")
_KINDS: Final = frozenset(kind.value for kind in Kind)


def normalise(draft: Draft, seen: int) -> Draft:
    """Clean a draft in place and return it. `seen` (ms UTC) stands in for a missing or impossible date."""
    draft.native_id = identifier(draft.native_id)
    draft.canonical_id = identifier(draft.canonical_id)
    draft.parent_id = identifier(draft.parent_id)
    draft.ballot = _clean_ballot(draft.ballot)
    words = clean(decode_entities(draft.text[: MAX_TEXT * 4]))
    draft.text = clip(with_choices(words, draft.ballot), MAX_TEXT)
    draft.title = line(draft.title, MAX_TITLE)
    draft.warning = line(draft.warning, MAX_TITLE)
    draft.author = line(draft.author, MAX_NAME)
    draft.handle = line(draft.handle, MAX_NAME).lstrip("@")
    draft.bio = line(draft.bio, MAX_TITLE)
    draft.place = line(draft.place, MAX_NAME)
    draft.url = canonical_url(draft.url)
    draft.original = canonical_url(draft.original) if draft.original else ""
    draft.site = line(draft.site, MAX_NAME) or host_of(draft.url)
    draft.links = tuple(link for raw in draft.links[:MAX_LINKS] if (link := canonical_url(raw)))
    draft.lang = two_letters(draft.lang)
    draft.kind = draft.kind if draft.kind in _KINDS else Kind.POST
    draft.published = possible_date(draft.published, seen)
    draft.edited = None if draft.edited is None else possible_date(draft.edited, seen)
    draft.followers = whole(draft.followers)
    draft.likes = whole(draft.likes)
    draft.shares = whole(draft.shares)
    draft.replies = whole(draft.replies)
    draft.reach = whole(draft.reach)
    draft.media = whole(draft.media) or 0
    made = draft.account_created
    draft.account_created = made if made is not None and EARLIEST <= made <= seen else None
    draft.rating = draft.rating if draft.rating is not None and math.isfinite(draft.rating) else None
    return draft


def _clean_ballot(ballot: Ballot | None) -> Ballot | None:
    """The choices that say something; None without any."""
    if ballot is None:
        return None
    told = (Choice(line(each.text, MAX_NAME), whole(each.votes)) for each in ballot.choices[:MAX_CHOICES])
    choices = tuple(each for each in told if each.text)
    return Ballot(choices, ballot.several, whole(ballot.voters)) if choices else None


def clean_measurements(items: Iterable[object]) -> list[Measurement]:
    """The clean rows of metrics among the items of a batch."""
    cleaned = (_clean_measurement(item) for item in items if isinstance(item, Measurement))
    return [row for row in cleaned if row is not None]


def _clean_measurement(row: Measurement) -> Measurement | None:
    """A clean row of a metric; None for one that names nothing, or tells of no possible moment or figure."""
    name = line(row.metric, MAX_METRIC)
    if not name or row.at < EARLIEST or not math.isfinite(row.value):
        return None
    parts = (line(each, MAX_METRIC) for each in (row.unit, row.place, row.topic))
    return Measurement(name, row.at, row.value, *parts)


def line(raw: str, limit: int) -> str:
    """A string that is shown on one line: clean, without line breaks, at most `limit` characters."""
    if not raw:
        return ""
    return clip(clean(decode_entities(raw[: limit * 8]), single_line=True), limit)


def identifier(raw: str) -> str:
    """An opaque id that the cache can hold: unchanged unless it is too long or is no valid Unicode."""
    if raw.isascii() and len(raw) <= MAX_ID and "\0" not in raw:
        return raw
    encoded = raw.encode("utf-8", "surrogatepass")
    if len(raw) > MAX_ID or "\0" in raw:
        return f"sha256:{hashlib.sha256(encoded).hexdigest()}"
    try:
        raw.encode("utf-8")
    except UnicodeEncodeError:
        return f"sha256:{hashlib.sha256(encoded).hexdigest()}"
    return raw


def whole(value: int | None) -> int | None:
    """A count from outside, or None when it cannot be one."""
    return value if value is not None and 0 <= value < _BIGGEST else None


def possible_date(moment: int | None, seen: int) -> int:
    """The date of publication (ms UTC), or `seen` when there is none or it cannot be true."""
    if moment is None or moment < EARLIEST or moment > seen + FUTURE_ALLOWED:
        return seen
    return min(moment, seen)


def host_of(url: str) -> str:
    """The host of a canonical address without "www."."""
    if not url:
        return ""
    authority = url.split("/", 3)[2]
    host = authority[: authority.index("]") + 1].strip("[]") if authority[0] == "[" else authority.partition(":")[0]
    return host.removeprefix("www.")


def canonical_url(raw: str) -> str:
    """An http(s) address in one spelling, without tracking parameters and fragment; "" for anything else.

    The result is pure printable ASCII: safe to show, to compare and to open.
    """
    if len(raw) <= MAX_URL and _PLAIN_URL.fullmatch(raw):
        return raw
    candidate = raw.strip()
    if not candidate or len(candidate) > MAX_URL or not candidate[:8].lower().startswith(("http://", "https://")):
        return ""
    try:
        parts = urlsplit(clean(candidate, single_line=True).replace(" ", "%20"))
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").rstrip(".")
    if not host:
        return ""
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    if not _HOST.fullmatch(host):
        return ""
    host = f"[{host}]" if ":" in host else host
    if port is not None and port != {"http": 80, "https": 443}[parts.scheme]:
        host = f"{host}:{port}"
    query = parts.query
    if query and ("utm_" in query or any(name in query for name in _TRACKING)):
        kept = [
            (k, v) for k, v in parse_qsl(query, keep_blank_values=True) if not (k.startswith("utm_") or k in _TRACKING)
        ]
        query = urlencode(kept)
    safe = "/:?#[]@!$&'()*+,;=%-._~|"
    return urlunsplit((parts.scheme, host, quote(parts.path, safe=safe), quote(query, safe=safe), ""))
