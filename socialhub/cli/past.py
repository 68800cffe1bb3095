"""Living through the past of a played room at once: what its files tell until a moment goes the usual way in, in order.

The room then has a yesterday, with its alerts, and the replay sources go on from there. Used by the demonstration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Final

from socialhub.alerts.engine import Engine
from socialhub.clock import HOUR, MINUTE, Clock
from socialhub.collector.alerting import engine_settings
from socialhub.collector.core import (
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

LATELY: Final = 4 * HOUR
COARSE: Final = HOUR
FINE: Final = 2 * MINUTE
"""The last hours are told in fine steps, so that the sources mix as they did; before, in coarse ones."""
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


def live_through(writer: Writer, config: Config, until: int, must_stop: Callable[[], bool]) -> None:
    """Take in what the replay sources of `config` tell until `until` (ms UTC), and let its alerts come and go.

    `must_stop` is asked now and then. The caller holds the collector's lock. Raises CacheError.
    """
    begun = take_in(writer, config, until, must_stop)
    _live_alerts(writer, config, max(begun, until - ALERTS_FOR), until, must_stop)


def take_in(writer: Writer, config: Config, until: int, must_stop: Callable[[], bool]) -> int:
    """The mentions alone, step by step; returns when the first was told (ms UTC). Raises CacheError."""
    with writer.transaction() as db:
        topics = sync_topics(db, [configured_topic(topic) for topic in config.topics], until)
        people = sync_config_authors(db, config, until)
        sync_config_metrics(db, config)
        numbers = source_store.sync_sources(db, [configured_source(source) for source in config.sources])
    told = [
        _read(source, numbers[source.name], until, config.hub.zone)
        for source in config.sources
        if isinstance(source, ReplaySettings)
    ]
    clock = _PastClock()
    trees = {topics[topic.id]: topic.tree for topic in config.topics}
    detector, model = LanguageDetector(config.hub.languages), model_in_force(writer.db, config.sentiment.backend)
    names = topic_names(config.topics)
    ingest = Ingest(writer, clock, trees, detector, model, people=PeopleFinder(people), names=names)
    for moment in sorted({moment for each in told for moment in each.steps}):
        if must_stop():
            return until
        _PastClock.moment = moment
        for each in told:
            if items := each.steps.get(moment):
                ingest.store(each.origin, Batch(items), scheduled=False)
    with writer.transaction() as db:
        for each in told:
            source_store.note_batch(db, each.origin.number, until, {"line": each.line}, 0)
    return min((moment for each in told for moment in each.steps), default=until)


def _live_alerts(writer: Writer, config: Config, since: int, until: int, must_stop: Callable[[], bool]) -> None:
    """Let the alerts of that time come and go, as far as a look now and then finds them."""
    engine = Engine(engine_settings(config))
    moment = since
    while moment < until and not must_stop():
        moment = min(moment + LOOK_EVERY, until)
        topics = engine.begin(writer.db, moment, None)
        signals = [signal for topic in topics for signal in engine.look(writer.db, topic)]
        with writer.transaction() as db:
            engine.run(db, moment, signals)


def _read(source: ReplaySettings, number: int, until: int, zone: tzinfo) -> _Told:
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
            told.steps.setdefault(_step(moment, until), []).append(item)
        told.line = line.number
    return told


def _step(moment: int, until: int) -> int:
    """The end of the step that holds `moment`."""
    width = FINE if moment > until - LATELY else COARSE
    return min(moment - moment % width + width, until)
