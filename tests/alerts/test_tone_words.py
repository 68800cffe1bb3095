"""Alerts about the tone of a topic in words, in both languages; strange facts are left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.alerts.wording import alert_lines, fact_lines
from socialhub.clock import HOUR
from socialhub.i18n import set_language
from tests.alerts.test_wording import NOW, alert

FACTS: dict[str, Any] = {
    "topic": "Fibre",
    "part": "",
    "test": "turn",
    "seen": 34,
    "judged": 52,
    "expected": 15.6,
    "negative": 0.654,
    "low": 0.48,
    "high": 0.79,
    "usual": 0.301,
    "usual_low": 0.19,
    "usual_high": 0.44,
    "probability": 1 / 3127,
    "completeness": 1.0,
    "since": NOW - 4 * HOUR,
    "until": NOW,
    "window": 4 * HOUR,
    "learning": False,
    "yesterday": 0.29,
    "last_week": 0.31,
    "unanswered": 30,
    "sources": [["bluesky", 20], ["forum", 14]],
}


@pytest.fixture
def french() -> Iterator[None]:
    set_language("fr")
    yield
    set_language("en")


def test_the_sentence_of_a_turn() -> None:
    assert alert_lines(alert("tone_shift", FACTS), NOW, UTC) == (
        "Fibre: 65% negative in 4 h, 30% is usual",
        "34 of 52 judged stories are negative · one chance in 3,100 at most · 29% the day before, 31% a week before",
    )


def test_the_numbers_and_what_is_behind_them() -> None:
    assert fact_lines(alert("tone_shift", FACTS), NOW, UTC)[1:] == [
        "34 of 52 judged stories are negative, 14:42–18:42",
        "65% negative: between 48% and 79%, 19 times of 20",
        "30% is usual for these sources, between 19% and 44% 19 times of 20",
        "one chance in 3,100 at most",
        "29% the day before, 31% a week before",
        "the data are complete",
        "30 of them wait for an answer",
        "sources: bluesky 20, forum 14",
    ]


@pytest.mark.usefixtures("french")
def test_the_same_in_french() -> None:
    title, detail = alert_lines(alert("tone_shift", FACTS), NOW, UTC)
    assert title == "Fibre\u00a0: 65\u00a0% de négatif en 4 h, contre 30\u00a0% d’habitude"
    assert detail.startswith("34 histoires jugées sur 52 sont négatives · une chance sur 3\u202f100 au plus · ")
    lines = fact_lines(alert("tone_shift", FACTS), NOW, UTC)
    assert "30\u00a0% d’habitude pour ces sources, entre 19\u00a0% et 44\u00a0% 19 fois sur 20" in lines
    assert "65\u00a0% de négatif\u00a0: entre 48\u00a0% et 79\u00a0%, 19 fois sur 20" in lines


def test_what_is_uncertain_is_said() -> None:
    facts = {**FACTS, "completeness": 0.62, "learning": True}
    assert "62% of what is usual was listened to" in alert_lines(alert("tone_shift", facts), NOW, UTC)[1]
    assert "known for less than a day: what is usual is still being learnt" in fact_lines(
        alert("tone_shift", facts), NOW, UTC
    )


_values = st.one_of(st.none(), st.text(max_size=9), st.integers(), st.floats(), st.lists(st.lists(st.integers())))


@given(st.dictionaries(st.sampled_from([*FACTS, "planned"]), _values))
def test_strange_facts_are_left_out(facts: dict[str, Any]) -> None:
    told = alert("tone_shift", {**FACTS, **facts})
    lines = [*alert_lines(told, NOW, UTC), *fact_lines(told, NOW, UTC)]
    assert lines[0]
    assert not any(ord(sign) < 0x20 for line in lines for sign in line)
