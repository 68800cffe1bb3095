"""The root command: options before the command, the table of commands, `run` when no command is named."""

from __future__ import annotations

import gettext
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from socialhub.cli.command import LazyGroup, option
from socialhub.cli.failures import guarded, leave_quietly
from socialhub.cli.setup import Setup
from socialhub.i18n import LANGUAGES, LOCALE_DIR, N_, language, language_from_env, set_language

_HERE: Final = "socialhub.cli"
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "run": (f"{_HERE}.run_cmd:run", N_("Open the console; it starts a collector unless one runs.")),
    "demo": (
        f"{_HERE}.demo_cmd:demo",
        N_("The console on a played scenario: no network, no account, nothing left behind."),
    ),
    "pane": (f"{_HERE}.run_cmd:pane", N_("One pane full screen, beside any number of others on the same cache.")),
    "wall": (f"{_HERE}.wall_cmd:wall", N_("A tiled tmux session of panes, as [wall] of the config lays it out.")),
    "replay": (
        f"{_HERE}.replay_cmd:replay",
        N_("Play a file of mentions through the room, at its own pace or N times as fast."),
    ),
    "collect": (f"{_HERE}.collect_cmd:collect", N_("Collect without a screen: for systemd, tmux, nohup.")),
    "status": (f"{_HERE}.status_cmd:status", N_("Sources, age of the data, coverage, counts, who collects.")),
    "search": (f"{_HERE}.search_cmd:search", N_("Stored mentions that match a query, newest first.")),
    "mentions": (
        f"{_HERE}.mentions_cmd:mentions",
        N_("The stored mentions: list, show, assign, tag, note, state, mute, label, split."),
    ),
    "columns": (f"{_HERE}.columns_cmd:columns", N_("Your columns in the console: list, add, move, rename, remove.")),
    "topics": (f"{_HERE}.topics_cmd:topics", N_("The topics: list, test a query, add, edit, match the past again.")),
    "signs": (
        f"{_HERE}.signs_cmd:signs",
        N_("Signs of inauthenticity, with their reasons: of an author, a story, a topic. Never a verdict."),
    ),
    "authors": (
        f"{_HERE}.authors_cmd:authors",
        N_("Whoever was heard: role and why, reach, influence on each topic; correct a role."),
    ),
    "people": (
        f"{_HERE}.people_cmd:people",
        N_("The watchlists: who spoke, one person whole, what they talk about."),
    ),
    "share": (
        f"{_HERE}.share_cmd:share",
        N_("Share of voice: the brand and its competitors beside each other, and the period before."),
    ),
    "metrics": (
        f"{_HERE}.metrics_cmd:metrics",
        N_("Business figures beside the mentions: list, show one over time, forget one."),
    ),
    "alerts": (f"{_HERE}.alerts_cmd:alerts", N_("The alert queue: who has what, silences, verdicts, who is on call.")),
    "crisis": (
        f"{_HERE}.crisis_cmd:crisis",
        N_("A topic in a crisis: what feeds it is asked more often. on, off, list."),
    ),
    "mutes": (f"{_HERE}.mutes_cmd:mutes", N_("What is hidden from lists, until when: list, add, lift, show.")),
    "sources": (f"{_HERE}.sources_cmd:sources", N_("The sources: list, show, check, poll, pause, resume.")),
    "import": (
        f"{_HERE}.import_cmd:import_files",
        N_("Files of mentions (JSON Lines or CSV, .gz or not) into the cache."),
    ),
    "export": (
        f"{_HERE}.export_cmd:export",
        N_("Stored mentions, oldest arrival first, as 'socialhub import --restore' reads them back."),
    ),
    "backup": (f"{_HERE}.backup_cmd:backup", N_("A verified copy of the cache, also while it is collected into.")),
    "restore": (
        f"{_HERE}.backup_cmd:restore",
        N_("Put a backup in the place of the cache; the present one is kept beside it."),
    ),
    "privacy": (f"{_HERE}.privacy_cmd:privacy", N_("Erase what is too old, or what one person wrote.")),
    "analyse": (
        f"{_HERE}.analyse_cmd:analyse",
        N_("Language and tone of texts: a text a line on stdin, an object a line on stdout."),
    ),
    "detect": (
        f"{_HERE}.detect_cmd:detect",
        N_('Bursts in a series: "timestamp,value" a line on stdin, a score in [0,1] a line on stdout.'),
    ),
    "sentiment": (
        f"{_HERE}.sentiment_cmd:sentiment",
        N_("What judges the tones and how many by which; adapt it; judge the past anew."),
    ),
    "doctor": (
        f"{_HERE}.doctor_cmd:doctor",
        N_("Examine terminal, clock, disk, cache, config and network; each line says what to do."),
    ),
    "config": (f"{_HERE}.config_cmd:config_group", N_("Check, write or show the configuration.")),
}
DEFAULT: Final = "run"
_WITH_VALUE: Final = ("--config", "--cache", "--as", "--language")
_FLAGS: Final = ("--debug",)
_END_BY_THEMSELVES: Final = ("-h", "--help", "--version", "--install-completion")


