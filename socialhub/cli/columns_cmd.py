"""`socialhub columns`: the columns of an operator (see --as); open consoles follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from socialhub.cli.command import group, json_option
from socialhub.cli.setup import Setup, pass_setup
from socialhub.errors import EXIT_USAGE, UserError
from socialhub.i18n import N_, _

if TYPE_CHECKING:
    from socialhub.store.columns import Column
    from socialhub.store.connection import Connection


@group("columns", help=N_("Your columns in the console: list, add, move, rename, remove."))
def columns() -> None:
    """See `help`."""


@columns.command("list", help=N_("The columns from left to right."))
@json_option
@pass_setup
def list_command(setup: Setup, as_json: bool) -> None:
    """See `help`."""
    from socialhub.cli import output
    from socialhub.store.columns import columns_of

    with setup.reader() as db:
        found = columns_of(db, setup.operator)
    if as_json:
        output.print_json(
            {"place": place, "name": each.name, "query": each.query} for place, each in enumerate(found, start=1)
        )
        return
    headings = [output.Column("", right=True), output.Column(_("name")), output.Column(_("query"), may_shrink=True)]
    output.print_table(headings, [[str(place), each.name, each.query] for place, each in enumerate(found, start=1)])


@columns.command("add", help=N_("A new column at the right end."))
@click.argument("name")
@click.argument("query", nargs=-1, required=True)
@pass_setup
def add(setup: Setup, name: str, query: tuple[str, ...]) -> None:
    """See `help`; several words of the shell are one query."""
    from socialhub.cli.output import say
    from socialhub.query import parse
    from socialhub.store.columns import add_column
    from socialhub.store.searches import resolved

    written = " ".join(query)
    with setup.writer() as writer, writer.transaction(durable=True) as db:
        resolved(db, parse(written))
        added = add_column(db, setup.operator, _name(name), written)
    say(_("The column {name} is added.").format(name=added.name))


@columns.command("move", help=N_("Put a column at a place; 1 is the left end."))
@click.argument("name")
@click.argument("place", type=click.IntRange(1))
@pass_setup
def move(setup: Setup, name: str, place: int) -> None:
    """See `help`."""
    from socialhub.cli.output import say
    from socialhub.store.columns import move_column

    with setup.writer() as writer, writer.transaction(durable=True) as db:
        column = _find(db, setup.operator, name)
        move_column(db, setup.operator, column.number, place - 1)
    say(_("The column {name} is moved.").format(name=column.name))


@columns.command("rename", help=N_("Give a column another name."))
@click.argument("name")
@click.argument("new_name")
@pass_setup
def rename(setup: Setup, name: str, new_name: str) -> None:
    """See `help`."""
    from socialhub.cli.output import say
    from socialhub.store.columns import change_column

    with setup.writer() as writer, writer.transaction(durable=True) as db:
        column = _find(db, setup.operator, name)
        before = change_column(db, setup.operator, column.number, name=_name(new_name), query=column.query)
    if before is None:
        raise UserError(_("There is another column named {name}.").format(name=new_name), "", EXIT_USAGE)
    say(_("{name} is now called {new_name}.").format(name=column.name, new_name=_name(new_name)))


@columns.command("remove", help=N_("Take a column away."))
@click.argument("name")
@pass_setup
def remove(setup: Setup, name: str) -> None:
    """See `help`."""
    from socialhub.cli.output import say
    from socialhub.store.columns import remove_column

    with setup.writer() as writer, writer.transaction(durable=True) as db:
        column = _find(db, setup.operator, name)
        remove_column(db, setup.operator, column.number)
    say(_("The column {name} is closed.").format(name=column.name))


def _name(written: str) -> str:
    from socialhub.cli.output import plain

    if not (name := plain(written).strip()):
        raise UserError(_("A column needs a name."), "", EXIT_USAGE)
    return name


def _find(db: Connection, operator: str, name: str) -> Column:
    """The column of this name; raises UserError with the nearest name."""
    from difflib import get_close_matches

    from socialhub.store.columns import column_named, columns_of

    if (found := column_named(db, operator, name)) is not None:
        return found
    present = columns_of(db, operator)
    close = get_close_matches(name.casefold(), [each.name.casefold() for each in present], n=1)
    near = next((each.name for each in present if close and each.name.casefold() == close[0]), "")
    hint = _("Did you mean {name}?").format(name=near) if near else _("'socialhub columns list'")
    raise UserError(_("There is no column named {name}.").format(name=name), hint, EXIT_USAGE)
