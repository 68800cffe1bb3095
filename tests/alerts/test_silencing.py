"""Silences: what they match, what they hide and for how long, and that what grows or outlasts them is heard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from socialhub.alerts import silencing
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.errors import UserError
from socialhub.i18n import in_language
from socialhub.incidents import Alert, Severity, Silence
from socialhub.query import QueryError
from socialhub.store import alert_life, silences
from socialhub.store.alerts import alert_by_id, events_of, raise_alert
from tests.room import NOON, Room


class Quiet:
    """A room with alerts, and its silences."""

    def __init__(self, room: Room) -> None:
        self.room = room

    def alert(
        self, subject: str, severity: Severity = Severity.WARNING, kind: str = "burst", topic: str = "", **facts: Any
    ) -> int:
        """An alert, raised or brought up to date."""
        with self.room.writer.transaction() as db:
            number = raise_alert(db, kind, subject, severity, NOON, NOON, facts)
            if topic:
                db.execute("UPDATE alerts SET topic = ? WHERE id = ?", (self.room.topics[topic], number))
        return number

    def silence(self, query: str, ends: int = NOON + HOUR, *, reason: str = "a quiz", now: int = NOON) -> Silence:
        """Léa silences."""
        with self.room.writer.transaction(durable=True) as db:
            return silencing.silence(db, query, reason=reason, operator="léa", now=now, ends=ends)

    def pass_by(self, now: int) -> None:
        """The minute's turn."""
        with self.room.writer.transaction() as db:
            silencing.apply_silences(db, now)

    def now(self, number: int) -> Alert:
        """An alert as it stands."""
        found = alert_by_id(self.room.db, number)
        assert found is not None
        return found

    def hidden(self, *numbers: int) -> list[bool]:
        """Which of these are hidden."""
        return [self.now(each).silence is not None for each in numbers]

    def steps(self, number: int) -> list[tuple[str, str, str, int | None]]:
        """(action, operator, detail, until) of what happened to an alert."""
        return [(step.action, step.operator, step.detail, step.until) for step in events_of(self.room.db, number)]


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[Quiet]:
    room = Room(tmp_path / "cache.db")
    yield Quiet(room)
    room.close()


def test_an_alert_is_asked_for_what_it_is_about(quiet: Quiet) -> None:
    mandarine = quiet.alert("mandarine", topic="mandarine")
    lyon = quiet.alert("libre·place:69123", Severity.CRISIS, topic="libre")
    feed = quiet.alert("Le Monde", Severity.NOTICE, "source_silent", source="Le Monde", since=NOON - HOUR)
    with quiet.room.writer.transaction() as db:
        db.execute("UPDATE alerts SET rule = 'Rafale' WHERE id = ?", (mandarine,))
    for query, found in {
        "topic:mandarine": [mandarine],
        "sujet:libre OR sujet:mandarine": [lyon, mandarine],
        "kind:source_silent": [feed],
        "severity:crisis": [lyon],
        "gravité:notice OR gravité:warning": [mandarine, feed],
        "place:lyon": [lyon],
        "lieu:rhône": [lyon],
        'source:"le monde"': [feed],
        "règle:rafale": [mandarine],
        "silent": [feed],
        '"muette depuis"': [feed],
        '"Le Monde"': [feed],
        "kind:burst -severity:crisis": [mandarine],
        "Mandarine": [mandarine],
        "nothing": [],
    }.items():
        assert sorted(each.id for each in silencing.would_hide(quiet.room.db, query, NOON)) == sorted(found), query


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("severity:crises", "crisis"),
        ("kind:bursts", "burst"),
        ("topik:a", "topic:"),
        ("place:li*", ""),
        ("author:léa", ""),
        ("(", ""),
    ],
)
def test_a_query_that_cannot_be_asked_of_an_alert_is_refused(quiet: Quiet, query: str, meant: str) -> None:
    with pytest.raises(QueryError) as caught:
        quiet.silence(query)
    assert caught.value.suggestion == meant
    assert silences.silence_rows(quiet.room.db) == []


