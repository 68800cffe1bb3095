"""`socialhub sources`: list, show, check, poll, pause, resume."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from socialhub.cli.command import group, json_option, option
from socialhub.cli.output import print_json, say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.errors import EXIT_PROBLEMS, EXIT_USAGE, UserError
from socialhub.i18n import N_, _

if TYPE_CHECKING:
    from socialhub.model import SourceRow
    from socialhub.store.connection import Connection


@group("sources", help=N_("The sources: list, show, check, poll, pause, resume."))
def sources() -> None:
    """See `help`."""


@sources.command("list", help=N_("All sources: health, age of the data, last error, next poll."))
@json_option
@pass_setup
def list_command(setup: Setup, as_json: bool) -> None:
    """See `help`."""
    from socialhub.cli.source_day import last_day
    from socialhub.cli.status_cmd import print_sources
    from socialhub.cli.view import covered_share, health_by_source, source_values
    from socialhub.clock import DAY
    from socialhub.store.budgets import read_meters
    from socialhub.store.collectors import latest
    from socialhub.store.sources import source_rows

    with setup.reader() as db:
        if not as_json:
            print_sources(db, setup)
            return
        now = setup.clock.now()
        rows = source_rows(db)
        health = health_by_source(rows, latest(db), setup.clock)
        shares = covered_share(db, now - DAY, now)
        meters = read_meters(db, now)
        heard = last_day(db, rows, now)
        print_json(
            source_values(
                row,
                health[row.number],
                now,
                shares.get(row.number),
                meters.get(row.number, ()),
                heard[row.number],
            )
            for row in rows
        )


@sources.command("show", help=N_("One source in full: its last day, and what it exchanged last, without secrets."))
@click.argument("name")
@json_option
@pass_setup
def show(setup: Setup, name: str, as_json: bool) -> None:
    """See `help`."""
    from socialhub.cli.source_show import show_source

    with setup.reader() as db:
        show_source(db, setup, find_source(db, name), as_json=as_json)


def find_source(db: Connection, name: str, *, configured_only: bool = True) -> SourceRow:
    """The row of a source; raises UserError naming the nearest one."""
    from difflib import get_close_matches

    from socialhub.store.sources import source_rows

    rows = {row.name.casefold(): row for row in source_rows(db, configured_only=configured_only)}
    if row := rows.get(name.casefold()):
        return row
    close = get_close_matches(name.casefold(), rows, n=1)
    hint = _("Did you mean {name}?").format(name=rows[close[0]].name) if close else _("'socialhub sources list'")
    raise UserError(_("There is no source named {name}.").format(name=name), hint, EXIT_USAGE)


@sources.command("poll", help=N_("Have the collector ask these sources as soon as their servers allow."))
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@pass_setup
@click.pass_context
def poll(context: click.Context, setup: Setup, names: tuple[str, ...]) -> None:
    """See `help`."""
    from socialhub.cli.view import collector_is_alive
    from socialhub.store.collectors import latest
    from socialhub.store.sources import request_poll

    with setup.writer() as writer:
        rows = [find_source(writer.db, name) for name in names]
        with writer.transaction(durable=True) as db:
            for row in rows:
                request_poll(db, row.number, setup.clock.now())
        alive = collector_is_alive(latest(writer.db), setup.clock)
    for row in rows:
        say(_("{name} is asked as soon as its server allows.").format(name=row.name))
    if not alive:
        say(_("But nobody collects: start 'socialhub' or 'socialhub collect'."))
        context.exit(EXIT_PROBLEMS)


@sources.command("pause", help=N_("Do not ask these sources until further notice, or for some time."))
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@option("--for", "length", metavar="TIME", help=N_("How long: '2 h', '3 d'."))
@pass_setup
def pause(setup: Setup, names: tuple[str, ...], length: str | None) -> None:
    """See `help`."""
    from socialhub.ages import moment_text
    from socialhub.cli.durations import span_of
    from socialhub.store import sources as store

    now = setup.clock.now()
    until = None if length is None else now + span_of(length, "--for")
    with setup.writer() as writer:
        rows = [find_source(writer.db, name) for name in names]
        with writer.transaction(durable=True) as db:
            for row in rows:
                store.pause(db, row.number, now, until)
    for row in rows:
        if until is None:
            say(_("{name} is paused until 'socialhub sources resume'.").format(name=row.name))
        else:
            say(_("{name} is paused until {time}.").format(name=row.name, time=moment_text(until, now, setup.zone)))


@sources.command("resume", help=N_("End a pause or a stop: the sources are asked again at once."))
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@pass_setup
def resume(setup: Setup, names: tuple[str, ...]) -> None:
    """See `help`."""
    from socialhub.store import sources as store

    with setup.writer() as writer:
        rows = [find_source(writer.db, name) for name in names]
        with writer.transaction(durable=True) as db:
            for row in rows:
                store.resume(db, row.number, setup.clock.now())
    for row in rows:
        say(_("{name} is asked again.").format(name=row.name))


@sources.command("check", help=N_("Ask a source once, store nothing, and say what it would give."))
@click.argument("name")
@option("--listen", default="10 s", metavar="TIME", help=N_("How long to listen to a stream (10 s)."))
@option("--contract", is_flag=True, help=N_("Try what every source promises: asks it up to four times."))
@json_option
@pass_setup
@click.pass_context
def check(context: click.Context, setup: Setup, name: str, listen: str, contract: bool, as_json: bool) -> None:
    """See `help`."""
    from socialhub.cli.durations import span_of
    from socialhub.cli.source_check import ask_once, print_answer

    if contract:
        _check_contract(context, setup, name, span_of(listen, "--listen") / 1000, as_json=as_json)
        return
    answer = ask_once(setup, name, span_of(listen, "--listen") / 1000)
    if as_json:
        print_json([answer.values()])
    else:
        print_answer(answer, setup)
    if answer.reason is not None:
        context.exit(EXIT_PROBLEMS)


def _check_contract(context: click.Context, setup: Setup, name: str, listen_seconds: float, *, as_json: bool) -> None:
    from socialhub.cli.source_contract import contract_of, contract_values, print_contract

    findings = contract_of(setup, name, listen_seconds)
    if as_json:
        print_json(contract_values(each) for each in findings)
    else:
        print_contract(findings)
    if any(each.kept is False for each in findings):
        context.exit(EXIT_PROBLEMS)
