"""How long an answer says it stays fresh: Cache-Control, Expires and a spent allowance, as one wait in milliseconds."""

from __future__ import annotations

import re
from collections.abc import Mapping

from socialhub.clock import SECOND
from socialhub.sources.rate_limits import LONGEST_WAIT, parse_moment, parse_retry_after, read_allowance

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,12})")
_NEVER_FRESH = re.compile(r"(?:^|[\s,])no-(?:cache|store)\b")


def _fresh_for(headers: Mapping[str, str], now: int) -> int:
    """Milliseconds by max-age (less the Age already spent in caches), else by Expires."""
    control = headers.get("cache-control", "").lower()
    if _NEVER_FRESH.search(control):
        return 0
    found = _MAX_AGE.search(control)
    if found:
        age = headers.get("age", "").strip()
        spent = int(age) if age.isascii() and age.isdigit() and len(age) < 12 else 0
        return max(0, int(found[1]) - spent) * SECOND
    expires = headers.get("expires", "").strip()
    moment = None if not expires or expires.lstrip("-").isdigit() else parse_moment(expires, now)
    return 0 if moment is None else moment - now


def wait_of(headers: Mapping[str, str], now: int) -> int | None:
    """Milliseconds (at most 24 h) that a good answer asks us to stay away, None when it does not; `now` in ms UTC."""
    allowance = read_allowance(headers, now)
    until = allowance.exhausted_until(now) if allowance is not None else None
    retry = parse_retry_after(headers["retry-after"], now) if "retry-after" in headers else None
    wait = max(_fresh_for(headers, now), 0 if until is None else until - now, retry or 0)
    return min(wait, LONGEST_WAIT) or None
