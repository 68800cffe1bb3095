"""The latest mentions of every topic, read once and kept while somebody asks for them. Only reads.

They are news when they arrive, however late, if they are not older than a day by then. Looking back, they are news
when they were published: what came in late counts as if it had been there in time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Final, Generic, Protocol, TypeVar

from socialhub.clock import DAY, HOUR
from socialhub.model import Topic
from socialhub.records import dataclass
from socialhub.store import news, volumes
from socialhub.store.connection import Connection
from socialhub.store.news import News
from socialhub.volumes import Listening

KEPT: Final = 2 * HOUR
"""So long what nobody asks for is kept."""
OLDEST: Final = DAY
"""What arrives so long after it was published is no news."""


class Row(Protocol):
    """What is kept of a mention."""

    @property
    def mention(self) -> int:
        """Its number, which follows arrival."""

    @property
    def published(self) -> int:
        """When it was published (ms UTC)."""

    @property
    def seen(self) -> int:
        """When it arrived (ms UTC)."""


R = TypeVar("R", bound=Row)


@dataclass(slots=True)
class _Kept(Generic[R]):
    """The news of one topic: complete from `start` on, `read` up to a mention (a moment, looking back).

    `rows` are (when it was news, the mention) in that order; `asked` is the earliest moment asked for in this look.
    """

    start: int
    read: int
    asked: int
    rows: list[tuple[int, R]] = field(default_factory=list)


class Latest(Generic[R]):
    """`begin` a minute, then ask for what is new `since` a moment. `back`: for looking back.

    `arrivals` reads what of a topic (number) arrived after a mention, `published` what was published in [start, end).
    """

    def __init__(
        self,
        arrivals: Callable[[Connection, int, int], Sequence[R]],
        published: Callable[[Connection, int, int, int], Sequence[R]],
        *,
        back: bool,
    ) -> None:
        self._arrivals, self._published, self._back = arrivals, published, back
        self._kept: dict[int, _Kept[R]] = {}
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

    def since(self, db: Connection, topic: Topic, moment: int) -> list[tuple[int, R]]:
        """(when it was news, the mention) in [moment, now), in that order."""
        kept = self._kept.get(topic.number)
        if kept is None or moment < kept.start:
            read = moment if self._back else news.newest_before(db, moment)
            kept = self._kept[topic.number] = _Kept[R](moment, read, moment)
        kept.asked = min(kept.asked, moment)
        self._read(db, topic, kept)
        first, last = (bisect_left(kept.rows, each, key=_moment) for each in (moment, self.now))
        return kept.rows[first:last]

    def _read(self, db: Connection, topic: Topic, kept: _Kept[R]) -> None:
        if self._back:
            rows = self._published(db, topic.number, kept.read, self.now)
            kept.read = max(kept.read, self.now)
        else:
            rows = self._arrivals(db, topic.number, kept.read)
            kept.read = rows[-1].mention if rows else kept.read
        if rows:
            fresh = [(row.published if self._back else max(row.seen, row.published), row) for row in rows]
            kept.rows += [(at, row) for at, row in fresh if at - row.published <= OLDEST and at >= kept.start]
            kept.rows.sort(key=_moment)


class LatestNews(Latest[News]):
    """The latest mentions with who wrote them, and what they may have reached."""

    def __init__(self, *, back: bool) -> None:
        super().__init__(news.arrivals, news.published, back=back)
        self._heard: tuple[int, int, dict[int, Listening]] = (0, 0, {})

    def listening(self, db: Connection, since: int) -> Mapping[int, Listening]:
        """When each source was listened to in [since, now), read once a minute."""
        if self._heard[:2] != (self.now, since):
            spans = volumes.heard(db, since, self.now, unlooked=self._back)
            self._heard = self.now, since, {source: each.listening for source, each in spans.items()}
        return self._heard[2]


def _moment(entry: tuple[int, object]) -> int:
    return entry[0]
