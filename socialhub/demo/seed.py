"""Puts the past of the demonstration into a cache: 28 days of counts and of its metric, coverage with its gaps,
alerts that are over.

Everything else comes through the real pipeline when the scenario's files are played.
"""

from __future__ import annotations

import os
import platform
from collections import defaultdict
from typing import Final

from socialhub.clock import DAY, HOUR, MINUTE, floor_hour
from socialhub.demo.data import read
from socialhub.demo.help_line import HELP_LINE, calls
from socialhub.demo.history import ALL, History, tell_history
from socialhub.demo.scenario import BROKEN_SOURCE, REPLAY_EVERY, Scenario
from socialhub.demo.story import EVENTS, HISTORY_DAYS, SILENT_SOURCE, Event
from socialhub.demo.topics import TOPICS
from socialhub.demo.voices import SOURCES
from socialhub.demo.watched import demo_lists, demo_people
from socialhub.errors import Reason
from socialhub.incidents import Severity
from socialhub.store import alert_life, collectors
from socialhub.store import alerts as alert_store
from socialhub.store.connection import Connection, Writer
from socialhub.store.metrics import write_measurements
from socialhub.store.people import sync_people
from socialhub.store.person_notes import PersonNote, add_person_note
from socialhub.store.poll_slots import fill_from_spans
from socialhub.store.schema import ALL_TOPICS
from socialhub.store.sources import ensure_source
from socialhub.store.topics import ConfiguredTopic, sync_topics

BROKEN_FOR: Final = 47 * MINUTE
"""How long the source that cannot be reached has been silent when the demonstration begins."""
_OPERATOR: Final = "karim"
_NOTICED_AFTER: Final = 3 * MINUTE


def seed_history(writer: Writer, scenario: Scenario, seed: int) -> None:
    """Write the past into a fresh cache, in one transaction. Raises a CacheError."""
    begun = scenario.start - HISTORY_DAYS * DAY
    with writer.transaction() as db:
        configured = [
            ConfiguredTopic(topic.slug, topic.name, topic.kind, topic.query, topic.colour) for topic in TOPICS
        ]
        topics = {**sync_topics(db, configured, begun), ALL: ALL_TOPICS}
        sources = {name: ensure_source(db, name, "replay") for name in (*SOURCES, HELP_LINE)}
        broken = ensure_source(db, BROKEN_SOURCE, "rss")
        past = tell_history(seed, scenario.start)
        _write_counts(db, past, topics, sources)
        _write_places(db, past, topics)
        for name, number in sources.items():
            _write_coverage(db, number, REPLAY_EVERY, (begun, scenario.play_from), _gaps(scenario, name))
        _write_coverage(db, broken, MINUTE, (begun, scenario.play_from - BROKEN_FOR), _gaps(scenario, BROKEN_SOURCE))
        write_measurements(db, sources[HELP_LINE], list(calls(seed, scenario.start, begun, scenario.start)), begun)
        fill_from_spans(db)
        run = collectors.begin(db, os.getpid(), platform.node(), begun, "", "")
        collectors.end(db, run, scenario.play_from)
        _write_past_alerts(db, scenario)
        _write_exchanges(db, scenario, begun)


def _write_counts(db: Connection, past: History, topics: dict[str, int], sources: dict[str, int]) -> None:
    hours: dict[tuple[int, int, int, int], list[int]] = {}
    rows = []
    for slug, minute, source, tone, mentions, stories in past.counts:
        key = topics[slug], floor_hour(minute), sources[source], tone
        rows.append((key[0], minute, key[2], tone, mentions, stories))
        cell = hours.setdefault(key, [0, 0])
        cell[0] += mentions
        cell[1] += stories
    db.executemany(
        "INSERT INTO counts (topic, minute, source, tone, mentions, stories) VALUES (?, ?, ?, ?, ?, ?)", rows
    )
    db.executemany(
        "INSERT INTO hour_counts (topic, hour, source, tone, mentions, stories) VALUES (?, ?, ?, ?, ?, ?)",
        [(*key, *cell) for key, cell in sorted(hours.items())],
    )


