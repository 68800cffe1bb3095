"""The dialects of "not so fast", each as its server writes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.clock import DAY, HOUR, MINUTE, SECOND
from socialhub.sources.rate_limits import Allowance, parse_moment, parse_retry_after, read_allowance, wait_asked
from tests.servers import NOON


@pytest.mark.parametrize(
    ("headers", "allowance"),
    [
        # Mastodon, GoToSocial, Bluesky, X, Reddit, Meta.
        (
            {"x-ratelimit-remaining": "299", "x-ratelimit-reset": "2026-11-21T12:05:00.070144Z"},
            Allowance(299, NOON + 5 * MINUTE + 70),
        ),
        (
            {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-21T12:05:00.000Z"},
            Allowance(0, NOON + 5 * MINUTE),
        ),
        (
            {"ratelimit-limit": "3000", "ratelimit-remaining": "0", "ratelimit-reset": str(NOON // 1000 + 300)},
            Allowance(0, NOON + 5 * MINUTE),
        ),
        (
            {"x-rate-limit-remaining": "1", "x-rate-limit-reset": str(NOON // 1000 + 900)},
            Allowance(1, NOON + 15 * MINUTE),
        ),
        (
            {"x-ratelimit-used": "3", "x-ratelimit-remaining": "97.0", "x-ratelimit-reset": "60"},
            Allowance(97, NOON + MINUTE),
        ),
        (
            {"x-business-use-case-usage": '{"1": [{"call_count": 100, "estimated_time_to_regain_access": 5}]}'},
            Allowance(0, NOON + 5 * MINUTE),
        ),
        ({"x-app-usage": '{"call_count": 28, "total_time": 25, "total_cputime": 25}'}, Allowance(1, None)),
        ({"x-ratelimit-remaining": "soon", "x-ratelimit-reset": "later"}, Allowance(None, None)),
        ({"content-type": "text/plain"}, None),
    ],
)
def test_every_dialect_becomes_one_form(headers: dict[str, str], allowance: Allowance | None) -> None:
    assert read_allowance(headers, NOON) == allowance


def test_asking_is_pointless_only_while_nothing_remains() -> None:
    assert Allowance(0, NOON + HOUR).exhausted_until(NOON) == NOON + HOUR
    assert Allowance(0, NOON - 1).exhausted_until(NOON) is None
    assert Allowance(1, NOON + HOUR).exhausted_until(NOON) is None
    assert Allowance(0, None).exhausted_until(NOON) is None


@pytest.mark.parametrize(
    ("value", "wait"),
    [("90", 90 * SECOND), ("-5", 0), ("1e30", None), ("Sat, 21 Nov 2026 12:01:00 GMT", MINUTE), ("soon", None)],
)
def test_retry_after(value: str, wait: int | None) -> None:
    assert parse_retry_after(value, NOON) == wait


@pytest.mark.parametrize(
    ("headers", "body", "status", "wait"),
    [
        ({"retry-after": "7", "x-ratelimit-reset": "60"}, b"", 429, 7 * SECOND),
        ({"x-ratelimit-reset": "60"}, b"", 429, MINUTE),
        ({"x-ratelimit-reset": "60"}, b"", 503, None),
        ({}, b'{"extras": {"wait_seconds": 11}}', 429, 11 * SECOND),
        ({}, b'{"extras": {"wait_seconds": "x"}}', 429, None),
        ({}, b"", 429, None),
    ],
)
def test_how_long_an_error_asks_to_wait(headers: dict[str, str], body: bytes, status: int, wait: int | None) -> None:
    assert wait_asked(headers, body, NOON, status) == wait


@given(st.text(max_size=60) | st.integers().map(str) | st.floats().map(str))
def test_no_header_asks_for_more_than_a_day_or_breaks_the_reader(value: str) -> None:
    moment = parse_moment(value, NOON)
    assert moment is None or NOON <= moment <= NOON + DAY
    wait = parse_retry_after(value, NOON)
    assert wait is None or 0 <= wait <= DAY
