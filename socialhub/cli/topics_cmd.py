"""`socialhub topics`: list them; the other commands about topics are gathered here."""

from __future__ import annotations

from socialhub.ages import moment_text
from socialhub.cli.command import group, json_option
from socialhub.cli.output import Column, print_json, print_table
from socialhub.cli.setup import Setup, pass_setup
from socialhub.cli.topic_edit_cmd import add_command, edit_command
from socialhub.cli.topic_rematch_cmd import rematch
from socialhub.cli.topic_trial_cmd import test
from socialhub.cli.view import moment
from socialhub.clock import DAY, HOUR
from socialhub.i18n import N_, _, number


@group("topics", help=N_("The topics: list, test a query, add, edit, match the past again."))
def topics() -> None:
    """See `help`."""


for command in (test, add_command, edit_command, rematch):
    topics.add_command(command)


@topics.command("list", help=N_("What is looked for, since when, and how much was found."))
@json_option
@pass_setup
def list_command(setup: Setup, as_json: bool) -> None:
    """See `help`."""
    from socialhub.config.settings import KIND_NAMES
    from socialhub.store.counts import totals
    from socialhub.store.topics import active_topics

    now = setup.clock.now()
    with setup.reader() as db:
        found = active_topics(db)
        hour, day, week = (totals(db, now - span, now) for span in (HOUR, DAY, 7 * DAY))
    if as_json:
        print_json(
            {
                "id": topic.id,
                "name": topic.name,
                "kind": topic.kind,
                "query": topic.query,
                "since": moment(topic.since),
                "last_hour": hour.get(topic.number, 0),
                "last_24h": day.get(topic.number, 0),
                "last_7d": week.get(topic.number, 0),
            }
            for topic in found
        )
        return
    columns = [Column(_("id")), Column(_("topic")), Column(_("kind")), Column(_("since"))]
    columns += [Column(_("1 h"), right=True), Column(_("24 h"), right=True), Column(_("7 d"), right=True)]
    columns += [Column(_("query"), may_shrink=True)]
    print_table(
        columns,
        [
            [
                topic.id,
                topic.name,
                _(KIND_NAMES.get(topic.kind, topic.kind)),
                moment_text(topic.since, now, setup.zone),
                *(number(counted.get(topic.number, 0)) for counted in (hour, day, week)),
                topic.query,
            ]
            for topic in found
        ],
    )
