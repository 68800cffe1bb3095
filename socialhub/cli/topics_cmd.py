"""`socialhub topics`: list, and test a query on what is stored."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import click

from socialhub.ages import date_text, moment_text
from socialhub.cli.command import group, json_option, option
from socialhub.cli.output import Column, print_json, print_table, say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.cli.view import moment
from socialhub.clock import DAY, HOUR, from_datetime
from socialhub.errors import EXIT_PROBLEMS
from socialhub.i18n import N_, _, ngettext, number

if TYPE_CHECKING:
    from socialhub.store.connection import Connection

SAMPLES: Final = 10
USUAL_SINCE: Final = N_("30 d")
KIND_NAMES: Final = {
    "brand": N_("brand"),
    "competitor": N_("competitor"),
    "product": N_("product"),
    "campaign": N_("campaign"),
    "person": N_("person"),
    "issue": N_("issue"),
}
"""The kinds of topics as a person reads them; files and --json keep the English words."""


@group("topics", help=N_("The topics: list, test a query."))
def topics() -> None:
    """See `help`."""


@topics.command("list", help=N_("What is looked for, since when, and how much was found."))
@json_option
@pass_setup
def list_command(setup: Setup, as_json: bool) -> None:
    """See `help`."""
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


@topics.command("test", help=N_("Try a query on what is stored: how many, where, which words, what cannot be known."))
@click.argument("query", nargs=-1, required=True)
@option("--since", default=USUAL_SINCE, metavar="TIME", help=N_("How far back (30 d)."))
@json_option
@pass_setup
@click.pass_context
def test(context: click.Context, setup: Setup, query: tuple[str, ...], since: str, as_json: bool) -> None:
    """See `help`."""
    from socialhub.cli.find import Finder, mention_values, node_of, print_mentions, topic_slugs
    from socialhub.query import format_query, parse, topic_query_problems
    from socialhub.store.mentions import tally

    asked = parse(" ".join(query))
    problems = topic_query_problems(asked)
    with setup.reader() as db:
        finder = Finder(setup, db, node_of(" ".join(query), since))
        by_source = tally(db, finder.chosen, operator=setup.operator, now=finder.now)
        samples = list(finder.newest_first(SAMPLES))
        partial = sources_with_holes(setup, db)
        if as_json:
            slugs = topic_slugs(db)
            print_json(
                [
                    {
                        "query": format_query(asked),
                        "mentions": sum(each.mentions for each in by_source),
                        "sources": {each.source: each.mentions for each in by_source},
                        "incomplete": partial,
                        "problems": problems,
                        "samples": [mention_values(mention, slugs) for mention in samples],
                    }
                ]
            )
        else:
            _print_test(setup, by_source, since)
            print_mentions(samples, finder.now, finder.zone, asked)
            for each in partial:
                say(_sentence(each, setup, finder.now))
            for problem in problems:
                say(problem)
    context.exit(EXIT_PROBLEMS if problems else 0)


def _print_test(setup: Setup, by_source: list[Any], since: str) -> None:
    total = sum(each.mentions for each in by_source)
    words = ngettext("{count} mention in {since}", "{count} mentions in {since}", total)
    say(words.format(count=number(total), since=_(since)))
    now = setup.clock.now()
    columns = [Column(_("source")), Column(_("mentions"), right=True), Column(_("first")), Column(_("last"))]
    rows = [
        [
            each.source,
            number(each.mentions),
            moment_text(each.oldest, now, setup.zone),
            moment_text(each.newest, now, setup.zone),
        ]
        for each in by_source
    ]
    if rows:
        print_table(columns, rows)


def sources_with_holes(setup: Setup, db: Connection) -> list[dict[str, Any]]:
    """The sources of which only what matched the topics was kept: a new query cannot find what came before it."""
    from socialhub.store.sources import source_rows

    config = setup.config_if_any()
    matched = {source.name for source in config.sources if not source.keeps_all} if config else set()
    return [
        {"source": row.name, "unmatched_missing_since": moment(row.first_success)}
        for row in source_rows(db)
        if row.name in matched
    ]


def _sentence(hole: dict[str, Any], setup: Setup, now: int) -> str:
    since = hole["unmatched_missing_since"]
    if since is None:
        return _("{source} keeps only what matches a topic.").format(source=hole["source"])
    return _("{source} keeps only what matches a topic: what matched none is missing since {time}.").format(
        source=hole["source"], time=date_text(from_datetime(datetime.fromisoformat(since)), now, setup.zone)
    )
