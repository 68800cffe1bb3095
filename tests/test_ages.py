"""Ages, durations and moments in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.ages import age, clock_time, date_text, duration, moment_text, period
from socialhub.clock import DAY, HOUR, MINUTE, SECOND, from_datetime

PARIS = timezone(timedelta(hours=1))


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    return from_datetime(datetime(year, month, day, hour, minute, tzinfo=UTC))


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (-5 * HOUR, "< 1 min"),
        (0, "< 1 min"),
        (59 * SECOND, "< 1 min"),
        (MINUTE, "1 min"),
        (22 * MINUTE + 59 * SECOND, "22 min"),
        (HOUR, "1 h"),
        (47 * HOUR, "47 h"),
        (48 * HOUR, "2 d"),
        (400 * DAY, "400 d"),
    ],
)
def test_age_moves_in_steps(milliseconds: int, words: str) -> None:
    assert age(milliseconds) == words


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (30 * SECOND, "< 1 min"),
        (31 * MINUTE, "31 min"),
        (HOUR, "1 h"),
        (HOUR + 5 * MINUTE, "1 h 05 min"),
        (DAY, "1 d"),
        (3 * DAY + 4 * HOUR + 59 * MINUTE, "3 d 4 h"),
    ],
)
def test_durations_name_their_two_largest_units(milliseconds: int, words: str) -> None:
    assert duration(milliseconds) == words


@given(st.integers(min_value=0, max_value=1000 * DAY))
def test_an_age_holds_within_its_minute_and_a_duration_is_never_longer_than_the_time(milliseconds: int) -> None:
    assert age(milliseconds) == age(milliseconds - milliseconds % MINUTE + 59 * SECOND)
    units = {"d": DAY, "h": HOUR, "min": MINUTE}
    numbers = duration(milliseconds).split()
    if numbers[0] != "<":
        told = sum(int(count) * units[unit] for count, unit in zip(numbers[::2], numbers[1::2], strict=True))
        assert 0 <= milliseconds - told < HOUR or told >= DAY
        assert told <= milliseconds


def test_moments_carry_a_date_only_for_another_day_of_the_readers_zone() -> None:
    now = at(2025, 11, 21, 23, 30)
    assert moment_text(at(2025, 11, 21, 18, 42), now, UTC) == "18:42"
    assert moment_text(at(2025, 11, 20, 18, 42), now, UTC) == "20 Nov 18:42"
    assert moment_text(at(2024, 1, 2, 3, 4), now, UTC) == "2 Jan 2024 03:04"
    assert moment_text(at(2025, 11, 21, 22, 30), now, PARIS) == "21 Nov 23:30"
    assert clock_time(at(2025, 11, 21, 22, 30), PARIS) == "23:30"
    assert date_text(now, now, PARIS) == "22 Nov"


def test_periods_name_each_date_once() -> None:
    now = at(2025, 11, 21, 12)
    assert period(at(2025, 11, 21, 3, 10), at(2025, 11, 21, 3, 40), now, UTC) == "03:10–03:40"
    assert period(at(2025, 11, 20, 3, 10), at(2025, 11, 20, 3, 40), now, UTC) == "20 Nov 03:10–03:40"
    assert period(at(2025, 11, 20, 23), at(2025, 11, 21, 1), now, UTC) == "20 Nov 23:00–01:00"


@given(st.integers(min_value=-(10**18), max_value=10**18))
def test_no_number_is_too_strange_for_a_clock(moment: int) -> None:
    assert clock_time(moment, UTC)
    assert moment_text(moment, 0, UTC)
    assert moment_text(0, moment, UTC)
    assert period(moment, moment + HOUR, 0, UTC)
