"""alerts why and alerts backtest: which test decided, now and then; what a rule would have raised."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialhub.alerts.silencing import silence
from socialhub.clock import HOUR, MINUTE, iso, real_now
from tests.alerts.watched import NOW, TOPICS, Watched, tell_past
from tests.cli.conftest import Shell

KINDS = "".join(
    f'[[topics]]\nid = "{each.slug}"\nname = "{each.name}"\nkind = "{each.kind}"\nquery = "{each.query}"\n'
    for each in TOPICS
)
BURST_AT = NOW + 3 * MINUTE


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache in which Orange had a burst that was raised, ten minutes before its clock is looked at."""
    path = tell_past(tmp_path_factory.mktemp("lived") / "cache.db")
    room = Watched(path)
    room.minutes(3)
    room.say(60, "orange")
    room.minutes(10)
    room.writer.checkpoint()
    room.writer.close()
    return path


@pytest.fixture
def shell(lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    import shutil

    shell = Shell(tmp_path)
    shell.config.write_text(f'[hub]\ntimezone = "Europe/Paris"\n{KINDS}', encoding="utf-8")
    shutil.copy(lived, shell.cache)
    monkeypatch.setenv("SOCIALHUB_CLOCK", f"{real_now()}:{BURST_AT + 10 * MINUTE}:1")
    return shell


def whys(shell: Shell, *arguments: str, kind: str = "burst") -> dict[str, str]:
    rows = shell.json("alerts", "why", *arguments)
    return {row["subject"]: row["why"] for row in rows if row["kind"] == kind}


def test_why_tells_the_test_that_decided_for_the_topic_and_its_parts(shell: Shell) -> None:
    found = whys(shell, "orange")
    assert found["orange"] == "raised"
    assert found["orange·tone:-1"] == "inhibited"
    assert found["orange·source:social"] == "inhibited"
    assert whys(shell, "fibre")["fibre"] == "usual"
    assert whys(shell, "free", kind="rival") != {}
    assert whys(shell, "orange", kind="tone_shift") == {"orange": "inhibited"}


def test_why_at_a_minute_that_is_past(shell: Shell) -> None:
    before = iso(BURST_AT - MINUTE).replace("Z", "+00:00")
    assert whys(shell, "orange", "--at", before)["orange"] == "usual"
    # The room's time zone when none is written: an hour later than UTC in November.
    assert whys(shell, "orange", "--at", "2026-11-24 16:04")["orange"] == "raised"


def test_why_knows_silences(shell: Shell) -> None:
    from socialhub.store.connection import open_writer

    writer = open_writer(shell.cache)
    with writer.transaction() as db:
        silence(db, "topic:orange", reason="quiz", operator="léa", now=BURST_AT, ends=BURST_AT + HOUR)
    writer.close()
    assert whys(shell, "orange")["orange"] == "silenced"


def test_why_in_words(shell: Shell) -> None:
    lines = shell("alerts", "why", "orange").stdout.splitlines()
    assert any(line.startswith("share of negative\t") for line in lines)
    everything = next(line for line in lines if line.startswith("all mentions"))
    assert everything.split("\t")[1] == "an alert"
    assert "another alert tells of it" in next(line for line in lines if line.startswith("negative mentions"))


def test_backtest_tells_what_would_have_fired(shell: Shell) -> None:
    (fired,) = shell.json("alerts", "backtest", "burst", "--since", "2 h")
    assert (fired["subject"], fired["severity"]) == ("orange", "crisis")
    assert fired["raised"] == iso(BURST_AT + 2 * MINUTE)
    assert fired["ended"] is None
    said = shell("alerts", "backtest", "burst", "--since", "2 h")
    assert "It would have fired 1 time" in said.stderr
    assert "Orange" in said.stdout


def test_backtest_of_a_stricter_rule_fires_less(shell: Shell) -> None:
    text = shell.config.read_text("utf-8")
    shell.config.write_text(f'{text}[[alerts]]\nkind = "burst"\nfloor = 500\n', encoding="utf-8")
    assert shell.json("alerts", "backtest", "burst", "--since", "2 h") == []


def test_backtest_tells_how_right_a_rule_was(shell: Shell) -> None:
    assert shell("alerts", "verdict", "real", "1").exit_code == 0
    said = shell("alerts", "backtest", "burst", "--since", "2 h").stderr
    assert "100% of 1 verdict: real." in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["why", "nope"], "There is no topic nope."),
        (["why", "orange", "--at", "demain"], "demain is not a time"),
        (["backtest", "brust"], "There is no rule brust."),
        (["backtest", "burst", "--since", "soon"], "is not a length of time"),
    ],
)
def test_what_is_not_there_is_said(shell: Shell, words: list[str], sentence: str) -> None:
    result = shell("alerts", *words)
    assert result.exit_code == 2 if "--" in " ".join(words) else result.exit_code != 0
    assert sentence in result.stderr


@pytest.fixture
def keyword(shell: Shell) -> Shell:
    shell.config.write_text(
        f'{shell.config.read_text("utf-8")}[[alerts]]\nid = "panne"\nkind = "keyword"\nquery = "marche"\n',
        encoding="utf-8",
    )
    return shell


def test_a_keyword_rule_tells_its_mentions_now_and_looking_back(keyword: Shell) -> None:
    (row,) = (row for row in keyword.json("alerts", "why", "orange") if row["rule"] == "panne")
    assert (row["why"], row["seen"], len(row["mentions"])) == ("raised", 60, 60)
    (fired,) = keyword.json("alerts", "backtest", "panne")
    assert (fired["rule"], fired["query"]) == ("panne", "marche")
    assert set(fired["mentions"]) <= set(row["mentions"])
    assert any(line.startswith("marche\tan alert") for line in keyword("alerts", "why", "orange").stdout.splitlines())
    assert "nobody says it" in keyword("alerts", "why", "fibre").stdout


def test_a_query_that_cannot_be_read_is_an_error_with_its_place(keyword: Shell) -> None:
    broken = keyword.config.read_text("utf-8").replace('"marche"', '"(marche"')
    keyword.config.write_text(broken, encoding="utf-8")
    checked = keyword("config", "check")
    assert checked.exit_code != 0
    assert "character 1: this ( is never closed" in checked.stdout + checked.stderr
    tried = keyword("alerts", "backtest", "panne")
    assert tried.exit_code == 2
    assert "character 1" in tried.stderr
