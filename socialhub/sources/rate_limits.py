"""The dialects in which servers say "not so fast", read into one form.

Mastodon and GoToSocial give the reset as an ISO date (with micro- or milliseconds), Bluesky and X as epoch seconds,
Reddit as seconds from now, Meta as percentages in JSON; Retry-After is seconds or a date. All times are ms UTC.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from socialhub.clock import DAY, MINUTE, SECOND, from_datetime

LONGEST_WAIT: Final = 1 * DAY
"""No server makes us stay away for longer (ms): what asks for more is taken for this much."""

# A number above this many seconds is a date since 1970, not a span: a span of three years makes no sense.
_EPOCH_FROM: Final = 10**8
_EPOCH_MS_FROM: Final = 10**11
_PREFIXES: Final = ("ratelimit-", "x-ratelimit-", "x-rate-limit-")


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a server's allowance: requests, and the moment it is filled up again (either may be unknown)."""

    remaining: int | None
    reset: int | None

    def exhausted_until(self, now: int) -> int | None:
        """The moment until which asking is pointless, or None when asking is fine."""
        spent = self.remaining is not None and self.remaining <= 0
        return self.reset if spent and self.reset is not None and self.reset > now else None


def _clamp(moment: int, now: int) -> int:
    return min(max(moment, now), now + LONGEST_WAIT)


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None


def parse_moment(value: str, now: int) -> int | None:
    """The moment (ms UTC, between now and now + 24 h) that a reset header names, or None when it cannot be read."""
    value = value.strip()
    number = _number(value)
    if number is not None:
        if abs(number) >= _EPOCH_MS_FROM:
            return _clamp(int(number), now)
        milliseconds = int(number * SECOND)
        return _clamp(milliseconds if number >= _EPOCH_FROM else now + milliseconds, now)
    try:
        return _clamp(from_datetime(datetime.fromisoformat(value)), now)
    except (ValueError, OverflowError):
        return _http_date(value, now)


def _http_date(value: str, now: int) -> int | None:
    try:
        parsed = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return _clamp(from_datetime(parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)), now)


def parse_retry_after(value: str, now: int) -> int | None:
    """Milliseconds that a Retry-After header asks for (0 … 24 h), or None when it cannot be read."""
    value = value.strip()
    number = _number(value)
    if number is not None:
        return min(max(0, int(number * SECOND)), LONGEST_WAIT)
    moment = _http_date(value, now)
    return None if moment is None else moment - now


def read_allowance(headers: Mapping[str, str], now: int) -> Allowance | None:
    """The allowance that the headers (lower-case names) speak of, None when they speak of none."""
    for prefix in _PREFIXES:
        remaining = _number(headers.get(prefix + "remaining", ""))
        reset = headers.get(prefix + "reset")
        if remaining is not None or reset is not None:
            return Allowance(
                None if remaining is None else int(remaining), None if reset is None else parse_moment(reset, now)
            )
    for name in ("x-app-usage", "x-business-use-case-usage"):
        if name in headers:
            return _meta_allowance(headers[name], now)
    return None


def _meta_allowance(usage: str, now: int) -> Allowance | None:
    """Meta's percentages of use: nothing remains at 100 %; the regain time is in minutes."""
    try:
        decoded = json.loads(usage)
    except ValueError:
        return None
    parts: list[dict[str, Any]] = []
    for value in [decoded, *(decoded.values() if isinstance(decoded, dict) else ())]:
        parts.extend(part for part in (value if isinstance(value, list) else [value]) if isinstance(part, dict))
    used = [part.get(key, 0) for part in parts for key in ("call_count", "total_time", "total_cputime")]
    most = max((value for value in used if isinstance(value, int | float)), default=0)
    regain = [part.get("estimated_time_to_regain_access", 0) for part in parts]
    minutes = max((value for value in regain if isinstance(value, int | float)), default=0)
    return Allowance(0 if most >= 100 else 1, _clamp(now + int(minutes * MINUTE), now) if minutes > 0 else None)


def wait_asked(headers: Mapping[str, str], body: bytes, now: int, status: int) -> int | None:
    """Milliseconds an error answer asks to stay away: Retry-After, Discourse's wait_seconds, or the reset of a 429."""
    if "retry-after" in headers:
        wait = parse_retry_after(headers["retry-after"], now)
        if wait is not None:
            return wait
    if status != 429:
        return None
    if b'"wait_seconds"' in body:
        wait = _discourse_wait(body)
        if wait is not None:
            return wait
    allowance = read_allowance(headers, now)
    return allowance.reset - now if allowance is not None and allowance.reset is not None else None


def _discourse_wait(body: bytes) -> int | None:
    try:
        seconds = json.loads(body)["extras"]["wait_seconds"]
    except (ValueError, KeyError, TypeError):
        return None
    return min(max(0, int(seconds * SECOND)), LONGEST_WAIT) if isinstance(seconds, int | float) else None
