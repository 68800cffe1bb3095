"""What a shell is told when the user presses Tab: commands from the table, options, nothing taken for granted."""

from __future__ import annotations

import pytest
from click.shell_completion import ShellComplete

from socialhub.cli.completion import VARIABLE
from socialhub.cli.root import COMMANDS, root
from tests.cli.conftest import Shell


class Asked(ShellComplete):
    """The completion of a line of words, as click asks the program for it."""

    name = "asked"


def completed(words: list[str], incomplete: str = "") -> list[str]:
    """What stands to choose from."""
    return [item.value for item in Asked(root, {}, "socialhub", VARIABLE).get_completions(words, incomplete)]


@pytest.mark.parametrize(
    ("words", "incomplete", "found"),
    [
        ([], "al", ["alerts"]),
        ([], "a", ["authors", "alerts", "analyse"]),
        ([], "", list(COMMANDS)),
        (["--debug"], "", list(COMMANDS)),
        (["run"], "--no", ["--no-collect"]),
        (["--remote"], "--no", ["--no-collect"]),
        (["alerts"], "re", ["resolve"]),
    ],
)
def test_commands_and_options_are_completed(words: list[str], incomplete: str, found: list[str]) -> None:
    assert completed(words, incomplete) == found


def test_options_before_the_command_are_completed() -> None:
    assert {"--config", "--cache"} <= set(completed([], "--"))


def test_an_unknown_command_gets_a_suggestion(shell: Shell) -> None:
    refused = shell("alertes")
    assert refused.exit_code == 2
    assert "did you mean alerts?" in refused.stderr
