"""`socialhub alerts`: list, show, ack, unack, resolve."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from socialhub.ages import age, moment_text
from socialhub.alerts.wording import alert_lines, fact_lines, refusal, severity_word, state_words, step_line
from socialhub.cli.command import group, json_option, option
from socialhub.cli.output import Column, print_json, print_table, print_text, say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.cli.view import moment
from socialhub.errors import EXIT_PROBLEMS, UserError
from socialhub.i18n import N_, _
from socialhub.incidents import Alert, Outcome, Severity

if TYPE_CHECKING:
    from socialhub.store.connection import Connection

STYLES = {Severity.CRISIS: "red bold", Severity.WARNING: "yellow bold", Severity.NOTICE: "cyan"}
Change = Callable[["Connection", int, str, int], Outcome]


@group("alerts", help=N_("The alert queue: list, show, ack, unack, resolve."))
def alerts() -> None:
    """See `help`."""


@alerts.command("list", help=N_("Open alerts, worst first."))
@option("--all", "with_resolved", is_flag=True, help=N_("The resolved ones too."))
@option("--limit", type=click.IntRange(1), default=200, help=N_("At most so many alerts (200)."))
@json_option
@pass_setup
def list_command(setup: Setup, with_resolved: bool, limit: int, as_json: bool) -> None:
    """See `help`."""
    from socialhub.store.alerts import alert_rows

    now = setup.clock.now()
    with setup.reader() as db:
        rows = alert_rows(db, limit=limit, resolved=with_resolved)
    if as_json:
        print_json(alert_values(alert, now) for alert in rows)
        return
    columns = [Column(_("id"), right=True), Column(_("severity")), Column(_("since"), right=True)]
    columns += [Column(_("alert"), may_shrink=True), Column(_("state"))]
    print_table(columns, [_row(alert, now, setup) for alert in rows])
    if not rows:
        say(_("No open alert."))


def _row(alert: Alert, now: int, setup: Setup) -> list[str | Text]:
    title, _detail = alert_lines(alert, now, setup.zone)
    return [
        str(alert.id),
        Text(severity_word(alert.severity), STYLES[alert.severity]),
        age((alert.ended or now) - alert.started),
        title,
        state_words(alert, now, setup.zone),
    ]


def alert_values(alert: Alert, now: int) -> dict[str, Any]:
    """An alert for JSON."""
    title, detail = alert_lines(alert, now)
    return {
        "id": alert.id,
        "kind": alert.kind,
        "subject": alert.subject,
        "severity": alert.severity.name.lower(),
        "state": alert.state,
        "started": moment(alert.started),
        "updated": moment(alert.updated),
        "ended": moment(alert.ended),
        "taken_by": alert.taken_by or None,
        "taken_at": moment(alert.taken_at),
        "title": title,
        "detail": detail,
        "facts": alert.facts,
    }


@alerts.command("show", help=N_("One alert: its numbers, and its life step by step."))
@click.argument("number", metavar="ID", type=click.IntRange(1))
@json_option
@pass_setup
def show(setup: Setup, number: int, as_json: bool) -> None:
    """See `help`."""
    from socialhub.store.alerts import events_of

    now = setup.clock.now()
    with setup.reader() as db:
        alert = _find(db, number)
        steps = events_of(db, number)
    if as_json:
        life = [
            {"at": moment(step.at), "action": step.action, "operator": step.operator, "detail": step.detail}
            for step in steps
        ]
        print_json([alert_values(alert, now) | {"life": life}])
        return
    title, detail = alert_lines(alert, now, setup.zone)
    text = Text.assemble((f"{severity_word(alert.severity)} ", STYLES[alert.severity]), (title, "bold"))
    lines = [detail, state_words(alert, now, setup.zone), "", *fact_lines(alert, now, setup.zone), ""]
    lines += [f"{moment_text(s.at, now, setup.zone)}  {step_line(s, now, setup.zone)}" for s in steps]
    for line in lines:
        text.append(f"\n{line}")
    print_text(text)


def _find(db: Connection, number: int) -> Alert:
    from socialhub.store.alerts import alert_by_id

    alert = alert_by_id(db, number)
    if alert is None:
        raise UserError(_("There is no alert {id}.").format(id=number), _("'socialhub alerts list --all'"))
    return alert


@alerts.command("ack", help=N_("Take alerts: you (see --as) look after them."))
@click.argument("numbers", metavar="ID...", nargs=-1, required=True, type=click.IntRange(1))
@pass_setup
@click.pass_context
def ack(context: click.Context, setup: Setup, numbers: tuple[int, ...]) -> None:
    """See `help`."""
    from socialhub.store.alert_life import acknowledge

    _change(context, setup, numbers, acknowledge)


@alerts.command("unack", help=N_("Give alerts back: they fire again."))
@click.argument("numbers", metavar="ID...", nargs=-1, required=True, type=click.IntRange(1))
@pass_setup
@click.pass_context
def unack(context: click.Context, setup: Setup, numbers: tuple[int, ...]) -> None:
    """See `help`."""
    from socialhub.store.alert_life import unacknowledge

    _change(context, setup, numbers, unacknowledge)


@alerts.command("resolve", help=N_("Close alerts: they are over."))
@click.argument("numbers", metavar="ID...", nargs=-1, required=True, type=click.IntRange(1))
@pass_setup
@click.pass_context
def resolve(context: click.Context, setup: Setup, numbers: tuple[int, ...]) -> None:
    """See `help`."""
    from socialhub.store.alert_life import resolve as close

    _change(context, setup, numbers, close)


def _change(context: click.Context, setup: Setup, numbers: tuple[int, ...], change: Change) -> None:
    """Change each alert and say how it stands then; a problem when one was not in a state for it."""
    now, refused = setup.clock.now(), False
    with setup.writer() as writer:
        for number in numbers:
            _find(writer.db, number)
        with writer.transaction(durable=True) as db:
            changed = {number: change(db, number, setup.operator, now) for number in numbers}
        stand = {number: _find(writer.db, number) for number in numbers}
    for number, alert in stand.items():
        words = state_words(alert, now, setup.zone)
        if changed[number]:
            say(_("Alert {id}: {state}.").format(id=number, state=words))
        else:
            refused = True
            why = refusal(changed[number], alert)
            say(_("Alert {id} stays as it is: {why}").format(id=number, why=why))
    if refused:
        context.exit(EXIT_PROBLEMS)
