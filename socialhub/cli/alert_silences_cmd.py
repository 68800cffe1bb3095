"""`socialhub alerts silence|silences|unsilence|extend`: what nobody is told of for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from socialhub.cli.alert_values import find_alert, silence_values
from socialhub.cli.command import command, json_option, option
from socialhub.cli.output import Column, print_json, print_table, say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.errors import EXIT_PROBLEMS, UserError
from socialhub.i18n import N_, _, ngettext, number
from socialhub.incidents import Silence

if TYPE_CHECKING:
    from socialhub.store.connection import Connection

_for = option("--for", "span", metavar="TIME", help=N_("How long: '2 h', '7 d'."))
_until = option("--until", metavar="DATE", help=N_("Until this day, or this moment: 2026-11-20, 2026-11-20T18:00."))


@command("silence", help=N_("Hide the alerts that a query matches, until its end; nobody is told of them."))
@click.argument("query", nargs=-1)
@option(
    "--like", "like", metavar="ID", type=click.IntRange(1), help=N_("Alerts like this one, in the place of a query.")
)
@_for
@_until
@option("--reason", metavar="TEXT", required=True, help=N_("Why, for the others."))
@json_option
@pass_setup
def silence_command(
    setup: Setup,
    query: tuple[str, ...],
    like: int | None,
    span: str | None,
    until: str | None,
    reason: str,
    as_json: bool,
) -> None:
    """See `help`; several words of the shell are one query."""
    from socialhub.alerts.silencing import query_like, silence

    if bool(query) == (like is not None):
        raise click.UsageError(_("Either a query, or --like an alert."))
    ends = _end(setup, span, until)
    now = setup.clock.now()
    with setup.writer() as writer, writer.transaction(durable=True) as db:
        asked = " ".join(query) if like is None else query_like(db, find_alert(db, like))
        made = silence(db, asked, reason=reason, operator=setup.operator, now=now, ends=ends)
    if as_json:
        print_json([silence_values(made, now)])
    say(f"{made.id}: {made.query} · {_end_words(made, now, setup)}")
    say(_hides(made.hidden))


@command("silences", help=N_("The silences in force, with how many alerts each hid."))
@option("--all", "with_over", is_flag=True, help=N_("Those that are over, too."))
@json_option
@pass_setup
def silences(setup: Setup, with_over: bool, as_json: bool) -> None:
    """See `help`."""
    from socialhub.store.silences import silence_rows

    now = setup.clock.now()
    with setup.reader() as db:
        rows = [each for each in silence_rows(db) if with_over or each.in_force(now)]
    if as_json:
        print_json(silence_values(each, now) for each in rows)
        return
    columns = [Column(_("id"), right=True), Column(_("query"), may_shrink=True), Column(_("hid"), right=True)]
    columns += [Column(_("by")), Column(_("ends")), Column(_("why"), may_shrink=True)]
    print_table(
        columns,
        [
            [str(each.id), each.query, number(each.hidden), each.operator, _end_words(each, now, setup), each.reason]
            for each in rows
        ],
    )
    if not rows:
        say(_("Nothing is silenced."))


@command("unsilence", help=N_("End silences: what they hide is heard again."))
@click.argument("numbers", metavar="ID...", nargs=-1, required=True, type=click.IntRange(1))
@pass_setup
def unsilence(setup: Setup, numbers: tuple[int, ...]) -> None:
    """See `help`."""
    from socialhub.alerts.silencing import end

    now = setup.clock.now()
    with setup.writer() as writer:
        found = [_find(writer.db, each) for each in numbers]
        with writer.transaction(durable=True) as db:
            ended = {each.id: end(db, each.id, setup.operator, now) for each in found}
    for each in found:
        words = _("Ended: {query}") if ended[each.id] else _("This silence is over already: {query}")
        say(words.format(query=each.query))
    if not all(ended.values()):
        click.get_current_context().exit(EXIT_PROBLEMS)


@command("extend", help=N_("Let a silence end at another moment, counted from now."))
@click.argument("number_", metavar="ID", type=click.IntRange(1))
@_for
@_until
@pass_setup
def extend_command(setup: Setup, number_: int, span: str | None, until: str | None) -> None:
    """See `help`."""
    from socialhub.alerts.silencing import extend

    ends, now = _end(setup, span, until), setup.clock.now()
    with setup.writer() as writer:
        _find(writer.db, number_)
        with writer.transaction(durable=True) as db:
            done = extend(db, number_, ends, now)
        after = _find(writer.db, number_)
    if not done:
        say(_("This silence is over already: {query}").format(query=after.query))
        click.get_current_context().exit(EXIT_PROBLEMS)
    say(f"{after.id}: {after.query} · {_end_words(after, now, setup)}")


SILENCE_COMMANDS: Final = (silence_command, silences, unsilence, extend_command)


def _end(setup: Setup, span: str | None, until: str | None) -> int:
    from socialhub.cli.durations import end_in

    ends = end_in(setup, span, until)
    if ends is None:
        raise click.UsageError(_("A silence needs an end: --for or --until."))
    return ends


def _find(db: Connection, number_: int) -> Silence:
    from socialhub.store.silences import silence_by_number

    found = silence_by_number(db, number_)
    if found is None:
        raise UserError(_("There is no silence {id}.").format(id=number_), _("'socialhub alerts silences --all'"))
    return found


def _end_words(silence: Silence, now: int, setup: Setup) -> str:
    """When it ends, or ended."""
    from socialhub.ages import moment_text
    from socialhub.work_words import until_words

    if silence.ended is not None:
        time = moment_text(silence.ended, now, setup.zone)
        return _("ended {time} by {name}").format(time=time, name=silence.ended_by)
    if silence.ends <= now:
        return _("ended {time}").format(time=moment_text(silence.ends, now, setup.zone))
    return until_words(silence.ends, now, setup.zone)


def _hides(count: int) -> str:
    return ngettext("It hides {count} open alert.", "It hides {count} open alerts.", count).format(count=number(count))