class RootGroup(LazyGroup):
    """Fixes the language first, tells failures in a sentence, and takes `run` for granted."""

    def main(  # type: ignore[override]  # it never returns, whatever the mode
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        """Run and leave with the exit code."""
        given = list(sys.argv[1:] if args is None else args)
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        fix_language(given)
        extra.pop("standalone_mode", None)
        run = super().main
        sys.exit(guarded(lambda: run(given, prog_name, standalone_mode=False, **extra), debug="--debug" in given))

    def invoke(self, ctx: click.Context) -> Any:
        """As usual; whoever closes the pipe we write to wants no more of us (click would end with 1)."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise click.exceptions.Exit(leave_quietly()) from None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As usual, once the command is named; a shell that completes a command has none to name yet."""
        named = with_default_command(args)
        return super().parse_args(ctx, args if ctx.resilient_parsing and named[-1:] == [DEFAULT] else named)


def with_default_command(args: list[str]) -> list[str]:
    """`socialhub --remote --as Léa` means `socialhub --as Léa run --remote`."""
    before: list[str] = []
    after: list[str] = []
    rest = iter(args)
    for argument in rest:
        name = argument.partition("=")[0]
        if name in _END_BY_THEMSELVES:
            return args
        if name in _WITH_VALUE:
            before += [argument] if "=" in argument else [argument, *[value for value in [next(rest, None)] if value]]
        elif name in _FLAGS:
            before.append(argument)
        elif argument.startswith("-") and argument != "-":
            after.append(argument)
        elif after or argument != DEFAULT:
            return args
    return [*before, DEFAULT, *after]


def fix_language(args: Sequence[str]) -> None:
    """Set the interface language before anything is worded: --language, the config's, the locale's."""
    chosen = _option_value(args, "--language") or _configured_language(args)
    set_language(chosen if chosen in LANGUAGES else language_from_env())
    # click words its own messages by the process's default domain and these variables: they become ours.
    os.environ["LANGUAGE"] = language()
    gettext.bindtextdomain("socialhub", LOCALE_DIR)
    gettext.textdomain("socialhub")


def _option_value(args: Sequence[str], name: str) -> str:
    """The value of an option before the command; "" when it is not given there."""
    rest = iter(args)
    for argument in rest:
        option_name, equals, value = argument.partition("=")
        if option_name == name:
            return value if equals else next(rest, "")
        if option_name in _WITH_VALUE and not equals:
            next(rest, None)
        elif not argument.startswith("-"):
            break
    return ""


def _configured_language(args: Sequence[str]) -> str:
    """hub.language of the config; whatever is wrong with the file is told later, by the command that needs it."""
    import tomllib

    from socialhub.config.paths import default_config_path

    named = _option_value(args, "--config")
    path = Path(named) if named else default_config_path()
    try:
        hub = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("hub")
    except (OSError, ValueError, RecursionError):
        return ""
    return str(hub.get("language", "")) if isinstance(hub, dict) else ""


def _print_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        from socialhub import __version__

        click.echo(f"socialhub {__version__}")
        ctx.exit()


def _install_completion(ctx: click.Context, _parameter: click.Parameter, shell: str | None) -> None:
    if shell is not None:
        from socialhub.cli.completion import install

        click.echo(install(ctx.command, "" if shell == "auto" else shell), err=True)
        ctx.exit()


@click.group(
    "socialhub",
    cls=RootGroup,
    lazy=COMMANDS,
    help=N_("A social room in the terminal: what is said about a brand, live, and an early word when it goes wrong."),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@option("--config", "config_path", type=click.Path(path_type=Path), help=N_("The config file."))
@option("--cache", "cache_path", type=click.Path(path_type=Path), help=N_("The cache file."))
@option(
    "--as",
    "as_name",
    metavar="NAME",
    default="",
    help=N_("Who is at the keyboard (else SOCIALHUB_USER, else the login)."),
)
@option("--language", type=click.Choice(LANGUAGES), expose_value=False, help=N_("Language of the interface."))
@option("--debug", is_flag=True, help=N_("Tell the technical cause of a failure; log more."))
@option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version, help=N_("Its version."))
@option(
    "--install-completion",
    metavar="[bash|zsh|fish]",
    is_flag=False,
    flag_value="auto",
    expose_value=False,
    is_eager=True,
    callback=_install_completion,
    help=N_("Let the shell complete commands and options."),
)
@click.pass_context
def root(context: click.Context, config_path: Path | None, cache_path: Path | None, as_name: str, debug: bool) -> None:
    """See `help`; the language was fixed before anything was worded."""
    context.obj = Setup(config_path, cache_path, debug, as_name)
