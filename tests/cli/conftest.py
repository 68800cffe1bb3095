"""A home of its own for every test of the command line, and ways to run it: in this process, or as a real one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from socialhub import i18n
from socialhub.cli.root import root
from socialhub.clock import real_now
from socialhub.store.collectors import end as end_collector
from tests.seed import seed_cache

CONFIG = """
[hub]
name = "Essai"
[[topics]]
name = "Mandarine"
kind = "brand"
query = "mandarine"
[[topics]]
name = "Fibre"
kind = "product"
query = "fibre OR box"
[[sources]]
name = "dossier"
kind = "file"
folder = "drop"
"""

PATIENCE = 60.0
"""Seconds until something that must happen has happened, on a machine that is busy with other things."""


@dataclass
class Shell:
    """`socialhub --config … --cache …`, always in one language."""

    home: Path
    language: str = "en"

    @property
    def config(self) -> Path:
        """The config of the room."""
        return self.home / "config.toml"

    @property
    def cache(self) -> Path:
        """The cache of the room."""
        return self.home / "cache.db"

    def words(self, *arguments: str) -> list[str]:
        """The whole command line after the program's name."""
        room = ["--config", str(self.config), "--cache", str(self.cache), "--language", self.language]
        return [*room, *arguments]

    def __call__(self, *arguments: str, given: str | None = None) -> Result:
        """Run in this process."""
        return CliRunner().invoke(root, self.words(*arguments), input=given)

    def json(self, *arguments: str) -> list[dict[str, Any]]:
        """The objects that a command with --json prints."""
        result = self(*arguments, "--json")
        return [json.loads(line) for line in result.stdout.splitlines()]

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
        """A real process, with pipes."""
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([sys.executable, "-m", "socialhub", *self.words(*arguments)], **(pipes | options))

    def process(self, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """A real process, run to its end."""
        words = [sys.executable, "-m", "socialhub", *self.words(*arguments)]
        return subprocess.run(words, input=given, capture_output=True, timeout=60, check=False)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home without anything in it; nothing of the developer's own is read or written."""
    before = i18n.language()
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    for name in ("SOCIALHUB_CONFIG", "SOCIALHUB_CACHE", "SOCIALHUB_USER", "SOCIALHUB_CLOCK", "TMUX", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    environ = dict(os.environ)
    yield tmp_path
    i18n.set_language(before)
    os.environ.clear()
    os.environ.update(environ)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A room with a config and a watched folder, without a cache."""
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "drop").mkdir()
    return Shell(tmp_path)


@pytest.fixture
def room(shell: Shell) -> Shell:
    """The same with a cache of 65 invented mentions (5 of them 30 hours old), four sources, an alert."""
    writer = seed_cache(shell.cache, 60, rare=5, now=real_now()).writer
    with writer.transaction() as db:
        end_collector(db, 1, real_now())
    writer.close()
    return shell
