"""Plays a labelled scenario: the real engine over a real cache, and plain rules of other tools, on the same mentions.

What is known late comes in late; a source that is asked now and then answers now and then.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, pstdev
from typing import Final
from zlib import crc32

from benchmarks.scenario_series import COUNTRY, PARIS, SOURCES, TOPICS, Said, Scenario
from socialhub.alert_rules import in_force
from socialhub.alerts.engine import Engine
from socialhub.alerts.settings import Settings
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.detect.week import Week
from socialhub.duty import Duty
from socialhub.hours import Calendar, parse_hours
from socialhub.incidents import Action, Severity
from socialhub.model import Draft
from socialhub.store import sources
from socialhub.store.alerts import alert_rows, events_of
from socialhub.store.connection import Connection, Writer, open_writer
from socialhub.store.intake import store_intake
from socialhub.store.prepared import Intake, Prepared
from socialhub.store.topics import ConfiguredTopic, sync_topics
from socialhub.text import fold

LOOK_EVERY: Final = 5 * MINUTE
"""How often the room is looked at, and…"""
CLOSELY: Final = (-10 * MINUTE, 75 * MINUTE)
"""…around the beginning of what was planted every minute."""
AFTERMATH: Final = 4 * HOUR
"""What is raised so long after the end of what was planted is still about it."""
_CHUNK: Final = 2000


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert: when it was raised (ms UTC), about what, and how grave it became."""

    at: int
    kind: str
    subject: str
    topic: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a scenario: found after `delay` (ms; None: never), by `by`; after `grave_delay` above a notice.

    `false` and `false_grave` (above a notice) are alerts about nothing in `weeks`; `too_grave` are worse than the label
    allows.
    """

    delay: int | None
    grave_delay: int | None
    by: str
    false: tuple[Raised, ...]
    too_grave: tuple[Raised, ...]
    weeks: float

    @property
    def false_grave(self) -> tuple[Raised, ...]:
        return tuple(each for each in self.false if each.severity > Severity.NOTICE)


def moments(scenario: Scenario) -> Iterator[int]:
    """When the room is looked at."""
    at, label = scenario.live_from, scenario.label
    while at < scenario.end:
        near = label is not None and CLOSELY[0] <= at - label.start < CLOSELY[1]
        at += MINUTE if near else LOOK_EVERY - at % LOOK_EVERY
        yield at


def play(path: Path, scenario: Scenario) -> list[Raised]:
    """What the engine raises, in a new cache at `path`."""
    room = ScenarioRoom(path, scenario)
    try:
        for at in moments(scenario):
            room.pass_until(at)
            room.look(at)
        return room.raised()
    finally:
        room.writer.close()


class ScenarioRoom:
    """A cache in which a scenario is lived through."""

    def __init__(self, path: Path, scenario: Scenario) -> None:
        self.writer: Writer = open_writer(path)
        self._scenario = scenario
        self._rows = sorted((_arrival(each), place) for place, each in enumerate(scenario.said))
        self._next = self._number = 0
        self._first_of: dict[str, Prepared] = {}
        with self.writer.transaction() as db:
            topics = [ConfiguredTopic(slug, slug.title(), kind, slug) for slug, kind in TOPICS.items()]
            self._topics = sync_topics(db, topics, scenario.begun)
            configured = [
                sources.Configured(name, "rss" if every else "jetstream", every or LOOK_EVERY, not every, name)
                for name, every in SOURCES.items()
            ]
            self._sources = sources.sync_sources(db, configured)
            for number in self._sources.values():
                _listen(db, number, scenario.begun, scenario.live_from)
        self._take_in(scenario.live_from)
        self.writer.checkpoint()
        duty = Duty(Calendar(PARIS, parse_hours("mon-fri 09:00-18:00"), COUNTRY))
        self._engine = Engine(Settings(in_force((), frozenset()), (), Week(PARIS, COUNTRY), duty))

    def pass_until(self, now: int) -> None:
        """What came in until `now` is stored, and who was listened to is noted."""
        self._take_in(now)
        with self.writer.transaction() as db:
            for name, every in SOURCES.items():
                away, back = self._scenario.deaf.get(name, (0, 0))
                asked = now - now % every if every else now
                if not away <= asked < back:
                    sources.note_heard(db, self._sources[name], asked, 0, complete=True)

    def look(self, now: int) -> None:
        """The alerts' turn."""
        db = self.writer.db
        topics = self._engine.begin(db, now, None)
        signals = [signal for topic in topics for signal in self._engine.look(db, topic)]
        with self.writer.transaction() as db:
            self._engine.run(db, now, signals)

    def raised(self) -> list[Raised]:
        """Every alert there was."""
        db = self.writer.db
        slugs = {number: slug for slug, number in self._topics.items()}
        return [
            Raised(
                next(step.at for step in events_of(db, alert.id) if step.action == Action.RAISED),
                alert.kind,
                alert.subject,
                slugs.get(alert.topic or 0, ""),
                alert.severity,
            )
            for alert in alert_rows(db, limit=-1)
        ]

    def _take_in(self, until: int) -> None:
        due: dict[str, list[Said]] = {}
        while self._next < len(self._rows) and self._rows[self._next][0] <= until:
            said = self._scenario.said[self._rows[self._next][1]]
            due.setdefault(said.source, []).append(said)
            self._next += 1
        for source, said_there in due.items():
            for start in range(0, len(said_there), _CHUNK):
                rows = [self._prepared(said) for said in said_there[start : start + _CHUNK]]
                with self.writer.transaction() as db:
                    store_intake(db, Intake(self._sources[source], until, new=rows))

    def _prepared(self, said: Said) -> Prepared:
        self._number += 1
        draft = Draft(
            f"n{self._number}",
            said.text,
            published=said.at,
            author=said.handle.title(),
            handle=said.handle,
            followers=said.followers,
            account_created=said.account_created,
            lang="fr",
            links=(said.link,) if said.link else (),
        )
        words, unsure = fold(said.text), said.tone is None
        topics = tuple(self._topics[slug] for slug in said.topics)
        places = (said.place,) if said.place else ()
        row = Prepared(draft, f"{said.source}/{draft.native_id}", said.at, crc32(words.encode()), "", words, "")
        row.tone, row.confidence = (said.tone or 0), (0.3 if unsure else 0.9)
        row.model, row.topics, row.places = "told", topics, places
        first = self._first_of.setdefault(words, row)
        if said.link and first is not row:
            row.same_story_as = first
        return row


