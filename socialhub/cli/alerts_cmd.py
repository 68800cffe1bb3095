"""`socialhub alerts`: list, show, rules, on-call. The others are in the alert_…_cmd beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text

from socialhub.ages import age, moment_text
from socialhub.alerts.wording import alert_lines, fact_lines, severity_word, state_words, step_line
from socialhub.cli.alert_acts_cmd import ACT_COMMANDS
from socialhub.cli.alert_notify_cmd import NOTIFY_COMMANDS
from socialhub.cli.alert_past_cmd import PAST_COMMANDS
from socialhub.cli.alert_silences_cmd import SILENCE_COMMANDS
from socialhub.cli.alert_values import alert_values, find_alert, step_values
from socialhub.cli.command import group, json_option, option
from socialhub.cli.durations import span_of
from socialhub.cli.output import Column, print_json, print_table, print_text, say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.clock import DAY
from socialhub.errors import EXIT_PROBLEMS
from socialhub.i18n import N_, _, ngettext, number, percent
from socialhub.incidents import Alert, Severity

if TYPE_CHECKING:
    from socialhub.store.verdicts import RuleRecord

FORESIGHT = 14 * DAY
"""How far ahead the next change on call is looked for."""
STYLES = {Severity.CRISIS: "red bold", Severity.WARNING: "yellow bold", Severity.NOTICE: "cyan"}


@group("alerts", help=N_("The alert queue: who has what, silences, verdicts, who is on call."))
def alerts() -> None:
    """See `help`."""


@alerts.command("list", help=N_("Open alerts, worst first."))
@option("--all", "with_resolved", is_flag=True, help=N_("The resolved ones too."))
@option("--hidden", "with_hidden", is_flag=True, help=N_("Those that are silenced or muted by another, too."))
@option("--limit", type=click.IntRange(1), default=200, help=N_("At most so many alerts (200)."))
@json_option
@pass_setup
def list_command(setup: Setup, with_resolved: bool, with_hidden: bool, limit: int, as_json: bool) -> None:
    """See `help`."""
    from socialhub.cli.view import hearing
    from socialhub.store.alerts import alert_rows
    from socialhub.store.collectors import latest
    from socialhub.store.sources import source_rows
    from socialhub.store.topics import active_topics

    now = setup.clock.now()
    with setup.reader() as db:
        found = alert_rows(db, limit=-1, resolved=with_resolved)
        calm, _missing = hearing(source_rows(db), latest(db), setup)
        slugs = {topic.number: topic.id for topic in active_topics(db)}
    rows = [alert for alert in found if with_hidden or not _is_hidden(alert)]
    if as_json:
        print_json(alert_values(alert, slugs, now) for alert in rows[:limit])
        return
    columns = [Column(_("id"), right=True), Column(_("severity")), Column(_("since"), right=True)]
    columns += [Column(_("alert"), may_shrink=True), Column(_("state"))]
    print_table(columns, [_row(alert, now, setup) for alert in rows[:limit]])
    if not rows:
        nothing = _("No open alert.")
        say(f"{nothing} {calm}" if calm else nothing)
    if left := len(found) - len(rows):
        words = ngettext(
            "{count} hidden alert, --hidden shows it.", "{count} hidden alerts, --hidden shows them.", left
        )
        say(words.format(count=number(left)))


def _is_hidden(alert: Alert) -> bool:
    return alert.state != "resolved" and (alert.silence is not None or alert.inhibitor is not None)


def _row(alert: Alert, now: int, setup: Setup) -> list[str | Text]:
    title, _detail = alert_lines(alert, now, setup.zone)
    return [
        str(alert.id),
        Text(severity_word(alert.severity), STYLES[alert.severity]),
        age((alert.ended or now) - alert.started),
        title,
        state_words(alert, now, setup.zone),
    ]


@alerts.command("show", help=N_("One alert: its numbers, and its life step by step."))
@click.argument("number_", metavar="ID", type=click.IntRange(1))
@json_option
@pass_setup
def show(setup: Setup, number_: int, as_json: bool) -> None:
    """See `help`."""
    from socialhub.alerts.step_words import silence_line
    from socialhub.store.alerts import events_of
    from socialhub.store.silences import silence_by_number
    from socialhub.store.topics import active_topics

    now = setup.clock.now()
    with setup.reader() as db:
        alert = find_alert(db, number_)
        steps = events_of(db, number_)
        silence = silence_by_number(db, alert.silence) if alert.silence is not None else None
        slugs = {topic.number: topic.id for topic in active_topics(db)}
    if as_json:
        print_json([alert_values(alert, slugs, now) | {"life": [step_values(step) for step in steps]}])
        return
    title, detail = alert_lines(alert, now, setup.zone)
    text = Text.assemble((f"{severity_word(alert.severity)} ", STYLES[alert.severity]), (title, "bold"))
    hidden = [silence_line(silence, now, setup.zone)] if silence is not None and _is_hidden(alert) else []
    lines = [detail, state_words(alert, now, setup.zone), *hidden, "", *fact_lines(alert, now, setup.zone), ""]
    lines += [f"{moment_text(s.at, now, setup.zone)}  {step_line(s, now, setup.zone)}" for s in steps]
    for line in lines:
        text.append(f"\n{line}")
    print_text(text)


@alerts.command("rules", help=N_("How often each rule was right: its alerts, and the verdicts on them."))
@option("--since", "span", metavar="TIME", default="90 d", help=N_("Alerts of this length of time (90 d)."))
@json_option
@pass_setup
def rules(setup: Setup, span: str, as_json: bool) -> None:
    """See `help`."""
    from socialhub.store.verdicts import rule_records

    with setup.reader() as db:
        records = rule_records(db, setup.clock.now() - span_of(span, "--since"))
    if as_json:
        print_json(
            {
                "rule": each.rule,
                "alerts": each.alerts,
                "real": each.real,
                "false": each.false,
                "not_actionable": each.not_actionable,
                "precision": each.precision,
            }
            for each in records
        )
        return
    columns = [Column(_("rule"), may_shrink=True), Column(_("alerts"), right=True), Column(_("judged"), right=True)]
    columns += [Column(_("real"), right=True), Column(_("false alarm"), right=True)]
    columns += [Column(_("nothing to do"), right=True), Column(_("precision"), right=True)]
    print_table(columns, [_record(each) for each in records])
    if not records:
        say(_("No alert in this time."))


def _record(each: RuleRecord) -> list[str]:
    counts = map(number, (each.alerts, each.judged, each.real, each.false, each.not_actionable))
    return [each.rule, *counts, "–" if each.precision is None else percent(each.precision)]


@alerts.command("on-call", help=N_("Who is on call now, and from when on somebody else is."))
@json_option
@pass_setup
def on_call(setup: Setup, as_json: bool) -> None:
    """See `help`."""
    from socialhub.cli.duty_words import next_change
    from socialhub.cli.view import moment
    from socialhub.config.duty import duty_of

    duty, now = duty_of(setup.load_config()), setup.clock.now()
    names, change = duty.on_call(now), next_change(duty, now, now + FORESIGHT)
    after = duty.on_call(change) if change is not None else ()
    if as_json:
        print_json([{"on_call": list(names), "until": moment(change), "then": list(after)}])
    else:
        print_text(Text(", ".join(names) or _("nobody is on call")))
        if change is not None:
            time = moment_text(change, now, setup.zone)
            say(_("from {time} on: {names}").format(time=time, names=", ".join(after) or _("nobody is on call")))
    if not names:
        click.get_current_context().exit(EXIT_PROBLEMS)


for each in (*ACT_COMMANDS, *SILENCE_COMMANDS, *PAST_COMMANDS, *NOTIFY_COMMANDS):
    alerts.add_command(each)