@pytest.mark.parametrize(
    "wrong", [{"reason": " \x07"}, {"ends": NOON}, {"ends": NOON + silencing.LONGEST + 1}], ids=str
)
def test_a_reason_and_an_end_that_comes_are_needed(quiet: Quiet, wrong: dict[str, Any]) -> None:
    with pytest.raises(UserError):
        quiet.silence("topic:mandarine", **wrong)


def test_hidden_at_once_by_whom_why_and_until_when_then_heard_again(quiet: Quiet) -> None:
    number, other = quiet.alert("mandarine", topic="mandarine"), quiet.alert("libre", topic="libre")
    quiet.room.db.execute("UPDATE alerts SET step = 1, step_due = ?", (NOON,))
    made = quiet.silence("topic:mandarine")
    assert made.hidden == 1
    assert quiet.hidden(number, other) == [True, False]
    assert quiet.now(number).step_due is None
    # What comes later is hidden too, and counted.
    later = quiet.alert("mandarine·tone:-1", topic="mandarine")
    quiet.pass_by(NOON + MINUTE)
    quiet.pass_by(NOON + 2 * MINUTE)
    assert quiet.hidden(later) == [True]
    assert silences.alerts_hidden_by(quiet.room.db, made.id) == [later, number]
    quiet.pass_by(made.ends)
    assert quiet.hidden(number, later) == [False, False]
    assert (quiet.now(number).step, quiet.now(number).step_due) == (0, None)
    assert quiet.steps(number) == [
        ("raised", "", "", None),
        ("silenced", "léa", "a quiz", made.ends),
        ("unsilenced", "", "over", None),
    ]
    found = silences.silence_by_number(quiet.room.db, made.id)
    assert found is not None
    assert (found.hidden, found.in_force(made.ends)) == (2, False)


def test_its_end_is_announced_once_to_what_it_hides(quiet: Quiet) -> None:
    number, made = quiet.alert("mandarine", topic="mandarine"), quiet.silence("topic:mandarine", NOON + 2 * HOUR)
    idle = quiet.silence("topic:libre", NOON + 2 * HOUR)
    for minutes in (104, 105, 106):
        quiet.pass_by(NOON + minutes * MINUTE)
    assert quiet.steps(number)[2:] == [("silence_ends", "", "a quiz", made.ends)]
    warned = [each.warned for each in silences.silence_rows(quiet.room.db)]
    assert warned == [None, NOON + 105 * MINUTE]
    # Extended, it will be announced again; one that hides nothing never is.
    with quiet.room.writer.transaction() as db:
        assert silencing.extend(db, made.id, NOON + 3 * HOUR, NOON + 106 * MINUTE)
    quiet.pass_by(NOON + 2 * HOUR)
    assert quiet.hidden(number) == [True]
    quiet.pass_by(NOON + 3 * HOUR - MINUTE)
    assert [step[0] for step in quiet.steps(number)].count("silence_ends") == 2
    assert idle.id != made.id


def test_a_short_silence_is_announced_in_its_last_quarter(quiet: Quiet) -> None:
    number = quiet.alert("mandarine", topic="mandarine")
    quiet.silence("topic:mandarine", NOON + 8 * MINUTE)
    quiet.pass_by(NOON + 5 * MINUTE)
    assert len(quiet.steps(number)) == 2
    quiet.pass_by(NOON + 6 * MINUTE)
    assert quiet.steps(number)[-1][0] == "silence_ends"


