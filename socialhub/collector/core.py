"""The collector: one process per cache that asks the sources, stores what they give, and keeps watch over silence.

It owns the only writing of mentions. Consoles start it as a child (`socialhub collect --child`); it ends with its
parent. It draws nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from socialhub import __version__
from socialhub.alerts.metric_silence import watch_metrics
from socialhub.alerts.silence import watch_silence
from socialhub.clock import Clock
from socialhub.collector.alerting import AlertRun
from socialhub.collector.configured import (
    configured_source,
    configured_topic,
    sync_config_authors,
    sync_config_metrics,
)
from socialhub.collector.crises import Crises
from socialhub.collector.jobs import JobRunner
from socialhub.collector.ledger import StoreLedger
from socialhub.collector.pacer import Pacing
from socialhub.collector.rescoring import Rescoring
from socialhub.collector.runner import Runner
from socialhub.collector.sending import Sender
from socialhub.collector.store_thread import StoreThread
from socialhub.collector.teaching import Teaching
from socialhub.config import Config, resolve_secret
from socialhub.config.duty import night_of
from socialhub.errors import EXIT_ENVIRONMENT, SourceError, UserError
from socialhub.i18n import _
from socialhub.model import SourceRow
from socialhub.pipeline.ingest import Ingest, Origin
from socialhub.pipeline.language import LanguageDetector
from socialhub.pipeline.people import PeopleFinder
from socialhub.pipeline.sentiment.base import create_model
from socialhub.pipeline.sentiment.judge import topic_names
from socialhub.polled import slot_start
from socialhub.sources import create, user_agent
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.http import Client
from socialhub.sources.net import NetSettings
from socialhub.sources.notebook import Notebook
from socialhub.sources.settings import SourceSettings
from socialhub.store import budgets, collectors, engagement, jobs, rechecks, relabel
from socialhub.store import people as people_store
from socialhub.store import sources as source_store
from socialhub.store import topics as topic_store
from socialhub.store.connection import Connection, FileLock, Writer, collector_lock
from socialhub.store.poll_slots import begin_slot
from socialhub.store.privacy import Purge
from socialhub.tempo import Manners

LOCK_PATIENCE: Final = 1.5
TICK: Final = 1.0
"""Real seconds between two looks at what people asked for (polls, pauses, jobs)."""
BEAT_EVERY: Final = 2
SILENCE_EVERY: Final = 5
CRISIS_EVERY: Final = 2
AGES_EVERY: Final = 5
CHECKPOINT_EVERY: Final = 5
RETENTION_EVERY: Final = 6 * 3600
"""In ticks, as the four before."""
JOB_CHUNKS: Final = 4
"""Chunks of bulk work a tick; each holds the lock for less than 200 ms."""
WAL_LIMIT: Final = 16 * 1024 * 1024
"""About 4,000 pages: fewer checkpoints make commits into a large cache cheaper (DECISIONS 40)."""
_BESIDE: Final[dict[str, type[AlertRun] | type[Sender] | type[Rescoring]]] = {
    "alerts": AlertRun,
    "messages": Sender,
    "precise judgements": Rescoring,
}
"""What runs beside the sources, by its name in the log."""

log = logging.getLogger(__name__)


class CollectorBusyError(UserError):
    """Another collector holds the cache."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            _("Another collector is already at work on {path}.").format(path=path),
            _("One is enough: consoles and panes share it. 'socialhub status' says who it is."),
            EXIT_ENVIRONMENT,
        )


