"""Caps over days, months and rolling windows: what counts, when there is more again, when it will be used up."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.budget_words import meter_words
from socialhub.budgets import (
    CALLS,
    DOLLAR,
    HASHTAGS,
    MONEY,
    SEARCHES,
    SLOT,
    Cap,
    Span,
    meter_of,
    slot_of,
)
from socialhub.clock import DAY, HOUR, MINUTE, from_datetime, to_datetime
from tests.servers import NOON

PACIFIC = "America/Los_Angeles"


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> int:
    return from_datetime(datetime(2026, month, day, hour, minute, tzinfo=UTC))


@pytest.mark.parametrize(
    ("span", "now", "start", "end"),
    [
        (Span.DAY, at(21, 7, 59), at(20, 8), at(21, 8)),
        (Span.DAY, at(21, 8), at(21, 8), at(22, 8)),
        # The clocks are set back on 1 November: that day has 25 hours.
        (Span.DAY, at(1, 12), at(1, 7), at(2, 8)),
        (Span.MONTH, at(21, 7), at(1, 7), at(1, 8, month=12)),
        (Span.MONTH, at(1, 7, 30, month=12), at(1, 7), at(1, 8, month=12)),
    ],
)
def test_days_and_months_begin_where_the_server_lives(span: Span, now: int, start: int, end: int) -> None:
    cap = Cap(SEARCHES, 100, span, PACIFIC)
    assert (cap.start(now), cap.end(now)) == (start, end)


def test_a_rolling_window_gives_back_what_is_old_and_never_too_early() -> None:
    cap = Cap(HASHTAGS, 30, Span.ROLLING_WEEK)
    slots = {slot_of(NOON): 20, slot_of(NOON + DAY): 10}
    late = NOON + 2 * DAY
    assert cap.fits_from(slots, 1, late) == slot_of(NOON) + SLOT + 7 * DAY
    assert cap.fits_from(slots, 21, late) == slot_of(NOON + DAY) + SLOT + 7 * DAY
    assert cap.fits_from(slots, 1, NOON + 7 * DAY + SLOT) == NOON + 7 * DAY + SLOT


@given(
    st.sampled_from(list(Span)),
    st.lists(st.tuples(st.integers(0, 40 * DAY), st.integers(1, 40)), max_size=60),
    st.integers(1, 60),
)
def test_however_it_is_spent_no_span_holds_more_than_the_cap(
    span: Span, wishes: list[tuple[int, int]], most: int
) -> None:
    """By the very moments, as a server counts that knows nothing of slots; and what is refused fits when it is said."""
    cap = Cap(CALLS, most, span, "Europe/Paris")
    slots: dict[int, int] = {}
    done: list[tuple[int, int]] = []
    for moment, amount in sorted(wishes):
        now = NOON + moment
        fits = cap.fits_from(slots, amount, now)
        assert fits >= now
        if fits > now:
            assert amount > most or cap.fits_from(slots, amount, fits) == fits
            continue
        slots[slot_of(now)] = slots.get(slot_of(now), 0) + amount
        done.append((now, amount))
    for moment, _amount in done:
        assert sum(amount for other, amount in done if _same_span(span, other, moment)) <= most


def _same_span(span: Span, first: int, second: int) -> bool:
    """Whether the first falls into the span that ends with (or holds) the second."""
    if span in (Span.ROLLING_DAY, Span.ROLLING_WEEK):
        return 0 <= second - first < (DAY if span is Span.ROLLING_DAY else 7 * DAY)
    one, other = (to_datetime(each, ZoneInfo("Europe/Paris")) for each in (first, second))
    return (one.year, one.month) == (other.year, other.month) and (span is Span.MONTH or one.day == other.day)


def test_a_forecast_follows_the_last_hour() -> None:
    cap = Cap(SEARCHES, 100, Span.DAY)
    calm = {slot_of(NOON - 5 * HOUR): 40}
    assert meter_of(cap, calm, NOON).gone_at is None
    busy = {**calm, slot_of(NOON - 30 * MINUTE): 10, slot_of(NOON): 2}
    meter = meter_of(cap, busy, NOON + MINUTE)
    assert (meter.spent, meter.used_up) == (52, False)
    assert 10 <= meter.hourly <= 12
    assert meter.gone_at is not None
    assert NOON + 4 * HOUR < meter.gone_at < NOON + 5 * HOUR
    assert meter.gone_at % (5 * MINUTE) == 0


def test_what_is_paid_once_has_no_pace() -> None:
    meter = meter_of(Cap(HASHTAGS, 30, Span.ROLLING_WEEK), {slot_of(NOON): 20}, NOON + MINUTE)
    assert (meter.spent, meter.hourly, meter.gone_at) == (20, 0, None)


def test_a_pace_that_old_spending_makes_room_for_lasts() -> None:
    cap = Cap(CALLS, 240, Span.ROLLING_DAY)
    even = {slot_of(NOON - quarter * SLOT): 2 for quarter in range(1, 96)}
    assert meter_of(cap, even, NOON).gone_at is None
    faster = {**even, slot_of(NOON - SLOT): 25}
    gone = meter_of(cap, faster, NOON).gone_at
    assert gone is not None
    assert NOON < gone < NOON + 2 * HOUR


def test_what_is_used_up_says_until_when() -> None:
    cap = Cap(SEARCHES, 100, Span.DAY, PACIFIC)
    meter = meter_of(cap, {slot_of(NOON): 100}, NOON)
    assert (meter.used_up, meter.gone_at, meter.free_at) == (True, None, at(22, 8))
    assert meter_words(meter, NOON, UTC) == "searches: 100 / 100, used up until 22 Nov 08:00"
    fresh = meter_of(cap, {slot_of(NOON): 40}, NOON + 10 * MINUTE)
    assert meter_words(fresh, NOON, UTC) == "searches: 40 / 100 until 22 Nov 08:00, 34 an hour, used up at 13:55"


def test_money_is_told_in_dollars_and_small_sums_in_full() -> None:
    cap = Cap(MONEY, 10 * DOLLAR, Span.MONTH)
    assert meter_words(meter_of(cap, {NOON - 3 * DAY: 3_105_000}, NOON), NOON, UTC) == (
        "money: $3.10 / $10.00 until 1 Dec 00:00"
    )
    told = meter_words(meter_of(cap, {slot_of(NOON): 5_000}, NOON), NOON, UTC)
    assert told.startswith("money: $0.0050 / $10.00")


def test_a_unit_of_a_plug_in_is_called_as_it_calls_it() -> None:
    cap = Cap("credits", 5, Span.ROLLING_DAY)
    assert meter_words(meter_of(cap, {}, NOON), NOON, UTC) == "credits: 0 / 5 in 24 h"
