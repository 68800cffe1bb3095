"""Alerts about keywords in words, in both languages; strange facts are left out."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.alerts.wording import alert_lines, fact_lines
from socialhub.clock import MINUTE
from tests.alerts.strange import STRANGE
from tests.alerts.test_wording import NOW, alert

FACTS: dict[str, Any] = {
    "topic": "Fibre",
    "part": "",
    "test": "keyword",
    "query": '"fuite de données" OU piratage',
    "seen": 41,
    "expected": 0.0,
    "needed": 1.0,
    "completeness": 1.0,
    "since": NOW - 65 * MINUTE,
    "until": NOW,
    "window": 65 * MINUTE,
    "negative": 0.857,
    "unanswered": 23,
    "mentions": [7, 8],
    "sources": [["bluesky", 40], ["forum", 1]],
    "places": [["D-35", 12]],
    "authors": [["lea@piaille.fr", 3, 12_400]],
}


def test_the_sentence_and_the_numbers() -> None:
    assert alert_lines(alert("keyword", FACTS), NOW, UTC) == (
        'Fibre: 41 mentions of "fuite de données" OU piratage',
        "in 1 h 05 min · 86% negative · 23 wait for an answer",
    )
    assert fact_lines(alert("keyword", FACTS), NOW, UTC)[1:] == [
        'looked for: "fuite de données" OU piratage',
        "41 mentions seen, 17:37–18:42",
        "86% negative, 23 of them wait for an answer",
        "sources: bluesky 40, forum 1",
        "places: Ille-et-Vilaine 12",
        "voices: lea@piaille.fr (12,400 followers)",
    ]


def test_one_mention() -> None:
    facts = {**FACTS, "seen": 1, "unanswered": 1, "negative": 1.0}
    assert alert_lines(alert("keyword", facts), NOW, UTC) == (
        'Fibre: 1 mention of "fuite de données" OU piratage',
        "100% negative · 1 waits for an answer",
    )


@pytest.mark.usefixtures("french")
def test_the_same_in_french() -> None:
    assert alert_lines(alert("keyword", FACTS), NOW, UTC) == (
        'Fibre\u00a0: 41 mentions de "fuite de données" OU piratage',
        "en 1 h 05 min · 86\u00a0% de négatif · 23 attendent une réponse",
    )
    assert fact_lines(alert("keyword", FACTS), NOW, UTC)[1] == 'recherché\u00a0: "fuite de données" OU piratage'


def test_a_query_is_clean_and_short() -> None:
    title, _detail = alert_lines(alert("keyword", {**FACTS, "query": "a\x1b[2J\n" + "b" * 400}), NOW, UTC)
    assert len(title) < 90
    assert "\x1b" not in title


@given(st.dictionaries(st.sampled_from(list(FACTS)), STRANGE))
def test_strange_facts_are_left_out(facts: dict[str, Any]) -> None:
    strange = alert("keyword", {**FACTS, **facts})
    title, detail = alert_lines(strange, NOW, UTC)
    lines = [title, detail, *fact_lines(strange, NOW, UTC)]
    assert title
    assert not any(ord(sign) < 0x20 for line in lines for sign in line)
