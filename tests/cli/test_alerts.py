"""`socialhub alerts`: an alert's life from the command line, silences, what rules were worth, who is on call."""

from __future__ import annotations

from typing import Any

import pytest

from socialhub.incidents import Severity
from socialhub.store.alerts import raise_alert
from socialhub.store.connection import open_writer
from tests.cli.conftest import Shell

DUTY = """
[[on_call]]
hours = "mon-fri 09:00-18:00"
to = ["salle"]
[[on_call]]
turns = ["lea", "nora"]
since = "2026-11-23T09:00"
[[escalations]]
name = "crises"
severity = "crisis"
[[escalations.steps]]
to = ["on_call"]
[[escalations.steps]]
after = "15 min"
to = ["chief"]
"""


def alert(room: Shell, severity: Severity = Severity.CRISIS, subject: str = "fibre") -> str:
    """An alert about the topic Fibre; its number as a word of the command line."""
    writer = open_writer(room.cache)
    with writer.transaction() as db:
        number = raise_alert(db, "burst", subject, severity, 1, 1, {})
        db.execute(
            "UPDATE alerts SET rule = 'rafale', topic = (SELECT id FROM topics WHERE slug = 'fibre') WHERE id = ?",
            (number,),
        )
    writer.close()
    return str(number)


def shown(room: Shell, number: str) -> dict[str, Any]:
    """The alert as it stands."""
    return room.json("alerts", "show", number)[0]


def steps(room: Shell, number: str) -> list[tuple[str, str, str]]:
    """(action, operator, detail) of each step of its life."""
    return [(step["action"], step["operator"], step["detail"]) for step in shown(room, number)["life"]]


def test_taken_until_a_moment_and_taken_over(room: Shell) -> None:
    number = alert(room)
    taken = room("--as", "Léa", "alerts", "ack", number, "--until", "2999-01-02T03:00", "--comment", "I call them")
    assert (taken.exit_code, taken.stderr) == (0, f"Alert {number}: yours until 2 Jan 2999 03:00.\n")
    assert shown(room, number)["taken_until"].startswith("2999-01-")
    second = room("--as", "Nora", "alerts", "ack", number)
    assert (second.exit_code, second.stderr) == (1, f"Alert {number} stays as it is: Léa has taken this alert.\n")
    assert room("--as", "Nora", "alerts", "ack", number, "--for", "30 min", "--take-over").exit_code == 0
    assert steps(room, number)[1:] == [("acknowledged", "Léa", "I call them"), ("taken_over", "Nora", "")]
    assert "taken over by Nora until" in room("alerts", "show", number).stdout
    assert room("alerts", "ack", number, "--for", "1 h", "--until", "2999-01-01").exit_code == 2
    assert room("alerts", "ack", number, "--until", "2001-01-01").exit_code == 2


def test_assigned_noted_judged(room: Shell) -> None:
    number = alert(room)
    assert room("--as", "Léa", "alerts", "assign", number, "--to", "Nora").exit_code == 0
    held = room("--as", "Léa", "alerts", "assign", number)
    assert (held.exit_code, "Nora has this alert." in held.stderr) == (1, True)
    assert room("--as", "Léa", "alerts", "assign", number, "--nobody", "--force").exit_code == 0
    assert room("--as", "Léa", "alerts", "note", "the DSI looks", number).stderr == f"Alert {number}: noted.\n"
    assert room("alerts", "note", "  ", number).exit_code == 1
    assert (
        room("--as", "Léa", "alerts", "resolve", number, "--verdict", "not-actionable", "--comment", "a quiz").exit_code
        == 0
    )
    assert shown(room, number)["verdict"] == "not_actionable"
    assert room("--as", "Nora", "alerts", "verdict", "false", number).stderr == f"Alert {number}: false alarm.\n"
    assert room("alerts", "verdict", "false", number).exit_code == 1
    assert [step[0] for step in steps(room, number)] == [
        *("raised", "assigned", "unassigned", "note", "resolved", "verdict", "verdict"),
    ]


def test_what_rules_were_worth(room: Shell) -> None:
    numbers = [alert(room, subject=f"fibre·{place}") for place in range(4)]
    writer = open_writer(room.cache)
    writer.db.execute("UPDATE alerts SET started = (SELECT max(started) FROM alerts)")
    writer.close()
    room("alerts", "verdict", "real", *numbers[:2])
    room("alerts", "verdict", "false", numbers[2])
    rule = room.json("alerts", "rules")[0]
    assert rule == {"rule": "rafale", "alerts": 4, "real": 2, "false": 1, "not_actionable": 0, "precision": 2 / 3}
    assert [row["precision"] for row in room.json("alerts", "rules")[1:]] == [None]
    assert room("alerts", "rules").stdout.splitlines()[1].split("\t") == ["rafale", "4", "3", "2", "1", "0", "67%"]
    assert room.json("alerts", "rules", "--since", "1 s") == []


