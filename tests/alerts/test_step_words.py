"""The steps of a life, and refusals, in words."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.alerts.step_words import refusal, step_line, verdict_word
from socialhub.clock import HOUR
from socialhub.incidents import Action, AlertEvent, Outcome, Verdict
from tests.alerts.test_wording import NOW, alert


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (AlertEvent(NOW, "raised", "", ""), "raised"),
        (AlertEvent(NOW, "acknowledged", "Léa", ""), "taken by Léa"),
        (AlertEvent(NOW, "acknowledged", "Léa", "I call them", NOW + HOUR), "taken by Léa until 19:42: I call them"),
        (AlertEvent(NOW, "taken_over", "Nora", "", NOW + HOUR), "taken over by Nora until 19:42"),
        (AlertEvent(NOW, "lapsed", "", "Léa"), "forgotten by Léa: it fires again"),
        (AlertEvent(NOW, "assigned", "Léa", "Nora"), "Léa gave it to Nora"),
        (AlertEvent(NOW, "unassigned", "Léa", "Nora"), "Léa took it from Nora"),
        (AlertEvent(NOW, "resolved", "", ""), "over: its cause is gone"),
        (AlertEvent(NOW, "resolved", "Léa", "all is well"), "closed by Léa: all is well"),
        (AlertEvent(NOW, "verdict", "Léa", "not_actionable"), "verdict of Léa: real, but nothing to do"),
        (AlertEvent(NOW, "verdict", "Léa", ""), "Léa: no verdict any more"),
        (AlertEvent(NOW, "silenced", "Léa", "a quiz", NOW + HOUR), "silenced by Léa until 19:42: a quiz"),
        (AlertEvent(NOW, "silence_ends", "", "a quiz", NOW + HOUR), "its silence ends at 19:42: a quiz"),
        (AlertEvent(NOW, "unsilenced", "", "over"), "heard again: the silence is over"),
        (AlertEvent(NOW, "unsilenced", "Léa", "over"), "heard again, by Léa: the silence is over"),
        (AlertEvent(NOW, "note", "Léa", "{operator}"), "note by Léa: {operator}"),
        (AlertEvent(NOW, "handed {over}", "Léa", ""), "handed {over} (Léa)"),
        (AlertEvent(NOW, "handed {over}", "Léa", "why"), "handed {over} (Léa): why"),
    ],
)
def test_steps(step: AlertEvent, words: str) -> None:
    assert step_line(step, NOW, UTC) == words


@given(
    action=st.sampled_from([*Action, "unheard of\x1b[2J"]), operator=st.text(max_size=9), detail=st.text(max_size=20)
)
def test_nothing_from_outside_gets_through(action: str, operator: str, detail: str) -> None:
    line = step_line(AlertEvent(NOW, action, operator, detail), NOW, UTC)
    assert line
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in line)


def test_the_second_operator_reads_what_the_first_did() -> None:
    taken = alert("network", {}, state="acknowledged", taken_by="Nora", assignee="Paul")
    assert refusal(Outcome.TAKEN, taken) == "Nora has taken this alert."
    assert refusal(Outcome.HELD, taken) == "Paul has this alert."
    sentences = [refusal(each, None) for each in Outcome if each not in (Outcome.DONE, Outcome.TAKEN, Outcome.HELD)]
    assert len(set(sentences)) == len(sentences)


def test_verdicts() -> None:
    assert [verdict_word(each) for each in Verdict] == ["", "real", "false alarm", "real, but nothing to do"]
