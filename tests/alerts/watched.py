"""A room that has been listened to for four weeks, whose alerts are run minute by minute by a clock of the test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from socialhub.alert_rules import PlannedEvent, Rule, in_force
from socialhub.alerts.engine import Engine
from socialhub.alerts.looking_back import look_back, record
from socialhub.alerts.settings import Settings
from socialhub.alerts.signals import Signal
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.detect.week import Week
from socialhub.duty import Duty
from socialhub.hours import Calendar, parse_hours
from socialhub.incidents import Alert, Transition
from socialhub.store import catch_ups, sources
from socialhub.store.alert_run import standings
from socialhub.store.alerts import events_of
from socialhub.store.connection import Connection, open_writer
from socialhub.store.intake import store_intake
from socialhub.store.prepared import Intake, Prepared
from socialhub.store.schema import ALL_TOPICS
from socialhub.store.topics import ConfiguredTopic, sync_topics
from tests.caches import new_cache
from tests.seed import prepared

NOW: Final = 1_795_532_400_000
"""2026-11-24 15:00:00 UTC, a Tuesday afternoon in Paris."""
PAST: Final = 28 * DAY
TOPICS: Final = (
    ConfiguredTopic("orange", "Orange", "brand", "orange"),
    ConfiguredTopic("fibre", "Fibre", "product", "fibre"),
    ConfiguredTopic("free", "Free", "competitor", "free"),
)
SOURCES: Final = ("social", "forum")
RATE: Final = 6.0
"""Mentions an hour that each source brings of each topic."""


class Watched:
    """The room. `say` stores mentions of the present minute, `minutes` lets time pass and the alerts run."""

    def __init__(self, path: Path, *rules: Rule, planned: Sequence[PlannedEvent] = ()) -> None:
        """The room in the cache at `path`, which `tell_past` made."""
        self.path = path
        self.writer = open_writer(path)
        self.now = NOW
        self._spoken = 0
        self.topics = dict(self.db.execute("SELECT slug, id FROM topics").fetchall())
        self.sources = dict(self.db.execute("SELECT name, id FROM sources").fetchall())
        paris = ZoneInfo("Europe/Paris")
        duty = Duty(Calendar(paris, parse_hours("mon-fri 09:00-18:00"), "FR"))
        self.settings = Settings(rules or in_force((), frozenset()), tuple(planned), Week(paris, "FR"), duty)
        self.engine = Engine(self.settings)

    @property
    def db(self) -> Connection:
        """The connection."""
        return self.writer.db

    def say(self, count: int, *topics: str, source: str = "social", **fields: Any) -> list[int]:
        """So many mentions, spread over the minute that is running; returns their ids."""
        rows = [self.prepare(*topics, at=self.now + place * MINUTE // count, **fields) for place in range(count)]
        self.store(*rows, source=source)
        return [row.id for row in rows]

    def prepare(self, *topics: str, tone: int = -1, text: str = "", at: int | None = None, **fields: Any) -> Prepared:
        """One mention, not stored yet; published now unless `at` says when."""
        self._spoken += 1
        numbers, said = tuple(self.topics[topic] for topic in topics), text or f"rien ne marche {self._spoken}"
        fields.setdefault("handle", f"h{self._spoken}")
        return prepared(said, tone=tone, topics=numbers, published=self.now if at is None else at, **fields)

    def store(self, *rows: Prepared, source: str = "social") -> None:
        """Let mentions arrive now."""
        with self.writer.transaction() as db:
            store_intake(db, Intake(self.sources[source], self.now, new=list(rows)))

    @contextmanager
    def asked(self, word: str) -> Iterator[list[str]]:
        """The questions to the cache in which a word stands, while the block lasts."""
        asked: list[str] = []
        self.db.set_trace_callback(lambda said: asked.append(said) if word in said else None)
        try:
            yield asked
        finally:
            self.db.set_trace_callback(None)

    def minutes(self, count: int = 1, *, deaf: Sequence[str] = (), each: int = 0, topic: str = "") -> list[Transition]:
        """Let so many minutes pass; sources that are `deaf` hear nothing; `each` minute brings mentions of a topic."""
        changed: list[Transition] = []
        for _ in range(count):
            if each:
                self.say(each, topic)
            self.pass_minute(deaf)
            changed += self.run()
        return changed

    def pass_minute(self, deaf: Sequence[str] = ()) -> None:
        """A minute in which all sources are listened to but those that are `deaf`."""
        self.now += MINUTE
        with self.writer.transaction() as db:
            for name, number in self.sources.items():
                if name not in deaf:
                    sources.note_heard(db, number, self.now, 0, complete=True)

    def look(self) -> list[Signal]:
        """What is judged now."""
        return [
            each for topic in self.engine.begin(self.db, self.now, None) for each in self.engine.look(self.db, topic)
        ]

    def run(self) -> list[Transition]:
        """The alerts' turn, now."""
        signals = self.look()
        with self.writer.transaction() as db:
            return list(self.engine.run(db, self.now, signals).changed)

    def look_back(self) -> list[Alert]:
        """As the collector does at the beginning of its minute."""
        gaps = catch_ups.to_look_at(self.db, self.now)
        found = list(chain.from_iterable(look_back(self.db, self.settings, gaps, self.now))) if gaps else []
        with self.writer.transaction() as db:
            return record(db, gaps, found, self.now)

    def alert(self, subject: str, kind: str = "burst") -> Alert | None:
        """The last alert about a subject."""
        return standings(self.db, 0).get((kind, subject))

    def the(self, subject: str, kind: str = "burst") -> Alert:
        """The same, where there must be one."""
        found = self.alert(subject, kind)
        assert found is not None, f"no alert about {subject}"
        return found

    def open(self) -> list[tuple[str, str]]:
        """(kind, subject) of the open alerts."""
        return sorted(key for key, alert in standings(self.db, 0).items() if alert.state != "resolved")

    def steps(self, subject: str, kind: str = "burst") -> list[tuple[str, str]]:
        """(action, detail) of what happened to the last alert about a subject."""
        return [(step.action, step.detail) for step in events_of(self.db, self.the(subject, kind).id)]

    def why(self, subject: str, kind: str = "burst") -> str:
        """What is said of a subject now."""
        return next(str(each.why) for each in self.look() if each.key == (kind, subject))

    def restart(self) -> None:
        """Another collector goes on: nothing is remembered but the cache."""
        self.engine = Engine(self.settings)