def _arrival(said: Said) -> int:
    """When the room gets it: at once from a stream, else when the source is asked next."""
    every = SOURCES[said.source]
    return -(-said.arrives // every) * every if every else said.arrives


def _listen(db: Connection, source: int, start: int, end: int) -> None:
    rows = [(source, hour, min(hour + HOUR, end), "ok", 60, 0, 1) for hour in range(start, end, HOUR)]
    db.executemany("INSERT INTO polls VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    db.execute("UPDATE sources SET first_success = ?, last_success = ? WHERE id = ?", (start, end, source))


# ---- the plain rules -------------------------------------------------------------------------------------------------

PLAIN: Final = ("mean + 3 sd of the hour", "3 times last week")
LEAST: Final = 6
"""So many mentions more than before are asked by both: the floor that the detector has."""
QUIET: Final = 4 * HOUR
_DAYS: Final = 28


def play_plain(scenario: Scenario, rule: str) -> list[Raised]:
    """What a rule raises on the last hour of each topic, that is quiet for four hours after each alert's end.

    The first compares with the same hour of the 28 days before, the second with that of a week before.
    """
    raised = []
    by_topic: dict[str, list[tuple[int, int]]] = {topic: [] for topic in TOPICS}
    for said in scenario.said:
        for topic in said.topics:
            by_topic[topic].append((said.at, _arrival(said)))
    for topic, times in by_topic.items():
        times.sort()
        published, quiet_until = [at for at, _arrives in times], 0
        for now in moments(scenario):
            first, last = bisect_left(published, now - HOUR), bisect_right(published, now)
            seen = sum(arrives <= now for _at, arrives in times[first:last])
            if _stands_out(seen, published, now, rule):
                if now >= quiet_until:
                    raised.append(Raised(now, rule, topic, topic, Severity.WARNING))
                quiet_until = now + QUIET
    return sorted(raised, key=lambda each: each.at)


def _stands_out(seen: int, published: Sequence[int], now: int, rule: str) -> bool:
    def before(days: int) -> int:
        moment = now - days * DAY
        return bisect_right(published, moment) - bisect_left(published, moment - HOUR)

    if rule == PLAIN[0]:
        past = [before(days) for days in range(1, _DAYS + 1)]
        return seen > fmean(past) + max(3 * pstdev(past), LEAST)
    return seen >= max(3 * before(7), before(7) + LEAST)


def judge(scenario: Scenario, raised: Sequence[Raised]) -> Outcome:
    """What was raised, beside the label."""
    label, span = scenario.label, scenario.end - scenario.live_from
    if label is None:
        return Outcome(None, None, "", tuple(raised), (), span / (7 * DAY))
    within = [each for each in raised if label.start <= each.at < label.end + AFTERMATH and each.topic in label.topics]
    found = [each for each in within if each.at < label.end and (each.kind in label.kinds or each.kind in PLAIN)]
    grave = [each for each in found if each.severity > Severity.NOTICE]
    first = min(found, key=lambda each: each.at, default=None)
    weeks = (span - (label.end + AFTERMATH - label.start)) / (7 * DAY)
    return Outcome(
        first.at - label.start if first else None,
        min(each.at for each in grave) - label.start if grave else None,
        f"{first.kind} {first.subject}" if first else "",
        tuple(each for each in raised if each not in within),
        tuple(each for each in within if each.severity > label.most),
        weeks,
    )
