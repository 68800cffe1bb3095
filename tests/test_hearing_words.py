"""What is said in place of "nothing burns" where the room does not hear everything; in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest

from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.gaps import CatchUp
from socialhub.hearing_words import calm_words, unheard
from socialhub.i18n import in_language
from socialhub.model import SourceRow
from tests.detect.test_silence import NOW, STARTED, source

BEHIND = CatchUp(1, 1, NOW - 2 * HOUR - 10 * MINUTE, NOW)
HOLE = CatchUp(1, 1, NOW - 3 * HOUR, NOW, hole=NOW - 2 * HOUR, ended=NOW)


def room(*changes: dict[str, Any]) -> list[SourceRow]:
    """A source that is heard, and others that differ from it."""
    return [source(), *(source(f"s{place}", **changed) for place, changed in enumerate(changes))]


@pytest.mark.parametrize(
    ("rows", "english", "french"),
    [
        (room(), "", ""),
        (
            room({"gap": BEHIND}, {"gap": replace(BEHIND, since=NOW - HOUR)}),
            "Calm as far as heard: catching up 2 h 10 min on 2 sources.",
            "Calme pour ce qui est entendu : 2 sources rattrapent 2 h 10 min.",
        ),
        (
            room({"last_success": NOW - HOUR}, {"state": "stopped"}, {"state": "paused"}),
            "Calm as far as heard: 2 sources not heard, 1 source paused.",
            "Calme pour ce qui est entendu : 2 sources ne sont pas entendues, 1 source en pause.",
        ),
        (
            room({"gap": HOLE}),
            "Calm as far as heard: 15:42–16:42 is missing from 1 source.",
            "Calme pour ce qui est entendu : 15:42–16:42 manque à 1 source.",
        ),
        ([source(last_success=NOW - HOUR)], "Nothing is heard since 17:42: ", "Plus rien n’est entendu depuis 17:42"),
    ],
)
def test_what_is_said_instead(rows: list[SourceRow], english: str, french: str) -> None:
    for language, expected in (("en", english), ("fr", french)):
        with in_language(language):
            said = calm_words(rows, NOW, STARTED, UTC).replace("\xa0", " ").replace("\u202f", " ")
        assert said.startswith(expected) if expected.endswith((": ", "42")) else said == expected


def test_a_collector_that_has_just_started_does_not_make_calm_of_what_it_has_not_asked_yet() -> None:
    late = source(last_success=NOW - 9 * HOUR)
    with in_language("en"):
        assert calm_words([late], NOW, NOW - MINUTE, UTC) == (
            "Nothing is heard since 09:42: the first polls are running."
        )
        assert calm_words([source(), late], NOW, NOW - MINUTE, UTC) == "Calm as far as heard: 1 source not heard."


def test_a_hole_is_no_part_of_the_present_for_ever_and_what_nobody_times_is_not_missed() -> None:
    old = replace(HOLE, since=NOW - DAY, until=NOW - 20 * HOUR, hole=NOW - 21 * HOUR, ended=NOW - 20 * HOUR)
    played = {"kind": "replay", "last_success": NOW - DAY}
    assert not unheard(room({"gap": old}, played, {"gap": replace(BEHIND, ended=NOW)}), NOW, STARTED).anything
