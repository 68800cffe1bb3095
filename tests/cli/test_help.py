"""Help: instant, complete, true; and the documentation says the same."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from socialhub.cli.root import COMMANDS, root
from socialhub.cli.run_cmd import PANES
from tests.cli.conftest import Shell

DOCS = Path(__file__).parents[2] / "docs" / "commands.md"
HEAVY = ("textual", "rich", "httpx", "httpcore", "sqlite3", "sqlite_utils", "lark", "websockets", "feedparser", "numpy")


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name, hidden ones apart."""
    context = click.Context(root)
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        assert command is not None
        if not isinstance(command, click.Group):
            yield name, command
            continue
        for sub_name, sub_command in command.commands.items():
            yield f"{name} {sub_name}", sub_command


@pytest.mark.parametrize("words", ["import socialhub.cli", "from socialhub.cli import main; main(['--help'])"])
def test_help_imports_nothing_heavy(words: str) -> None:
    """Modules are counted, not milliseconds."""
    code = f"import sys\ntry:\n    {words}\nfinally:\n    print('LOADED', *sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stderr.partition("LOADED")[2].split()
    assert not [name for name in loaded if name.partition(".")[0] in HEAVY]
    assert "click" in loaded or words == "import socialhub.cli"


def test_the_table_says_what_each_command_says() -> None:
    context = click.Context(root)
    for name, (_where, words) in COMMANDS.items():
        command = root.get_command(context, name)
        assert command is not None
        assert command.name == name
        if name != "config":
            assert command.help == words


@pytest.mark.parametrize("name", sorted(name for name, _command in commands()))
def test_every_command_has_help(name: str, shell: Shell) -> None:
    result = shell(*name.split(), "--help")
    assert result.exit_code == 0
    assert f"socialhub {name}" in result.stdout


def test_every_option_is_explained() -> None:
    for name, command in commands():
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                assert parameter.help, (name, parameter.name)


def test_the_page_of_commands_names_every_command_and_option() -> None:
    page = DOCS.read_text(encoding="utf-8")
    documented = set(re.findall(r"^### `socialhub ([a-z -]+?)(?: [A-Z\[(].*)?`$", page, re.MULTILINE))
    assert documented == {name for name, _command in commands()}
    for name, command in commands():
        section = page.partition(f"### `socialhub {name}")[2].partition("\n### ")[0]
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden and parameter.name != "help":
                assert f"`{parameter.opts[0]}" in section, (name, parameter.opts[0])
    for parameter in root.params:
        assert f"`{parameter.opts[0]}" in page


def test_panes_are_those_of_the_config() -> None:
    from socialhub.config.settings import PANES as CONFIGURABLE

    assert PANES == CONFIGURABLE


def test_version(shell: Shell) -> None:
    result = shell("--version")
    assert (result.exit_code, result.stdout) == (0, "socialhub 0.1.0\n")


def test_an_unknown_command_is_a_usage_error(shell: Shell) -> None:
    assert shell("frobnicate").exit_code == 2


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_completion_is_installed_where_the_shell_looks(name: str, shell: Shell, home: Path) -> None:
    result = shell("--install-completion", name)
    assert result.exit_code == 0, result.output
    written = [path for path in home.rglob("*socialhub*") if path.is_file() and "completion" in str(path)]
    written += list(home.rglob("_socialhub"))
    assert any("_SOCIALHUB_COMPLETE" in path.read_text(encoding="utf-8") for path in written)


def test_completion_of_an_unknown_shell_is_a_sentence(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    result = shell("--install-completion")
    assert result.exit_code == 2
    assert "tcsh" in result.stderr
