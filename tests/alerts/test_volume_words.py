"""Alerts about volume in words, in both languages; strange facts are left out."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.alerts.wording import alert_lines, fact_lines
from socialhub.clock import DAY, MINUTE
from tests.alerts.strange import STRANGE
from tests.alerts.test_wording import NOW, alert

FACTS: dict[str, Any] = {
    "topic": "Fibre",
    "part": "",
    "test": "burst",
    "seen": 62,
    "expected": 8.2,
    "low": 1.4,
    "high": 23.0,
    "probability": 1 / 1834,
    "completeness": 1.0,
    "since": NOW - 15 * MINUTE,
    "until": NOW,
    "window": 15 * MINUTE,
    "learning": False,
    "yesterday": 5,
    "last_week": 7,
    "negative": 0.857,
    "unanswered": 23,
    "sources": [["bluesky", 40], ["forum", 22]],
    "places": [["D-35", 12], ["D-44", 3]],
    "authors": [["lea@piaille.fr", 3, 12_400], ["hub42", 1, None]],
}


def test_the_sentence_of_a_burst() -> None:
    assert alert_lines(alert("burst", FACTS), NOW, UTC) == (
        "Fibre: 62 mentions in 15 min, 8.2 expected",
        "one chance in 1,800 at most · 5 the day before, 7 a week before · 86% negative",
    )


def test_the_five_numbers_and_what_is_behind_them() -> None:
    assert fact_lines(alert("burst", FACTS), NOW, UTC)[1:] == [
        "62 mentions seen, 18:27–18:42",
        "8.2 expected at this time of the week, 1 to 23 nine times of ten",
        "one chance in 1,800 at most",
        "5 the day before, 7 a week before",
        "the data are complete",
        "86% negative, 23 of them wait for an answer",
        "sources: bluesky 40, forum 22",
        "places: Ille-et-Vilaine 12, Loire-Atlantique 3",
        "voices: lea@piaille.fr (12,400 followers), hub42 1",
    ]


@pytest.mark.usefixtures("french")
def test_the_same_in_french() -> None:
    assert alert_lines(alert("burst", FACTS), NOW, UTC) == (
        "Fibre\u00a0: 62 mentions en 15 min, 8,2 attendues",
        "une chance sur 1\u202f800 au plus · 5 la veille, 7 une semaine avant · 86\u00a0% de négatif",
    )


@pytest.mark.parametrize(
    ("changed", "title"),
    [
        ({"part": "tone"}, "Fibre: 62 negative mentions in 15 min, 8.2 expected"),
        ({"part": "place", "place": "D-35"}, "Fibre · Ille-et-Vilaine: 62 mentions in 15 min, 8.2 expected"),
        ({"part": "source", "source": "mastodon:x"}, "Fibre · mastodon:x: 62 mentions in 15 min, 8.2 expected"),
        ({"window": DAY, "expected": 41.3}, "Fibre: 62 mentions in a day, 41 expected"),
        ({"expected": 0.01}, "Fibre: 62 mentions in 15 min, next to none expected"),
        ({"seen": 1}, "Fibre: 1 mention in 15 min, 8.2 expected"),
        ({"topic": "Fi\x1b[2Jbre"}, "Fibre: 62 mentions in 15 min, 8.2 expected"),
    ],
)
def test_titles(changed: dict[str, Any], title: str) -> None:
    assert alert_lines(alert("burst", {**FACTS, **changed}), NOW, UTC)[0] == title


def test_what_is_uncertain_is_said() -> None:
    facts = {**FACTS, "completeness": 0.62, "learning": True, "planned": "Keynote", "probability": 1e-12}
    _title, detail = alert_lines(alert("burst", facts), NOW, UTC)
    assert "less than one chance in a million" in detail
    assert "62% of what is usual was listened to" in detail
    assert "planned: Keynote" in detail
    assert "known for less than a day: what is usual is still being learnt" in fact_lines(
        alert("rival", facts), NOW, UTC
    )


def test_a_moment_is_worth_joining() -> None:
    facts = {**FACTS, "positive": 0.57, "negative": 0.35}
    title, detail = alert_lines(alert("moment", facts), NOW, UTC)
    assert title == "Fibre: 62 mentions in 15 min, 8.2 expected"
    assert detail.startswith("worth joining: 57% positive · one chance in 1,800 at most")
    assert "worth joining: 57% positive" in fact_lines(alert("moment", facts), NOW, UTC)
    assert "joining" not in alert_lines(alert("burst", facts), NOW, UTC)[1]


@pytest.mark.usefixtures("french")
def test_a_moment_in_french() -> None:
    _title, detail = alert_lines(alert("moment", {**FACTS, "positive": 0.57}), NOW, UTC)
    assert detail.startswith("à saisir\u00a0: 57\u00a0% de positif · ")


RIVAL = {**FACTS, "mood": "bad", "words": ["hausse de prix", "résilier"], "shared": [["Orange", 12], ["Fibre", 4]]}


def test_a_rival_is_told_with_what_it_is_about() -> None:
    _title, detail = alert_lines(alert("rival", RIVAL), NOW, UTC)
    told = "bad for them · words: hausse de prix, résilier · also about: Orange 12, Fibre 4"
    assert told in detail
    assert set(told.split(" · ")) <= set(fact_lines(alert("rival", RIVAL), NOW, UTC))
    assert told not in alert_lines(alert("burst", RIVAL), NOW, UTC)[1]


@pytest.mark.usefixtures("french")
def test_a_rival_in_french() -> None:
    _title, detail = alert_lines(alert("rival", RIVAL), NOW, UTC)
    assert "mauvais pour eux · mots\u00a0: hausse de prix, résilier · aussi au sujet de\u00a0: Orange 12" in detail


@given(
    st.dictionaries(
        st.sampled_from([*FACTS, "planned", "place", "source", "positive", "mood", "words", "shared"]), STRANGE
    )
)
def test_strange_facts_are_left_out(facts: dict[str, Any]) -> None:
    title, detail = alert_lines(alert("rival", {**FACTS, **facts}), NOW, UTC)
    lines = [title, detail, *fact_lines(alert("rival", {**FACTS, **facts}), NOW, UTC)]
    assert title
    assert not any(ord(sign) < 0x20 for line in lines for sign in line)