class Collector:
    """Everything one run needs. Use `collect` to run it. A `lock` that is handed in is kept when the run ends."""

    def __init__(self, config: Config, cache: Path, clock: Clock, lock: FileLock | None = None) -> None:
        self.config, self.cache, self.clock = config, cache, clock
        self.stopping = asyncio.Event()
        self._store = StoreThread()
        self._keeps_lock = lock is not None
        self._lock = lock or collector_lock(cache)
        self.runners: list[Runner] = []
        self._tasks: dict[Runner, asyncio.Task[None]] = {}
        self._run = 0
        self._slot = 0
        self._started = clock.now()
        self._crises = Crises()
        self._writer: Writer
        self._jobs: JobRunner
        self._beside: dict[str, asyncio.Task[None]] = {}
        self._client: Client

    async def start(self) -> None:
        """Take the lock, open the cache, bring topics and sources in line, make the runners. Raises UserError."""
        self.cache.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Every console looks now and then whether the lock is free, and holds it for that moment.
        if not self._lock.held and not self._lock.acquire(LOCK_PATIENCE):
            raise CollectorBusyError(self.cache)
        self._writer = await self._store.open(self.cache)
        await self._store.run(self._prepare)

    def _prepare(self) -> None:
        now, hub = self.clock.now(), self.config.hub
        net = NetSettings(proxy=hub.proxy_address(), ca_file=hub.ca_file)
        with self._writer.transaction() as db:
            numbers = topic_store.sync_topics(db, [configured_topic(topic) for topic in self.config.topics], now)
            people = sync_config_authors(db, self.config, now)
            source_numbers = source_store.sync_sources(db, [configured_source(each) for each in self.config.sources])
            source_store.end_pauses(db, now)
            for each in self.config.sources:
                budgets.sync_budgets(db, source_numbers[each.name], each.caps, now)
            sync_config_metrics(db, self.config)
            self._run = collectors.begin(db, os.getpid(), socket.gethostname(), now, self.config.hash, __version__)
        ingest = Ingest(
            self._writer,
            self.clock,
            {numbers[topic.id]: topic.tree for topic in self.config.topics},
            LanguageDetector(self.config.hub.languages),
            create_model(self.config.sentiment.backend),
            self.config.hub.zone,
            PeopleFinder(people, people_store.kept_apart(self._writer.db)),
            topic_names(self.config.topics),
        )
        self._teaching = Teaching(self._writer.db, ingest, self.config.sentiment.backend)
        self._teaching.look()
        with self._writer.transaction() as db:
            relabel.ask_if_outdated(db, ingest.judge.name, now)
        self._jobs = JobRunner(self._writer, ingest, self.clock, self.config.hub.zone)
        self._client = Client(net, user_agent(hub.contact), self.clock)
        rows = {row.number: row for row in source_store.source_rows(self._writer.db)}
        for settings in self.config.sources:
            number = source_numbers[settings.name]
            origin = Origin(
                number,
                settings.name,
                settings.kind,
                settings.keeps_all,
                settings.place,
                settings.lang,
                hub.retention,
                asked_again=settings.reaches_out,
                server=urlsplit(getattr(settings, "server", "")).netloc.lower(),
            )
            ledger = StoreLedger(number, settings.caps, self._writer, self._store, self.clock)
            context = self._context(settings, ingest, ledger, number)
            self.runners.append(
                Runner(
                    origin,
                    self._pacing(settings),
                    partial(self._make, settings, context),
                    rows[number],
                    writer=self._writer,
                    ingest=ingest,
                    store=self._store,
                    clock=self.clock,
                    ledger=ledger,
                    again_a_day=settings.older_again_a_day,
                    notebook=context.notebook,
                )
            )

    def _pacing(self, settings: SourceSettings) -> Pacing:
        """How a source may be asked: only other people's servers are spared."""
        hub, polite = self.config.hub, settings.reaches_out
        limit = settings.catch_up if settings.catches_up else None
        manners = hub.manners if polite else Manners(quiet=1, night=1, crisis=hub.faster_in_crisis)
        return Pacing(settings.interval, settings.floor, manners, night_of(hub), settings.caps, limit)

    def _context(self, settings: SourceSettings, ingest: Ingest, ledger: StoreLedger, number: int) -> SourceContext:
        notebook = Notebook(self.clock.now, keeps_texts=settings.keeps_all)
        return SourceContext(
            self._client.noted_in(notebook),
            self.clock,
            notebook.secrets(resolve_secret),
            lambda: ingest.watched,
            ledger,
            self.config.hub.zone,
            notebook,
            lambda native_ids: self._store.run(rechecks.recall, self._writer.db, number, native_ids),
        )

    def _make(self, settings: SourceSettings, context: SourceContext) -> Source:
        if settings.reaches_out and not self.config.hub.contact:
            raise SourceError("contact-missing")
        return create(settings, context)

    async def run(self) -> None:
        """Tend all sources until `stopping` is set."""
        for runner in self.runners:
            self._tasks[runner] = asyncio.create_task(runner.tend(), name=runner.origin.name)
        self._beside = {name: self._begin_beside(name) for name in _BESIDE}
        ticks = 0
        while not self.stopping.is_set():
            await self._tick(ticks)
            ticks += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), TICK)

    async def run_once(self) -> list[Runner]:
        """Ask every poll source that may be asked now, once; streams are left out. Returns the runners asked."""
        asked = [runner for runner in self.runners if not runner.row.streaming and runner.row.state == "active"]
        now = self.clock.now()
        asked = [runner for runner in asked if runner.row.wait_until is None or runner.row.wait_until <= now]
        await self._follow_crises()
        await asyncio.gather(*(runner.ask() for runner in asked))
        await asyncio.gather(*(runner.look_again_once() for runner in asked))
        while await self._store.run_in_turn(self._jobs.step) is not None:
            pass
        await self._store.run(self._watch)
        await self._store.run(AlertRun(self.config, self._writer, self._store, self.clock).run_once)
        await Sender(self.config, self._writer, self._store, self.clock).send_once()
        return asked

    async def stop(self) -> None:
        """End in order: streams closed, what was accepted stored, the run's end noted, our own lock given back.

        A second time it does nothing.
        """
        tasks = [*self._tasks.values(), *self._beside.values()]
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.clear()
        self._beside.clear()
        for result in results:
            if isinstance(result, Exception):
                log.error("a task had died", exc_info=result)
        for runner in self.runners:
            await runner.close()
        if self._run:
            await self._store.run(self._end)
            await self._client.close()
            self._run = 0
        self._store.close()
        if not self._keeps_lock:
            self._lock.release()

    def _end(self) -> None:
        with self._writer.transaction() as db:
            collectors.end(db, self._run, self.clock.now())
        self._writer.checkpoint()
        self._writer.close()

    async def _tick(self, ticks: int) -> None:
        requested, at_age, rows = await self._store.run(self._look, ticks)
        if ticks % CRISIS_EVERY == 0:
            await self._follow_crises()
        for runner in self.runners:
            row = rows.get(runner.origin.number)
            must_end = row is not None and runner.apply(row)
            if runner.origin.number in requested:
                runner.wake_soon()
            if runner.origin.number in at_age:
                runner.look_again()
            runner.recheck()
            if must_end or self._tasks[runner].done():
                await self._restart(runner)
        for name in [name for name, task in self._beside.items() if task.done()]:
            await self._begin_anew(name)
        for _chunk in range(JOB_CHUNKS):
            if await self._store.run_in_turn(self._jobs.step) is None:
                break

    async def _follow_crises(self) -> None:
        """What feeds a topic in a crisis is asked more often."""
        fed = await self._store.run(self._crises.fed, self._writer.db, self.clock.now())
        for runner in self.runners:
            await runner.note_crisis(lasts=fed is None or runner.origin.number in fed)

    def _look(self, ticks: int) -> tuple[list[int], set[int], dict[int, SourceRow]]:
        """The tick's own store work: heartbeat, silence, checkpoint, retention.

        Returns the sources whose poll somebody asked for, those with posts at a set age, and all rows as they are now.
        """
        with self._writer.transaction() as db:
            if ticks % BEAT_EVERY == 0:
                collectors.beat(db, self._run, self.clock.now())
            requested = source_store.take_requested_polls(db)
            source_store.end_pauses(db, self.clock.now())
            self._begin_slot(db)
        self._teaching.look()
        if ticks % SILENCE_EVERY == 0:
            self._watch()
        if ticks % CHECKPOINT_EVERY == 0 and _size(self.cache.with_name(self.cache.name + "-wal")) > WAL_LIMIT:
            self._writer.checkpoint()
        if ticks % RETENTION_EVERY == 0:
            self._ask_for_retention()
        at_age = engagement.sources_due(self._writer.db, self.clock.now()) if ticks % AGES_EVERY == 0 else set()
        return requested, at_age, {row.number: row for row in source_store.source_rows(self._writer.db)}

    def _begin_slot(self, db: Connection) -> None:
        """Each quarter of an hour of ours is noted once: one without a note is a hole."""
        slot = slot_start(self.clock.now())
        if slot != self._slot:
            self._slot = slot
            begin_slot(db, slot)

    def _watch(self) -> None:
        now = self.clock.now()
        # Silence is counted from our start at the latest; a clock that was set back must not put that into the future.
        self._started = min(self._started, now)
        with self._writer.transaction() as db:
            raised = watch_silence(db, now, self._started, self.config.hub.silent_after)
            raised += watch_metrics(db, now, self._started, self.config.hub.silent_after)
        if raised:
            log.warning("%d new alerts about silence", raised)

    def _ask_for_retention(self) -> None:
        """Ask for the purge of what is older than it may be; topics with a retention of their own go first."""
        now, hub = self.clock.now(), self.config.hub
        own = [topic for topic in self.config.topics if topic.retention is not None]
        purges = [Purge(older_than=now - (topic.retention or 0), topic=topic.id) for topic in own]
        if hub.retention is not None:
            purges.append(Purge(older_than=now - hub.retention, except_topics=tuple(topic.id for topic in own)))
        with self._writer.transaction() as db:
            for purge in purges:
                jobs.add_job(db, "purge", purge.to_parameters(), "", now)

    def _begin_beside(self, name: str) -> asyncio.Task[None]:
        made = _BESIDE[name](self.config, self._writer, self._store, self.clock)
        return asyncio.create_task(made.tend(), name=name)

    async def _begin_anew(self, name: str) -> None:
        """What runs beside the sources died by a bug, which goes to the log whole: it begins from the start."""
        (result,) = await asyncio.gather(self._beside[name], return_exceptions=True)
        log.error("%s: an error in socialhub itself", name, exc_info=result)
        self._beside[name] = self._begin_beside(name)

    async def _restart(self, runner: Runner) -> None:
        """Start a source's task anew: it was paused, or it died by a bug, which goes to the log whole."""
        task = self._tasks[runner]
        task.cancel()
        (result,) = await asyncio.gather(task, return_exceptions=True)
        await runner.close()
        if isinstance(result, Exception):
            log.error("%s: an error in socialhub itself", runner.origin.name, exc_info=result)
            await runner.died(result)
        self._tasks[runner] = asyncio.create_task(runner.tend(), name=runner.origin.name)


def _size(path: Path) -> int:
    """The size of a file by its name alone: the log is never opened by path."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
