"""Alerts about detractors in words, in both languages; strange facts are left out."""

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
    "test": "detractor",
    "name": "Léa Martin",
    "author": "mastodon/lea@piaille.fr",
    "reach": 212_000,
    "list": "Presse",
    "before": 5,
    "before_unanswered": 4,
    "seen": 3,
    "since": NOW - 65 * MINUTE,
    "until": NOW,
    "window": 65 * MINUTE,
    "negative": 1.0,
    "unanswered": 2,
    "mentions": [7, 8, 9],
    "sources": [["mastodon", 3]],
}


def test_the_sentence_and_the_numbers() -> None:
    assert alert_lines(alert("detractor", FACTS), NOW, UTC) == (
        "Fibre: 3 negative mentions by Léa Martin",
        "may reach 212,000 people · on the list Presse · negative 5 times in the month before (4 unanswered)"
        " · 2 wait for an answer",
    )
    assert fact_lines(alert("detractor", FACTS), NOW, UTC)[1:] == [
        "3 mentions seen, 17:37–18:42",
        "may reach 212,000 people",
        "on the list Presse",
        "negative 5 times in the month before (4 unanswered)",
        "100% negative, 2 of them wait for an answer",
        "sources: mastodon 3",
    ]


def test_what_is_not_known_is_left_out() -> None:
    facts = {"topic": "Fibre", "name": "zoe", "seen": 1, "before": 0, "unanswered": 0}
    assert alert_lines(alert("detractor", facts), NOW, UTC) == ("Fibre: 1 negative mention by zoe", "")
    del facts["name"]
    assert alert_lines(alert("detractor", facts), NOW, UTC)[0] == "Fibre: 1 negative mention by somebody"


@pytest.mark.usefixtures("french")
def test_the_same_in_french() -> None:
    assert alert_lines(alert("detractor", FACTS), NOW, UTC) == (
        "Fibre\u00a0: 3 mentions négatives signées Léa Martin",
        "peut toucher 212\u202f000 personnes · sur la liste Presse · négatif 5 fois le mois précédent (4 sans réponse)"
        " · 2 attendent une réponse",
    )


@given(st.dictionaries(st.sampled_from(list(FACTS)), STRANGE))
def test_strange_facts_are_left_out(facts: dict[str, Any]) -> None:
    strange = alert("detractor", {**FACTS, **facts})
    title, detail = alert_lines(strange, NOW, UTC)
    lines = [title, detail, *fact_lines(strange, NOW, UTC)]
    assert title
    assert not any(ord(sign) < 0x20 for line in lines for sign in line)
