"""`socialhub run` and `socialhub pane`: the console, whole or one pane of it."""

from __future__ import annotations

import sys

import click

from socialhub.cli.command import command, option
from socialhub.cli.setup import Setup, pass_setup
from socialhub.errors import EXIT_ENVIRONMENT, UserError
from socialhub.i18n import N_, _, labelled

PANES = ("mentions", "trends", "alerts", "sources", "share", "people", "places")

remote_option = option("--remote", is_flag=True, help=N_("For a thin or slow link: fewer bytes, no animation."))
quiet_option = option("--quiet", is_flag=True, help=N_("No bell, no desktop notification, no window title."))


def console_words(*, remote: bool, quiet: bool) -> list[str]:
    """The two options as words of a command line, for the console of another process."""
    return [*(["--remote"] if remote else []), *(["--quiet"] if quiet else [])]


@command("run", help=N_("Open the console; it starts a collector unless one runs."))
@remote_option
@quiet_option
@option("--no-collect", is_flag=True, help=N_("Only look: start no collector."))
@option("--demonstration", is_flag=True, hidden=True)
@pass_setup
@click.pass_context
def run(context: click.Context, setup: Setup, remote: bool, quiet: bool, no_collect: bool, demonstration: bool) -> None:
    """See `help`; without any config the first steps are offered."""
    from socialhub.cli.console import open_console

    if setup.config_path is None and not setup.config_file.exists() and not _first_steps(context, setup):
        return
    config = setup.load_config(check_queries=False)
    collects = not no_collect
    context.exit(open_console(setup, config, remote=remote, collects=collects, quiet=quiet, demo=demonstration))


@command("pane", help=N_("One pane full screen, beside any number of others on the same cache."))
@click.argument("name", type=click.Choice(PANES))
@remote_option
@quiet_option
@pass_setup
@click.pass_context
def pane(context: click.Context, setup: Setup, name: str, remote: bool, quiet: bool) -> None:
    """See `help`. Of the tiles of a wall the one with the alerts calls: once is enough."""
    from socialhub.cli.console import open_console

    config = setup.load_config(check_queries=False)
    quiet = quiet or name != "alerts"
    context.exit(open_console(setup, config, remote=remote, collects=False, pane=name, quiet=quiet))


def _first_steps(context: click.Context, setup: Setup) -> bool:
    """Nobody has written a config: offer to, or to look at the demonstration. True when the room can be opened."""
    missing = _("There is no configuration yet ({path}).").format(path=setup.config_file)
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        hint = _("'socialhub config init' writes one from five questions, 'socialhub demo' shows the room without any.")
        raise UserError(missing, hint, EXIT_ENVIRONMENT)
    click.echo(missing)
    click.echo(_("[i] answer five questions and begin   [d] look at the demonstration first   [q] leave"))
    choices = click.Choice(["i", "d", "q"])
    answer = click.prompt(
        _("Your choice"), type=choices, default="i", show_choices=False, prompt_suffix=labelled("", "")
    )
    if answer == "d":
        from socialhub.cli.demo_cmd import demo

        context.invoke(demo)
    elif answer == "i":
        from socialhub.cli.config_cmd import init_command

        context.invoke(init_command)
        return setup.config_file.exists()
    return False
