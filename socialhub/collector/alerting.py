"""The alerts of a room, run once in every minute of its clock beside the sources, on the store's thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from itertools import chain

from socialhub.alerts.engine import Engine
from socialhub.alerts.looking_back import look_back, record
from socialhub.alerts.planning import plan, plan_late
from socialhub.alerts.replay import Fired
from socialhub.alerts.settings import Settings
from socialhub.alerts.signals import Signal
from socialhub.alerts.unreachable import watch_targets
from socialhub.clock import MINUTE, Clock, floor_minute
from socialhub.collector.store_thread import StoreThread
from socialhub.config import Config
from socialhub.config.alerting import planned_of, rules_of
from socialhub.config.duty import duty_of
from socialhub.config.notify import notifying_of
from socialhub.detect.week import Week
from socialhub.gaps import CatchUp
from socialhub.incidents import Change, Transition
from socialhub.store import catch_ups
from socialhub.store.connection import Writer

log = logging.getLogger(__name__)


class AlertRun:
    """Looks at the room and keeps its alerts. `tend` goes on until cancelled."""

    def __init__(self, config: Config, writer: Writer, store: StoreThread, clock: Clock) -> None:
        self._writer, self._store, self._clock = writer, store, clock
        self._settings = engine_settings(config)
        self._engine = Engine(self._settings)
        self._notifying = notifying_of(config)

    async def tend(self) -> None:
        """Run at the beginning of every minute, and once now."""
        while True:
            await self._look_back()
            now, signals = self._clock.now(), list[Signal]()
            for topic in await self._store.run(self._engine.begin, self._writer.db, now):
                # Topic by topic: mentions that come in meanwhile are stored between two of them.
                signals += await self._store.run(self._engine.look, self._writer.db, topic)
            await self._store.run(self._write, now, signals)
            # Measured anew each time: a clock that is set back puts nothing off.
            following = floor_minute(self._clock.now()) + MINUTE
            await asyncio.sleep(self._clock.real_seconds_until(following))

    def run_once(self) -> None:
        """One minute at once, on the store's thread, however long there is to learn."""
        now, db = self._clock.now(), self._writer.db
        if gaps := catch_ups.to_look_at(db, now):
            self._record(gaps, list(chain.from_iterable(look_back(db, self._settings, gaps, now))), now)
        topics = self._engine.begin(db, now, None)
        self._write(now, [signal for topic in topics for signal in self._engine.look(db, topic)])

    async def _look_back(self) -> None:
        """Before the present the past that was caught up: what is told of it is not told as if it were now."""
        now, db = self._clock.now(), self._writer.db
        if not (gaps := await self._store.run(catch_ups.to_look_at, db, now)):
            return
        found: list[Fired] = []
        looks = look_back(db, self._settings, gaps, now)
        # Look by look, for the same reason.
        while (fired := await self._store.run(next, looks, None)) is not None:
            found += fired
        await self._store.run(self._record, gaps, found, now)

    def _record(self, gaps: list[CatchUp], found: list[Fired], now: int) -> None:
        with self._writer.transaction() as db:
            plan_late(db, now, self._notifying, recorded := record(db, gaps, found, now))
        for alert in recorded:
            log.info("alert %d: learned late", alert.id)

    def _write(self, now: int, signals: list[Signal]) -> None:
        with self._writer.transaction() as db:
            minute = self._engine.run(db, now, signals)
            watch_targets(db, now, self._notifying.targets)
            plan(db, now, self._notifying, minute.changed, minute.escalated)
        _tell(minute.changed)


def engine_settings(config: Config) -> Settings:
    """What the engine needs to know of a configuration."""
    zone = config.hub.zone
    return Settings(
        rules_of(config.alerts), planned_of(config.events, zone), Week(zone, config.hub.country), duty_of(config)
    )


def _tell(changed: Iterable[Transition]) -> None:
    """A line of the log for what is new or over."""
    for each in changed:
        if each.change is not Change.REPEATED:
            log.info("alert %d: %s", each.alert, each.change)
