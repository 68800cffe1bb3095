"""Whatever the room may store of an alert's life and of its messages is told in words, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Final

import pytest

import socialhub
from socialhub.alerts.messages import alert_message
from socialhub.alerts.notify import status_report
from socialhub.alerts.step_words import step_line
from socialhub.alerts.wording import refusal
from socialhub.errors import SENTENCES, Reason
from socialhub.i18n import in_language
from socialhub.incidents import Action, AlertEvent, Heard, Held, Occasion, Outcome, Untold, Verdict
from tests.alerts.test_wording import NOW, alert

CODE: Final = Path(socialhub.__file__).parent
OCCASIONS: Final = [each for each in Occasion if each is not Occasion.DIGEST]
"""A digest is told by what it gathers."""


def in_both(words: Callable[[], str]) -> tuple[str, str]:
    """English and French."""
    told = []
    for language in ("en", "fr"):
        with in_language(language):
            told.append(words())
    return told[0], told[1]


def step(action: Action, detail: str, operator: str = "") -> tuple[str, str]:
    """A step of a life in both languages."""
    return in_both(lambda: step_line(AlertEvent(NOW, action, operator, detail), NOW, UTC))


@pytest.mark.parametrize("action", Action)
def test_actions(action: Action) -> None:
    english, french = step(action, "", "Léa")
    assert english != french
    assert english != f"{action} (Léa)"
    if action is not Action.NOTED:  # only people write notes
        english, french = step(action, "")
        assert english != french


@pytest.mark.parametrize(
    ("action", "name"),
    [
        *((Action.UNSILENCED, each) for each in Heard),
        *((Action.NOT_ESCALATED, each) for each in Held),
        *((Action.NOTIFIED, each) for each in OCCASIONS),
        *((Action.NOT_NOTIFIED, each) for each in Untold),
        *((Action.JUDGED, each) for each in Verdict if each),
    ],
)
def test_details(action: Action, name: str) -> None:
    bare = step(action, "")
    told = step(action, name)
    reasons = [words.removeprefix(without) for words, without in zip(told, bare, strict=True)]
    assert reasons[0] != reasons[1]
    assert name not in reasons[1]
    if "_" in name:
        assert name not in reasons[0]


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_titles_of_messages(occasion: Occasion) -> None:
    english, french = in_both(lambda: alert_message(alert("network", {}), occasion, "Salle", NOW, UTC)[0])
    assert english != french


@pytest.mark.parametrize("outcome", Outcome)
def test_refusals(outcome: Outcome) -> None:
    taken = alert("network", {}, state="acknowledged", taken_by="Nora", assignee="Paul")
    english, french = in_both(lambda: refusal(outcome, taken))
    assert english != french


@cache
def codes() -> frozenset[str]:
    """Every code that the program gives a reason, as it is written in the code."""
    return frozenset(
        call.args[0].value
        for file in CODE.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in ("Reason", "Report", "SourceError", "_answer")
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    )


def test_every_reason_has_a_sentence() -> None:
    assert len(codes()) > 30
    assert codes() <= SENTENCES.keys()
    statuses = {status_report(status, "x").code for status in range(300, 600)}
    assert statuses <= SENTENCES.keys()


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_reasons(code: str) -> None:
    english, french = in_both(Reason(code).sentence)
    assert english != french
