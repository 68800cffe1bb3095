"""A collector that tends one source over played days, is killed now and then, and what it did to the server."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from socialhub.clock import DAY, HOUR, MINUTE, SECOND
from socialhub.collector import Collector
from socialhub.collector.runner import Runner
from socialhub.config import load
from socialhub.model import SourceRow
from socialhub.sources.kinds import settings_class
from socialhub.store import engagement, sources
from socialhub.store.connection import Connection, open_reader
from tests.caches import new_cache
from tests.days.stage import DayClock, Gate, Window, plan_days
from tests.servers import NOON

CALM: Final = 3 * HOUR
"""How long all is well in the end."""
CRISIS: Final = (9 * HOUR, 9 * HOUR + 15 * MINUTE)
"""When, of each day of the walk, the source is asked as often as is polite."""
PATIENCE: Final = 300.0
"""Real seconds that one poll, or one return of a stream, may take on a machine that is busy."""
_HUB: Final = (
    '[hub]\ncontact = "https://example.org/"\ntimezone = "UTC"\nnight = "00:00-06:00"\n'
    '[[topics]]\nname = "Panne"\nkind = "issue"\nquery = "panne OR fibre"\n'
)

Say = Callable[[int, int], Awaitable[str] | str]
"""(number, moment) -> the id under which it is to be stored."""


@dataclass
class Ear:
    """How a stream is listened to: whether somebody does, and how it is broken."""

    listening: Callable[[], bool]
    cut: Callable[[], Awaitable[None] | None]
    soonest: int = 900
    """How soon after it broke it is tried again, at the least (ms)."""


@dataclass
class Play:
    """A source as its table configures it while its server runs behind the gate, and how something is said there."""

    kind: str
    keys: dict[str, Any]
    say: Say
    windows: tuple[Window, ...] = ()
    """What the service documents; none where it documents none: then the pace alone is held to."""
    burst: int = 30
    most_an_hour: int = 150
    """Questions: a poll a minute at its most, with its pages and what is asked again."""
    trouble: Callable[[random.Random], None] = lambda _chance: None
    """What is done to the server before a poll: a token or a cursor runs out."""
    breaches: list[str] = field(default_factory=list)
    loses: bool = False
    """Whether its server shows less than may be said between two polls: what is lost is told as a hole then."""
    ear: Ear | None = None
    """Of a stream."""
    secrets: dict[str, str] = field(default_factory=dict)
    """What they are where they are not their own names."""


class Stage:
    """What is given to a play: the clock and the gate."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.clock = DayClock(NOON)
        self.gate = Gate(self.clock, self.chance, self.pass_time)
        self.said: dict[str, int] = {}
        self.planned: list[int] = []
        self.play: Play

    async def say(self) -> None:
        """Somebody says something, now."""
        told = self.play.say(len(self.said) + 1, self.clock.moment)
        native = told if isinstance(told, str) else await told
        assert native not in self.said
        self.said[native] = self.clock.moment

    async def pass_time(self, moment: int) -> None:
        """Let it become so late; what is said until then is said at its time."""
        while self.planned and self.planned[0] <= moment:
            self.clock.moment = max(self.clock.moment, self.planned.pop(0))
            await self.say()
        self.clock.moment = max(self.clock.moment, moment)


PlayOn = Callable[[Stage], AbstractAsyncContextManager[Play]]


@dataclass
class Polled:
    """One poll: when it began, and whether the one before it had failed."""

    at: int
    after_failure: bool


