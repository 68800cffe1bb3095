"""Weak signals in words, in both languages; strange facts are left out."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.alerts.wording import alert_lines, fact_lines
from socialhub.clock import MINUTE
from tests.alerts.test_wording import NOW, alert

FACTS: dict[str, Any] = {
    "topic": "Fibre",
    "part": "word",
    "test": "weak_signal",
    "seen": 9,
    "expected": 0.4,
    "probability": 1e-4,
    "posts": 11,
    "yesterday": 1,
    "last_week": 0,
    "known_days": 28,
    "learning": False,
    "words": ["F3042", "redémarre toute seule"],
    "terms": ["f3042", "redemarre seule"],
    "examples": [[12, "Quelqu'un connaît le code F3042 ?"]],
    "completeness": 1.0,
    "since": NOW - 80 * MINUTE,
    "until": NOW,
    "window": 80 * MINUTE,
    "sources": [["bluesky", 6], ["mastodon", 5]],
}


def test_the_sentence() -> None:
    title, detail = alert_lines(alert("weak_signal", FACTS), NOW, UTC)
    assert title == "Fibre: “F3042”, “redémarre toute seule”, now said by 9 people"
    assert detail == "in 1 h 20 min · 0.4 expected · one chance in 10,000 at most"


def test_the_numbers_and_examples() -> None:
    assert fact_lines(alert("weak_signal", FACTS), NOW, UTC)[1:] == [
        "words that rise: “F3042”, “redémarre toute seule”",
        "11 posts, 17:22–18:42",
        "9 people, each in their own words, 0.4 expected",
        "1 the day before, 0 a week before",
        "one chance in 10,000 at most",
        "the data are complete",
        "example: Quelqu'un connaît le code F3042 ?",
        "sources: bluesky 6, mastodon 5",
    ]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "compared with less than a day: much is new at first"),
        (3, "compared with 3 days only: much is new at first"),
    ],
)
def test_a_short_past_is_told(days: int, words: str) -> None:
    told = alert("weak_signal", {**FACTS, "learning": True, "known_days": days})
    assert alert_lines(told, NOW, UTC)[1].endswith(words)
    assert words in fact_lines(told, NOW, UTC)


@pytest.mark.usefixtures("french")
def test_the_same_in_french() -> None:
    title, detail = alert_lines(alert("weak_signal", FACTS), NOW, UTC)
    assert title == (
        "Fibre\u00a0: «\u00a0F3042\u00a0», «\u00a0redémarre toute seule\u00a0», désormais dit par 9 personnes"
    )
    assert "0,4 attendu" in detail
    lines = fact_lines(alert("weak_signal", {**FACTS, "planned": "Keynote"}), NOW, UTC)
    assert "9 personnes, chacune avec ses mots, 0,4 attendue" in lines
    assert "exemple\u00a0: Quelqu'un connaît le code F3042 ?" in lines
    assert "prévu\u00a0: Keynote" in lines


_values = st.one_of(st.none(), st.text(max_size=9), st.integers(), st.floats(), st.lists(st.lists(st.integers())))


@given(st.dictionaries(st.sampled_from([*FACTS, "planned"]), _values))
def test_strange_facts_are_left_out(facts: dict[str, Any]) -> None:
    told = alert("weak_signal", {**FACTS, **facts})
    lines = [*alert_lines(told, NOW, UTC), *fact_lines(told, NOW, UTC)]
    assert lines[0]
    assert not any(ord(sign) < 0x20 for line in lines for sign in line)
