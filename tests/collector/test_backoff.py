"""When a source is asked again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from socialhub.clock import DAY, HOUR, MINUTE, SECOND
from socialhub.collector.backoff import LONGEST_RECONNECT, after_failure, after_success, first_due
from socialhub.errors import SourceError

CHANCE = st.floats(0, 1, exclude_max=True)


@given(st.integers(SECOND, DAY), CHANCE)
def test_polls_keep_their_interval_give_or_take_a_tenth(interval: int, chance: float) -> None:
    assert 0.9 * interval - 1 <= after_success(interval, None, chance) <= 1.1 * interval + 1
    # Where no more often is polite, they are spread over what comes after.
    assert interval <= after_success(interval, None, chance, interval) <= 1.1 * interval + 1


@given(st.integers(SECOND, DAY), st.integers(0, DAY), CHANCE)
def test_a_poll_that_takes_long_makes_its_source_no_rarer_but_leaves_it_a_rest(
    interval: int, took: int, chance: float
) -> None:
    pause = after_success(interval, None, chance, 0, took)
    assert pause >= interval // 2
    assert pause == interval // 2 or 0.9 * interval - 1 <= took + pause <= 1.1 * interval + 1
    assert after_success(interval, None, chance, interval, took) >= interval


def test_a_server_may_ask_for_a_longer_pause_but_not_for_ever() -> None:
    assert after_success(10 * MINUTE, 2 * HOUR, 0.5) == 2 * HOUR
    assert after_success(10 * MINUTE, 400 * DAY, 0.5) == DAY


@given(st.integers(1, 10_000), st.integers(SECOND, DAY), st.booleans(), CHANCE)
def test_pauses_after_failures_grow_and_end(failures: int, interval: int, streaming: bool, chance: float) -> None:
    error = SourceError("timeout", host="x", seconds=20)
    pause = after_failure(error, failures, interval, streaming, chance)
    assert 0 < pause <= 1.1 * max(interval, LONGEST_RECONNECT) + 1
    later = after_failure(error, failures + 1, interval, streaming, chance)
    assert later >= pause


def test_retry_after_is_never_undercut() -> None:
    error = SourceError("rate-limited", host="x", retry_after=3 * HOUR)
    assert after_failure(error, 1, MINUTE, False, 0.0) == 3 * HOUR


def test_a_refusal_is_not_hammered() -> None:
    refused = SourceError("forbidden", host="x")
    assert after_failure(refused, 1, MINUTE, False, 0.5) == MINUTE
    assert after_failure(refused, 5, MINUTE, False, 0.5) == 16 * MINUTE
    assert after_failure(refused, 50, MINUTE, True, 0.5) == 6 * HOUR


def test_a_restart_goes_on_politely_and_survives_a_clock_set_back() -> None:
    now = 1_795_000_000_000
    assert first_due(now + HOUR, now, 10 * MINUTE, 0.5) == now + HOUR
    assert first_due(now - HOUR, now, 10 * MINUTE, 0.5) == now - HOUR
    assert now <= first_due(None, now, 10 * MINUTE, 0.99) <= now + 5 * SECOND
    assert first_due(now + 40 * DAY, now, 10 * MINUTE, 0.5) <= now + 5 * SECOND
    # A poll broken off by our end is not begun again before it is polite, however often we are started.
    assert first_due(now - HOUR, now, 10 * MINUTE, 0.5, now - SECOND, MINUTE) == now + MINUTE - SECOND
    assert first_due(now + HOUR, now, 10 * MINUTE, 0.5, now - SECOND, MINUTE) == now + HOUR
    assert first_due(now - HOUR, now, 10 * MINUTE, 0.5, now - HOUR, MINUTE) == now - HOUR + MINUTE