def test_ended_early_it_is_heard_at_once(quiet: Quiet) -> None:
    number, made = quiet.alert("mandarine", topic="mandarine"), quiet.silence("topic:mandarine")
    with quiet.room.writer.transaction(durable=True) as db:
        assert silencing.end(db, made.id, "nora", NOON + MINUTE)
        assert not silencing.end(db, made.id, "paul", NOON + MINUTE)
        assert not silencing.extend(db, made.id, NOON + DAY, NOON + MINUTE)
    assert quiet.hidden(number) == [False]
    assert quiet.steps(number)[-1] == ("unsilenced", "nora", "over", None)


def test_what_grows_out_of_a_silence_is_heard(quiet: Quiet) -> None:
    number = quiet.alert("mandarine", Severity.WARNING, topic="mandarine")
    made = quiet.silence("topic:mandarine severity:warning")
    quiet.alert("mandarine", Severity.CRISIS)
    quiet.pass_by(NOON + MINUTE)
    assert quiet.hidden(number) == [False]
    assert quiet.steps(number)[-1] == ("unsilenced", "", "changed", None)
    # Back and forth it is still one alert that was hidden.
    quiet.alert("mandarine", Severity.WARNING)
    quiet.pass_by(NOON + 2 * MINUTE)
    assert quiet.hidden(number) == [True]
    assert silences.alerts_hidden_by(quiet.room.db, made.id) == [number]


def test_a_second_silence_takes_over(quiet: Quiet) -> None:
    number, first = quiet.alert("mandarine", topic="mandarine"), quiet.silence("topic:mandarine")
    second = quiet.silence("kind:burst", NOON + 2 * HOUR, reason="another")
    assert (second.hidden, quiet.now(number).silence) == (0, first.id)
    quiet.pass_by(first.ends)
    assert quiet.now(number).silence == second.id
    assert quiet.steps(number)[-1] == ("silenced", "léa", "another", second.ends)


def test_what_is_over_stays_as_it_was(quiet: Quiet) -> None:
    number, made = quiet.alert("mandarine", topic="mandarine"), quiet.silence("topic:mandarine")
    with quiet.room.writer.transaction() as db:
        assert alert_life.resolve(db, number, "", NOON + MINUTE)
    quiet.pass_by(made.ends)
    assert quiet.now(number).silence == made.id
    assert quiet.steps(number)[-1][0] == "resolved"


def test_the_query_of_a_later_version_hides_nothing(quiet: Quiet) -> None:
    number = quiet.alert("mandarine", topic="mandarine")
    with quiet.room.writer.transaction() as db:
        silences.insert_silence(db, "mood:grim", "x", "léa", NOON, NOON + HOUR)
    quiet.pass_by(NOON)
    assert quiet.hidden(number) == [False]


@pytest.mark.parametrize(
    ("subject", "kind", "topic", "facts", "query"),
    [
        ("mandarine", "burst", "mandarine", {}, "kind:burst topic:mandarine"),
        ("libre·place:FR-75", "burst", "libre", {}, "kind:burst topic:libre place:FR-75"),
        ("Le Monde", "source_silent", "", {"source": "Le Monde"}, 'kind:source_silent source:"Le Monde"'),
        ("", "network", "", {}, "kind:network"),
    ],
)
def test_what_an_operator_probably_means(
    quiet: Quiet, subject: str, kind: str, topic: str, facts: dict[str, Any], query: str
) -> None:
    number = quiet.alert(subject, kind=kind, topic=topic, **facts)
    assert silencing.query_like(quiet.room.db, quiet.now(number)) == query
    assert [each.id for each in silencing.would_hide(quiet.room.db, query, NOON)] == [number]


def test_words_hide_whatever_language_the_collector_speaks(quiet: Quiet) -> None:
    number = quiet.alert("Le Monde", Severity.NOTICE, "source_silent", source="Le Monde", since=NOON - HOUR)
    quiet.silence("muette")
    with in_language("fr"):
        quiet.pass_by(NOON + MINUTE)
    quiet.pass_by(NOON + 2 * MINUTE)
    assert quiet.hidden(number) == [True]
    assert len(quiet.steps(number)) == 2
