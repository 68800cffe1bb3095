"""`socialhub crisis`: say that a topic is in a crisis, so that what feeds it is asked more often; it ends by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from socialhub.cli.command import group, json_option, option
from socialhub.cli.setup import Setup, pass_setup
from socialhub.clock import DAY
from socialhub.errors import EXIT_USAGE, UserError
from socialhub.i18n import N_, _, ngettext, number

if TYPE_CHECKING:
    from socialhub.model import Topic
    from socialhub.store.connection import Connection
    from socialhub.store.crises import Crisis

LONGEST: Final = 7 * DAY


@group("crisis", help=N_("A topic in a crisis: what feeds it is asked more often. on, off, list."))
def crisis() -> None:
    """See `help`."""


@crisis.command("on", help=N_("A topic is in a crisis from now on; it ends by itself."))
@click.argument("topic")
@option("--for", "length", metavar="TIME", default="4 h", help=N_("How long: '4 h', '2 d' (4 h)."))
@pass_setup
def on_command(setup: Setup, topic: str, length: str) -> None:
    """See `help`."""
    from socialhub.ages import moment_text
    from socialhub.cli.durations import span_of
    from socialhub.cli.output import say
    from socialhub.store.crises import begin_crisis, feeding

    now = setup.clock.now()
    lasting = span_of(length, "--for")
    if not 0 < lasting <= LONGEST:
        raise UserError(_("A crisis lasts seven days at most."), _("Write --for '4 h'."), EXIT_USAGE)
    with setup.writer() as writer:
        found = _topic(writer.db, topic)
        with writer.transaction(durable=True) as db:
            begun = begin_crisis(db, found.number, setup.operator, now, now + lasting)
        fed = feeding(writer.db, found.number, now)
    until = moment_text(begun.ends, now, setup.zone)
    say(_("{topic} is in a crisis until {time}.").format(topic=found.name, time=until))
    if fed is None:
        say(_("No source has brought anything of it lately: all of them are asked more often."))
    else:
        told = ngettext(
            "{count} source that feeds it is asked more often.",
            "{count} sources that feed it are asked more often.",
            len(fed),
        )
        say(told.format(count=number(len(fed))))


@crisis.command("off", help=N_("A crisis that somebody declared is over."))
@click.argument("topic")
@pass_setup
def off_command(setup: Setup, topic: str) -> None:
    """See `help`."""
    from socialhub.cli.output import say
    from socialhub.store.crises import end_crisis

    with setup.writer() as writer:
        found = _topic(writer.db, topic)
        with writer.transaction(durable=True) as db:
            ended = end_crisis(db, found.number, setup.operator, setup.clock.now())
    if not ended:
        hint = _("What an alert says to be one ends with it: 'socialhub alerts resolve'.")
        raise UserError(_("Nobody has declared a crisis of {topic}.").format(topic=found.name), hint, EXIT_USAGE)
    say(_("The crisis of {topic} is over.").format(topic=found.name))


@crisis.command("list", help=N_("The crises that were declared, by whom and until when."))
@json_option
@pass_setup
def list_command(setup: Setup, as_json: bool) -> None:
    """See `help`."""
    from socialhub.ages import moment_text
    from socialhub.cli.output import Column, print_json, print_table, say
    from socialhub.store.crises import crisis_rows

    now = setup.clock.now()
    with setup.reader() as db:
        rows = crisis_rows(db)
    if as_json:
        print_json(crisis_values(each, now) for each in rows)
        return
    columns = [Column(_("topic")), Column(_("by")), Column(_("since")), Column(_("ends"))]
    print_table(
        columns,
        [
            [each.topic_name, each.operator, moment_text(each.begun, now, setup.zone), _end_words(each, now, setup)]
            for each in rows
        ],
    )
    if not rows:
        say(_("Nobody has declared a crisis."))


def crisis_values(crisis: Crisis, now: int) -> dict[str, Any]:
    """A declared crisis for JSON; times in UTC."""
    from socialhub.cli.view import moment

    return {
        "topic": crisis.topic,
        "operator": crisis.operator,
        "begun": moment(crisis.begun),
        "ends": moment(crisis.ends),
        "ended": moment(crisis.ended),
        "ended_by": crisis.ended_by or None,
        "on": crisis.is_on(now),
    }


def _end_words(crisis: Crisis, now: int, setup: Setup) -> str:
    from socialhub.ages import moment_text

    if crisis.ended is not None:
        time = moment_text(crisis.ended, now, setup.zone)
        return _("ended {time} by {operator}").format(time=time, operator=crisis.ended_by)
    if crisis.ends <= now:
        return _("ended {time}").format(time=moment_text(crisis.ends, now, setup.zone))
    return moment_text(crisis.ends, now, setup.zone)


def _topic(db: Connection, wanted: str) -> Topic:
    """A topic by its id or name; raises UserError."""
    from socialhub.store.topics import active_topics

    folded = wanted.casefold()
    for topic in active_topics(db):
        if folded in (topic.id, topic.name.casefold()):
            return topic
    raise UserError(
        _("There is no topic {id}.").format(id=wanted), _("'socialhub topics list' shows them."), EXIT_USAGE
    )
