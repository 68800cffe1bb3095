"""Lets the precise model judge again, in the background, what matters most; at most half of one core goes to it.

It works on a thread of its own, between reading and writing on the store's. A correction stands; what it judged is
left alone by judging anew (store/relabel.py).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Final

from socialhub.clock import Clock
from socialhub.collector.store_thread import StoreThread
from socialhub.config import Config
from socialhub.pipeline.sentiment.judge import Judge, Told, topic_names
from socialhub.query import Node, parse
from socialhub.store import relabel, rescoring
from socialhub.store.connection import Writer
from socialhub.store.relabel import Judged, Stored
from socialhub.store.topics import active_topics

BATCH: Final = 16
"""Mentions judged between two writes: about half a second."""
REST: Final = 5.0
"""Real seconds until the next look when there was nothing to judge."""

log = logging.getLogger(__name__)


class Rescoring:
    """Judges again what is worth it. `tend` goes on until cancelled, also where it has nothing to do."""

    def __init__(self, config: Config, writer: Writer, store: StoreThread, _clock: Clock) -> None:
        self._config, self._writer, self._store = config, writer, store

    async def tend(self) -> None:
        """Judge, at most half of the time; nothing where it is not asked for or the extra is not installed."""
        judge = await self._judge() if self._config.sentiment.precise else None
        while judge is not None:
            began = time.monotonic()
            judged = await self.step(judge)
            await asyncio.sleep(time.monotonic() - began if judged else REST)
        await asyncio.Event().wait()

    async def _judge(self) -> Judge | None:
        topics = await self._store.run(active_topics, self._writer.db)
        trees = {topic.number: parse(topic.query) for topic in topics}
        try:
            return await asyncio.to_thread(precise_judge, trees, topic_names(topics))
        except ImportError:
            log.error("[sentiment] precise is on, but the extra is not installed: pip install 'socialhub[precise]'")
            return None

    async def step(self, judge: Judge) -> int:
        """Judge the next batch; returns how many that were."""
        mentions = await self._store.run(self._next)
        judged = await asyncio.to_thread(_judged, judge, mentions)
        if judged:
            await self._store.run(self._write, judged)
        return len(judged)

    def _next(self) -> list[Stored]:
        return relabel.stored(self._writer.db, rescoring.worth_judging_again(self._writer.db, BATCH))

    def _write(self, judged: Sequence[Judged]) -> None:
        with self._writer.transaction() as db:
            relabel.write_judged(db, judged)


def precise_judge(topics: Mapping[int, Node], names: Sequence[str]) -> Judge:
    """The precise model as a judge of a room's topics; ImportError without the extra."""
    from socialhub.pipeline.sentiment.precise import PreciseModel

    return Judge(PreciseModel(), topics, names)


def _judged(judge: Judge, mentions: Sequence[Stored]) -> list[Judged]:
    found = []
    for each in mentions:
        judgement = judge.judge(Told(each.title, each.text, each.lang, each.rating, each.topics))
        found.append(Judged(each.id, judgement.general, judgement.by_topic, judgement.model))
    return found
