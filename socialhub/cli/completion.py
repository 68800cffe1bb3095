"""Installing completion for bash, zsh and fish: click writes the script, it is put where the shell looks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from socialhub.errors import EXIT_USAGE, UserError
from socialhub.i18n import _

SHELLS: Final = ("bash", "zsh", "fish")
VARIABLE: Final = "_SOCIALHUB_COMPLETE"


def install(command: click.Command, shell: str) -> str:
    """Write the completion script of `command` for a shell ("" is that of SHELL); returns what to tell the user."""
    from click.shell_completion import get_completion_class

    chosen = shell or Path(os.environ.get("SHELL", "")).name
    maker = get_completion_class(chosen)
    if chosen not in SHELLS or maker is None:
        hint = _("Name one: --install-completion {shells}").format(shells="|".join(SHELLS))
        raise UserError(
            _("There is no completion for this shell ({shell}).").format(shell=chosen or "?"), hint, EXIT_USAGE
        )
    path = script_path(chosen)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(maker(command, {}, "socialhub", VARIABLE).source(), encoding="utf-8")
    told = _("{path} is written; it acts in the next shell.").format(path=path)
    if chosen == "zsh":
        advice = _("zsh looks there after this line in ~/.zshrc, before compinit: {line}")
        told += "\n" + advice.format(line=f"fpath+=({path.parent})")
    return told


def script_path(shell: str) -> Path:
    """Where a shell looks for completions of a user."""
    home = Path.home()
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    return {
        "bash": data / "bash-completion/completions/socialhub",
        "zsh": data / "zsh/site-functions/_socialhub",
        "fish": config / "fish/completions/socialhub.fish",
    }[shell]
