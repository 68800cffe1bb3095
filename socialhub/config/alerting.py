"""Rules of alerts and planned events in a config: read, checked, and as the engine takes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any, Final

from socialhub.alert_rules import USUAL_RULES, PlannedEvent, Rule, in_force
from socialhub.clock import from_datetime
from socialhub.config.checks import check_unique
from socialhub.config.lines import KeyPath
from socialhub.config.problems import nearest
from socialhub.config.reader import Reading
from socialhub.config.settings import AlertSettings, EventSettings, MetricSettings, TopicSettings
from socialhub.i18n import _
from socialhub.incidents import Severity

OWN_KEYS: Final = {
    "query": ("keyword",),
    "reach": ("detractor",),
    **dict.fromkeys(("metric", "above", "below", "lasting"), ("metric",)),
}
"""Keys that mean something for some kinds of rules only, and for which."""


def read_alerts(
    reading: Reading, document: Mapping[str, Any], topics: Collection[TopicSettings]
) -> tuple[AlertSettings, ...]:
    """The rules of a document, each with its id; everything that is wrong is reported."""
    tables = reading.tables(document, "alerts")
    rules = {
        at: replace(rule, id=rule.id or rule.kind)
        for at, table in tables
        if (rule := reading.settings(AlertSettings, table, at)) is not None
    }
    check_unique({at: table.get("id") or table.get("kind") for at, table in tables}, "id", reading)
    _check_topics({at: rule.topics for at, rule in rules.items()}, topics, reading)
    for at, rule in rules.items():
        _check_own_keys(at, rule, reading)
        usual = USUAL_RULES.get(rule.id)
        if usual is not None and usual.kind != rule.kind:
            message = _("this is the id of the rules of kind {kind}")
            reading.report((*at, "id"), message.format(kind=usual.kind))
    return tuple(rules.values())


def read_metrics(
    reading: Reading, document: Mapping[str, Any], topics: Collection[TopicSettings]
) -> tuple[MetricSettings, ...]:
    """What a document says of metrics; everything that is wrong is reported."""
    tables = reading.tables(document, "metrics")
    metrics = {at: each for at, table in tables if (each := reading.settings(MetricSettings, table, at)) is not None}
    check_unique({at: table.get("name") for at, table in tables}, "name", reading)
    _check_topics({at: each.topics for at, each in metrics.items()}, topics, reading)
    return tuple(metrics.values())


def read_events(
    reading: Reading, document: Mapping[str, Any], topics: Collection[TopicSettings], zone: tzinfo
) -> tuple[EventSettings, ...]:
    """The planned events of a document; everything that is wrong is reported."""
    tables = reading.tables(document, "events")
    events = {at: event for at, table in tables if (event := reading.settings(EventSettings, table, at)) is not None}
    _check_topics({at: event.topics for at, event in events.items()}, topics, reading)
    for at, event in events.items():
        if moment_of(event.start, zone) >= moment_of(event.end, zone):
            reading.report((*at, "end"), _("this event ends before it begins"))
    return tuple(events.values())


def rules_of(alerts: Iterable[AlertSettings]) -> tuple[Rule, ...]:
    """The rules in force: the usual ones, changed and added to by what is configured."""
    settings = tuple(alerts)
    return in_force(
        tuple(_rule(each) for each in settings), frozenset(each.id for each in settings if not each.enabled)
    )


def planned_of(events: Iterable[EventSettings], zone: tzinfo) -> tuple[PlannedEvent, ...]:
    """The planned events with their moments; those without a time zone are in `zone`."""
    return tuple(
        PlannedEvent(each.name, moment_of(each.start, zone), moment_of(each.end, zone), each.topics) for each in events
    )


def moment_of(written: str, zone: tzinfo) -> int:
    """A written moment in ms UTC; one without a time zone is in `zone`. Raises ValueError."""
    moment = datetime.fromisoformat(written)
    return from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def _rule(written: AlertSettings) -> Rule:
    """The usual rule of a kind with what was written in its place."""
    rule = replace(USUAL_RULES[written.kind], id=written.id, topics=written.topics)
    if written.severity:
        rule = replace(rule, severity=Severity[written.severity.upper()])
    for name in ("floor", "crisis_from", "calm_for", "repeat", *OWN_KEYS):
        if (value := getattr(written, name)) not in (None, ""):
            rule = replace(rule, **{name: value})
    return rule


def _check_own_keys(at: KeyPath, rule: AlertSettings, reading: Reading) -> None:
    """A keyword rule needs its query; what means nothing for a kind is refused, with the kinds that it is for."""
    if rule.kind == "keyword" and not rule.query and not reading.has_problem((*at, "query")):
        reading.report(at, _('a rule of kind keyword needs a "query": what to look for'))
    if rule.above is not None and rule.below is not None:
        message = _("a limit is {keys}, not both: write two rules")
        reading.report((*at, "below"), message.format(keys="above / below"))
    if rule.lasting is not None and rule.above is None and rule.below is None:
        reading.report((*at, "lasting"), _("this needs a limit: {keys}").format(keys="above / below"))
    for name, kinds in OWN_KEYS.items():
        if getattr(rule, name) not in (None, "") and rule.kind not in kinds:
            message = _("this is only for rules of kind {kinds}")
            reading.report((*at, name), message.format(kinds=", ".join(kinds)))


def _check_topics(
    named: Mapping[KeyPath, tuple[str, ...]], topics: Collection[TopicSettings], reading: Reading
) -> None:
    known = [topic.id for topic in topics]
    for at, ids in named.items():
        for index, topic in enumerate(ids):
            if topic not in known:
                message = _("there is no topic with this id")
                reading.report((*at, "topics", index), message, nearest(topic, known))
