"""Alerts in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.alerts.wording import alert_lines, all_quiet, fact_lines, severity_word, state_words
from socialhub.clock import DAY, HOUR, MINUTE, from_datetime
from socialhub.errors import Reason
from socialhub.incidents import Alert, Severity

NOW = from_datetime(datetime(2025, 11, 21, 18, 42, tzinfo=UTC))
TIMEOUT = Reason("timeout", {"host": "feeds.example", "seconds": 20}).to_json()
SILENT: dict[str, Any] = {
    "source": "rss:lemonde",
    "since": NOW - 52 * MINUTE,
    "interval": 10 * MINUTE,
    "last_success": NOW - 52 * MINUTE,
    "reason": TIMEOUT,
}


def alert(kind: str, facts: dict[str, Any], **changed: Any) -> Alert:
    values: dict[str, Any] = {
        "id": 1,
        "rev": 1,
        "kind": kind,
        "subject": "rss:lemonde",
        "severity": Severity.WARNING,
        "state": "firing",
        "started": NOW - 22 * MINUTE,
        "updated": NOW,
        "ended": None,
        "taken_by": "",
        "taken_at": None,
        "facts": facts,
    }
    return Alert(**{**values, **changed})


def test_a_silent_source() -> None:
    assert alert_lines(alert("source_silent", SILENT), NOW, UTC) == (
        "rss:lemonde silent for 52 min",
        "feeds.example did not answer within 20 s · last answer at 17:50 · asked every 10 min",
    )


def test_a_source_that_never_answered() -> None:
    facts = {**SILENT, "last_success": None, "reason": ""}
    assert alert_lines(alert("source_silent", facts), NOW, UTC)[1] == "it has never answered · asked every 10 min"


def test_a_stopped_source_waits_for_a_person() -> None:
    stopped = alert("source_silent", {**SILENT, "stopped": True})
    assert alert_lines(stopped, NOW, UTC) == (
        "rss:lemonde is stopped and waits for you",
        "feeds.example did not answer within 20 s · last answer at 17:50",
    )
    assert "stopped: nobody asks it until it is resumed" in fact_lines(stopped, NOW, UTC)


def test_a_silence_that_is_over_tells_how_long_it_was() -> None:
    over = alert("source_silent", SILENT, state="resolved", ended=NOW - 2 * MINUTE)
    assert alert_lines(over, NOW + DAY, UTC)[0] == "rss:lemonde was silent for 50 min"
    assert state_words(over, NOW, UTC) == "over since 18:40"
    assert fact_lines(over, NOW, UTC)[1] == "ended at 18:40 (2 min ago), it lasted 20 min"


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a"], "1 source silent (a) · last answer at 18:12"),
        (["a", "b", "c"], "3 sources silent (a, b, c) · last answer at 18:12"),
        (["a", "b", "c", "d"], "4 sources silent (a, b, c, …) · last answer at 18:12"),
        ([], "last answer at 18:12"),
    ],
)
def test_a_network_alert_counts_its_sources(names: list[str], words: str) -> None:
    network = alert("network", {"sources": names, "since": NOW - 30 * MINUTE}, subject="")
    assert alert_lines(network, NOW, UTC) == ("no source can be heard for 30 min: the network?", words)


def test_another_day_is_dated() -> None:
    facts = {**SILENT, "since": NOW - 2 * DAY, "last_success": NOW - 2 * DAY, "reason": ""}
    assert "last answer on 19 Nov at 18:42" in alert_lines(alert("source_silent", facts), NOW, UTC)[1]


def test_the_numbers_are_told_one_by_one() -> None:
    assert fact_lines(alert("source_silent", SILENT), NOW, UTC) == [
        "began at 18:20 (22 min ago)",
        "asked every 10 min",
        "last answer at 17:50 (52 min ago)",
        "last error: feeds.example did not answer within 20 s",
    ]
    network = alert("network", {"sources": ["a", "b", "c", "d"], "since": NOW - HOUR})
    assert fact_lines(network, NOW, UTC)[-1] == "silent: a, b, c, d"
    assert fact_lines(alert("source_silent", {"last_success": None}), NOW, UTC)[-1] == "it has never answered"


def test_who_has_it() -> None:
    assert state_words(alert("network", {}), NOW, UTC) == "nobody has it"
    taken = alert("network", {}, state="acknowledged", taken_by="Léa", taken_at=NOW - MINUTE)
    assert state_words(taken, NOW, UTC) == "taken by Léa at 18:41"
    assert state_words(replace(taken, assignee="Nora"), NOW, UTC) == "taken by Léa at 18:41, given to Nora"
    assert state_words(replace(taken, assignee="Léa"), NOW, UTC) == "taken by Léa at 18:41"
    assert "taken until 22:42: then it fires and escalates again" in fact_lines(
        replace(taken, taken_until=NOW + 4 * HOUR), NOW, UTC
    )
    assert state_words(alert("network", {}, assignee="Nora"), NOW, UTC) == "given to Nora"
    waiting = alert("network", {}, step_due=NOW + 15 * MINUTE)
    assert "escalates at 18:57 if nobody takes it" in fact_lines(waiting, NOW, UTC)
    assert not [line for line in fact_lines(replace(waiting, state="resolved"), NOW, UTC) if "escalates" in line]
    judged = alert("network", {}, state="resolved", ended=NOW, assignee="Nora", verdict="false")
    assert state_words(judged, NOW, UTC) == "over since 18:42: false alarm"
    assert state_words(alert("network", {}, state="escalated"), NOW, UTC) == "escalated"


def test_severities_and_calm() -> None:
    assert [severity_word(each) for each in Severity] == ["note", "ALERT", "CRISIS"]
    assert all_quiet(14, 1) == "watching 14 sources for silence and 1 topic"


def test_an_alert_of_a_later_version_is_named() -> None:
    assert alert_lines(alert("surge", {}, subject="fibre"), NOW, UTC) == ("surge: fibre", "")


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FACTS = st.dictionaries(
    st.sampled_from(["source", "since", "interval", "last_success", "reason", "sources", "stopped"]), ODD, max_size=6
)


@given(
    kind=st.sampled_from(["source_silent", "network", "unheard of"]),
    facts=FACTS,
    state=st.sampled_from(["firing", "acknowledged", "resolved", "\x1b[2J"]),
    ended=st.none() | st.just(NOW),
    subject=st.text(max_size=30),
)
def test_no_facts_are_too_strange_and_nothing_from_outside_gets_through(
    kind: str, facts: dict[str, Any], state: str, ended: int | None, subject: str
) -> None:
    odd = alert(kind, facts, state=state, ended=ended, subject=subject, taken_by="\x1b]0;x\x07{0}", taken_at=NOW)
    title, detail = alert_lines(odd, NOW, UTC)
    words = [
        title,
        detail,
        *fact_lines(odd, NOW, UTC),
        state_words(odd, NOW, UTC),
    ]
    assert title
    for line in words:
        assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in line)
