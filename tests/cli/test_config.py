"""`socialhub config`: what it prints where, how it ends, and that what `init` writes passes `check`."""

from __future__ import annotations

import json
import os
import pty
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from socialhub import i18n
from socialhub.cli.config_cmd import config_group
from socialhub.cli.starter import Answers, split_list, split_words, starter
from socialhub.config import ConfigMissing, ConfigProblems, load, read
from socialhub.config.opml import Feed
from socialhub.errors import UserError


@dataclass
class Options:
    """What the root command would put into the context."""

    config_path: Path | None


@pytest.fixture(autouse=True)
def restored_language() -> Iterator[None]:
    """The interface language as it was."""
    before = i18n.language()
    yield
    i18n.set_language(before)


def run(path: Path | None, *arguments: str, answers: str = "") -> Result:
    """`socialhub --config PATH config ARGUMENTS`."""
    return CliRunner().invoke(config_group, arguments, obj=Options(path), input=answers)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Where the config of a test lies."""
    return tmp_path / "room" / "config.toml"


def test_path_is_the_given_one_or_the_usual_one(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCIALHUB_CONFIG", "/etc/room.toml")
    assert run(config, "path").stdout == f"{config}\n"
    assert run(None, "path").stdout == "/etc/room.toml\n"


def test_init_from_flags_passes_check(config: Path) -> None:
    written = run(
        config,
        *("init", "--yes", "--brand", "Mandarine Télécom", "--words", "#MandarineFibre, ma box, -fruit"),
        *("--rivals", "Libre Mobile; AND", "--language", "fr, en", "--contact", "room@example.org"),
    )
    assert (written.exit_code, written.stdout) == (0, "")
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    checked = run(config, "check")
    assert (checked.exit_code, checked.stdout) == (0, "")
    assert "3 topics" in checked.stderr
    room = load(config)
    assert [topic.query for topic in room.topics] == [
        '("Mandarine Télécom" OR #MandarineFibre OR "ma box") NOT fruit',
        '"Libre Mobile"',
        '"AND"',
    ]
    assert {source.kind for source in room.sources} == {"rss", "mastodon", "jetstream"}
    assert room.hub.contact == "room@example.org"


def test_init_asks_five_questions(config: Path) -> None:
    answers = "Mandarine\nMandarine Fibre, -jus\nLibre\nfr\nhttps://example.org/contact\n"
    keyboard, terminal = pty.openpty()
    os.write(keyboard, answers.encode())
    words = [sys.executable, "-m", "socialhub", "--config", str(config), "config", "init"]
    result = subprocess.run(words, stdin=terminal, capture_output=True, timeout=60, check=False)
    os.close(keyboard)
    os.close(terminal)
    assert result.returncode == 0, result.stderr
    assert f"socialhub --config {config}" in result.stderr.decode()
    room = load(config)
    assert (room.hub.languages, room.hub.contact) == (("fr",), "https://example.org/contact")
    assert [topic.name for topic in room.topics] == ["Mandarine", "Libre"]


def test_init_without_a_brand_is_a_mistake_of_use(config: Path) -> None:
    assert run(config, "init", "--yes").exit_code == 2
    nobody_to_ask = run(config, "init")
    assert nobody_to_ask.exit_code == 2
    assert "--brand" in nobody_to_ask.stderr
    assert run(config, "init", "--yes", "--brand", " ,!").exit_code == 2
    assert not config.exists()


def test_init_asks_nothing_where_nobody_can_answer(config: Path) -> None:
    assert run(config, "init", "--brand", "Mandarine").exit_code == 0
    assert [topic.name for topic in load(config).topics] == ["Mandarine"]


def test_init_names_the_command_that_opens_what_it_wrote(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = run(config, "init", "--brand", "x", "--output", f"{config.parent}/other room.toml")
    assert f"`socialhub --config '{config.parent}/other room.toml'`" in written.stderr
    monkeypatch.setenv("SOCIALHUB_CONFIG", str(config))
    assert "`socialhub`" in run(None, "init", "--brand", "x").stderr


def test_init_never_overwrites_without_force(config: Path) -> None:
    config.parent.mkdir()
    config.write_text("# mine", "utf-8")
    refused = run(config, "init", "--yes", "--brand", "x")
    assert isinstance(refused.exception, UserError)
    assert config.read_text("utf-8") == "# mine"
    assert run(config, "init", "--yes", "--brand", "x", "--force").exit_code == 0
    assert load(config).topics[0].name == "x"


def test_init_writes_elsewhere_or_to_standard_output(config: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    assert run(config, "init", "--yes", "--brand", "x", "--output", str(other)).exit_code == 0
    assert other.exists()
    printed = run(config, "init", "--yes", "--brand", "x", "--output", "-")
    assert printed.stdout == other.read_text("utf-8")
    assert not config.exists()


def test_init_says_what_cannot_stand_in_a_config(config: Path) -> None:
    result = run(config, "init", "--yes", "--brand", "x", "--language", "français")
    assert isinstance(result.exception, ConfigProblems)
    assert not config.exists()


def test_init_says_when_the_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run(tmp_path / "file" / "config.toml", "init", "--yes", "--brand", "x")
    assert isinstance(result.exception, UserError)


def test_init_takes_over_the_feeds_of_an_opml_file(config: Path, tmp_path: Path) -> None:
    opml = tmp_path / "feeds.opml"
    opml.write_text(
        '<opml><outline text="Bluesky" xmlUrl="https://a.example/feed"/><outline text="p" xmlUrl="file:///x"/></opml>',
        "utf-8",
    )
    result = run(config, "init", "--yes", "--brand", "x", "--opml", str(opml))
    assert result.exit_code == 0, result.output
    assert "p: " in result.stderr
    assert {source.name for source in load(config).sources} >= {"Bluesky", "Bluesky 2"}


def test_check_prints_problems_on_stdout_and_the_count_on_stderr(config: Path) -> None:
    config.parent.mkdir()
    config.write_text('[hub]\nnam = "x"\nretention = "1 moon"\n', "utf-8")
    result = run(config, "check")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == f"{config}:2: hub.nam: unknown key (did you mean name?)"
    assert result.stderr.startswith("2 errors, 2 warnings")


def test_check_as_json(config: Path) -> None:
    config.parent.mkdir()
    config.write_text('[hub]\nnam = "x"\n', "utf-8")
    result = run(config, "check", "--json")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert rows[0] == {
        "file": str(config),
        "line": 2,
        "key": "hub.nam",
        "message": "unknown key",
        "suggestion": "name",
        "severity": "error",
    }
    assert {row["severity"] for row in rows[1:]} == {"warning"}


def test_check_of_secrets(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.parent.mkdir()
    config.write_text(
        '[hub]\ncontact = "a@b.c"\n[[topics]]\nname = "x"\nkind = "brand"\nquery = "x"\n'
        '[[sources]]\nname = "x"\nkind = "rss"\nurl = "https://a.b/"\ntoken = "env:ROOM_TOKEN"\n',
        "utf-8",
    )
    monkeypatch.delenv("ROOM_TOKEN", raising=False)
    warned = run(config, "check")
    assert (warned.exit_code, len(warned.stdout.splitlines())) == (0, 1)
    assert run(config, "check", "--secrets").exit_code == 1
    monkeypatch.setenv("ROOM_TOKEN", "v")
    assert run(config, "check", "--secrets").stdout == ""


def test_without_a_file_check_says_what_to_do(config: Path) -> None:
    result = run(config, "check")
    assert result.exit_code == 3
    assert "config init" in result.stderr
    assert isinstance(run(config, "export").exception, ConfigMissing)


def test_export_prints_what_acts(config: Path) -> None:
    run(config, "init", "--yes", "--brand", "x", "--contact", "a@b.c")
    exported = run(config, "export")
    assert read(exported.stdout, config).hash == load(config).hash
    assert 'every = "15 min"' in exported.stdout


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_template_is_written_in_the_language_of_the_interface(language: str) -> None:
    i18n.set_language(language)
    text = starter(Answers("x", contact="a@b.c"))
    assert ("Sujets" in text) is (language == "fr")
    assert read(text, Path("/config.toml")).warnings == ()


names = st.text(min_size=1, max_size=60)


@settings(deadline=None)
@given(names, st.text(max_size=80), st.text(max_size=80), st.text(max_size=20))
def test_whatever_is_answered_the_file_is_right_or_explained(brand: str, words: str, rivals: str, contact: str) -> None:
    brands = split_list(brand)
    if not brands:
        return
    wanted, unwanted = split_words(words)
    feeds = (Feed('a "b" $c', "https://a.example/$x"),)
    answers = Answers(brands[0], wanted, unwanted, split_list(rivals), contact=contact, feeds=feeds)
    try:
        config = read(starter(answers), Path("/config.toml"))
    except ConfigProblems as error:
        assert {problem.key.split(".")[-1] for problem in error.problems} <= {"contact", "name", "query"}  # noqa: PT017
    else:
        assert config.topics[0].name == brands[0]
        assert config.sources[-1].name == feeds[0].name
