"""`socialhub alerts test-notify` and `messages`: whether a target can be reached, and what was sent to whom."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING, Any, Final

import click
from rich.text import Text

from socialhub.ages import moment_text
from socialhub.alerts.wording import severity_word
from socialhub.cli.command import command, json_option, option
from socialhub.cli.output import Column, print_json, print_table, say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.cli.view import moment
from socialhub.errors import EXIT_PROBLEMS, EXIT_USAGE, Reason, SourceError, UserError
from socialhub.i18n import N_, _, labelled

if TYPE_CHECKING:
    from socialhub.alerts.messenger import Delivery
    from socialhub.config import Config
    from socialhub.incidents import Notification
    from socialhub.targets import Target

STATES: Final = {
    "waiting": N_("waits"),
    "sending": N_("is being sent"),
    "sent": N_("sent"),
    "failed": N_("given up"),
}
STYLES: Final = {"sent": "green", "failed": "red bold", "waiting": "yellow"}


@command("test-notify", help=N_("Send a trial to a [[notify]] target (to all of them), and say what came of it."))
@click.argument("name", metavar="[NAME]", required=False)
@pass_setup
@click.pass_context
def test_notify(context: click.Context, setup: Setup, name: str | None) -> None:
    """See `help`."""
    from socialhub.config.notify import targets_of

    config = setup.load_config(check_queries=False)
    targets = targets_of(config.notify)
    chosen = targets if name is None else (_named(targets, name),)
    if not chosen:
        raise UserError(
            _("The config has no [[notify]] table: nobody is told of alerts but in the console."),
            _("docs/notifications.md shows one."),
        )
    deliveries = asyncio.run(_send_all(config, chosen))
    for target, delivery in zip(chosen, deliveries, strict=True):
        taken = _("the trial was taken; see whether it has arrived")
        say(labelled(target.name, taken if delivery.reason is None else delivery.reason.sentence()) + ".")
    _note_reached(setup, [each.name for each, delivery in zip(chosen, deliveries, strict=True) if not delivery.reason])
    if any(delivery.reason is not None for delivery in deliveries):
        context.exit(EXIT_PROBLEMS)


def _named(targets: tuple[Target, ...], name: str) -> Target:
    by_name = {target.name.casefold(): target for target in targets}
    if found := by_name.get(name.casefold()):
        return found
    from difflib import get_close_matches

    close = get_close_matches(name.casefold(), by_name, n=1)
    hint = _("Did you mean {name}?").format(name=by_name[close[0]].name) if close else ""
    raise UserError(_("The config has no [[notify]] named {name}.").format(name=name), hint, EXIT_USAGE)


async def _send_all(config: Config, targets: tuple[Target, ...]) -> list[Delivery]:
    return list(await asyncio.gather(*(_send(config, target) for target in targets)))


async def _send(config: Config, target: Target) -> Delivery:
    from socialhub.alerts.messages import spoken_to, trial_message
    from socialhub.alerts.messenger import Delivery, Parcel, deliver
    from socialhub.config import resolve_secret

    try:
        url, proxy = resolve_secret(target.url), config.hub.proxy_address()
    except SourceError as error:
        return Delivery(error.reason, refused=True)
    with spoken_to(target.language):
        title, body = trial_message(config.hub.name, target.name)
    parcel = Parcel(url, target.url, title, body, uuid.uuid4().hex, ca_file=config.hub.ca_file)
    return await deliver(parcel, proxy=proxy)


def _note_reached(setup: Setup, reached: list[str]) -> None:
    """Whoever can be reached again is told at once what failed before."""
    from socialhub.store.connection import CacheMissingError
    from socialhub.store.reaching import note_reached, try_at_once

    try:
        with setup.writer() as writer, writer.transaction(durable=True) as db:
            for name in reached:
                note_reached(db, name)
                try_at_once(db, name, setup.clock.now())
    except CacheMissingError:
        return  # Nothing was ever sent.


# ---- what was sent -----------------------------------------------------------------------------------------------


@command("messages", help=N_("What was sent to whom, and what waits or could not be delivered; the newest first."))
@option("--limit", type=click.IntRange(1), default=50, help=N_("At most so many messages (50)."))
@json_option
@pass_setup
def messages(setup: Setup, limit: int, as_json: bool) -> None:
    """See `help`."""
    from socialhub.store.notifications import newest_notifications

    now = setup.clock.now()
    with setup.reader() as db:
        rows = newest_notifications(db, limit)
    if as_json:
        print_json(_values(row) for row in rows)
        return
    columns = [Column(_("time"), right=True), Column(_("to")), Column(_("severity"))]
    columns += [Column(_("message"), may_shrink=True), Column(_("state"), may_shrink=True)]
    print_table(columns, [_row(row, now, setup) for row in rows])
    if not rows:
        say(_("No message was sent."))


def _row(row: Notification, now: int, setup: Setup) -> list[str | Text]:
    state = Text(_(STATES[row.state]), STYLES.get(row.state, ""))
    if row.state == "waiting":
        state.append(" " + _("until {time}").format(time=moment_text(row.due, now, setup.zone)))
    if reason := _reason(row):
        state.append(f": {reason.sentence()}")
    time = moment_text(row.sent or row.made, now, setup.zone)
    about = _("alert {id}").format(id=row.alert) if row.alert is not None else ""
    return [time, row.target, severity_word(row.severity), row.title or about, state]


def _reason(row: Notification) -> Reason | None:
    return Reason.from_json(row.error) if row.error else None


def _values(row: Notification) -> dict[str, Any]:
    reason = _reason(row)
    return {
        "id": row.id,
        "alert": row.alert,
        "to": row.target,
        "severity": row.severity.name.lower(),
        "for": row.reason,
        "state": row.state,
        "made": moment(row.made),
        "due": moment(row.due),
        "sent": moment(row.sent),
        "tries": row.tries,
        "repeated": row.doubt,
        "message_id": row.message_id,
        "error": reason.code if reason else None,
        "error_text": reason.sentence() if reason else None,
        "title": row.title or None,
    }


NOTIFY_COMMANDS: Final = (test_notify, messages)
