"""What goes wrong is a sentence and an exit code, never a traceback."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from socialhub.cli.root import fix_language, with_default_command
from socialhub.i18n import language
from socialhub.store.connection import open_writer
from tests.cli.conftest import Shell


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ([], ["run"]),
        (["--remote"], ["run", "--remote"]),
        (["--remote", "--as", "Léa"], ["--as", "Léa", "run", "--remote"]),
        (["--cache", "c.db", "run", "--no-collect", "--debug"], ["--cache", "c.db", "--debug", "run", "--no-collect"]),
        (["--config=c.toml"], ["--config=c.toml", "run"]),
        (["--cache", "run", "status", "--json"], ["--cache", "run", "status", "--json"]),
        (["--help"], ["--help"]),
        (["run", "--help"], ["run", "--help"]),
        (["config", "init", "--language", "fr"], ["config", "init", "--language", "fr"]),
    ],
)
def test_run_is_taken_for_granted(given: list[str], meant: list[str]) -> None:
    assert with_default_command(given) == meant


def test_language_is_that_of_the_option_then_the_config_then_the_locale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "c.toml"
    path.write_text('[hub]\nlanguage = "fr"\n', encoding="utf-8")
    fix_language(["--config", str(path), "--language", "en", "status"])
    assert language() == "en"
    fix_language(["--config", str(path), "status"])
    assert language() == "fr"
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    fix_language(["config", "init", "--language", "fr"])
    assert language() == "en"
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    path.write_text("[hub\n", encoding="utf-8")
    fix_language([f"--config={path}", "status"])
    assert language() == "fr"


def test_without_a_config_the_first_steps_are_named(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "socialhub"], capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    assert done.returncode == 3
    assert b"config init" in done.stderr
    assert b"demo" in done.stderr


@pytest.mark.parametrize("command", [["collect", "--once"], ["pane", "mentions"], ["config", "check"]])
def test_without_a_config_every_command_ends_alike(command: list[str], shell: Shell) -> None:
    shell.config.unlink()
    done = shell.process(*command)
    assert done.returncode == 3
    assert b"config init" in done.stderr


def test_the_console_needs_a_terminal(shell: Shell) -> None:
    done = shell.process("run")
    assert done.returncode == 3
    assert b"terminal" in done.stderr


@pytest.mark.parametrize(
    "command", [["status"], ["search", "fibre"], ["mentions", "list"], ["alerts", "list"], ["export"]]
)
def test_a_missing_cache_is_a_sentence(command: list[str], shell: Shell) -> None:
    result = shell(*command)
    assert result.exit_code == 3
    assert "no cache" in result.stderr
    assert "Traceback" not in result.output


def test_a_damaged_cache_is_a_sentence(shell: Shell) -> None:
    shell.cache.write_bytes(b"not a database at all, much longer than a header" * 100)
    result = shell("status")
    assert result.exit_code == 3
    assert "damaged" in result.stderr


def test_a_newer_cache_is_a_sentence(shell: Shell) -> None:
    writer = open_writer(shell.cache)
    writer.db.execute("PRAGMA user_version=999")
    writer.close()
    result = shell("status")
    assert result.exit_code == 3
    assert "newer" in result.stderr


def test_every_mistake_of_the_config_is_told(shell: Shell) -> None:
    shell.config.write_text('[hub]\nnaame = "x"\n[[sources]]\nname = "a"\nkind = "rsss"\n', encoding="utf-8")
    result = shell("collect", "--once")
    assert result.exit_code == 1
    assert "naame" in result.stderr
    assert "rsss" in result.stderr


def test_the_cause_is_shown_with_debug_only(shell: Shell) -> None:
    shell.cache.write_bytes(b"not a database at all" * 100)
    assert "Traceback" not in shell("status").stderr
    assert "DatabaseError" in shell("--debug", "status").stderr


def test_a_broken_pipe_is_silent(room: Shell) -> None:
    with room.start("export", stdin=subprocess.DEVNULL) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        told = child.stderr.read()
    assert told == b""
    assert child.returncode == 141


def _hear_ctrl_c() -> None:
    """In the child: a suite that runs in the background of a shell ignores Ctrl+C, and what it starts would, too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_with_130(shell: Shell) -> None:
    with shell.start("analyse", preexec_fn=_hear_ctrl_c) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(b"La box est nulle, quelle honte\n")
        child.stdin.flush()
        assert b'"sentiment"' in child.stdout.readline()
        # A signal that comes just before a read begins is noticed when that ends: who sees nothing happen presses anew.
        for _press in range(100):
            os.kill(child.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(1.0)
                break
        assert child.returncode == 130


def test_what_comes_from_outside_cannot_steer_the_terminal(shell: Shell) -> None:
    result = shell("mentions", "list", "--topic", "\x1b]0;owned\x07\x9b31mx")
    assert "\x1b" not in result.output
    assert "\x9b" not in result.output
