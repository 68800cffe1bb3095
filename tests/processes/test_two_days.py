"""Two days of a room, by its real processes: every alert, every step of their lives and every message."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest

from socialhub.incidents import Action, Severity
from tests.processes.people import ANGRY
from tests.processes.programs import Loopback, Programs, wait_for
from tests.processes.two_days import Step, Walk, compare_life, compare_receipts, compare_reminders
from tests.servers import Answer

WINNER = "whoever was first"
LIVES = {
    "burst orange": (
        Step("raised"),
        Step("escalated", "lea", hours=1),
        Step("acknowledged", "I call them", "lea"),
        Step("assigned", "nora", "lea"),
        Step("lapsed", "lea", hours=4, back=2),
        Step("escalated", "lea", hours=1),
        Step("escalated", "lea, nora", hours=4, back=2),
        Step("not_escalated", "exhausted", hours=0),
        Step("acknowledged", "", "nora"),
        Step("silenced", "night", "lea"),
        Step("unacknowledged", "", "nora"),
        Step("silence_ends", "night", hours=5.75, back=2),
        Step("unsilenced", "over", hours=0.25),
        Step("escalated", "lea", hours=1),
        Step("escalated", "lea, nora", hours=4, back=2),
        Step("not_escalated", "exhausted", hours=0),
        Step("resolved"),
    ),
    "keyword orange·rule:fire": (
        Step("raised"),
        Step("grouped", "burst orange, topic", hours=0),
        Step("resolved"),
    ),
    "burst fibre": (
        Step("raised"),
        Step("escalated", "nora", hours=1),
        Step("acknowledged", "", WINNER),
        Step("escalation_asked", "come", WINNER),
        Step("escalated", "lea", WINNER, hours=0),
        Step("resolved", "mended", WINNER),
        Step("verdict", "real", WINNER),
    ),
    "coordination fibre": (
        Step("raised"),
        Step("grouped", "burst fibre, topic", hours=0),
        Step("resolved"),
    ),
    "unreachable room": (Step("raised"), Step("resolved")),
    "rival free": (Step("raised"), Step("resolved"), Step("verdict", "false", "lea")),
    "keyword fibre·rule:shop": (Step("raised"), Step("resolved")),
    "source_silent forum": (Step("raised"), Step("resolved")),
}
EVERYBODY = ("room", "desk", "office")
NOTICED: dict[str, tuple[str, ...]] = dict.fromkeys(("room", "desk"), ("told", "resolved"))
TOLD: dict[str, dict[str, tuple[str, ...]]] = {
    "burst orange": {
        **dict.fromkeys(EVERYBODY, ("told", "resolved")),
        "lea": (*5 * ("escalated",), "resolved"),
        "nora": ("escalated", "escalated", "resolved"),
    },
    # The office is closed by then.
    "keyword orange·rule:fire": dict.fromkeys(("room", "desk", "lea"), ("joined", "resolved")),
    "burst fibre": {
        **dict.fromkeys(EVERYBODY, ("told", "resolved")),
        **dict.fromkeys(("lea", "nora"), ("escalated", "resolved")),
    },
    "coordination fibre": dict.fromkeys((*EVERYBODY, "lea", "nora"), ("joined", "resolved")),
    "unreachable room": {"desk": ("told", "resolved")},
    "rival free": NOTICED,
    "keyword fibre·rule:shop": NOTICED,
    "source_silent forum": NOTICED,
}
SEVERITIES = {
    "burst orange": Severity.WARNING,
    "keyword orange·rule:fire": Severity.WARNING,
    "burst fibre": Severity.CRISIS,
    "coordination fibre": Severity.WARNING,
}


def first_night(walk: Walk) -> None:
    """A burst, and another kind of alert in it; taken and forgotten, called for until everybody has been, silenced."""
    walk.at(0.5)
    walk.people.at_once("orange", 60)
    walk.people.begin("burst", "orange", 60)
    walk.until_told("burst orange", "room", "desk")
    walk.until("burst orange", Action.NOTIFIED, "escalated lea")
    walk.at(2.1)
    walk.people.at_once("orange", 1, ["incendie dans un local {topic}"])
    for target in ("room", "desk", "lea"):
        walk.until("keyword orange·rule:fire", Action.NOTIFIED, f"joined {target}")
    number = walk.number("burst orange")
    walk.acts("lea", "ack", "--for", "4 h", "--comment", "I call them", number)
    walk.acts("lea", "assign", "--to", "nora", number)
    walk.until("burst orange", Action.LAPSED, "lea")
    walk.until("burst orange", Action.NOT_ESCALATED, "exhausted")
    walk.until("keyword orange·rule:fire", Action.RESOLVED)
    walk.acts("nora", "ack", "--for", "12 h", number)
    walk.acts("lea", "silence", "--like", number, "--for", "6 h", "--reason", "night")
    walk.acts("nora", "unack", number)
    walk.until("burst orange", Action.UNSILENCED, "over")
    (silence,) = [json.loads(line) for line in walk.acts("lea", "silences", "--all", "--json").splitlines()]
    assert (silence["reason"], silence["hid"]) == ("night", 1)


def crisis(walk: Walk) -> str:
    """While the collector dies with a message in flight and its target after it: a crisis in the morning, accounts
    that say the same, two who take it at once, an end by hand. Returns who took it.
    """
    walk.at(18)
    walk.hang("/room")
    walk.people.at_once("fibre", 150, ANGRY)
    walk.people.begin("anger", "fibre", 90, ANGRY)
    in_flight = walk.kill_in_flight("/room", Answer(status=503))
    walk.until("unreachable room", Action.NOTIFIED, "raised desk")
    walk.web.behaviours["/room"] = Answer()
    walk.until_told("burst fibre", "room", "desk")
    walk.until("unreachable room", Action.RESOLVED)
    assert walk.sent_again(in_flight)
    walk.until("burst fibre", Action.NOTIFIED, "escalated nora")
    winner = walk.both_take("burst fibre", "lea", "nora")
    walk.people.copy("fibre", 30)
    for target in ("room", "desk", "nora"):
        walk.until("coordination fibre", Action.NOTIFIED, f"joined {target}")
    number = walk.number("burst fibre")
    walk.acts(winner, "escalate", "--comment", "come", number)
    for label, occasion in (("burst fibre", "escalated"), ("coordination fibre", "joined")):
        walk.until(label, Action.NOTIFIED, f"{occasion} lea")
    walk.people.stop_copying()
    walk.until("coordination fibre", Action.RESOLVED)
    walk.people.end("anger")
    walk.acts(winner, "resolve", "--verdict", "real", "--comment", "mended", number)
    return winner


def calm(walk: Walk) -> None:
    """The first burst seems over, comes back, and is over."""
    walk.until("burst orange", Action.NOT_ESCALATED, "exhausted", times=2)
    walk.until("burst orange", Action.NOTIFIED, "repeated desk")
    walk.people.end("burst")
    wait_for(lambda: walk.alerts()["burst orange"].calm_since, "calm", 120)
    # Much, for what has lasted so long is nearly usual by now.
    walk.people.at_once("orange", 300)
    wait_for(lambda: walk.alerts()["burst orange"].calm_since is None, "it is back", 120)
    walk.until("burst orange", Action.RESOLVED)


def small_ones(walk: Walk) -> None:
    """Two notices, gathered for whoever wants that; one was a false alarm."""
    walk.people.at_once("free", 60)
    walk.people.at_once("fibre", 1, ["dans la boutique {topic}"])
    walk.people.begin("rival", "free", 60)
    walk.people.begin("shop", "fibre", 4, ["dans la boutique {topic}"])
    walk.until_told("rival free", "room", "desk")
    walk.until_told("keyword fibre·rule:shop", "room", "desk")
    walk.people.end("rival")
    walk.people.end("shop")
    walk.until("rival free", Action.RESOLVED)
    walk.acts("lea", "verdict", "false", walk.number("rival free"))
    rules = [json.loads(line) for line in walk.acts("lea", "rules", "--json").splitlines()]
    precision = {rule["rule"]: rule["precision"] for rule in rules}
    assert (precision["burst"], precision["rival"], precision["coordination"]) == (1.0, 0.0, None)


def outage(walk: Walk) -> None:
    """A source is down for hours, and comes back with all that was said meanwhile."""
    walk.people.is_listed = False
    walk.until_told("source_silent forum", "room", "desk")
    walk.pass_hours(4)
    before = walk.programs.stored()
    walk.people.is_listed = True
    walk.until("source_silent forum", Action.RESOLVED)
    wait_for(lambda: walk.programs.stored() >= before + 40, "the backlog is stored")
    walk.pass_hours(2)


def compare(walk: Walk, lives: Mapping[str, Sequence[Step]], winner: str) -> None:
    """There are these alerts and no other one, and all that became of each and was told of it is what must be."""
    assert walk.alerts().keys() == lives.keys()
    for label, steps in lives.items():
        compare_life(walk, label, [each._replace(operator=each.operator.replace(WINNER, winner)) for each in steps])
        assert walk.alerts()[label].severity == SEVERITIES.get(label, Severity.NOTICE), label
    compare_receipts(walk)


@pytest.mark.long
def test_two_days(programs: Programs, loopback: Loopback) -> None:
    walk = Walk(programs, loopback)
    with walk.people:
        try:
            first_night(walk)
            winner = crisis(walk)
            calm(walk)
            small_ones(walk)
            outage(walk)
            walk.at(48)
            walk.stop()
        finally:
            (programs.home / "story.txt").write_text(walk.story(), encoding="utf-8")
    compare(walk, LIVES, winner)
    assert {label: walk.told(label) for label in TOLD} == {
        label: told
        if walk.is_told_in_time(label, "office")
        else {name: told[name] for name in told if name != "office"}
        for label, told in TOLD.items()
    }
    compare_reminders(walk)


def test_minutes_of_a_crisis(programs: Programs, loopback: Loopback) -> None:
    """The collector dies with its first message in flight, two take it at once, one closes it."""
    walk = Walk(programs, loopback, speed=60)
    with walk.people:
        walk.hang("/room")
        walk.people.at_once("fibre", 150, ANGRY)
        walk.people.begin("anger", "fibre", 90, ANGRY)
        in_flight = walk.kill_in_flight("/room", Answer())
        walk.until_told("burst fibre", "room", "desk", "office")
        assert walk.sent_again(in_flight)
        winner = walk.both_take("burst fibre", "lea", "nora")
        walk.acts(winner, "resolve", "--verdict", "real", walk.number("burst fibre"))
        walk.until("burst fibre", Action.NOTIFIED, "resolved room")
        walk.stop()
    life = (
        Step("raised"),
        Step("acknowledged", "", WINNER),
        Step("resolved", "", WINNER),
        Step("verdict", "real", WINNER),
    )
    compare(walk, {"burst fibre": life}, winner)
    assert walk.told("burst fibre") == dict.fromkeys(EVERYBODY, ("told", "resolved"))
