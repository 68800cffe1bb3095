"""Lengths of time: written by people, read back exactly."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialhub.clock import DAY, HOUR, MINUTE, SECOND
from socialhub.config.durations import LONGEST, format_duration, parse_duration


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [
        ("90 s", 90 * SECOND),
        ("5min", 5 * MINUTE),
        ("2 h", 2 * HOUR),
        ("1 h 30 min", 90 * MINUTE),
        ("1,5 h", 90 * MINUTE),
        ("30 d", 30 * DAY),
        ("30 j", 30 * DAY),
        ("2 semaines", 14 * DAY),
        ("12 mois", 365 * DAY),
        ("1 An", 365 * DAY),
        ("13 months", 13 * 365 * DAY // 12),
        ("PT5M", 5 * MINUTE),
        ("P30D", 30 * DAY),
        ("P1DT2H", 26 * HOUR),
        ("P1Y", 365 * DAY),
    ],
)
def test_what_people_write(written: str, milliseconds: int) -> None:
    assert parse_duration(written) == milliseconds


@pytest.mark.parametrize(
    "written",
    ["", "5", "min", "5 m", "0 s", "-5 min", "5 min!", "P", "PT", "P5", "5 fortnights", "999 years", "9" * 5000 + " y"],
)
def test_what_is_no_length_of_time(written: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        parse_duration(written)


@settings(deadline=None)
@given(st.integers(1, LONGEST))
def test_written_and_read_back(milliseconds: int) -> None:
    assert parse_duration(format_duration(milliseconds)) == milliseconds
