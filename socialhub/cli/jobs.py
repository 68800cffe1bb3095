"""Bulk work asked for on the command line: done here when nobody collects, else handed to the collector and watched.

Whoever does it holds the collector's lock: there is never a second writer of mentions.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from socialhub.cli.output import end_progress, progress, say
from socialhub.i18n import _

if TYPE_CHECKING:
    from socialhub.cli.setup import Setup
    from socialhub.collector.jobs import JobRunner
    from socialhub.config import Config
    from socialhub.store.connection import Connection, FileLock, Writer
    from socialhub.store.jobs import Job

LOOK_EVERY: Final = 0.2
"""Seconds between two looks at how far the collector is."""
CHECKPOINT_EVERY: Final = 20
"""Chunks between two checkpoints while we are the only collector."""


def do_job(
    setup: Setup, kind: str, parameters: dict[str, Any], words: Callable[[Job], str], *, wait: bool, create: bool
) -> Job:
    """Ask for the work; returns the job as it is when it is done, or (without `wait`) when the collector has it.

    `words` tells how far it is. `create` makes a missing cache.
    """
    from socialhub.store.jobs import add_job

    def ask(db: Connection) -> list[int]:
        return [add_job(db, kind, parameters, setup.operator, setup.clock.now())]

    (job,) = see_through(setup, ask, words, wait=wait, create=create)
    return job


def see_through(
    setup: Setup,
    ask: Callable[[Connection], list[int]],
    words: Callable[[Job], str],
    *,
    wait: bool,
    create: bool = False,
) -> list[Job]:
    """The same for jobs that `ask` puts into the cache, inside a transaction; it returns their numbers."""
    from socialhub.store.connection import collector_lock

    with setup.writer(create=create) as writer:
        with writer.transaction(durable=True) as db:
            numbers = ask(db)
        lock, runner = collector_lock(setup.cache), cache(lambda: _runner(setup, writer))
        try:
            return [_see_to(writer, lock, runner, number, words, wait=wait) for number in numbers]
        except KeyboardInterrupt:
            say(_("Left; the collector goes on with it."))
            raise
        finally:
            end_progress()
            lock.release()


def _see_to(
    writer: Writer,
    lock: FileLock,
    runner: Callable[[], JobRunner],
    number: int,
    words: Callable[[Job], str],
    *,
    wait: bool,
) -> Job:
    """Do a job, or wait until the collector has done it."""
    from socialhub.store.jobs import job_by_id

    while True:
        mine = lock.held or lock.acquire()
        if mine:
            _work(writer, runner(), number, words)
        job = job_by_id(writer.db, number)
        assert job is not None
        if mine or job.ended is not None or not wait:
            return job
        progress(words(job))
        time.sleep(LOOK_EVERY)


def _work(writer: Writer, runner: JobRunner, number: int, words: Callable[[Job], str]) -> None:
    """Do waiting jobs in their turn until this one is done."""
    from socialhub.store.jobs import job_by_id

    chunks = 0
    while (job := job_by_id(writer.db, number)) is not None and job.ended is None and not job.paused:
        progress(words(job))
        runner.step()
        chunks += 1
        if chunks % CHECKPOINT_EVERY == 0:
            writer.checkpoint()
    writer.checkpoint()


def _runner(setup: Setup, writer: Writer) -> JobRunner:
    """What the collector would use: topics and people of the config where there is one, else those of the cache."""
    from socialhub.collector.jobs import JobRunner
    from socialhub.collector.teaching import Teaching
    from socialhub.config import Config
    from socialhub.pipeline.ingest import Ingest
    from socialhub.pipeline.language import LanguageDetector
    from socialhub.pipeline.people import PeopleFinder
    from socialhub.pipeline.sentiment.base import create_model
    from socialhub.pipeline.sentiment.judge import topic_names
    from socialhub.query import parse
    from socialhub.store.people import kept_apart, watched_people
    from socialhub.store.topics import active_topics

    found = setup.config_if_any()
    config = found or Config(path=setup.config_file)
    if found is not None:
        _bring_in_line(writer, found, setup.clock.now())
    topics = active_topics(writer.db)
    trees = {topic.number: parse(topic.query) for topic in topics}
    people = watched_people(writer.db)
    detector, model = LanguageDetector(config.hub.languages), create_model(config.sentiment.backend)
    finder, names = PeopleFinder(people, kept_apart(writer.db)), topic_names(topics)
    ingest = Ingest(writer, setup.clock, trees, detector, model, config.hub.zone, finder, names)
    Teaching(writer.db, ingest, config.sentiment.backend).look()
    return JobRunner(writer, ingest, setup.clock, config.hub.zone)


def bring_in_line(setup: Setup) -> None:
    """While nobody collects, write the config's topics, people and classes of sites into the cache as collectors do."""
    from socialhub.store.connection import collector_lock

    config, lock = setup.config_if_any(), collector_lock(setup.cache)
    with setup.writer() as writer:
        if config is not None and lock.acquire():
            _bring_in_line(writer, config, setup.clock.now())
            lock.release()


def _bring_in_line(writer: Writer, config: Config, now: int) -> None:
    from socialhub.collector.configured import configured_topic, sync_config_authors, sync_config_metrics
    from socialhub.store.topics import sync_topics

    with writer.transaction() as db:
        sync_topics(db, [configured_topic(topic) for topic in config.topics], now)
        sync_config_authors(db, config, now)
        sync_config_metrics(db, config)
