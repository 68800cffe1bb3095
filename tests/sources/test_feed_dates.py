"""Dates as feeds and tables carry them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.clock import DAY, HOUR, from_datetime, iso
from socialhub.sources.feed_dates import feed_date, parse_date, plausible
from tests.servers import NOON

_MOMENTS = st.datetimes(min_value=datetime(1995, 1, 2), max_value=datetime(2090, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("Sat, 21 Nov 2026 10:00:00 GMT", "2026-11-21T10:00:00Z"),
        ("Sat, 21 Nov 2026 10:00:00 CET", "2026-11-21T09:00:00Z"),
        ("Tue, 21 Jul 2026 10:00:00 CEST", "2026-07-21T08:00:00Z"),
        ("Sat, 21 Nov 26 10:00 EST", "2026-11-21T15:00:00Z"),
        ("21 Nov 2026 10:00:00 GMT+1", "2026-11-21T09:00:00Z"),
        ("mar., 24 nov. 2026 10:00:00 +0100", "2026-11-24T09:00:00Z"),
        ("Mar, 24 Nov 2026 10:00:00 +0100", "2026-11-24T09:00:00Z"),
        ("mardi 3 mars 2026 à 10h05", "2026-03-03T10:05:00Z"),
        ("1er août 2026", "2026-08-01T00:00:00Z"),
        ("20 de noviembre de 2026", "2026-11-20T00:00:00Z"),
        ("ven 20 ottobre 2026 10:00", "2026-10-20T10:00:00Z"),
        ("20 maart 2026", "2026-03-20T00:00:00Z"),
        ("20 nov. 2026 à 10 h 05", "2026-11-20T10:05:00Z"),
        ("20 novembre 2026 10h", "2026-11-20T10:00:00Z"),
        ("Fri, 20 Nov 2026 10:0:00 +0100", "2026-11-20T09:00:00Z"),
        ("Fri,20 Nov 2026 10:00:00 GMT", "2026-11-20T10:00:00Z"),
        ("Fri, 20 Nov 2026 24:00:00 GMT", "2026-11-21T00:00:00Z"),
        ("Wed, 18 févr. 2026 9:05:00 CET", "2026-02-18T08:05:00Z"),
        ("Montag, 21. März 2026 08:00 MEZ", "2026-03-21T07:00:00Z"),
        ("Sa., 21. Dez. 2026, 10:00 Uhr", "2026-12-21T10:00:00Z"),
        ("21/11/2026 10:00", "2026-11-21T10:00:00Z"),
        ("11/21/2026 10:00 PM", "2026-11-21T22:00:00Z"),
        ("21.11.2026", "2026-11-21T00:00:00Z"),
        ("2026/11/21 10:00", "2026-11-21T10:00:00Z"),
        ("2026-11-21T10:00:00.123456+01:00", "2026-11-21T09:00:00Z"),
        ("2026-11-21 10:00:00 CET", "2026-11-21T09:00:00Z"),
        ("November 21, 2026 1:30 pm", "2026-11-21T13:30:00Z"),
        ("Sat Nov 21 10:00:00 CET 2026", "2026-11-21T09:00:00Z"),
        ("1795296695", "2026-11-21T21:31:35Z"),
        ("1795296695123", "2026-11-21T21:31:35Z"),
        ("Thu, 01 Jan 2026 10:00:00 +9900", "2026-01-01T10:00:00Z"),
        ("2026-11-21T10:00:00+23:00", "2026-11-21T10:00:00Z"),
    ],
)
def test_dates_that_can_be_read(raw: str, moment: str) -> None:
    read = parse_date(raw)
    assert read is not None
    assert iso(read) == moment


@pytest.mark.parametrize("raw", ["", "yesterday", "Sat, 31 Feb 2026 10:00:00 GMT", "32/13/2026", "21 Brumaire 2026"])
def test_dates_that_do_not_exist(raw: str) -> None:
    assert parse_date(raw) is None


def test_a_date_without_zone_is_read_in_the_given_one() -> None:
    paris = ZoneInfo("Europe/Paris")
    assert iso(parse_date("21/11/2026 10:00", zone=paris) or 0) == "2026-11-21T09:00:00Z"
    assert iso(parse_date("2026-07-21 10:00", zone=paris) or 0) == "2026-07-21T08:00:00Z"
    assert iso(parse_date("2026-07-21T10:00:00Z", zone=paris) or 0) == "2026-07-21T10:00:00Z"


def test_impossible_moments_are_unknown() -> None:
    assert plausible(NOON + DAY, NOON) == NOON + DAY
    assert plausible(NOON + DAY + 1, NOON) is None
    assert plausible(0, NOON) is None
    assert feed_date("2099-01-01T00:00:00Z", None, NOON) is None


def test_what_only_feedparser_knows_is_taken_from_it() -> None:
    parsed = datetime(2026, 11, 21, 9).timetuple()
    assert feed_date("Σαβ, 21 Νοε 2026 09:00:00 GMT", parsed, NOON) == NOON - 3 * HOUR
    assert feed_date("", None, NOON) is None


@given(_MOMENTS, st.integers(-14 * 60, 14 * 60))
def test_rfc_822_and_iso_agree_in_every_zone(moment: datetime, minutes: int) -> None:
    local = moment.replace(microsecond=0).astimezone(timezone(timedelta(minutes=minutes)))
    expected = from_datetime(local)
    assert parse_date(format_datetime(local)) == expected
    assert parse_date(local.isoformat()) == expected


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(raw: str) -> None:
    moment = feed_date(raw, None, NOON)
    assert moment is None or moment <= NOON + DAY
