"""How a source was heard over the last day: quarters of an hour, and the strip of cells made of them. Pure.

A cell tells the worst that happened in it. A quarter in which nothing happened though somebody collected goes on as
the one before: what was well is still well until three intervals have passed, what failed has still failed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.model import SourceRow
from socialhub.records import dataclass
from socialhub.tempo import LONGEST_SLOWED

SLOT: Final = 15 * MINUTE
SLOTS: Final = DAY // SLOT
"""Quarters of an hour in the strip of a day."""
LOOKBACK: Final = 3 * HOUR
"""So much before the strip is read too: what happened there may go on into it."""
GOES_ON: Final = 3
"""Intervals for which a good poll speaks (as for coverage, DECISIONS 14)."""
SLOW_AFTER: Final = 5.0
"""Seconds after which an answer was slow: a quarter of what is granted to it."""


class Polled(StrEnum):
    """What happened in a cell of the strip."""

    OK = "ok"
    EMPTY = "empty"  # asked, or its turn had not come: nothing new
    SLOW = "slow"
    PARTLY = "partly"  # failed, and answered too
    FAILED = "failed"
    PAUSED = "paused"
    HOLE = "hole"  # nobody collected


@dataclass(frozen=True, slots=True)
class Slot:
    """A quarter of an hour of one source: how often it answered, was slow, failed; new mentions; whether it was paused.

    It is there when somebody collected then, even if nothing happened.
    """

    heard: int = 0
    stored: int = 0
    slow: int = 0
    failed: int = 0
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """How a source was heard: the SLOTS quarters of the last day, the oldest first, and new mentions an hour."""

    cells: tuple[Polled, ...]
    an_hour: int


def slot_start(moment: int) -> int:
    """When the quarter of an hour of a moment began (ms UTC)."""
    return moment - moment % SLOT


def strip(slots: Mapping[int, Slot], now: int, interval: int) -> tuple[Polled, ...]:
    """The SLOTS quarters up to `now` (ms UTC), the oldest first, from slots by their start; `interval` is in ms."""
    newest = slot_start(now)
    first = newest - (SLOTS - 1) * SLOT
    cells: list[Polled] = []
    well_until, failing = 0, False
    for start in range(first - LOOKBACK, newest + 1, SLOT):
        slot = slots.get(start)
        cell = None if slot is None else _happened(slot)
        if slot is not None and cell is None:
            cell = Polled.FAILED if failing else Polled.EMPTY if start < well_until else Polled.HOLE
        elif slot is not None and cell is not Polled.PAUSED:
            failing = cell is Polled.FAILED
            well_until = start + SLOT + GOES_ON * interval if slot.heard else well_until
        if start >= first:
            cells.append(cell or Polled.HOLE)
    return tuple(cells)


def _happened(slot: Slot) -> Polled | None:
    if slot.failed:
        return Polled.PARTLY if slot.heard else Polled.FAILED
    if slot.paused:
        return Polled.PAUSED
    if slot.slow:
        return Polled.SLOW
    if slot.heard:
        return Polled.OK if slot.stored else Polled.EMPTY
    return None


def gathered(cells: Sequence[Polled], now: int, count: int) -> tuple[Polled, ...]:
    """The same day in fewer cells (`count` divides SLOTS), each beginning at a round time: the last may be young."""
    size = SLOTS // count
    young = slot_start(now) // SLOT % size + 1
    older = cells[len(cells) - young - (count - 1) * size : len(cells) - young]
    groups = [older[place : place + size] for place in range(0, len(older), size)]
    return (*(_worst(group) for group in groups), _newest(cells[-young:]))


def _newest(group: Sequence[Polled]) -> Polled:
    """The cell that has just begun: from when somebody collects again it is no hole any more."""
    return _worst([cell for cell in group if cell is not Polled.HOLE] or group)


def _worst(group: Sequence[Polled]) -> Polled:
    failed = sum(cell is Polled.FAILED for cell in group)
    heard = sum(cell in (Polled.OK, Polled.EMPTY, Polled.SLOW, Polled.PARTLY) for cell in group)
    if failed or Polled.PARTLY in group:
        return Polled.PARTLY if heard else Polled.FAILED
    if 2 * sum(cell is Polled.HOLE for cell in group) >= len(group):
        return Polled.HOLE
    return next((cell for cell in (Polled.PAUSED, Polled.SLOW, Polled.OK) if cell in group), Polled.EMPTY)


def rate(slots: Mapping[int, Slot], now: int, interval: int) -> float:
    """New mentions an hour, over the last hour or, of what is asked seldom, over two of its intervals."""
    newest = slot_start(now)
    span = min(max(HOUR, 2 * interval), DAY)
    first = newest - (span // SLOT - 1) * SLOT
    stored = sum(slot.stored for start, slot in slots.items() if first <= start <= newest)
    return stored * HOUR / max(now - first, SLOT)


def heard_of(slots: Mapping[int, Slot], now: int, row: SourceRow) -> Heard:
    """Strip and rate of one source. That it is asked often now does not mean that it was all day."""
    interval = row.interval if row.streaming else max(row.interval, LONGEST_SLOWED)
    return Heard(strip(slots, now, interval), round(rate(slots, now, row.interval)))


def strip_from(now: int) -> int:
    """From when on quarters are needed for a strip at `now` (ms UTC)."""
    return slot_start(now) - DAY - LOOKBACK
