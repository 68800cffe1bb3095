"""Looking back on what was caught up: a burst that came and went while it could not be heard is an alert all the same.

It says when it happened and when it was learned, and is over from the start: nobody is called, nothing escalates, and
people are told of it with their next notices. What still lasts is left to the room's own look at the present. So is a
turn of the tone (see late_tone) and a coordinated group (late_group). Topics as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from socialhub.alert_rules import Rule, rules_for
from socialhub.alerts.late_alert import late_alert
from socialhub.alerts.late_group import late_group
from socialhub.alerts.late_tone import late_turn
from socialhub.alerts.replay import Fired, look_by_look
from socialhub.alerts.settings import Settings
from socialhub.clock import DAY, HOUR, MINUTE, floor_minute
from socialhub.detect.decision import COOL_DOWN
from socialhub.gaps import CatchUp
from socialhub.incidents import Alert, AlertKind
from socialhub.model import Topic
from socialhub.store import alert_run, catch_ups, volumes
from socialhub.store.alert_facts import told_of
from socialhub.store.alerts import alert_by_id
from socialhub.store.connection import Connection
from socialhub.store.topics import active_topics

KINDS: Final = (AlertKind.BURST, AlertKind.RIVAL, AlertKind.TONE_SHIFT, AlertKind.COORDINATION)
"""What is worth knowing late; a moment to join is over, and what single mentions tell is told when they arrive."""
LONGEST: Final = 2 * DAY
"""Further back nothing is looked at."""
_WRITERS: Final[dict[str, Callable[[Connection, Fired, int], Alert | None]]] = {
    AlertKind.TONE_SHIFT: late_turn,
    AlertKind.COORDINATION: late_group,
}
LATE: Final = "late"
"""Why such an alert is over."""
_GLANCE: Final = 5 * MINUTE
_EDGE: Final = 0.2
"""A burst lasts as long as it has this share of its peak in stretches of _GLANCE; one weaker one between is allowed."""


def look_back(db: Connection, settings: Settings, gaps: Sequence[CatchUp], now: int) -> Iterator[list[Fired]]:
    """The bursts that lay in a gap, by `now` (ms UTC), look by look: most looks yield nothing. Only reads."""
    since = max(now - LONGEST, min(gap.since for gap in gaps))
    until = floor_minute(now)
    spans = [gap.known for gap in gaps]
    for rule in settings.rules:
        topics = _followed(rule, settings, active_topics(db)) if rule.kind in KINDS else []
        if not topics:
            continue
        for _at, fired in look_by_look(db, rule, settings, topics, since, until):
            yield [each for each in fired if _inside(each, spans)]


def _followed(rule: Rule, settings: Settings, topics: Sequence[Topic]) -> list[Topic]:
    return [topic for topic in topics if rule in rules_for(settings.rules, rule.kind, topic.id, topic.kind)]


def _inside(fired: Fired, spans: Sequence[tuple[int, int]]) -> bool:
    return any(low <= fired.at and fired.signal.started < high for low, high in spans)


def record(db: Connection, gaps: Sequence[CatchUp], found: Sequence[Fired], now: int) -> list[Alert]:
    """Write what was found into the alerts, but for what was told in its time, and that the gaps were looked at."""
    recorded = []
    # Bursts first: one tells of the tone, too.
    for fired in sorted(found, key=lambda each: each.signal.rule.kind == AlertKind.TONE_SHIFT):
        signal = fired.signal
        late = _WRITERS.get(signal.rule.kind, _late_burst)(db, fired, now)
        if late is None or late.ended is None:
            continue
        if alert_run.was_told(db, *signal.key, signal.started - COOL_DOWN, late.ended):
            continue
        number = alert_run.record_late(db, late, now, LATE)
        if (made := alert_by_id(db, number)) is not None:
            recorded.append(made)
    catch_ups.note_looked(db, list(gaps), now)
    return recorded


def _late_burst(db: Connection, fired: Fired, now: int) -> Alert | None:
    """The alert about a burst; None where it goes on."""
    minutes = _minutes_of(db, fired, now)
    start, end = extent(minutes, fired.signal.window.start, fired.ended or now)
    if fired.ended is None and _goes_on(minutes, now):
        return None
    return _alert_of(db, fired, (start, end), minutes, fired.ended or min(now, end + HOUR), now)


def _minutes_of(db: Connection, fired: Fired, now: int) -> dict[int, int]:
    """The mentions of its topic by the minute, from where its first window began."""
    minutes: dict[int, int] = {}
    window = fired.signal.window
    for minute, _source, _tone, mentions in volumes.minute_cells(db, window.topic, window.start, now):
        minutes[minute] = minutes.get(minute, 0) + mentions
    return minutes


def _goes_on(minutes: Mapping[int, int], now: int) -> bool:
    """Whether the last hour has something of it: while other sources are silent nothing is called calm."""
    peak = max(glances(minutes, min(minutes, default=now), now))
    return max(glances(minutes, now - HOUR, now)) >= max(1.0, peak * _EDGE)


def _alert_of(
    db: Connection, fired: Fired, lasted: tuple[int, int], minutes: Mapping[int, int], ended: int, now: int
) -> Alert:
    """The alert, with the numbers of the burst itself instead of those of the window that showed it first."""
    signal, (start, end) = fired.signal, lasted
    length = max(1, signal.window.end - signal.window.start)
    usual: Any = signal.numbers.get("expected", 0.0)
    facts = {name: value for name, value in signal.numbers.items() if name not in ("low", "high", "probability")}
    facts |= {
        **told_of(db, replace(signal.window, start=start, end=end)),
        "seen": sum(count for minute, count in minutes.items() if start <= minute < end),
        "expected": round(usual * (end - start) / length, 1),
        "since": start,
        "until": end,
        "window": end - start,
    }
    return late_alert(fired, start, ended, now, facts)


def glances(minutes: Mapping[int, int], start: int, end: int) -> list[int]:
    """The mentions of each stretch of _GLANCE from the one that holds `start` (ms) on; at least one."""
    first = start - start % _GLANCE
    return [
        sum(minutes.get(minute, 0) for minute in range(glance, glance + _GLANCE, MINUTE))
        for glance in range(first, max(end, first + 1), _GLANCE)
    ]


def extent(minutes: Mapping[int, int], start: int, end: int) -> tuple[int, int]:
    """From when to when a burst lasted that lies within [start, end) ms, by its mentions a minute."""
    first, counts = start - start % _GLANCE, glances(minutes, start, end)
    peak = max(range(len(counts)), key=counts.__getitem__)
    enough = max(1.0, counts[peak] * _EDGE)

    def edge(step: int) -> int:
        at = last = peak
        while 0 <= at + step < len(counts) and abs(at + step - last) <= 2:
            at += step
            last = at if counts[at] >= enough else last
        return last

    return first + edge(-1) * _GLANCE, first + (edge(1) + 1) * _GLANCE
