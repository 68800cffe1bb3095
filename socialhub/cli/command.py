"""How our commands are made: imported on use, worded in the interface language. Holds no command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final, TypeAlias

import click
from click.shell_completion import CompletionItem

from socialhub.i18n import N_, _, labelled

Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]


class _Formatter(click.HelpFormatter):
    """Headings with the colon of the language."""

    def write_heading(self, heading: str) -> None:
        """One heading on its line."""
        super().write_heading(labelled(heading, "").rstrip().removesuffix(":"))


class _Context(click.Context):
    formatter_class = _Formatter


class _Option(click.Option):
    """An option whose help is worded when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        marked = self.help
        self.help = _(marked) if marked else marked
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = marked


class _Worded(click.Command):
    """Help in the interface language: `help` holds the English message."""

    context_class = _Context

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.help:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(_(self.help))

    def get_short_help_str(self, limit: int = 45) -> str:
        return _(self.help).splitlines()[0].rstrip(".") if self.help else ""


class Command(_Worded):
    """One command."""


class Group(_Worded, click.Group):
    """Commands about one noun."""

    command_class = Command


class LazyGroup(Group):
    """A group whose commands are imported when they are used: name -> ("module:attribute", one line of help).

    The line is also written in the command itself; a test holds both together.
    """

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy: Final = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the table, which is that of use."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.lazy:
            return None
        module, attribute = self.lazy[cmd_name][0].split(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As usual; an unknown command gets a suggestion from the table."""
        if args[0] not in self.lazy and not args[0].startswith("-") and not ctx.resilient_parsing:
            from socialhub.config.problems import nearest

            refusal = _("No such command {name!r}.").format(name=args[0])
            meant = nearest(args[0], self.lazy)
            told = _("(did you mean {suggestion}?)").format(suggestion=meant) if meant else ""
            raise click.UsageError(f"{refusal} {told}".rstrip(), ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands from the table alone, so that a shell need not wait for imports; then the options."""
        names = [(name, _(words)) for name, (_where, words) in self.lazy.items() if name.startswith(incomplete)]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*(CompletionItem(name, help=words) for name, words in names), *options]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table alone: nothing is imported."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(words)) for name, (_where, words) in self.lazy.items()])


def command(name: str, *, help: str, **options: Any) -> Callable[[Callable[..., Any]], Command]:  # noqa: A002
    """A command whose `help` is a marked message."""
    return click.command(name, cls=Command, help=help, **options)


def group(name: str, *, help: str) -> Callable[[Callable[..., Any]], Group]:  # noqa: A002
    """A group of commands whose `help` is a marked message."""
    return click.group(name, cls=Group, help=help)


def option(*names: str, **settings: Any) -> Decorator:
    """An option whose `help` is a marked message."""
    return click.option(*names, cls=_Option, **settings)


json_option: Final[Decorator] = option("--json", "as_json", is_flag=True, help=N_("One object a line, as JSON."))
