"""`socialhub metrics`: business figures beside the mentions: which there are, one over time, forgetting one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from socialhub.ages import age, duration, moment_text
from socialhub.cli.command import group, json_option, option
from socialhub.cli.output import Column, print_json, print_table, say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.cli.view import moment
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.errors import EXIT_USAGE, UserError
from socialhub.i18n import N_, _, labelled, ngettext, number
from socialhub.metric_words import ADDS, figure

if TYPE_CHECKING:
    from socialhub.metrics import Cells, Metric
    from socialhub.store.connection import Connection

MOST_CELLS: Final = 48
"""So many lines at most tell of a metric over time."""
STEPS: Final = (
    *(minutes * MINUTE for minutes in (1, 5, 15, 30)),
    *(hours * HOUR for hours in (1, 2, 3, 6, 12)),
    *(days * DAY for days in (1, 2, 7, 14, 28)),
)
USUAL_SINCE: Final = N_("24 h")

place_option = option("--place", metavar="PLACE", help=N_("Only the part of this place, where several are told."))
source_option = option("--source", metavar="NAME", help=N_("Only as this source tells it."))


@group("metrics", help=N_("Business figures beside the mentions: list, show one over time, forget one."))
def metrics() -> None:
    """See `help`."""


@metrics.command("list", help=N_("Every metric: its last figure, how often a row comes, and from where."))
@json_option
@pass_setup
def list_command(setup: Setup, as_json: bool) -> None:
    """See `help`."""
    from socialhub.store.metrics import count_future, extent_of, read_metrics

    now = setup.clock.now()
    with setup.reader() as db:
        found = read_metrics(db, now)
        extents = {each.number: extent_of(db, each.number) for each in found}
        ahead = {each.number: count_future(db, each.number, now) for each in found}
    if as_json:
        print_json(_values(each, *extents[each.number], ahead[each.number]) for each in found)
        return
    if not found:
        say(_("No metric yet: let a source tell rows of kind metric, or import a table with a value."))
        return
    columns = [Column(_("metric"), may_shrink=True), Column(_("last figure"), right=True), Column(_("at"))]
    columns += [Column(_("every")), Column(_("rows"), right=True), Column(_("source"), may_shrink=True)]
    print_table(columns, [_row(each, extents[each.number][0], setup, now) for each in found])
    for each in found:
        if count := ahead[each.number]:
            words = ngettext("{count} row lies in the future", "{count} rows lie in the future", count)
            told = _("{rows}: forecasts, or a wrong time zone").format(rows=words.format(count=number(count)))
            say(labelled(each.shown, told))


def _row(metric: Metric, rows: int, setup: Setup, now: int) -> list[str]:
    pace = duration(metric.pace) if metric.pace else "—"
    when = moment_text(metric.last, now, setup.zone)
    return [metric.shown, figure(metric.value, metric.unit), when, pace, number(rows), metric.source]


def _values(metric: Metric, rows: int, first: int, ahead: int) -> dict[str, Any]:
    return {
        "metric": metric.name,
        "place": metric.place or None,
        "topic": metric.topic or None,
        "unit": metric.unit or None,
        "source": metric.source,
        "adds": metric.adds.value,
        "topics": list(metric.topics),
        "rows": rows,
        "first": moment(first),
        "last": moment(metric.last),
        "value": metric.value,
        "pace_s": metric.pace // 1000 if metric.pace else None,
        "seen": moment(metric.seen),
        "future_rows": ahead,
    }


@metrics.command("show", help=N_("One metric over time; where no row tells of a time, there is a gap."))
@click.argument("name")
@option("--since", metavar="TIME", default=USUAL_SINCE, help=N_("Over this length of time until now (24 h)."))
@place_option
@source_option
@json_option
@pass_setup
def show_command(setup: Setup, name: str, since: str, place: str | None, source: str | None, as_json: bool) -> None:
    """See `help`. NAME as in the list, or its beginning."""
    from socialhub.cli.durations import span_of
    from socialhub.store.metrics import cells_of

    now, length = setup.clock.now(), span_of(since, "--since")
    step = next((step for step in STEPS if length <= step * MOST_CELLS), STEPS[-1])
    with setup.reader() as db:
        metric = one_metric(db, name, place, source, now)
        start = now - now % step - (max(1, -(-length // step)) - 1) * step
        cells = cells_of(db, metric, start, step, (now - start) // step + 1, now)
    if as_json:
        print_json(_cell_values(metric, start, step, cells))
    else:
        _print_cells(metric, start, step, cells, setup, now)


def one_metric(db: Connection, name: str, place: str | None, source: str | None, now: int) -> Metric:
    """The metric that is meant; raises UserError when it is none, or several."""
    from socialhub.store.metrics import read_metrics
    from socialhub.text import fold

    found = read_metrics(db, now)
    asked = fold(name)
    named = [each for each in found if fold(each.name) == asked]
    named = named or [each for each in found if fold(each.name).startswith(asked)]
    meant = [
        each
        for each in named
        if (place is None or fold(each.place) == fold(place)) and (source is None or each.source == source)
    ]
    if len(meant) == 1:
        return meant[0]
    if not meant:
        there_are = ", ".join(dict.fromkeys(each.shown for each in named or found)) or "—"
        hint = _("There are: {metrics}").format(metrics=there_are)
        raise UserError(_("There is no metric {name}.").format(name=name), hint, EXIT_USAGE)
    parts = ", ".join(f"{each.shown} ({each.source})" for each in meant)
    hint = _("Say which with --place or --source: {metrics}").format(metrics=parts)
    raise UserError(_("Several metrics are meant by {name}.").format(name=name), hint, EXIT_USAGE)


def _cell_values(metric: Metric, start: int, step: int, cells: Cells) -> list[dict[str, Any]]:
    return [
        {
            "metric": metric.name,
            "start": moment(start + cell * step),
            "step_s": step // 1000,
            "value": value,
            "unit": metric.unit or None,
        }
        for cell, value in enumerate(cells)
    ]


def _print_cells(metric: Metric, start: int, step: int, cells: Cells, setup: Setup, now: int) -> None:
    from socialhub.widgets.figure_line import figure_bars

    last = _("{figure} at {time}, {age} ago").format(
        figure=figure(metric.value, metric.unit),
        time=moment_text(metric.last, now, setup.zone),
        age=age(now - metric.last),
    )
    say(labelled(metric.shown, last))
    if metric.pace:
        say(_("a row every {length}; {adds}").format(length=duration(metric.pace), adds=_(ADDS[metric.adds])))
    bars = figure_bars(cells)
    rows = [
        [
            moment_text(start + cell * step, now, setup.zone),
            _("gap") if value is None else figure(value, metric.unit),
            bars[cell],
        ]
        for cell, value in enumerate(cells)
    ]
    print_table([Column(_("from")), Column(_("figure"), right=True), Column("")], rows)


@metrics.command("forget", help=N_("Erase a metric with all its rows."))
@click.argument("name")
@place_option
@source_option
@option("--yes", is_flag=True, help=N_("Do not ask."))
@pass_setup
def forget_command(setup: Setup, name: str, place: str | None, source: str | None, yes: bool) -> None:
    """See `help`. A source that goes on telling of it begins it anew."""
    from socialhub.store.connection import open_writer
    from socialhub.store.metrics import extent_of, forget_chunk

    with setup.reader() as db:
        metric = one_metric(db, name, place, source, setup.clock.now())
        rows, _first = extent_of(db, metric.number)
    words = ngettext("{metric} ({source}): {count} row", "{metric} ({source}): {count} rows", rows)
    told = words.format(metric=metric.shown, source=metric.source, count=number(rows))
    if not yes:
        click.confirm(_("{metric}. Erase it?").format(metric=told), abort=True, err=True)
    writer = open_writer(setup.cache)
    try:
        erased = True
        while erased:
            with writer.transaction(durable=True) as db:
                erased = bool(forget_chunk(db, metric.number))
    finally:
        writer.close()
    say(_("{metric} is erased.").format(metric=metric.shown))
