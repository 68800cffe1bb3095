"""Hours of the week, public holidays, and when a room is at work."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.clock import from_datetime
from socialhub.holidays import french_holidays, is_holiday
from socialhub.hours import Calendar, parse_hours

PARIS = ZoneInfo("Europe/Paris")
ROOM = Calendar(PARIS, parse_hours("mon-thu 09:00-18:00, fri 09:00-16:00"), "FR", frozenset({date(2026, 12, 24)}))


def at(written: str) -> int:
    """A moment of Paris in ms UTC."""
    return from_datetime(datetime.fromisoformat(written).replace(tzinfo=PARIS))


def test_the_holidays_of_a_year() -> None:
    # https://www.service-public.fr/particuliers/vosdroits/F2405
    assert sorted(french_holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 14),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    ]
    assert is_holiday("FR", date(2027, 3, 29))
    assert not is_holiday("FR", date(2026, 4, 7))
    assert not is_holiday("", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("hours", "moment", "within"),
    [
        ("mon-fri 09:00-18:00", "2026-11-27 09:00", True),
        ("mon-fri 09:00-18:00", "2026-11-27 18:00", False),
        ("mon-fri 09:00-18:00", "2026-11-28 10:00", False),
        ("lun-ven 9:00-18:00", "2026-11-27 17:59", True),
        ("sat-sun", "2026-11-29 23:59", True),
        ("sat", "2026-11-29 00:00", False),
        # Over midnight it is the night of the day on which it began.
        ("22:00-07:00", "2026-11-27 06:59", True),
        ("22:00-07:00", "2026-11-27 07:00", False),
        ("fri 22:00-07:00", "2026-11-28 03:00", True),
        ("fri 22:00-07:00", "2026-11-27 03:00", False),
        ("sun 22:00-07:00", "2026-11-30 03:00", True),
        ("fri-mon 10:00-11:00", "2026-11-29 10:30", True),
        ("fri-mon 10:00-11:00", "2026-11-26 10:30", False),
        ("18:00-24:00", "2026-11-27 23:59", True),
        ("18:00-24:00", "2026-11-27 00:00", False),
        ("mon 09:00-10:00, wed 09:00-10:00", "2026-11-25 09:30", True),
        ("always", "2026-12-25 03:00", True),
        ("business_hours", "2026-11-26 17:00", True),
        ("business_hours", "2026-11-27 17:00", False),
        ("off_hours", "2026-11-27 17:00", True),
        # Armistice Day is a Wednesday; the room is closed on Christmas Eve, a Thursday.
        ("business_hours", "2026-11-11 10:00", False),
        ("off_hours", "2026-11-11 10:00", True),
        ("holidays", "2026-11-11 23:00", True),
        ("holidays", "2026-11-12 00:00", False),
        ("business_hours", "2026-12-24 10:00", False),
        ("holidays", "2026-12-24 10:00", True),
        ("mon-fri 09:00-18:00", "2026-11-11 10:00", True),
    ],
)
def test_within(hours: str, moment: str, within: bool) -> None:
    assert ROOM.within(parse_hours(hours), at(moment)) is within


def test_civil_hours_stay_when_the_clock_changes() -> None:
    nine = parse_hours("09:00-10:00")
    for day in ("2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25"):
        assert ROOM.within(nine, at(f"{day} 09:30"))
        assert not ROOM.within(nine, at(f"{day} 08:30"))


def test_a_night_that_began_on_a_working_day_is_work() -> None:
    bakers = Calendar(PARIS, parse_hours("22:00-04:00"), "FR")
    business = parse_hours("business_hours")
    # The night before the holiday goes on into it; that of the holiday does not begin.
    assert bakers.within(business, at("2026-11-11 03:00"))
    assert not bakers.within(business, at("2026-11-11 22:30"))
    assert not bakers.within(business, at("2026-11-12 03:00"))


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        ("", ""),
        ("noon", "noon"),
        ("mon 9-18", "mon 9-18"),
        ("mon-xyz", "mon-xyz"),
        ("sat, 25:00-26:00", "25:00-26:00"),
        ("09:60-10:00, sun", "09:60-10:00"),
        ("mon 24:00-08:00", "mon 24:00-08:00"),
        ("09:00-18:00 mon", "09:00-18:00 mon"),
        ("mon,,tue", ""),
    ],
)
def test_what_tells_no_hours_is_refused_with_its_part(wrong: str, part: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(part)}$"):
        parse_hours(wrong)


@given(start=st.integers(0, 1439), end=st.integers(0, 1440), place=st.integers(0, 7 * 1440 - 1))
def test_a_span_covers_its_length_every_day(start: int, end: int, place: int) -> None:
    def clock(minutes: int) -> str:
        return f"{minutes // 60:02d}:{minutes % 60:02d}"

    hours = parse_hours(f"{clock(start)}-{clock(end)}")
    minute = (place % 1440 - start) % 1440
    moment = from_datetime(datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=place))
    assert Calendar(UTC, hours).within(hours, moment) == (minute < ((end - start - 1) % 1440) + 1)