def test_silenced_like_one_extended_and_ended(room: Shell) -> None:
    number = alert(room)
    made = room("--as", "Léa", "alerts", "silence", "--like", number, "--for", "2 h", "--reason", "a quiz", "--json")
    assert (made.exit_code, '"query": "kind:burst topic:fibre"' in made.stdout) == (0, True)
    assert made.stderr.endswith("It hides 1 open alert.\n")
    assert number not in [str(row["id"]) for row in room.json("alerts", "list")]
    assert "1 hidden alert, --hidden shows it." in room("alerts", "list").stderr
    assert number in [str(row["id"]) for row in room.json("alerts", "list", "--hidden")]
    assert "silenced by Léa until" in room("alerts", "show", number).stdout
    (row,) = room.json("alerts", "silences")
    assert (row["reason"], row["operator"], row["hid"], row["in_force"]) == ("a quiz", "Léa", 1, True)
    assert room("alerts", "extend", "1", "--for", "3 h").exit_code == 0
    assert room.json("alerts", "silences")[0]["ends"] > row["ends"]
    assert room("--as", "Nora", "alerts", "unsilence", "1").exit_code == 0
    assert room("alerts", "unsilence", "1").exit_code == 1
    assert room("alerts", "extend", "1", "--for", "3 h").exit_code == 1
    assert room.json("alerts", "silences") == []
    assert room.json("alerts", "silences", "--all")[0]["ended_by"] == "Nora"
    assert number in [str(row["id"]) for row in room.json("alerts", "list")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["topic:fibre", "--for", "1 h"], "--reason"),
        (["topic:fibre", "--reason", "x"], "A silence needs an end: --for or --until."),
        (["topic:fibre", "--reason", " ", "--for", "1 h"], "A silence needs a reason."),
        (["--reason", "x", "--for", "1 h"], "Either a query, or --like an alert."),
        (["topic:fibre", "--like", "1", "--reason", "x", "--for", "1 h"], "Either a query, or --like an alert."),
        (["severity:crises", "--reason", "x", "--for", "1 h"], "did you mean crisis?"),
        (["topic:fibre", "--reason", "x", "--for", "40 d"], "A silence ends within 31 days."),
    ],
)
def test_a_silence_that_cannot_be(room: Shell, words: list[str], said: str) -> None:
    result = room("alerts", "silence", *words)
    assert result.exit_code in (1, 2)
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert room.json("alerts", "silences", "--all") == []


def test_help_is_called_for_where_somebody_can_come(room: Shell) -> None:
    crisis, warning = alert(room), alert(room, Severity.WARNING, "box")
    with room.config.open("a", encoding="utf-8") as file:
        file.write(DUTY)
    asked = room("--as", "Léa", "alerts", "escalate", crisis, "--comment", "too big for me")
    assert asked.exit_code == 0
    assert f"Alert {crisis}: within a minute " in asked.stderr
    assert steps(room, crisis)[-1] == ("escalation_asked", "Léa", "too big for me")
    refused = room("alerts", "escalate", crisis, warning)
    assert (refused.exit_code, f"No chain of escalation is for alert {warning}." in refused.stderr) == (1, True)
    assert len(steps(room, crisis)) == 2


def test_who_is_on_call_and_who_comes_then(room: Shell) -> None:
    assert room("alerts", "on-call").exit_code == 1
    text = room.config.read_text(encoding="utf-8").replace("[hub]", '[hub]\ntimezone = "Europe/Paris"')
    room.config.write_text(text + DUTY, encoding="utf-8")
    (found,) = room.json("alerts", "on-call")
    assert found["on_call"] != found["then"]
    assert {*found["on_call"], *found["then"]} <= {"salle", "lea", "nora"}
    assert room("alerts", "on-call").stdout.strip() == found["on_call"][0]


def test_in_french(room: Shell) -> None:
    number = alert(room)
    room.language = "fr"
    assert room("--as", "Léa", "alerts", "ack", number).exit_code == 0
    assert "Léa a pris cette alerte." in room("--as", "Nora", "alerts", "ack", number).stderr
    room("alerts", "resolve", number, "--verdict", "false")
    assert "fausse alerte" in room("alerts", "show", number).stdout
