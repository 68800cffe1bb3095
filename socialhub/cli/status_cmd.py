"""`socialhub status`: how the room is, in one screen of text or in JSON Lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from socialhub.ages import age, moment_text
from socialhub.cli.command import command, json_option, option
from socialhub.cli.output import Column, Row, print_json, print_table, say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.cli.source_day import last_day, strip_text
from socialhub.cli.view import (
    HEALTH_STYLES,
    HEALTH_WORDS,
    collector_is_alive,
    covered_share,
    health_by_source,
    hearing,
    is_running,
    moment,
    next_try,
    source_values,
)
from socialhub.clock import DAY, HOUR
from socialhub.gap_words import catch_up_words
from socialhub.i18n import N_, _, labelled, ngettext, number, percent
from socialhub.metric_words import figure
from socialhub.polled_words import pause_words, rate_words
from socialhub.tempo_words import every_words, tempo_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from socialhub.model import SourceRow
    from socialhub.store.connection import Connection


@command("status", help=N_("Sources, age of the data, coverage, counts, who collects."))
@option("--stories", is_flag=True, help=N_("Count stories instead of mentions in the table of topics."))
@json_option
@pass_setup
def status(setup: Setup, stories: bool, as_json: bool) -> None:
    """See `help`."""
    with setup.reader() as db:
        if as_json:
            print_json(_records(db, setup))
        else:
            _print(db, setup, by_story=stories)


def _records(db: Connection, setup: Setup) -> list[dict[str, Any]]:
    """The room as objects, told apart by `about`."""
    from socialhub.store.alerts import alert_rows
    from socialhub.store.budgets import read_meters
    from socialhub.store.collectors import latest
    from socialhub.store.counts import totals
    from socialhub.store.mentions import how_many
    from socialhub.store.metrics import read_metrics
    from socialhub.store.sources import source_rows
    from socialhub.store.topics import active_topics

    now = setup.clock.now()
    collector = latest(db)
    rows = source_rows(db)
    health = health_by_source(rows, collector, setup.clock)
    shares = covered_share(db, now - DAY, now)
    hour, day = totals(db, now - HOUR, now), totals(db, now - DAY, now)
    hour_stories, day_stories = (totals(db, now - span, now, by_story=True) for span in (HOUR, DAY))
    meters, heard = read_meters(db, now), last_day(db, rows, now)
    return [
        {
            "about": "collector",
            "alive": collector_is_alive(collector, setup.clock),
            "pid": collector.pid if collector else None,
            "host": collector.host if collector else None,
            "started": moment(collector.started if collector else None),
            "beat": moment(collector.beat if collector else None),
            "config_hash": collector.config_hash if collector else None,
        },
        {
            "about": "cache",
            "path": str(setup.cache),
            "mentions": how_many(db),
            "last_hour": hour.get(0, 0),
            "last_24h": day.get(0, 0),
            "open_alerts": len(alert_rows(db, resolved=False)),
        },
        {"about": "hearing", **hearing(rows, collector, setup)[1]},
        *(
            {
                "about": "source",
                **source_values(
                    row,
                    health[row.number],
                    now,
                    shares.get(row.number),
                    meters.get(row.number, ()),
                    heard[row.number],
                ),
            }
            for row in rows
        ),
        *(
            {
                "about": "topic",
                "id": topic.id,
                "name": topic.name,
                "last_hour": hour.get(topic.number, 0),
                "last_24h": day.get(topic.number, 0),
                "stories_last_hour": hour_stories.get(topic.number, 0),
                "stories_last_24h": day_stories.get(topic.number, 0),
            }
            for topic in active_topics(db)
        ),
        *(
            {
                "about": "metric",
                "metric": metric.shown,
                "source": metric.source,
                "value": metric.value,
                "unit": metric.unit or None,
                "last": moment(metric.last),
            }
            for metric in read_metrics(db, now)
        ),
    ]


def _print(db: Connection, setup: Setup, *, by_story: bool) -> None:
    from socialhub.store.alerts import alert_rows
    from socialhub.store.collectors import latest
    from socialhub.store.counts import totals
    from socialhub.store.mentions import how_many
    from socialhub.store.metrics import read_metrics
    from socialhub.store.sources import source_rows
    from socialhub.store.topics import active_topics

    now = setup.clock.now()
    hour, day = totals(db, now - HOUR, now), totals(db, now - DAY, now)
    open_alerts = len(alert_rows(db, resolved=False))
    say(_collector_sentence(db, setup))
    say(
        _("{mentions} mentions stored; {day} in the last 24 h, {hour} in the last hour; {alerts}").format(
            mentions=number(how_many(db)),
            day=number(day.get(0, 0)),
            hour=number(hour.get(0, 0)),
            alerts=ngettext("{count} open alert", "{count} open alerts", open_alerts).format(count=open_alerts),
        )
    )
    calm, missing = hearing(source_rows(db), latest(db), setup)
    if calm:
        say(missing["text"] + "." if open_alerts and not missing["deaf"] else calm)
    print_sources(db, setup)
    topics = active_topics(db)
    if topics:
        if by_story:
            hour, day = (totals(db, now - span, now, by_story=True) for span in (HOUR, DAY))
            say(_("Topics by story: what many tell counts once."))
        print_table(
            [Column(_("topic")), Column(_("1 h"), right=True), Column(_("24 h"), right=True)],
            [[t.name, number(hour.get(t.number, 0)), number(day.get(t.number, 0))] for t in topics],
        )
    for metric in read_metrics(db, now):
        when = moment_text(metric.last, now, setup.zone)
        told = _("{figure} at {time}, {age} ago")
        now_told = told.format(figure=figure(metric.value, metric.unit), time=when, age=age(now - metric.last))
        say(labelled(metric.shown, now_told))


def print_sources(db: Connection, setup: Setup) -> None:
    """The table of sources, and that of their budgets where there are any."""
    from socialhub.store.collectors import latest
    from socialhub.store.sources import source_rows

    now = setup.clock.now()
    rows = source_rows(db)
    health = health_by_source(rows, latest(db), setup.clock)
    shares, heard = covered_share(db, now - DAY, now), last_day(db, rows, now)
    print_table(
        [
            Column(_("source")),
            Column(_("kind"), may_go=2),
            Column(_("health")),
            Column(_("data age"), right=True),
            Column(_("24 h"), right=True),
            Column(_("rate"), right=True, may_go=3),
            Column(_("stored"), right=True, may_go=4),
            Column(_("next"), may_go=1),
            Column(_("asked"), may_shrink=True, may_go=5),
            Column(_("last error"), may_shrink=True),
        ],
        [
            [
                row.name,
                row.kind,
                Text(_(HEALTH_WORDS[health[row.number]]), HEALTH_STYLES[health[row.number]]),
                "–" if row.last_success is None else age(now - row.last_success),
                strip_text(heard[row.number], now).append(f" {percent(shares.get(row.number, 0.0))}"),
                rate_words(heard[row.number].an_hour),
                number(row.stored),
                next_try(row, now),
                tempo_words(row) or _usual_tempo(row),
                _remarks(row, now, setup),
            ]
            for row in rows
        ],
    )
    _print_budgets(db, rows, setup)


def _usual_tempo(row: SourceRow) -> str:
    return "–" if row.streaming else every_words(row.interval)


def _remarks(row: SourceRow, now: int, setup: Setup) -> str:
    """Its last error, what it is catching up, its pause, its key."""
    from socialhub.key_words import key_words
    from socialhub.source_words import error_words

    words = (error_words(row), catch_up_words(row.gap, now, setup.zone))
    said = (*words, pause_words(row, now, setup.zone), key_words(row, now, setup.zone))
    return " · ".join(words for words in said if words)


def _print_budgets(db: Connection, rows: Sequence[SourceRow], setup: Setup) -> None:
    from socialhub.budget_words import amount_words, forecast_words, pace_words, span_words, unit_words
    from socialhub.store.budgets import read_meters

    now, zone = setup.clock.now(), setup.zone
    meters = read_meters(db, now)
    lines: list[Row] = []
    for row in rows:
        for meter in meters.get(row.number, ()):
            unit = meter.cap.unit
            lines.append(
                [
                    row.name,
                    unit_words(unit),
                    span_words(meter, amount_words(unit, meter.spent), now, zone),
                    amount_words(unit, meter.cap.most),
                    pace_words(meter),
                    forecast_words(meter, now, zone),
                ]
            )
    if lines:
        headings = (_("source"), _("budget"), _("spent"), _("at most"), _("pace"), _("forecast"))
        print_table([Column(heading, may_shrink=heading == _("forecast")) for heading in headings], lines)


def _collector_sentence(db: Connection, setup: Setup) -> str:
    from socialhub.store.collectors import latest

    collector, now = latest(db), setup.clock.now()
    if collector is None:
        return _("Nobody has ever collected into {path}.").format(path=setup.cache)
    since = moment_text(collector.started, now, setup.zone)
    if collector_is_alive(collector, setup.clock):
        return _("Process {pid} on {host} collects since {time}.").format(
            pid=collector.pid, host=collector.host, time=since
        )
    if collector.ended is None and is_running(collector):
        return _("Process {pid} on {host} holds the cache but gave no sign for {age}.").format(
            pid=collector.pid, host=collector.host, age=age(now - collector.beat)
        )
    if collector.ended is None:
        return _("Nobody collects: process {pid} on {host} gave its last sign {age} ago.").format(
            pid=collector.pid, host=collector.host, age=age(now - collector.beat)
        )
    return _("Nobody collects: the last collector ended {age} ago.").format(age=age(now - collector.ended))