def _write_places(db: Connection, past: History, topics: dict[str, int]) -> None:
    hours: defaultdict[tuple[int, int, str, int], int] = defaultdict(int)
    rows = []
    for slug, minute, place, tone, mentions in past.places:
        rows.append((topics[slug], minute, place, tone, mentions))
        hours[topics[slug], floor_hour(minute), place, tone] += mentions
    db.executemany("INSERT INTO place_counts (topic, minute, place, tone, mentions) VALUES (?, ?, ?, ?, ?)", rows)
    db.executemany(
        "INSERT INTO place_hour_counts (topic, hour, place, tone, mentions) VALUES (?, ?, ?, ?, ?)",
        [(*key, mentions) for key, mentions in sorted(hours.items())],
    )


def _span(scenario: Scenario, event: Event) -> tuple[int, int]:
    return scenario.start + event.start_offset_ms, scenario.start + event.end_offset_ms


def _gaps(scenario: Scenario, source: str) -> list[tuple[int, int, str]]:
    """(start, end, outcome) of the times this source was not heard, in order."""
    gaps = [(*_span(scenario, EVENTS["hole"]), "unreachable")]
    if source == SILENT_SOURCE:
        gaps.append((*_span(scenario, EVENTS["silence"]), "timeout"))
    return gaps


def _write_coverage(
    db: Connection, source: int, interval: int, span: tuple[int, int], gaps: list[tuple[int, int, str]]
) -> None:
    """Rows of at most an hour's listening, as the collector writes them, broken by the gaps."""
    begun, until = span
    rows = []
    listened = begun
    for gap_start, gap_end, outcome in [*gaps, (until, until, "")]:
        while listened < gap_start:
            end = min(floor_hour(listened) + HOUR, gap_start)
            rows.append((source, listened, end, "ok", (end - listened) // MINUTE, 1))
            listened = end
        if outcome:
            rows.append((source, gap_start, gap_end, outcome, 4, 0))
        listened = gap_end
    db.executemany("INSERT INTO polls (source, start, end, outcome, polls, complete) VALUES (?, ?, ?, ?, ?, ?)", rows)
    db.execute(
        "UPDATE sources SET first_success = ?, last_success = ?, interval = ?, streaming = kind = 'replay'"
        " WHERE id = ?",
        (begun, until, interval, source),
    )


def _write_exchanges(db: Connection, scenario: Scenario, begun: int) -> None:
    """The watchlists, and what was noted of their people and exchanged with them."""
    people = sync_people(db, [each.configured for each in demo_lists()], demo_people(), begun)
    numbers = {person.id: person.number for person in people}
    for noted in read("watched")["exchanges"]:
        at = scenario.play_from - noted["days"] * DAY
        number = numbers[noted["stem"].replace("_", "-")]
        add_person_note(db, number, PersonNote(0, at, _OPERATOR, noted["kind"], noted["text"]))


def _write_past_alerts(db: Connection, scenario: Scenario) -> None:
    """What the silences raised at the time, taken by somebody and over since."""
    since, until = _span(scenario, EVENTS["hole"])
    network = alert_store.raise_alert(
        db, "network", "", Severity.WARNING, since, since + _NOTICED_AFTER, {"sources": sorted(SOURCES), "since": since}
    )
    alert_life.acknowledge(db, network, _OPERATOR, since + 2 * _NOTICED_AFTER)
    alert_life.resolve(db, network, "", until + MINUTE)
    since, until = _span(scenario, EVENTS["silence"])
    reason = Reason("timeout", {"host": "ciel.example", "seconds": 30}).to_json()
    facts = {"source": SILENT_SOURCE, "since": since, "interval": MINUTE, "last_success": since, "reason": reason}
    silent = alert_store.raise_alert(
        db, "source_silent", SILENT_SOURCE, Severity.NOTICE, since, since + _NOTICED_AFTER, facts
    )
    alert_life.resolve(db, silent, "", until + MINUTE)
