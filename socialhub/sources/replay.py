"""A JSON Lines file played at its own pace: what is past by the clock at once, then each mention at its moment.

The clock may run ×N. Once the file is at its end the stream stays open, silent but alive.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from socialhub.model import Batch, Cursor, Draft, Item
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.exchange import moment_of
from socialhub.sources.kinds.replay import ReplaySettings
from socialhub.sources.mention_files import GoodLine, Line, in_one_source, read_drafts
from socialhub.sources.settings import SourceSettings

_BATCH_LINES: Final = 500
_HEARTBEAT_SECONDS: Final = 20.0
# A fast clock would make every mention a batch of its own: those of this moment (real seconds) go together.
_BREATH_SECONDS: Final = 0.2


class ReplaySource:
    """One file, in the order of its lines. The cursor is {"line": how many lines are done}."""

    streaming = True

    def __init__(self, settings: ReplaySettings, context: SourceContext) -> None:
        self._settings = settings
        self._clock, self._zone = context.clock, context.zone

    async def run(self, cursor: Cursor) -> AsyncIterator[Batch]:
        """Play from the line of the cursor on, for ever. Raises SourceError when the file cannot be opened."""
        done = int(cursor.get("line", 0))
        started = self._clock.now()
        yield Batch([], {"line": done})
        lines = _after(done, read_drafts(Path(self._settings.path), zone=self._zone, source=self._settings.name))
        waiting: list[Line] = []
        while True:
            if not waiting:
                waiting = await asyncio.to_thread(lambda: list(islice(lines, _BATCH_LINES)))
            due = self._count_due(waiting)
            if due:
                done = waiting[due - 1].number
                yield self._batch(waiting[:due], started)
                waiting = waiting[due:]
                continue
            moment = _moment_in(waiting[0]) if waiting else None
            left = _HEARTBEAT_SECONDS if moment is None else self._clock.real_seconds_until(moment)
            await asyncio.sleep(min(max(left, _BREATH_SECONDS), _HEARTBEAT_SECONDS))
            if left >= _HEARTBEAT_SECONDS:
                yield Batch([], {"line": done})

    async def close(self) -> None:
        """Nothing is held open that the iterator does not close itself."""

    def _count_due(self, waiting: list[Line]) -> int:
        """How many of the next lines are due; what has no date is due with what stands before it."""
        now = self._clock.now()
        for count, line in enumerate(waiting):
            moment = _moment_in(line)
            if moment is not None and moment > now:
                return count
        return len(waiting)

    def _batch(self, lines: list[Line], started: int) -> Batch:
        items: list[Item] = []
        for line in lines:
            if isinstance(line, GoodLine):
                item = in_one_source(line, self._settings.name)
                if isinstance(item, Draft) and item.published is not None:
                    item.backfill = item.published < started
                items.append(item)
        return Batch(items, {"line": lines[-1].number}, skipped=len(lines) - len(items))


def _moment_in(line: Line) -> int | None:
    return moment_of(line.item) if isinstance(line, GoodLine) else None


def _after(done: int, lines: Iterator[Line]) -> Iterator[Line]:
    """`lines` without those up to number `done`."""
    return (line for line in lines if line.number > done)


def create(settings: SourceSettings, context: SourceContext) -> Source:
    """The source of a file that is played."""
    assert isinstance(settings, ReplaySettings)
    return ReplaySource(settings, context)
