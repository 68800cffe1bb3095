"""Alerts about coordination in words, in both languages; strange facts are left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.alerts.wording import alert_lines, fact_lines
from socialhub.clock import MINUTE
from socialhub.i18n import set_language
from tests.alerts.test_wording import NOW, alert

FACTS: dict[str, Any] = {
    "topic": "Fibre",
    "part": "group",
    "story": "4711",
    "test": "young-accounts",
    "seen": 31,
    "of": 33,
    "expected": 6.6,
    "probability": 1e-12,
    "accounts": 34,
    "posts": 114,
    "rapid": 16,
    "at_once": 26,
    "unheard": 33,
    "sleepless": 2,
    "middle_age": 12,
    "left_out": 1,
    "text": "Signez vite",
    "pushed": "https://petition.example/1",
    "yesterday": 12,
    "last_week": 9,
    "completeness": 1.0,
    "since": NOW - 42 * MINUTE,
    "until": NOW,
    "window": 42 * MINUTE,
    "sources": [["bluesky", 60], ["mastodon", 54]],
}


@pytest.fixture
def french() -> Iterator[None]:
    set_language("fr")
    yield
    set_language("en")


def test_the_sentence() -> None:
    title, detail = alert_lines(alert("coordination", FACTS), NOW, UTC)
    assert title == "Fibre: 34 accounts say the same in 42 min"
    assert detail == (
        "31 of 33 accounts younger than 90 days, 6.6 expected · less than one chance in a million"
        " · https://petition.example/1"
    )


def test_content_and_provenance() -> None:
    assert fact_lines(alert("coordination", FACTS), NOW, UTC)[1:] == [
        "114 posts, 18:00–18:42",
        "text: Signez vite",
        "link: https://petition.example/1",
        "31 of 33 accounts younger than 90 days, 6.6 expected",
        "half of those whose age is told are 12 days old or younger",
        "33 were never heard before",
        "2 wrote in 20 or more of the last 24 hours",
        "16 post six times an hour or more",
        "26 speak in the same minute as others",
        "1 left out: press, or known by a list or a role",
        "less than one chance in a million",
        "copies of anything: 12 the day before, 9 a week before",
        "the data are complete",
        "sources: bluesky 60, mastodon 54",
    ]


@pytest.mark.usefixtures("french")
def test_the_same_in_french() -> None:
    title, detail = alert_lines(alert("coordination", FACTS), NOW, UTC)
    assert title == "Fibre\u00a0: 34 comptes disent la même chose en 42 min"
    assert "6,6 attendu" in detail
    assert "33 n’avaient jamais été entendus" in fact_lines(alert("coordination", FACTS), NOW, UTC)


_values = st.one_of(st.none(), st.text(max_size=9), st.integers(), st.floats(), st.lists(st.lists(st.integers())))


@given(st.dictionaries(st.sampled_from([*FACTS, "link"]), _values))
def test_strange_facts_are_left_out(facts: dict[str, Any]) -> None:
    told = alert("coordination", {**FACTS, **facts})
    lines = [*alert_lines(told, NOW, UTC), *fact_lines(told, NOW, UTC)]
    assert lines[0]
    assert not any(ord(sign) < 0x20 for line in lines for sign in line)
