"""The latest mentions of every topic, read once and kept while somebody asks for them. Only reads.

They are news when they arrive, however late, if they are not older than a day by then. Looking back, they are news
when they were published: what came in late counts as if it had been there in time.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import field
from typing import Final

from socialhub.clock import DAY, HOUR
from socialhub.model import Topic
from socialhub.records import dataclass
from socialhub.store import news
from socialhub.store.connection import Connection
from socialhub.store.news import News

KEPT: Final = 2 * HOUR
"""So long what nobody asks for is kept."""
OLDEST: Final = DAY
"""What arrives so long after it was published is no news."""


@dataclass(slots=True)
class _Kept:
    """The news of one topic: complete from `start` on, `read` up to a mention (a moment, looking back).

    `rows` are (when it was news, the mention) in that order; `asked` is the earliest moment asked for in this look.
    """

    start: int
    read: int
    asked: int
    rows: list[tuple[int, News]] = field(default_factory=list)


class LatestNews:
    """`begin` a minute, then ask for what is new `since` a moment. `back`: for looking back."""

    def __init__(self, *, back: bool) -> None:
        self._back = back
        self._kept: dict[int, _Kept] = {}
        self.now = 0

    def begin(self, now: int) -> None:
        """Begin a look at a minute (ms UTC); those that share it may each do so."""
        if now == self.now:
            return
        if now < self.now:
            self._kept.clear()
        self.now = now
        for kept in self._kept.values():
            kept.start = max(kept.start, min(kept.asked, now - KEPT))
            del kept.rows[: bisect_left(kept.rows, kept.start, key=_moment)]
            kept.asked = now

    def since(self, db: Connection, topic: Topic, moment: int) -> list[tuple[int, News]]:
        """(when it was news, the mention) in [moment, now), in that order."""
        kept = self._kept.get(topic.number)
        if kept is None or moment < kept.start:
            read = moment if self._back else news.newest_before(db, moment)
            kept = self._kept[topic.number] = _Kept(moment, read, moment)
        kept.asked = min(kept.asked, moment)
        self._read(db, topic, kept)
        first, last = (bisect_left(kept.rows, each, key=_moment) for each in (moment, self.now))
        return kept.rows[first:last]

    def _read(self, db: Connection, topic: Topic, kept: _Kept) -> None:
        if self._back:
            rows = news.published(db, topic.number, kept.read, self.now)
            kept.read = max(kept.read, self.now)
        else:
            rows = news.arrivals(db, topic.number, kept.read)
            kept.read = rows[-1].mention if rows else kept.read
        if rows:
            fresh = [(row.published if self._back else max(row.seen, row.published), row) for row in rows]
            kept.rows += [(at, row) for at, row in fresh if at - row.published <= OLDEST and at >= kept.start]
            kept.rows.sort(key=_moment)


def _moment(entry: tuple[int, News]) -> int:
    return entry[0]
