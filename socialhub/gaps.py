"""A source that was not heard for a while and then again: what of the time between was caught up. Plain data and pure.

Times are ms UTC. What was published meanwhile may come oldest first or newest first; what is covered is what lies
between the oldest and the newest that came.
"""

from __future__ import annotations

from typing import Final

from socialhub.clock import DAY
from socialhub.records import dataclass

HOLE_TOLD_FOR: Final = DAY
"""How long a stretch that could not be caught up is told beneath its source."""


@dataclass(frozen=True, slots=True)
class CatchUp:
    """What a source said between `since` (heard last) and `until` (heard again) is being fetched, or was.

    `low` and `high` are the oldest and the newest publication in between that came so far, `stored` how many new
    mentions. `hole` is up to when what was said is out of reach, from `since` on (None: nothing is). `ended` is when it
    was through, `looked` when detection had looked back on it.
    """

    number: int
    source: int
    since: int
    until: int
    low: int | None = None
    high: int | None = None
    stored: int = 0
    hole: int | None = None
    ended: int | None = None
    looked: int | None = None

    @property
    def length(self) -> int:
        """How long it was not heard."""
        return self.until - self.since

    @property
    def left(self) -> int:
        """How much of it is still to be fetched (ms); 0 once it is through."""
        if self.ended is not None:
            return 0
        if self.low is None or self.high is None:
            return self.length
        return max(0, self.length - (self.high - self.low))

    @property
    def known(self) -> tuple[int, int]:
        """The stretch of which all is stored, once it is through (empty where none is)."""
        return min(self.until, self.since if self.hole is None else max(self.since, self.hole)), self.until

    def with_published(self, moments: list[int]) -> tuple[int | None, int | None]:
        """`low` and `high` once what was published at these moments is stored, too; others than of the gap are left."""
        inside = [moment for moment in moments if self.since <= moment <= self.until]
        if not inside:
            return self.low, self.high
        low, high = min(inside), max(inside)
        return (low if self.low is None else min(low, self.low)), (high if self.high is None else max(high, self.high))

    def is_told(self, now: int) -> bool:
        """Whether there is something to say of it at `now`: it goes on, or it left a hole not long ago."""
        return self.ended is None or (self.hole is not None and 0 <= now - self.ended < HOLE_TOLD_FOR)
