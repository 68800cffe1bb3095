"""Judges stored mentions anew, a chunk a call: after a change of model, or when a mention came to other topics."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final, TypeAlias

from socialhub.model import judged_precisely
from socialhub.pipeline.ingest import Ingest
from socialhub.pipeline.sentiment.judge import Judgement, Told
from socialhub.store import relabel
from socialhub.store.connection import Connection, Writer
from socialhub.store.jobs import Job
from socialhub.store.relabel import Judged, Stored
from socialhub.store.rematch import Pace

IN_TIME: Final = 0.06
"""Seconds of judging after which a chunk ends early."""
MOST: Final = 800
"""Mentions judged in one chunk: half of what re-matching looks at, for every one of them is written."""
REMEMBERED: Final = 20_000
"""Judgements kept, so that repeats are judged once."""
_Key: TypeAlias = tuple[int, str, float | None, tuple[int, ...]]


class Relabelling:
    """Works on the relabel jobs of one cache with the judge of its way in."""

    def __init__(self, writer: Writer, ingest: Ingest) -> None:
        self._writer, self._ingest = writer, ingest
        self._pace = Pace()
        self._before: float | None = None
        self._known: dict[_Key, Judgement] = {}
        self._judged_by = ("", 0)

    def step(self, job: Job) -> bool:
        """Judge the next mentions; True when nothing is left."""
        before, self._before = self._before, time.monotonic()
        db, judge = self._writer.db, self._ingest.judge
        chunk = relabel.next_chunk(db, job, judge.name, min(MOST, self._pace.most), self._pace.stretch)
        if chunk is None:
            self._known.clear()
            return True
        judged = self._judge_in_time(chunk.mentions)
        active = self._before - before if before is not None else 0.0
        with self._writer.transaction() as writing:
            relabel.store_chunk(writing, job, chunk, judged, active)
        self._pace.note(time.monotonic() - self._before)
        return False

    def judge_again(self, db: Connection, mentions: Sequence[int]) -> None:
        """Judge mentions that came to other topics, where they name several or any is left, in the transaction.

        What the precise model judged stands.
        """
        stored = relabel.stored(db, mentions)
        named = [each for each in stored if each.topics and not judged_precisely(each.model)]
        relabel.write_judged(db, [self._judge(each) for each in named])

    def _judge_in_time(self, mentions: Sequence[Stored]) -> list[Judged]:
        """The judgements of the first mentions: of one at least, and no more once the time is over."""
        judged, deadline = [], time.monotonic() + IN_TIME
        for mention in mentions:
            judged.append(self._judge(mention))
            if time.monotonic() > deadline:
                break
        return judged

    def _judge(self, mention: Stored) -> Judged:
        judge = self._ingest.judge
        if (judge.name, judge.lessons) != self._judged_by or len(self._known) >= REMEMBERED:
            self._known.clear()
            self._judged_by = judge.name, judge.lessons
        key = mention.exact_key, mention.lang, mention.rating, mention.topics
        found = self._known.get(key)
        if found is None:
            told = Told(mention.title, mention.text, mention.lang, mention.rating, mention.topics)
            found = self._known[key] = judge.judge(told)
        return Judged(mention.id, found.general, found.by_topic, found.model)
