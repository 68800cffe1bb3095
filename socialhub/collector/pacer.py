"""How often one source is asked next: what its polls brought, the crises it feeds, the night and its budgets, together.

Remembers what `tempo` needs to know between two polls; what outlives the process is in the source's row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from socialhub.budgets import Cap
from socialhub.clock import DAY
from socialhub.model import SourceRow
from socialhub.records import dataclass
from socialhub.store import budgets
from socialhub.store import sources as source_store
from socialhub.store.connection import Connection
from socialhub.tempo import Manners, Situation, Tempo, Why, next_interval, reasons_of, slowed_after

_NO_COST: Final[dict[str, int]] = {}


@dataclass(frozen=True, slots=True)
class Pacing:
    """How a source may be asked: as configured every `every`, politely no more often than `floor` (ms), within `caps`.

    `manners` says how much it may be slowed, `is_night` when it is night. After an outage it reads back `catch_up` ms
    at most (None: it cannot).
    """

    every: int
    floor: int
    manners: Manners = Manners()
    is_night: Callable[[int], bool] = lambda _now: False
    caps: tuple[Cap, ...] = ()
    catch_up: int | None = DAY


class Pacer:
    """Plans the polls of one source (its row number is `number`)."""

    def __init__(self, number: int, pacing: Pacing, row: SourceRow) -> None:
        self.pacing = pacing
        self.crisis = self.behind = False
        self._number = number
        self._slowed = min(max(1.0, row.slowed), float(pacing.manners.quiet))
        self._empty = row.empty
        self._wait = row.interval if Why.SERVER in reasons_of(row.tempo) else 0
        self._cost: dict[str, int] | None = None

    def note_poll(self, *, brought: bool, wait: int | None, cost: dict[str, int]) -> None:
        """A poll is over: whether it brought anything new, how long its server wants to be left alone, what it cost."""
        self._empty = 0 if brought else self._empty + 1
        self._slowed = slowed_after(self._slowed, self._empty, brought, self.pacing.manners)
        self._wait = wait or 0
        self._cost = {unit: amount for unit, amount in cost.items() if amount > 0}

    def plan(self, db: Connection, now: int) -> Tempo:
        """The next interval, and why."""
        known = Situation(
            self.pacing.every,
            self.pacing.floor,
            self._slowed,
            night=self.pacing.is_night(now),
            crisis=self.crisis,
            behind=self.behind,
            wait=self._wait,
        )
        if self.crisis or self.behind:
            purses = budgets.purses(db, self._number, self.pacing.caps, self._cost or _NO_COST, now)
            known = replace(known, purses=purses)
        return next_interval(known, self.pacing.manners)

    def write(self, db: Connection, tempo: Tempo) -> None:
        """Keep what was planned after a poll, for everybody who asks whether the source is late."""
        source_store.note_tempo(db, self._number, tempo, self._slowed, self._empty, self._cost)
