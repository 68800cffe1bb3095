"""Shifts on call and chains of escalation in a config: read, checked, written out, and as escalation takes them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from socialhub.clock import MINUTE
from socialhub.config import Config
from socialhub.config.duty import duty_of, read_duty
from socialhub.config.export import to_toml
from socialhub.config.lines import Lines
from socialhub.config.reader import Reading
from socialhub.config.settings import Hub, TopicSettings
from socialhub.incidents import Severity
from tests.test_hours import at

HERE = Path("/salle/config.toml")
TOPICS = (TopicSettings(id="fibre", name="Fibre", kind="brand", query="fibre"),)
GOOD = """
[[notify]]
name = "salle"
[[notify]]
name = "léa"
[[notify]]
name = "nora"

[[on_call]]
hours = "business_hours"
to = ["salle"]

[[on_call]]
turns = ["léa", "nora"]
since = 2026-11-23T09:00:00

[[escalations]]
name = "crises"
severity = "crisis"
topics = ["fibre"]
repeat = 2
repeat_after = "1 h"

[[escalations.steps]]
to = ["on_call"]

[[escalations.steps]]
after = "15 min"
to = ["on_call", "salle"]

[[escalations]]
name = "jour"
hours = "business_hours"

[[escalations.steps]]
after = "30 min"
to = ["salle"]
"""


def reading(text: str) -> tuple[Reading, Config]:
    """A document read, with the hub as it is usually."""
    read = Reading(HERE, Lines(text))
    hub = Hub(timezone="Europe/Paris")
    shifts, chains = read_duty(read, tomllib.loads(text), hub, TOPICS)
    return read, Config(path=HERE, hub=hub, topics=TOPICS, on_call=shifts, escalations=chains)


def sentences(text: str) -> list[str]:
    return [f"{each.line} {each.key}: {each.message} {each.suggestion}".strip() for each in reading(text)[0].problems]


def test_who_is_called_when() -> None:
    read, config = reading(GOOD)
    assert read.problems == []
    duty = duty_of(config)
    assert duty.on_call(at("2026-11-26 10:00")) == ("salle",)
    # Turns change on Monday at nine; the night before still belongs to who had the week.
    assert duty.on_call(at("2026-11-29 23:00")) == ("léa",)
    assert duty.on_call(at("2026-11-30 08:59")) == ("léa",)
    assert duty.on_call(at("2026-11-30 19:00")) == ("nora",)
    assert duty.on_call(at("2026-12-07 19:00")) == ("léa",)
    assert duty.on_call(at("2026-11-16 19:00")) == ("nora",)
    assert duty.resolved(("on_call", "salle", "léa"), at("2026-11-29 23:00")) == ("léa", "salle")
    crisis = duty.chain_for(Severity.CRISIS, "fibre")
    assert crisis is not None
    assert (crisis.name, crisis.length) == ("crises", 6)
    assert [crisis.wait_before(number) // MINUTE for number in range(6)] == [0, 15, 60, 15, 60, 15]
    for severity, topic, name in (
        (Severity.CRISIS, "other", "jour"),
        (Severity.WARNING, "fibre", "jour"),
        (Severity.NOTICE, "fibre", None),
    ):
        chain = duty.chain_for(severity, topic)
        assert (chain.name if chain else None) == name


def test_what_is_written_out_is_read_back() -> None:
    config = reading(GOOD)[1]
    text = "".join(f'[[notify]]\nname = "{name}"\n' for name in ("salle", "léa", "nora")) + to_toml(config)
    again = reading(text)[1]
    assert (again.on_call, again.escalations) == (config.on_call, config.escalations)
    assert again.hash == config.hash
    assert reading(GOOD.replace("15 min", "20 min"))[1].hash != config.hash


NOTIFY = '[[notify]]\nname = "salle"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[on_call]]", "3 on_call[1]: nobody is called in this shift: give to / turns"),
        (
            '[[on_call]]\nto = ["sale"]',
            "4 on_call[1].to[1]: no [[notify]] has this name salle",
        ),
        (
            '[[on_call]]\nhours = "mon-fri 9-18"\nto = ["salle"]',
            '4 on_call[1].hours: "mon-fri 9-18" tells no hours; write "mon-fri 09:00-18:00", "22:00-07:00", "sat-sun",'
            " always, business_hours, off_hours, holidays",
        ),
        (
            '[[on_call]]\nhours = "mon-fri"\nto = ["salle"]',
            "3 on_call[1]: nobody is on call at some hours, for one sat 00:00",
        ),
        (
            '[[on_call]]\nsince = "monday"\nto = ["salle"]',
            '4 on_call[1].since: "monday" is not a moment; write "2026-11-27 18:00", "2026-11-27"',
        ),
        (
            '[[escalations]]\nname = "a"\nsteps = []',
            "3 escalations[1]: a chain needs at least one step: [[escalations.steps]]",
        ),
        (
            '[[escalations]]\nname = "a"\n[[escalations.steps]]\nto = ["on_call"]',
            "6 escalations[1].steps[1].to[1]: nobody is on call: give [[on_call]]",
        ),
        (
            '[[escalations]]\nname = "a"\ntopics = ["fibres"]\n[[escalations.steps]]\nto = ["salle"]',
            "5 escalations[1].topics[1]: there is no topic with this id fibre",
        ),
        (
            '[[escalations]]\nname = "a"\n[[escalations.steps]]\nto = []',
            "6 escalations[1].steps[1].to: nobody is told by this step",
        ),
        (
            '[[escalations]]\nname = "a"\n[[escalations.steps]]\nto = ["salle"]\n[[escalations.steps]]\nto = ["salle"]',
            "7 escalations[1].steps[2].after: a step comes later than the one before it",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, said: str) -> None:
    assert sentences(NOTIFY + text) == [said]


def test_two_chains_of_one_name() -> None:
    chain = '[[escalations]]\nname = "a"\n[[escalations.steps]]\nto = ["salle"]\n'
    assert sentences(NOTIFY + chain + chain) == [
        "8 escalations[2].name: the name a is already used by escalations[1] on line 4"
    ]


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("country", "France", '"France" is not one of FR'),
        ("business_hours", "9 to 5", '"9 to 5" tells no hours'),
        ("business_hours", "always", "business hours are days and times"),
        ("closed", ["tomorrow"], '"tomorrow" is not a moment'),
    ],
)
def test_hours_of_the_hub(key: str, value: Any, said: str) -> None:
    read = Reading(HERE, Lines(""))
    read.settings(Hub, {key: value}, ("hub",))
    assert [each.message.startswith(said) for each in read.problems] == [True], read.problems


def test_a_room_that_notifies_nobody_may_escalate_all_the_same() -> None:
    text = '[[on_call]]\nto = ["léa"]\n[[escalations]]\nname = "a"\n[[escalations.steps]]\nto = ["on_call", "chief"]'
    said = [(each.warning, each.key) for each in reading(text)[0].problems]
    assert said == [(True, "on_call[1].to[1]"), (True, "escalations[1].steps[1].to[2]")]
    assert [each.warning for each in reading(NOTIFY + text)[0].problems] == [False, False]
