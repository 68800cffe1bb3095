"""Which sources feed a topic that is in a crisis. Only reads; what feeds a topic is looked up once a minute."""

from __future__ import annotations

from socialhub.clock import MINUTE
from socialhub.store import crises
from socialhub.store.connection import Connection


class Crises:
    """What was found last, and when (ms UTC)."""

    def __init__(self) -> None:
        self._topics: frozenset[int] = frozenset()
        self._fed: frozenset[int] | None = frozenset()
        self._looked = 0

    def fed(self, db: Connection, now: int) -> frozenset[int] | None:
        """The sources (row numbers) that feed a topic in a crisis; None: all of them may."""
        topics = crises.topics_in_crisis(db, now)
        if topics != self._topics or abs(now - self._looked) >= MINUTE:
            self._topics, self._looked = topics, now
            found = [crises.feeding(db, topic, now) for topic in topics]
            known = [each for each in found if each is not None]
            self._fed = frozenset().union(*known) if len(known) == len(found) else None
        return self._fed
