"""Who is called when: shifts and chains of a config, read, checked, and as escalation takes them (`socialhub.duty`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from socialhub.clock import from_datetime
from socialhub.config.checks import check_unique
from socialhub.config.duty_settings import EscalationSettings, ShiftSettings
from socialhub.config.lines import KeyPath
from socialhub.config.problems import nearest
from socialhub.config.reader import Reading
from socialhub.config.settings import Config, Hub, TopicSettings
from socialhub.duty import ON_CALL, Chain, ChainStep, Duty, Shift
from socialhub.hours import Calendar, parse_hours
from socialhub.i18n import _
from socialhub.incidents import Severity

_A_WEEK: Final = datetime(2026, 11, 23, tzinfo=UTC)
"""Monday of a week without a public holiday."""
_GLANCE: Final = timedelta(minutes=30)
"""How finely a week is looked through for hours at which nobody is on call."""
_DAY_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def duty_of(config: Config) -> Duty:
    """Who is called when, as the engine needs it."""
    return Duty(calendar_of(config.hub), tuple(map(_shift, config.on_call)), tuple(map(_chain, config.escalations)))


def calendar_of(hub: Hub) -> Calendar:
    """When the room is at work."""
    closed = frozenset(date.fromisoformat(day[: len("2026-12-24")]) for day in hub.closed)
    return Calendar(hub.zone, parse_hours(hub.business_hours), hub.country, closed)


def night_of(hub: Hub) -> Callable[[int], bool]:
    """Whether a moment (ms UTC) is in the room's night, on its own clocks."""
    if not hub.night:
        return lambda _moment: False
    calendar, night = calendar_of(hub), parse_hours(hub.night)
    return lambda moment: calendar.within(night, moment)


def _shift(written: ShiftSettings) -> Shift:
    since = datetime.fromisoformat(written.since).replace(tzinfo=None)
    return Shift(parse_hours(written.hours), written.to, written.turns, since, written.days)


def _chain(written: EscalationSettings) -> Chain:
    return Chain(
        written.name,
        tuple(ChainStep(step.after or 0, step.to) for step in written.steps),
        Severity[written.severity.upper()],
        written.topics,
        parse_hours(written.hours),
        written.repeat,
        written.repeat_after,
    )


# ---- reading and checks ------------------------------------------------------------------------------------------


def read_duty(
    reading: Reading, document: Mapping[str, Any], hub: Hub, topics: Collection[TopicSettings]
) -> tuple[tuple[ShiftSettings, ...], tuple[EscalationSettings, ...]]:
    """The shifts and chains of a document; everything that is wrong is reported."""
    targets = _targets(document)
    shifts = {
        at: shift
        for at, table in reading.tables(document, "on_call")
        if (shift := reading.settings(ShiftSettings, table, at)) is not None
    }
    for at, shift in shifts.items():
        _check_targets({(*at, "to"): shift.to, (*at, "turns"): shift.turns}, targets, reading)
        if not shift.to and not shift.turns:
            reading.report(at, _("nobody is called in this shift: give {keys}").format(keys="to / turns"))
    called = all(shift.to or shift.turns for shift in shifts.values())
    if shifts and called and reading.check_queries:
        _check_gaps(calendar_of(hub), shifts, reading)
    chains = _read_chains(reading, document, topics, targets if not shifts else [ON_CALL, *targets])
    return tuple(shifts.values()), chains


def _read_chains(
    reading: Reading, document: Mapping[str, Any], topics: Collection[TopicSettings], targets: Collection[str]
) -> tuple[EscalationSettings, ...]:
    tables = reading.tables(document, "escalations")
    check_unique({at: table.get("name") for at, table in tables}, "name", reading)
    chains = {
        at: chain for at, table in tables if (chain := reading.settings(EscalationSettings, table, at)) is not None
    }
    known = [topic.id for topic in topics]
    for at, chain in chains.items():
        _check_steps(chain, at, targets, reading)
        for index, topic in enumerate(chain.topics):
            if topic not in known:
                message = _("there is no topic with this id")
                reading.report((*at, "topics", index), message, nearest(topic, known))
    return tuple(chain for chain in chains.values() if chain.steps)


def _check_steps(chain: EscalationSettings, at: KeyPath, targets: Collection[str], reading: Reading) -> None:
    if not chain.steps:
        reading.report(at, _("a chain needs at least one step: {example}").format(example="[[escalations.steps]]"))
    before = -1
    for index, step in enumerate(chain.steps):
        place = (*at, "steps", index)
        after = step.after or 0
        if after <= before:
            reading.report((*place, "after"), _("a step comes later than the one before it"))
        before = after
        if not step.to:
            reading.report((*place, "to"), _("nobody is told by this step"))
        _check_targets({(*place, "to"): step.to}, targets, reading)


def _targets(document: Mapping[str, Any]) -> list[str]:
    """The names of the [[notify]] tables as they are written: what is wrong with them is reported elsewhere."""
    rows = document.get("notify")
    names = (row.get("name") for row in (rows if isinstance(rows, list) else ()) if isinstance(row, dict))
    return [name for name in names if isinstance(name, str)]


def _check_targets(named: Mapping[KeyPath, tuple[str, ...]], targets: Collection[str], reading: Reading) -> None:
    for at, names in named.items():
        for index, name in enumerate(names):
            if name in targets:
                continue
            if name == ON_CALL:
                message = _("nobody is on call: give {tables}").format(tables="[[on_call]]")
                reading.report((*at, index), message)
            else:
                message = _("no [[notify]] has this name")
                # A room without any is told in the console: its escalations are written down all the same.
                reading.report((*at, index), message, nearest(name, targets), warning=not set(targets) - {ON_CALL})


def _check_gaps(calendar: Calendar, shifts: Mapping[KeyPath, ShiftSettings], reading: Reading) -> None:
    """Warn of the first half hour of a week at which nobody is on call."""
    duty = Duty(calendar, tuple(map(_shift, shifts.values())))
    for moment in _week(calendar):
        if not duty.on_call(from_datetime(moment)):
            when = f"{_DAY_NAMES[moment.weekday()]} {moment:%H:%M}"
            message = _("nobody is on call at some hours, for one {when}").format(when=when)
            reading.report(next(iter(shifts)), message, warning=True)
            return


def _week(calendar: Calendar) -> Iterator[datetime]:
    local = _A_WEEK.replace(tzinfo=calendar.zone)
    return (local + place * _GLANCE for place in range(int(timedelta(days=7) / _GLANCE)))