def tell_past(path: Path, known: int = PAST) -> Path:
    """A new cache at `path` whose sources were listened to for so long before NOW (ms)."""
    begun = NOW - known
    writer = open_writer(new_cache(path))
    with writer.transaction() as db:
        topics = sync_topics(db, list(TOPICS), begun)
        configured = [sources.Configured(name, "jetstream", MINUTE, True, name) for name in SOURCES]
        for number in sources.sync_sources(db, configured).values():
            _listen(db, number, begun, NOW)
            for topic in (ALL_TOPICS, *topics.values()):
                _speak(db, topic, number, begun)
    writer.checkpoint()
    writer.close()
    return path


def _listen(db: Connection, source: int, start: int, end: int) -> None:
    rows = [(source, hour, min(hour + HOUR, end), "ok", 60, 0, 1) for hour in range(start, end, HOUR)]
    db.executemany("INSERT INTO polls VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    db.execute("UPDATE sources SET first_success = ?, last_success = ? WHERE id = ?", (start, end, source))


def _speak(db: Connection, topic: int, source: int, start: int) -> None:
    """A steady flow: every minute by itself is due to chance."""
    dice = Random(f"{topic} {source}")
    hours: dict[tuple[int, int], int] = {}
    minutes: dict[tuple[int, int], int] = {}
    for minute in range(start, NOW, MINUTE):
        if dice.random() < RATE / 60:
            key = minute, dice.choice((-1, 0, 0, 1))
            minutes[key] = 1
            hour = minute - minute % HOUR, key[1]
            hours[hour] = hours.get(hour, 0) + 1
    for table, counts in (("counts", minutes), ("hour_counts", hours)):
        db.executemany(
            f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?)",
            [(topic, at, source, tone, mentions, mentions) for (at, tone), mentions in counts.items()],
        )
