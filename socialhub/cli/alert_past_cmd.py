"""`socialhub alerts why` and `backtest`: the detectors on what is stored, with the test that decided."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import click

from socialhub.ages import date_text, duration, moment_text
from socialhub.cli.command import command, json_option, option
from socialhub.cli.output import Column, end_progress, print_json, print_table, progress, say
from socialhub.cli.setup import Setup, pass_setup
from socialhub.cli.view import moment
from socialhub.clock import from_datetime
from socialhub.errors import UserError
from socialhub.i18n import N_, _, decimal, labelled, ngettext, number, percent
from socialhub.metric_words import figure
from socialhub.metrics import METRIC

if TYPE_CHECKING:
    from socialhub.alerts.replay import Fired
    from socialhub.alerts.settings import Settings
    from socialhub.alerts.signals import Signal
    from socialhub.store.connection import Connection
    from socialhub.store.verdicts import RuleRecord


@command("why", help=N_("Why a topic is, or is not, an alert: what was seen and expected, and which test decided."))
@click.argument("topic", metavar="TOPIC")
@option("--at", "at_text", metavar="TIME", help=N_("At this time, '2026-11-21 18:40' (now)."))
@json_option
@pass_setup
def why(setup: Setup, topic: str, at_text: str | None, as_json: bool) -> None:
    """See `help`."""
    from socialhub.alerts import replay
    from socialhub.store.topics import active_topics

    now = setup.clock.now()
    at = _moment(at_text, setup) if at_text is not None else now
    with setup.reader() as db:
        known = next((each for each in active_topics(db) if each.id == topic), None)
        if known is None:
            raise UserError(_("There is no topic {id}.").format(id=topic), _("'socialhub topics list' shows them."))
        found = replay.why(db, known, _settings(setup), at, now=at_text is None)
    if as_json:
        print_json(_signal_values(each) for each in found)
        return
    if not found:
        say(_("No rule watches this topic."))
        return
    _print_signals(found, at, now, setup)


def _moment(written: str, setup: Setup) -> int:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        message = _("{written} is not a time: write '2026-11-21 18:40'.").format(written=written)
        raise click.BadParameter(message, param_hint="--at") from None
    return from_datetime(at if at.tzinfo else at.replace(tzinfo=setup.zone))


def _settings(setup: Setup) -> Settings:
    from socialhub.collector.alerting import engine_settings

    return engine_settings(setup.load_config(check_queries=False))


def _print_signals(found: list[Signal], at: int, now: int, setup: Setup) -> None:
    from socialhub.alerts.why_words import part_text, strength_text, why_text

    say(labelled(moment_text(at, now, setup.zone), found[0].topic.name))
    columns = [Column(_("of it")), Column(_("why"), may_shrink=True), Column(_("seen"), right=True)]
    columns += [Column(_("expected"), right=True), Column(_("in"), right=True), Column(_("strength"), right=True)]
    columns += [Column(_("listened to"), right=True), Column(_("rule"))]
    rows = [
        [
            part_text(each),
            why_text(each),
            figure(each.numbers["seen"]),
            decimal(each.numbers["expected"]),
            duration(each.numbers["window"]),
            strength_text(each),
            percent(each.numbers["completeness"]),
            each.rule.id,
        ]
        for each in found
    ]
    print_table(columns, rows)


def _signal_values(signal: Signal) -> dict[str, Any]:
    from socialhub.alerts.why_words import part_text, strength_text, why_text

    return {
        "subject": signal.subject,
        "rule": signal.rule.id,
        "kind": signal.rule.kind,
        "part_text": part_text(signal),
        "why": signal.why.value,
        "why_text": why_text(signal),
        "strength_text": strength_text(signal),
        "strength": round(signal.strength, 2),
        **signal.numbers,
        "since": moment(signal.numbers["since"]),
        "until": moment(signal.numbers["until"]),
    }


@command("backtest", help=N_("What a rule would have raised on what is stored, and how right it was so far."))
@click.argument("rule", metavar="RULE")
@option("--since", default="30 d", metavar="TIME", help=N_("How far back (30 d)."))
@option("--follow", is_flag=True, help=N_("Tell how far it is, a line a day on stderr, also where nobody watches."))
@json_option
@pass_setup
def backtest(setup: Setup, rule: str, since: str, follow: bool, as_json: bool) -> None:
    """See `help`."""
    from socialhub.alerts import replay
    from socialhub.cli.durations import span_of
    from socialhub.store.topics import active_topics
    from socialhub.store.verdicts import rule_records

    settings, now = _settings(setup), setup.clock.now()
    chosen = next((each for each in settings.rules if each.id == rule), None)
    if chosen is None:
        names = ", ".join(each.id for each in settings.rules)
        raise UserError(_("There is no rule {id}.").format(id=rule), _("In force: {rules}.").format(rules=names))
    start = now - span_of(since, "--since")
    fired: list[Fired] = []
    with setup.reader() as db:
        start = start if chosen.kind == METRIC else max(start, _first_count(db, now))
        topics = active_topics(db)
        for reached, ended in replay.backtest(db, chosen, settings, topics, start, now):
            fired += ended
            (say if follow else progress)(_("tried until {date}…").format(date=date_text(reached, now, setup.zone)))
        end_progress()
        record = next((each for each in rule_records(db, start) if each.rule == rule), None)
    fired.sort(key=lambda each: each.at)
    if as_json:
        print_json(_fired_values(each) for each in fired)
    else:
        _print_fired(fired, record, start, now, setup)


def _first_count(db: Connection, now: int) -> int:
    from socialhub.store.volumes import first_hour

    first = first_hour(db)
    return now if first is None else first


def _print_fired(fired: list[Fired], record: RuleRecord | None, start: int, now: int, setup: Setup) -> None:
    from socialhub.alerts.wording import severity_word

    times = ngettext(
        "It would have fired {count} time since {date}.", "It would have fired {count} times since {date}.", len(fired)
    )
    say(times.format(count=number(len(fired)), date=date_text(start, now, setup.zone)))
    if record is not None and record.precision is not None:
        words = ngettext("{share} of {count} verdict: real.", "{share} of {count} verdicts: real.", record.judged)
        say(words.format(share=percent(record.precision), count=number(record.judged)))
    columns = [Column(_("raised")), Column(_("topic"), may_shrink=True), Column(_("severity"))]
    columns += [Column(_("seen"), right=True), Column(_("expected"), right=True), Column(_("lasted"), right=True)]
    rows = [
        [
            moment_text(each.at, now, setup.zone),
            each.signal.topic.name,
            severity_word(each.worst),
            figure(each.signal.numbers["seen"]),
            decimal(each.signal.numbers["expected"]),
            duration((each.ended or now) - each.at),
        ]
        for each in fired
    ]
    if rows:
        print_table(columns, rows)


def _fired_values(fired: Fired) -> dict[str, Any]:
    return {
        "raised": moment(fired.at),
        "ended": moment(fired.ended),
        "severity": fired.worst.name.lower(),
        **_signal_values(fired.signal),
    }


PAST_COMMANDS: Final = (why, backtest)
