"""`socialhub topics`: list them; the other commands about topics are gathered here."""

from __future__ import annotations

from socialhub.ages import moment_text
from socialhub.cli.command import group, json_option, option
from socialhub.cli.output import Column, print_json, print_table, say
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
@option("--stories", is_flag=True, help=N_("Count stories instead of mentions in the table of topics."))
@json_option
@pass_setup
def list_command(setup: Setup, stories: bool, as_json: bool) -> None:
    """See `help`."""
    from socialhub.config.settings import KIND_NAMES
    from socialhub.store.counts import totals
    from socialhub.store.topics import active_topics

    now = setup.clock.now()
    with setup.reader() as db:
        found = active_topics(db)
        spans = {"last_hour": HOUR, "last_24h": DAY, "last_7d": 7 * DAY}
        mentions = {name: totals(db, now - span, now) for name, span in spans.items()}
        by_story = {name: totals(db, now - span, now, by_story=True) for name, span in spans.items()}
    if as_json:
        print_json(
            {
                "id": topic.id,
                "name": topic.name,
                "kind": topic.kind,
                "query": topic.query,
                "since": moment(topic.since),
            }
            | {name: counted.get(topic.number, 0) for name, counted in mentions.items()}
            | {f"stories_{name}": counted.get(topic.number, 0) for name, counted in by_story.items()}
            for topic in found
        )
        return
    if stories:
        say(_("Topics by story: what many tell counts once."))
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
                *(number(counted.get(topic.number, 0)) for counted in (by_story if stories else mentions).values()),
                topic.query,
            ]
            for topic in found
        ],
    )
