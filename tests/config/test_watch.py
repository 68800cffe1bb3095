"""A config file that is changed while it is in force: settled and valid it is followed, otherwise not."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialhub.config import load
from socialhub.config.watch import ConfigWatch

TEXT = '[hub]\nname = "Salle"\n[[topics]]\nname = "Fibre"\nkind = "product"\nquery = "fibre"\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def settled(watch: ConfigWatch) -> bool:
    """Look twice, as time passes."""
    return watch.look() or watch.look()


def test_an_untouched_file_is_not_read(path: Path) -> None:
    watch = ConfigWatch(load(path))
    path.chmod(0)
    assert not settled(watch)
    assert watch.problems is None


def test_a_change_is_followed_once_it_has_settled(path: Path) -> None:
    watch = ConfigWatch(load(path))
    path.write_text(TEXT.replace('"fibre"', '"fibre OR'), encoding="utf-8")
    assert not watch.look()
    path.write_text(TEXT.replace('"fibre"', '"fibre OR box"'), encoding="utf-8")
    assert not watch.look()
    assert watch.look()
    assert watch.config.topics[0].query == "fibre OR box"
    assert watch.problems is None
    assert not settled(watch)


def test_an_invalid_change_is_told_and_not_followed(path: Path) -> None:
    config = load(path)
    watch = ConfigWatch(config)
    path.write_text(TEXT.replace('"fibre"', '"(fibre"'), encoding="utf-8")
    assert settled(watch)
    assert watch.config is config
    assert watch.problems is not None
    assert watch.problems.problems[0].line == 6
    path.write_text(TEXT, encoding="utf-8")
    assert settled(watch)
    assert watch.config == config
    assert not watch.problems


def test_comments_change_nothing(path: Path) -> None:
    config = load(path)
    watch = ConfigWatch(config)
    path.write_text(f"# note\n{TEXT}", encoding="utf-8")
    assert not settled(watch)
    assert watch.config is config


def test_a_file_that_is_gone_for_a_moment_is_read_when_it_is_back(path: Path) -> None:
    watch = ConfigWatch(load(path))
    path.unlink()
    assert not settled(watch)
    path.write_text(TEXT.replace("Salle", "Autre"), encoding="utf-8")
    assert settled(watch)
    assert watch.config.hub.name == "Autre"
