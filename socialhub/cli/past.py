"""Living through the past of a played room at once: what its files tell until a moment goes the usual way in, in order,
then the alerts of its last hours come and go. The replay sources go on from there. Used by the demonstration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from socialhub.alerts.engine import Engine
from socialhub.alerts.watches import PAST_LEARNT_EVERY
from socialhub.clock import HOUR, MINUTE, Clock
from socialhub.collector.alerting import engine_settings
from socialhub.collector.configured import (
    configured_source,
    configured_topic,
    sync_config_authors,
    sync_config_metrics,
)
from socialhub.collector.teaching import model_in_force
from socialhub.model import Batch, Draft, Item
from socialhub.pipeline.ingest import Ingest, Origin
from socialhub.pipeline.language import LanguageDetector
from socialhub.pipeline.people import PeopleFinder
from socialhub.pipeline.sentiment.judge import topic_names
from socialhub.sources.exchange import moment_of
from socialhub.sources.kinds.replay import ReplaySettings
from socialhub.sources.mention_files import GoodLine, in_one_source, read_drafts
from socialhub.store import sources as source_store
from socialhub.store.topics import sync_topics

if TYPE_CHECKING:
    from socialhub.config import Config
    from socialhub.store.connection import Writer

Steps: TypeAlias = tuple[tuple[int, int], ...]
STEPS: Final[Steps] = ((30 * MINUTE, 2 * MINUTE), (4 * HOUR, 5 * MINUTE))
COARSE: Final = HOUR
"""(until so long before the end, steps of so long): what is seen first is told in fine steps, so that the sources mix
as they did, and the hours before it in such that alerts are found in; everything else in coarse ones."""
ALERTS_FOR: Final = 5 * HOUR
LOOK_EVERY: Final = 10 * MINUTE
"""How far back and how often alerts are looked for in what is told at once: nobody waits for those of yesterday."""


class _PastClock(Clock):
    """Shows the moment that is being lived through."""

    moment = 0

    def now(self) -> int:
        """That moment."""
        return self.moment


@dataclass(slots=True)
class _Told:
    """What a source tells in one step: (moment of the step, items), and the line it has come to."""

    origin: Origin
    steps: dict[int, list[Item]] = field(default_factory=dict)
    line: int = 0


def take_in(writer: Writer, config: Config, until: int, steps: Steps = STEPS) -> None:
    """Take in what the replay sources of `config` tell until `until` (ms UTC), step by step. The caller holds the
    collector's lock. Raises CacheError.
    """
    with writer.transaction() as db:
        topics = sync_topics(db, [configured_topic(topic) for topic in config.topics], until)
        people = sync_config_authors(db, config, until)
        sync_config_metrics(db, config)
        numbers = source_store.sync_sources(db, [configured_source(source) for source in config.sources])
    told = [
        _read(source, numbers[source.name], until, steps, config.hub.zone)
        for source in config.sources
        if isinstance(source, ReplaySettings)
    ]
    clock = _PastClock()
    trees = {topics[topic.id]: topic.tree for topic in config.topics}
    detector, model = LanguageDetector(config.hub.languages), model_in_force(writer.db, config.sentiment.backend)
    names = topic_names(config.topics)
    ingest = Ingest(writer, clock, trees, detector, model, people=PeopleFinder(people), names=names)
    for moment in sorted({moment for each in told for moment in each.steps}):
        _PastClock.moment = moment
        for each in told:
            if items := each.steps.get(moment):
                ingest.store(each.origin, Batch(items), scheduled=False)
    with writer.transaction() as db:
        for each in told:
            source_store.note_batch(db, each.origin.number, until, {"line": each.line}, 0)


def live_alerts(writer: Writer, config: Config, until: int, must_stop: Callable[[], bool]) -> None:
    """Let the alerts of the last hours before `until` (ms UTC) come and go, as far as a look now and then finds them.

    `must_stop` is asked between two looks. The caller holds the collector's lock. Raises CacheError.
    """
    engine = Engine(engine_settings(config), learnt_every=PAST_LEARNT_EVERY)
    moment = until - ALERTS_FOR
    while moment < until and not must_stop():
        moment = min(moment + LOOK_EVERY, until)
        topics = engine.begin(writer.db, moment, None)
        signals = [signal for topic in topics for signal in engine.look(writer.db, topic)]
        with writer.transaction() as db:
            engine.run(db, moment, signals)


def _read(source: ReplaySettings, number: int, until: int, steps: Steps, zone: tzinfo) -> _Told:
    """The past of one file; what has no date happens with what stands before it, as in a replay."""
    origin = Origin(number, source.name, source.kind, source.keeps_all, source.place, source.lang, asked_again=False)
    told = _Told(origin)
    moment = 0
    for line in read_drafts(Path(source.path), zone=zone, source=source.name):
        if isinstance(line, GoodLine):
            item = in_one_source(line, source.name)
            moment = moment_of(item) or moment
            if isinstance(item, Draft):
                item.backfill = True
            if moment > until:
                break
            told.steps.setdefault(_step(moment, until, steps), []).append(item)
        told.line = line.number
    return told


def _step(moment: int, until: int, steps: Steps) -> int:
    """The end of the step that holds `moment`."""
    width = next((step for before, step in steps if moment > until - before), COARSE)
    return min(moment - moment % width + width, until)
