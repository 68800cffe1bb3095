"""`socialhub alerts ack|unack|assign|escalate|resolve|verdict|note`: what people do with alerts, by their numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import click

from socialhub.cli.alert_values import find_alert
from socialhub.cli.command import command, option
from socialhub.cli.output import say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.errors import EXIT_PROBLEMS, UserError
from socialhub.i18n import N_, _
from socialhub.incidents import Alert, Outcome, Verdict

if TYPE_CHECKING:
    from socialhub.store.connection import Connection

Act = Callable[["Connection", int, int], Outcome]
"""An act on an alert (its number) at a moment (ms UTC)."""
_NO_VERDICT: Final = "none"
_VERDICTS: Final = {verdict.replace("_", "-") or _NO_VERDICT: verdict for verdict in Verdict}
_ids = click.argument("numbers", metavar="ID...", nargs=-1, required=True, type=click.IntRange(1))


@command("ack", help=N_("Take alerts: you (see --as) look after them, until a moment."))
@_ids
@option("--for", "span", metavar="TIME", help=N_("How long: '30 min', '2 h' (4 h); then they fire and escalate again."))
@option("--until", metavar="DATE", help=N_("Until this day, or this moment: 2026-11-20, 2026-11-20T18:00."))
@option("--comment", metavar="TEXT", default="", help=N_("What you are doing about it, for the others."))
@option("--take-over", is_flag=True, help=N_("Also what somebody else has taken."))
@pass_setup
def ack(
    setup: Setup, numbers: tuple[int, ...], span: str | None, until: str | None, comment: str, take_over: bool
) -> None:
    """See `help`."""
    from socialhub.cli.durations import end_in
    from socialhub.store import alert_life

    end = end_in(setup, span, until)

    def take(db: Connection, number: int, now: int) -> Outcome:
        return alert_life.acknowledge(db, number, setup.operator, now, until=end, comment=comment, take_over=take_over)

    _change(setup, numbers, take, said=lambda alert: _yours(alert, setup))


def _yours(alert: Alert, setup: Setup) -> str:
    from socialhub.ages import moment_text

    end = moment_text(alert.taken_until or 0, setup.clock.now(), setup.zone)
    return _("Alert {id}: yours until {time}.").format(id=alert.id, time=end)


@command("unack", help=N_("Give alerts back: they fire again, and escalate from the beginning."))
@_ids
@pass_setup
def unack(setup: Setup, numbers: tuple[int, ...]) -> None:
    """See `help`."""
    from socialhub.store import alert_life

    _change(setup, numbers, lambda db, number, now: alert_life.unacknowledge(db, number, setup.operator, now))


@command(
    "assign", help=N_("Give alerts to somebody who works on them; what somebody else has is left without --force.")
)
@_ids
@option("--to", "to", metavar="NAME", help=N_("Who looks after them from now on; without it, you (see --as)."))
@option("--nobody", is_flag=True, help=N_("Give them back."))
@option("--force", is_flag=True, help=N_("Also what somebody else has."))
@pass_setup
def assign(setup: Setup, numbers: tuple[int, ...], to: str | None, nobody: bool, force: bool) -> None:
    """See `help`."""
    from socialhub.store import alert_life
    from socialhub.store.work import operator_named

    if nobody and to is not None:
        raise click.UsageError(_("Either --to or --nobody."))
    name = "" if nobody else operator_named(to if to is not None else setup.operator)
    if not name and not nobody:
        raise click.BadParameter(_("This is no name."), param_hint="--to")
    _change(
        setup, numbers, lambda db, number, now: alert_life.assign(db, number, name, setup.operator, now, force=force)
    )


@command("escalate", help=N_("Call for help: the next step of their escalation comes at once."))
@_ids
@option("--comment", metavar="TEXT", default="", help=N_("What you need."))
@pass_setup
def escalate(setup: Setup, numbers: tuple[int, ...], comment: str) -> None:
    """See `help`; refused where the config has no chain for one, since nobody would be told."""
    from socialhub.cli.duty_words import next_targets
    from socialhub.config.duty import duty_of
    from socialhub.store import alert_life

    duty, now = duty_of(setup.load_config()), setup.clock.now()
    with setup.reader() as db:
        told = {number: next_targets(db, find_alert(db, number), duty, now) for number in numbers}
    if chainless := [number for number, targets in told.items() if targets is None]:
        raise UserError(
            _("No chain of escalation is for alert {id}.").format(id=chainless[0]),
            _("[[escalations]] in the config says who is told, see docs/configuration.md."),
            EXIT_PROBLEMS,
        )
    _change(
        setup,
        numbers,
        lambda db, number, now: alert_life.ask_escalation(db, number, setup.operator, now, comment),
        said=lambda alert: _("Alert {id}: within a minute {names} will be told.").format(
            id=alert.id, names=", ".join(told[alert.id] or ()) or _("nobody (nobody is on call)")
        ),
    )


@command("resolve", help=N_("Close alerts: they are over. A verdict says what they were."))
@_ids
@option("--verdict", type=click.Choice([word for word in _VERDICTS if word != _NO_VERDICT]), help=N_("What they were."))
@option("--comment", metavar="TEXT", default="", help=N_("Why, for the others."))
@pass_setup
def resolve(setup: Setup, numbers: tuple[int, ...], verdict: str | None, comment: str) -> None:
    """See `help`."""
    from socialhub.store import alert_life

    judged = Verdict.NONE if verdict is None else _VERDICTS[verdict]
    _change(
        setup,
        numbers,
        lambda db, number, now: alert_life.resolve(db, number, setup.operator, now, verdict=judged, comment=comment),
    )


@command("verdict", help=N_("Say what alerts were: real, false, not-actionable; none takes it back."))
@click.argument("verdict", type=click.Choice(list(_VERDICTS)))
@_ids
@pass_setup
def verdict_command(setup: Setup, verdict: str, numbers: tuple[int, ...]) -> None:
    """See `help`."""
    from socialhub.alerts.wording import verdict_word
    from socialhub.store import alert_life

    judged = _VERDICTS[verdict]
    _change(
        setup,
        numbers,
        lambda db, number, now: alert_life.judge(db, number, judged, setup.operator, now),
        said=lambda alert: _("Alert {id}: {state}.").format(
            id=alert.id, state=verdict_word(alert.verdict) or _("no verdict any more")
        ),
    )


@command("note", help=N_("Write a note into the life of alerts."))
@click.argument("text")
@_ids
@pass_setup
def note(setup: Setup, text: str, numbers: tuple[int, ...]) -> None:
    """See `help`."""
    from socialhub.store import alert_life

    _change(
        setup,
        numbers,
        lambda db, number, now: alert_life.note(db, number, text, setup.operator, now),
        said=lambda alert: _("Alert {id}: noted.").format(id=alert.id),
    )


ACT_COMMANDS: Final = (ack, unack, assign, escalate, resolve, verdict_command, note)


def _change(setup: Setup, numbers: Sequence[int], act: Act, said: Callable[[Alert], str] | None = None) -> None:
    """Act on each alert and say how it stands then (or what `said` says of one that was changed); a problem when one
    was not in a state for it.
    """
    from socialhub.alerts.wording import refusal, state_words

    now = setup.clock.now()
    with setup.writer() as writer:
        for number in numbers:
            find_alert(writer.db, number)
        with writer.transaction(durable=True) as db:
            outcomes = {number: act(db, number, now) for number in numbers}
        stand = {number: find_alert(writer.db, number) for number in numbers}
    for number, alert in stand.items():
        if not outcomes[number]:
            why = refusal(outcomes[number], alert)
            say(_("Alert {id} stays as it is: {why}").format(id=number, why=why))
        elif said is not None:
            say(said(alert))
        else:
            say(_("Alert {id}: {state}.").format(id=number, state=state_words(alert, now, setup.zone)))
    if not all(outcomes.values()):
        click.get_current_context().exit(EXIT_PROBLEMS)