class Walk:
    """One source over days."""

    def __init__(self, stage: Stage, play: Play, folder: Path, every: int | None) -> None:
        self._stage, self._folder = stage, folder
        chosen = settings_class(play.kind)
        assert chosen is not None
        keys = {"every": every, **play.keys}
        self.settings = chosen(name="essai", keep="all", allow_private=True, **keys)
        (folder / "config.toml").write_text(_HUB)
        self._config = replace(load(folder / "config.toml"), sources=(self.settings,))
        self.cache = new_cache(folder / "cache.db")
        self.polls: list[Polled] = []
        self.kills = self.cuts = 0
        self._failing = False

    async def go(self, days: float, most_at_once: int) -> None:
        """From noon on; then all is well for a while, so that what was missed can be fetched."""
        stage, end = self._stage, NOON + round(days * DAY)
        stage.planned = plan_days(stage.chance, NOON, days, min(stage.play.burst, most_at_once))
        while stage.clock.moment < end + CALM:
            collector = Collector(self._config, self.cache, stage.clock)
            await collector.start()
            (runner,) = collector.runners
            db = open_reader(self.cache)
            tending = asyncio.create_task(runner.tend())
            try:
                await self._until_killed(runner, tending, db, end)
            finally:
                tending.cancel()
                await asyncio.wait({tending})
                await collector.stop()
                db.close()
            await stage.pass_time(stage.clock.moment + stage.chance.randrange(5 * SECOND, 2 * MINUTE))

    async def _until_killed(self, runner: Runner, tending: asyncio.Task[None], db: Connection, end: int) -> None:
        stage, gate, clock = self._stage, self._stage.gate, self._stage.clock
        while True:
            if stage.play.ear is None:
                await _first(tending, clock.asked, gate.killed)
            elif await self._heard(stage.play.ear, tending, db):
                if clock.moment >= end + CALM:
                    return
                await self._listen(stage.play.ear)
                continue
            if gate.killed.is_set():
                gate.killed.clear()
                gate.killing, self.kills = False, self.kills + 1
                self._note(sources.source_rows(db)[0])
                return
            clock.asked.clear()
            await self._between(runner, db)
            if runner.nudge.is_set():
                continue
            if clock.wanted >= end + CALM:
                await stage.pass_time(end + CALM)
                return
            await stage.pass_time(clock.wanted)
            gate.calm = len(self.polls) < 2 or clock.moment > end
            gate.killing = not gate.calm and stage.chance.random() < 0.05
            if not gate.calm:
                stage.play.trouble(stage.chance)
            runner.nudge.set()

    async def _heard(self, ear: Ear, tending: asyncio.Task[None], db: Connection) -> bool:
        """Wait until all that was said is stored and the stream is listened to; False when it is broken meanwhile."""
        stage = self._stage
        async with asyncio.timeout(PATIENCE):
            while not (stage.clock.asked.is_set() or stage.gate.killed.is_set()):
                if tending.done():
                    tending.result()
                if ear.listening():
                    self._note(sources.source_rows(db)[0])
                    (stored,) = db.execute("SELECT count(*) FROM mentions").fetchone()
                    if stored >= len(stage.said):
                        return True
                await asyncio.sleep(0.01)
        return False

    async def _listen(self, ear: Ear) -> None:
        """Some time passes, in which things are said; then perhaps the stream breaks, or we are killed."""
        stage, chance = self._stage, self._stage.chance.random()
        await stage.pass_time(stage.clock.moment + stage.chance.randrange(MINUTE, 90 * MINUTE))
        stage.gate.calm = False
        if chance < 0.1:
            stage.gate.killed.set()
        elif chance < 0.6:
            self.cuts += 1
            broken = ear.cut()
            if broken is not None:
                await broken

    async def _between(self, runner: Runner, db: Connection) -> None:
        """What the collector's tick does while a source waits."""
        self._stage.gate.killing = False
        (row,) = sources.source_rows(db)
        assert row.state == "active", row.error
        self._note(row)
        runner.apply(row)
        if engagement.sources_due(db, self._stage.clock.now()):
            await runner.look_again_once()
        since = (self._stage.clock.now() - NOON) % DAY
        await runner.note_crisis(lasts=CRISIS[0] <= since < CRISIS[1])

    def _note(self, row: SourceRow) -> None:
        """Write down the last poll, once, and how it stands with it: a stream that was heard may break later."""
        if row.last_start is not None and not (self.polls and self.polls[-1].at == row.last_start):
            self.polls.append(Polled(row.last_start, self._failing))
        self._failing = row.failures > 0


async def _first(tending: asyncio.Task[None], *events: asyncio.Event) -> None:
    """Wait until one of the events has come, or what tends the source has died of a bug."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait({tending, *waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()
        await asyncio.wait(waiting)
    if tending.done():
        tending.result()
