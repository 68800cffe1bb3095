"""When a source is silent, why it is not, and when the network is to blame."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.clock import HOUR, MINUTE
from socialhub.detect.silence import Judged, health_of, judge, silent_sources
from socialhub.model import Health, SourceRow

NOW = 1_763_750_520_000
STARTED = NOW - 5 * HOUR


def source(name: str = "rss:lemonde", **changed: Any) -> SourceRow:
    values: dict[str, Any] = {
        "number": 1,
        "name": name,
        "kind": "rss",
        "interval": 10 * MINUTE,
        "state": "active",
        "paused_until": None,
        "due": NOW + MINUTE,
        "last_start": NOW - MINUTE,
        "last_success": NOW - MINUTE,
        "last_item": None,
        "last_error": None,
        "error": "",
        "failures": 0,
        "connected": False,
        "streaming": False,
        "stored": 0,
        "first_success": None,
        "wait_until": None,
    }
    return SourceRow(**{**values, **changed})


@pytest.mark.parametrize(
    ("changed", "started", "why", "health"),
    [
        ({}, STARTED, Judged.HEARD, Health.OK),
        ({"last_success": NOW - 20 * MINUTE}, STARTED, Judged.HEARD, Health.OK),
        ({"last_success": NOW - 21 * MINUTE}, STARTED, Judged.HEARD, Health.LATE),
        ({"last_success": NOW - 30 * MINUTE}, STARTED, Judged.HEARD, Health.LATE),
        ({"last_success": NOW - 31 * MINUTE}, STARTED, Judged.SILENT, Health.SILENT),
        ({"failures": 2}, STARTED, Judged.HEARD, Health.FAILING),
        ({"failures": 9, "last_success": NOW - HOUR}, STARTED, Judged.SILENT, Health.SILENT),
        # a collector that has just started has not had its three intervals yet
        ({"last_success": NOW - 9 * HOUR}, NOW - 5 * MINUTE, Judged.HEARD, Health.LATE),
        ({"last_success": None}, NOW - 5 * MINUTE, Judged.HEARD, Health.NEVER),
        ({"last_success": None, "failures": 1}, NOW - 5 * MINUTE, Judged.HEARD, Health.FAILING),
        ({"last_success": None}, STARTED, Judged.SILENT, Health.SILENT),
        # what the server or the operator asked for is no silence
        ({"last_success": NOW - HOUR, "wait_until": NOW + MINUTE}, STARTED, Judged.WAITING, Health.OK),
        (
            {"last_success": NOW - HOUR, "wait_until": NOW + MINUTE, "failures": 1},
            STARTED,
            Judged.WAITING,
            Health.FAILING,
        ),
        ({"last_success": NOW - HOUR, "wait_until": NOW - MINUTE}, STARTED, Judged.HEARD, Health.OK),
        ({"last_success": NOW - HOUR, "state": "paused"}, STARTED, Judged.PAUSED, Health.PAUSED),
        (
            {"last_success": NOW - HOUR, "state": "paused", "paused_until": NOW + 1},
            STARTED,
            Judged.PAUSED,
            Health.PAUSED,
        ),
        ({"last_success": NOW - HOUR, "state": "paused", "paused_until": NOW - 1}, STARTED, Judged.HEARD, Health.OK),
        ({"last_success": NOW - HOUR, "state": "stopped"}, STARTED, Judged.STOPPED, Health.STOPPED),
        ({"interval": 0, "last_success": NOW - 900 * HOUR}, STARTED, Judged.UNTIMED, Health.OK),
        # a file that is played may be at its end, or pass an interval in a breath
        ({"kind": "replay", "last_success": NOW - 900 * HOUR}, STARTED, Judged.UNTIMED, Health.OK),
        ({"kind": "replay", "last_success": NOW - HOUR, "failures": 1}, STARTED, Judged.UNTIMED, Health.FAILING),
        # nobody collects: old data are late, but no source is to blame
        ({"last_success": NOW - HOUR}, None, Judged.NOBODY_COLLECTS, Health.LATE),
        ({"last_success": None}, None, Judged.NOBODY_COLLECTS, Health.NEVER),
    ],
)
def test_one_source(changed: dict[str, Any], started: int | None, why: Judged, health: Health) -> None:
    row = source(**changed)
    assert judge(row, NOW, started).why is why
    assert health_of(row, NOW, started) is health


def test_a_silent_source_says_since_when_and_from_which_moment_it_counted() -> None:
    silence = judge(source(last_success=NOW - HOUR), NOW, STARTED)
    assert (silence.since, silence.limit) == (NOW - HOUR, NOW - HOUR + 30 * MINUTE)
    never = judge(source(last_success=None), NOW, STARTED)
    assert (never.since, never.limit) == (STARTED, STARTED + 30 * MINUTE)


def test_the_patience_can_be_set() -> None:
    row = source(last_success=NOW - HOUR)
    assert judge(row, NOW, STARTED, silent_after=6).why is Judged.HEARD
    assert health_of(row, NOW, STARTED, silent_after=6) is Health.LATE
    assert health_of(source(last_success=NOW - 15 * MINUTE), NOW, STARTED, silent_after=1) is Health.SILENT


def test_one_silent_source_among_others_is_its_own_alert() -> None:
    report = silent_sources([source("a", last_success=NOW - HOUR), source("b")], NOW, STARTED)
    assert not report.network
    assert [each.source.name for each in report.single] == ["a"]
    assert [each.why for each in report.judged] == [Judged.SILENT, Judged.HEARD]


def test_all_silent_at_once_is_one_network_alert() -> None:
    rows = [source("a", last_success=NOW - HOUR), source("b", last_success=NOW - 2 * HOUR)]
    report = silent_sources(rows, NOW, STARTED)
    assert report.network
    assert report.single == ()
    assert [each.source.name for each in report.network_sources] == ["a", "b"]
    assert report.network_since == NOW - HOUR


def test_a_single_source_is_never_a_network() -> None:
    report = silent_sources([source("a", last_success=NOW - HOUR)], NOW, STARTED)
    assert not report.network
    assert len(report.single) == 1


def test_paused_and_waiting_sources_do_not_hide_a_network_failure() -> None:
    rows = [
        source("a", last_success=NOW - HOUR),
        source("b", last_success=NOW - HOUR),
        source("c", state="paused", last_success=NOW),
        source("d", wait_until=NOW + HOUR),
    ]
    assert silent_sources(rows, NOW, STARTED).network


def test_files_of_this_machine_neither_prove_nor_disprove_the_network() -> None:
    rows = [
        source("a", last_success=NOW - HOUR),
        source("b", last_success=NOW - HOUR),
        source("folder", kind="file"),
        source("old folder", kind="file", last_success=NOW - HOUR),
    ]
    report = silent_sources(rows, NOW, STARTED)
    assert report.network
    assert [each.source.name for each in report.single] == ["old folder"]
    assert not silent_sources(rows[1:], NOW, STARTED).network


def test_without_a_collector_nothing_is_silent() -> None:
    report = silent_sources([source("a", last_success=0), source("b", last_success=0)], NOW, None)
    assert (report.single, report.network, report.network_since) == ((), False, None)
    assert {each.why for each in report.judged} == {Judged.NOBODY_COLLECTS}


@given(
    ages=st.lists(st.one_of(st.none(), st.integers(min_value=0, max_value=10 * HOUR)), max_size=6),
    kinds=st.lists(st.sampled_from(["rss", "file", "mastodon"]), min_size=6, max_size=6),
    started=st.one_of(st.none(), st.integers(min_value=0, max_value=10 * HOUR)),
)
def test_every_silent_source_is_reported_exactly_once(
    ages: list[int | None], kinds: list[str], started: int | None
) -> None:
    rows = [
        source(f"s{place}", kind=kind, last_success=None if old is None else NOW - old)
        for place, (old, kind) in enumerate(zip(ages, kinds, strict=False))
    ]
    report = silent_sources(rows, NOW, None if started is None else NOW - started)
    told = [each.source.name for each in (*report.single, *report.network_sources)]
    assert sorted(told) == [each.source.name for each in report.judged if each.silent]
    assert report.network == bool(report.network_sources)
