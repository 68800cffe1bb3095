"""Incidents as one, and an order that stands still: pure functions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from socialhub.incidents import Severity
from socialhub.widgets.incident_folds import folded, steady_order
from tests.widgets.test_alert_queue import NOTE, OVER, alert

KEYS = st.lists(st.integers(1, 30), unique=True)


@given(KEYS, KEYS)
def test_what_stands_keeps_its_order_and_nothing_is_lost(known: list[int], ranked: list[int]) -> None:
    ordered = steady_order(known, ranked)
    assert sorted(ordered) == sorted(ranked)
    stayed = [key for key in known if key in ranked]
    assert [key for key in ordered if key in stayed] == stayed
    assert steady_order(ordered, ranked) == ordered


@given(KEYS)
def test_without_a_past_it_is_the_rank(ranked: list[int]) -> None:
    assert steady_order([], ranked) == ranked


def test_what_is_new_stands_below_what_is_worse_and_the_worst_on_top() -> None:
    assert steady_order([3, 1], [9, 1, 2, 3]) == [9, 3, 1, 2]


def test_members_are_folded_under_their_leader_and_show_how_bad_it_is() -> None:
    leader, member = alert(1), alert(5, severity=Severity.CRISIS, incident=1)
    incidents = folded([member, NOTE, leader])
    assert [(each.leader.id, each.size, each.severity) for each in incidents] == [
        (1, 2, Severity.CRISIS),
        (3, 1, Severity.NOTICE),
    ]


def test_what_is_over_is_not_folded_under_what_is_open() -> None:
    over = alert(6, state="resolved", ended=1, incident=1, severity=Severity.CRISIS)
    incidents = folded([alert(1), over, OVER])
    assert [(each.leader.id, each.size, each.severity) for each in incidents] == [
        (1, 1, Severity.WARNING),
        (6, 1, Severity.CRISIS),
        (4, 1, Severity.WARNING),
    ]


def test_without_its_leader_the_first_member_stands_for_an_incident() -> None:
    first, second = alert(5, incident=1), alert(6, incident=1)
    assert [(each.leader.id, each.size) for each in folded([first, second])] == [(5, 2)]
