"""`socialhub wall`: a tiled tmux session of panes, and one collector in a window behind them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import Final

import click

from socialhub.cli.command import command, option
from socialhub.cli.output import is_terminal, plain, say
from socialhub.cli.run_cmd import console_words, quiet_option, remote_option
from socialhub.cli.setup import Setup, pass_setup
from socialhub.clock import ENV_CLOCK
from socialhub.errors import EXIT_ENVIRONMENT, EXIT_USAGE, UserError
from socialhub.i18n import N_, _, language

_HANDED_DOWN: Final = (ENV_CLOCK, "NO_COLOR", "COLORTERM")
"""Variables that a tmux server started earlier would not pass on. Secrets are never put on a command line."""
_LEAST_SIZE: Final = (80, 24)


@command("wall", help=N_("A tiled tmux session of panes, as [wall] of the config lays it out."))
@click.argument("layout", default="room")
@option("--fresh", is_flag=True, help=N_("Build it anew if it is there already."))
@option("--detached", is_flag=True, help=N_("Build it and leave it in the background."))
@remote_option
@quiet_option
@pass_setup
@click.pass_context
def wall(
    context: click.Context, setup: Setup, layout: str, fresh: bool, detached: bool, remote: bool, quiet: bool
) -> None:
    """See `help`. Inside tmux it is a window of the present session, else a session of its own."""
    layouts = setup.load_config(check_queries=False).wall.layouts
    if layout not in layouts:
        hint = _("There are: {layouts}").format(layouts=", ".join(layouts))
        raise UserError(_("[wall] has no layout {name}.").format(name=layout), hint, EXIT_USAGE)
    if shutil.which("tmux") is None:
        raise UserError(
            _("tmux is not installed: a wall is made of its panes."),
            _("Install it (apt install tmux), or open 'socialhub pane mentions' in several terminals."),
            EXIT_ENVIRONMENT,
        )
    name = f"socialhub-{layout}"
    words = console_words(remote=remote, quiet=quiet)
    tiles = [_program(setup, "pane", pane, *words) for pane in layouts[layout]]
    collector = _program(setup, "collect", "--standby")
    if os.environ.get("TMUX"):
        _build_window(name, tiles, collector, fresh=fresh)
        return
    _build_session(name, tiles, collector, fresh=fresh)
    if detached or not is_terminal():
        say(_("The wall is built; see it with: tmux attach -t {name}").format(name=name))
        return
    sys.stdout.flush()
    context.exit(subprocess.call(["tmux", "attach-session", "-t", f"={name}"]))


def _program(setup: Setup, *words: str) -> list[str]:
    """This program with the same room, language and operator."""
    room = ["--config", str(setup.config_file.absolute()), "--cache", str(setup.cache.absolute())]
    return [sys.executable, "-m", "socialhub", *room, "--language", language(), "--as", setup.operator, *words]


def _environment() -> list[str]:
    return [word for name in _HANDED_DOWN if name in os.environ for word in ("-e", f"{name}={os.environ[name]}")]


def _build_session(name: str, tiles: list[list[str]], collector: list[str], *, fresh: bool) -> None:
    """A session of its own, unless it stands already."""
    if _succeeds("has-session", "-t", f"={name}"):
        if not fresh:
            return
        _tmux("kill-session", "-t", f"={name}")
    width, height = shutil.get_terminal_size(_LEAST_SIZE)
    size = ["-x", str(max(width, _LEAST_SIZE[0])), "-y", str(max(height, _LEAST_SIZE[1]))]
    window = _tmux(
        "new-session", "-d", "-P", "-F", "#{window_id}", "-s", name, "-n", name, *size, *_environment(), *tiles[0]
    )
    # The collector's window and any other stay out of sight: the whole screen is for the tiles.
    _tmux("set-option", "-t", f"={name}:", "status", "off")
    _fill(window, tiles, collector, name)


def _build_window(name: str, tiles: list[list[str]], collector: list[str], *, fresh: bool) -> None:
    """A window of the present session, unless it stands already."""
    present = dict(
        line.split("\t", 1) for line in _tmux("list-windows", "-F", "#{window_name}\t#{window_id}").splitlines()
    )
    if name in present and not fresh:
        _tmux("select-window", "-t", present[name])
        return
    if name in present:
        _tmux("kill-window", "-t", present[name])
    window = _tmux("new-window", "-P", "-F", "#{window_id}", "-n", name, *_environment(), *tiles[0])
    _fill(window, tiles, collector, "")


def _fill(window: str, tiles: list[list[str]], collector: list[str], session: str) -> None:
    """The other tiles, evenly laid out, and the collector behind them."""
    # A tile that broke down stays, with what it said.
    _tmux("set-option", "-w", "-t", window, "remain-on-exit", "failed")
    _tmux("set-option", "-w", "-t", window, "automatic-rename", "off")
    for tile in tiles[1:]:
        _tmux("split-window", "-t", window, *_environment(), *tile)
        _tmux("select-layout", "-t", window, "tiled")
    target = ["-t", f"={session}:"] if session else []
    _tmux("new-window", "-d", *target, "-n", "socialhub-collector", *_environment(), *collector)
    _tmux("select-window", "-t", window)


def _succeeds(*words: str) -> bool:
    return subprocess.run(["tmux", *words], capture_output=True, check=False).returncode == 0


def _tmux(*words: str) -> str:
    """What tmux answers; raises UserError with what it says when it refuses."""
    done = subprocess.run(["tmux", *words], capture_output=True, check=False)
    if done.returncode:
        reason = plain(done.stderr.decode("utf-8", "replace")) or words[0]
        raise UserError(_("tmux refuses: {reason}").format(reason=reason), exit_code=EXIT_ENVIRONMENT)
    return done.stdout.decode("utf-8", "replace").strip()
