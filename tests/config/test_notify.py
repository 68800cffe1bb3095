"""Targets of a config: read, checked, written out, and as planning and sending take them."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialhub.clock import MINUTE
from socialhub.config import Config, ConfigProblems, read
from socialhub.config.export import to_toml
from socialhub.config.notify import notifying_of
from socialhub.hours import parse_hours
from socialhub.incidents import Severity
from socialhub.targets import USUAL_DIGEST, Target

HERE = Path("/salle/config.toml")
TOPIC = '[[topics]]\nid = "fibre"\nname = "Fibre"\nkind = "brand"\nquery = "fibre"\n'
GOOD = """
[[notify]]
name = "salle"
url = "env:CALL_ROOM"

[[notify]]
name = "léa"
url = "keyring:sms-lea"
severity = "never"
topics = ["fibre"]
hours = "off_hours"
language = "en"
digest = "15 min"
limit = 3
all_clear = false
"""


def of(text: str, **environ: str) -> Config:
    return read(TOPIC + text, HERE, environ=environ)


def test_targets_as_sending_takes_them() -> None:
    notifying = notifying_of(of(GOOD))
    assert notifying.targets == (
        Target("salle", "env:CALL_ROOM"),
        Target(
            "léa",
            "keyring:sms-lea",
            None,
            ("fibre",),
            parse_hours("off_hours"),
            "en",
            15 * MINUTE,
            3,
            all_clear=False,
        ),
    )
    salle, lea = notifying.targets
    assert (salle.wants(Severity.WARNING, ""), salle.wants(Severity.NOTICE, "")) == (True, False)
    assert not lea.wants(Severity.CRISIS, "fibre")


def test_what_is_written_out_is_read_back() -> None:
    config = of(GOOD)
    assert read(to_toml(config), HERE, environ={}).notify == config.notify


def test_without_a_digest_notices_leave_at_once() -> None:
    config = of(GOOD.replace('"15 min"', "0"))
    assert [target.digest for target in notifying_of(config).targets] == [USUAL_DIGEST, 0]
    assert read(to_toml(config), HERE, environ={}).notify == config.notify


def test_another_collector_takes_over_only_with_the_same_targets() -> None:
    assert of(GOOD).hash != of(GOOD.replace("limit = 3", "limit = 4")).hash
    assert of(GOOD).secrets == ["env:CALL_ROOM", "keyring:sms-lea"]


def test_a_secret_without_a_value_is_told_at_its_line() -> None:
    (warning,) = [each for each in of(GOOD).warnings if "CALL_ROOM" in each.message]
    assert (warning.key, warning.line, warning.warning) == ("notify[1].url", TOPIC.count("\n") + 4, True)
    assert not [each for each in of(GOOD, CALL_ROOM="json://x").warnings if "CALL_ROOM" in each.message]


@pytest.mark.parametrize(
    ("table", "key", "sentence"),
    [
        ('name = "a"', "notify[1]", 'the key "url" is missing'),
        ('name = "a"\nurl = ""', "notify[1].url", "a target needs an address"),
        ('name = "a"\nurl = "mailto://me:secret@x.fr"', "notify[1].url", "a secret is never written here"),
        ('name = "on_call"\nurl = "env:A"', "notify[1].name", "whoever is on call"),
        ('name = "a"\nurl = "env:A"\nseverity = "urgent"', "notify[1].severity", "not one of"),
        ('name = "a"\nurl = "env:A"\ntopics = ["fibr"]', "notify[1].topics[1]", "no topic with this id"),
        ('name = "a"\nurl = "env:A"\nhours = "sometimes"', "notify[1].hours", "tells no hours"),
        ('name = "a"\nurl = "env:A"\n[[notify]]\nname = "A"\nurl = "env:B"', "notify[2].name", "already used"),
    ],
)
def test_what_is_wrong_is_told(table: str, key: str, sentence: str) -> None:
    with pytest.raises(ConfigProblems) as error:
        of(f"[[notify]]\n{table}\n")
    (problem,) = [each for each in error.value.problems if not each.warning]
    assert problem.key == key
    assert sentence in problem.message
    assert "secret@" not in problem.sentence()
