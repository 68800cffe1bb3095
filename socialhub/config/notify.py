"""Who is told of alerts: the [[notify]] tables of a config, read, checked, and as planning and sending take them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from socialhub.config.checks import check_unique
from socialhub.config.duty import calendar_of
from socialhub.config.lines import KeyPath
from socialhub.config.problems import nearest
from socialhub.config.reader import Reading
from socialhub.config.settings import ONLY_CALLED, Config, NotifySettings, TopicSettings
from socialhub.duty import ON_CALL
from socialhub.hours import parse_hours
from socialhub.i18n import _
from socialhub.incidents import Severity
from socialhub.targets import Notifying, Target


def read_notify(
    reading: Reading, document: Mapping[str, Any], topics: Collection[TopicSettings]
) -> dict[KeyPath, NotifySettings]:
    """The targets of a document by their places; everything that is wrong is reported."""
    tables = reading.tables(document, "notify")
    targets = {
        at: target for at, table in tables if (target := reading.settings(NotifySettings, table, at)) is not None
    }
    check_unique({at: table.get("name") for at, table in tables}, "name", reading)
    known = [topic.id for topic in topics]
    for at, target in targets.items():
        if target.name == ON_CALL:
            reading.report((*at, "name"), _("this name stands for whoever is on call: take another"))
        if not target.url:
            reading.report((*at, "url"), _("a target needs an address: name its secret, by env:NAME or keyring:NAME"))
        for index, topic in enumerate(target.topics):
            if topic not in known:
                message = _("there is no topic with this id")
                reading.report((*at, "topics", index), message, nearest(topic, known))
    return targets


def notifying_of(config: Config) -> Notifying:
    """Who is told of what, as planning and sending need it."""
    return Notifying(config.hub.name, calendar_of(config.hub), targets_of(config.notify))


def targets_of(written: Iterable[NotifySettings]) -> tuple[Target, ...]:
    """The targets, in the order in which they are written."""
    return tuple(
        Target(
            name=each.name,
            url=each.url,
            severity=None if each.severity == ONLY_CALLED else Severity[each.severity.upper()],
            topics=each.topics,
            hours=parse_hours(each.hours),
            language=each.language,
            digest=each.digest,
            limit=each.limit,
            all_clear=each.all_clear,
        )
        for each in written
    )
