"""`socialhub topics test`: a query tried on what is stored, before it is a topic."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from socialhub.ages import date_text, moment_text
from socialhub.cli.command import command, json_option, option
from socialhub.cli.output import Column, Row, plain, print_json, print_table, say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.cli.view import moment
from socialhub.clock import DAY
from socialhub.errors import EXIT_PROBLEMS, UserError
from socialhub.i18n import N_, _, decimal, ngettext, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from socialhub.config.keeping import Hole
    from socialhub.model import Mention, Topic
    from socialhub.query import Node
    from socialhub.store.connection import Connection
    from socialhub.store.facets import Facets
    from socialhub.store.trials import Difference, Found, NearMiss, Trial

SAMPLES: Final = 10
USUAL_SINCE: Final = N_("30 d")
SHOWN_SOURCES: Final = 12
LONGEST_CURVE: Final = 92
"""Days that are drawn one by one."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """Everything that is told of a query; `present` is the topic whose query it may replace."""

    trial: Trial
    counted: Facets
    samples: Sequence[Mention]
    near: Sequence[NearMiss]
    present: Topic | None
    difference: Difference | None
    holes: Sequence[Hole]
    problems: Sequence[str]
    advice: Sequence[str]
    seconds: float


@command(
    "test", help=N_("Try a query on what is stored: how many, where, near misses, what a change adds and removes.")
)
@click.argument("query", nargs=-1, required=True)
@option("--topic", metavar="ID", help=N_("The topic whose query it would replace."))
@option("--since", default=USUAL_SINCE, metavar="TIME", help=N_("How far back (30 d)."))
@json_option
@pass_setup
@click.pass_context
def test(
    context: click.Context, setup: Setup, query: tuple[str, ...], topic: str | None, since: str, as_json: bool
) -> None:
    """See `help`."""
    from socialhub.query import parse

    node = parse(" ".join(query))
    with setup.reader() as db:
        tried = _try(setup, db, node, topic, since)
        if as_json:
            print_json([_values(tried, db)])
        else:
            _print(tried, since, setup)
    context.exit(EXIT_PROBLEMS if tried.problems else 0)


def _try(setup: Setup, db: Connection, node: Node, topic: str | None, since: str) -> _Tried:
    from socialhub.cli.durations import span_of
    from socialhub.config.keeping import holes_in_the_past
    from socialhub.query import advice, parse, topic_query_problems
    from socialhub.store import trials
    from socialhub.store.sources import source_rows
    from socialhub.store.topics import active_topics

    present = next((each for each in active_topics(db) if each.id == topic), None)
    if topic is not None and present is None:
        raise UserError(_("There is no topic {id}.").format(id=topic), _("'socialhub topics list' shows them."))
    trial = trials.Trial(node, span_of(since, "--since"), setup.clock.now(), setup.operator, setup.zone)
    started = time.monotonic()
    counted = trials.count(db, trial)
    newest = trials.samples(db, trial, SAMPLES)
    near = [trials.near_miss(db, trial, part, rest) for part, rest in trials.relaxed(node)]
    difference = trials.difference(db, trial, parse(present.query), SAMPLES) if present is not None else None
    return _Tried(
        trial,
        counted,
        newest,
        [each for each in near if each.found.mentions],
        present,
        difference,
        holes_in_the_past(setup.config_if_any(), source_rows(db)),
        topic_query_problems(node),
        advice(node),
        time.monotonic() - started,
    )


# ---- JSON --------------------------------------------------------------------------------------------------------


def _values(tried: _Tried, db: Connection) -> dict[str, Any]:
    from socialhub.cli.find import mention_values, topic_slugs
    from socialhub.query import format_query

    slugs = topic_slugs(db)

    def found(what: Found) -> dict[str, Any]:
        listed = [mention_values(mention, slugs) for mention in what.samples]
        return {"mentions": what.mentions, "exact": what.exact, "samples": listed}

    change = None
    if tried.present is not None and tried.difference is not None:
        change = {
            "topic": tried.present.id,
            "present": tried.present.query,
            "added": found(tried.difference.added),
            "removed": found(tried.difference.removed),
        }
    return {
        "query": format_query(tried.trial.node),
        "mentions": tried.counted.total,
        "exact": tried.counted.exact,
        "seconds": round(tried.seconds, 3),
        "sources": dict(tried.counted.sources),
        "days": {str(day): mentions for day, mentions in tried.counted.days},
        "samples": [mention_values(mention, slugs) for mention in tried.samples],
        "near_misses": [{"part": format_query(near.part), **found(near.found)} for near in tried.near],
        "change": change,
        "incomplete": [{"source": hole.source, "unmatched_missing_since": moment(hole.since)} for hole in tried.holes],
        "problems": list(tried.problems),
        "advice": list(tried.advice),
    }


# ---- for a person ------------------------------------------------------------------------------------------------


def counted_text(mentions: int, *, exact: bool) -> str:
    """A count, marked when it is an estimate."""
    return number(mentions) if exact else _("≈ {count}").format(count=number(mentions))


def _print(tried: _Tried, since: str, setup: Setup) -> None:
    from socialhub.cli.find import print_mentions

    counted, trial = tried.counted, tried.trial
    words = ngettext("{count} mention in {since}", "{count} mentions in {since}", counted.total)
    total = counted_text(counted.total, exact=counted.exact)
    cost = _("tried in {seconds} s").format(seconds=decimal(tried.seconds, 2))
    say(f"{words.format(count=total, since=_(since))} · {cost}")
    _print_days(tried)
    sources = [Column(_("source")), Column(_("mentions"), right=True)]
    if counted.sources:
        rows = [
            [name, counted_text(mentions, exact=counted.exact)] for name, mentions in counted.sources[:SHOWN_SOURCES]
        ]
        print_table(sources, rows)
    if tried.samples:
        print_mentions(list(tried.samples), trial.now, trial.zone, trial.node)
    if tried.present is not None and tried.difference is not None:
        _print_difference(tried.present, tried.difference, trial)
    _print_near(tried)
    for hole in tried.holes:
        say(hole.sentence(trial.now, setup.zone))
    for remark in (*tried.problems, *tried.advice):
        say(remark)


def _print_days(tried: _Tried) -> None:
    """A bar a day, from the first of the span to today."""
    from datetime import datetime, timedelta

    from socialhub.widgets.sparkline import sparkline

    if not tried.counted.days:
        return
    trial, counted = tried.trial, dict(tried.counted.days)
    last = datetime.fromtimestamp(trial.now / 1000, trial.zone).date()
    first = datetime.fromtimestamp((trial.now - trial.span) / 1000, trial.zone).date()
    first = max(first, last - timedelta(days=LONGEST_CURVE - 1))
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    curve = sparkline([counted.get(day, 0) for day in days])
    most = _("at most {count} a day").format(count=number(max(counted.values())))
    begin = date_text(trial.now - (last - first).days * DAY, trial.now, trial.zone)
    since = _("since {date}").format(date=begin)
    say(f"{curve}  {since}, {most}")


def _print_difference(topic: Topic, difference: Difference, trial: Trial) -> None:
    from socialhub.cli.find import print_mentions
    from socialhub.query import parse

    added = counted_text(difference.added.mentions, exact=difference.added.exact)
    removed = counted_text(difference.removed.mentions, exact=difference.removed.exact)
    told = _("Against the present query of {topic}: {added} more, {removed} fewer.")
    say(told.format(topic=topic.name, added=added, removed=removed))
    for heading, found, node in (
        (_("More:"), difference.added, trial.node),
        (_("Fewer:"), difference.removed, parse(topic.query)),
    ):
        if found.samples:
            say(heading)
            print_mentions(list(found.samples), trial.now, trial.zone, node)


def _print_near(tried: _Tried) -> None:
    """What lacks one part alone, part by part."""
    from socialhub.cli.find import highlighted, one_line
    from socialhub.query import format_query
    from socialhub.store.trials import to_mark

    if not tried.near:
        return
    say(_("Near misses, for want of one part of the query:"))
    rows: list[Row] = []
    for near in tried.near:
        node = to_mark(tried.trial.node, near.part)
        for place, mention in enumerate(near.found.samples):
            first = place == 0
            rows.append(
                [
                    plain(format_query(near.part)) if first else "",
                    counted_text(near.found.mentions, exact=near.found.exact) if first else "",
                    moment_text(mention.published, tried.trial.now, tried.trial.zone),
                    highlighted(one_line(mention), node),
                ]
            )
    columns = [Column(_("without")), Column(_("more"), right=True), Column(_("published"), right=True)]
    print_table([*columns, Column(_("text"), may_shrink=True)], rows)
