"""How often a source is asked: less while nothing new comes and at night, more while a topic it feeds is in a crisis.

Pure: what is known is handed in, the next interval and its reasons come out. It is never shorter than the source's
kind allows or its server asks for, never longer than LONGEST_SLOWED where nobody configured that, and it changes by
steps: a source that speaks is soon asked as usual, one that falls silent is slowed only after a while. Times are ms.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from socialhub.clock import DAY, HOUR
from socialhub.records import dataclass

LONGEST_SLOWED: Final = HOUR
"""Quiet and night never make a source wait for longer; one that is configured to wait for longer is not slowed."""
QUIET_AFTER: Final = 6
"""So many polls in a row without anything new, and a source begins to be slowed."""
SLOW_DOWN: Final = 1.25
SPEED_UP: Final = 2.0
"""What a poll does to a slowed source: without anything new it waits a quarter longer, with something half as long."""
SPEND_OVER: Final = 4 * HOUR
SPEND_SHARE: Final = 0.5
"""A crisis may spend half of what is left of a budget within so long, all of it where it is renewed sooner. It is
planned anew at each poll: a crisis that lasts never uses it up."""


class Why(StrEnum):
    """Why a source is asked as often as it is."""

    QUIET = "quiet"
    NIGHT = "night"
    CRISIS = "crisis"
    BEHIND = "behind"  # it is catching up
    BUDGET = "budget"  # a crisis would ask more often, its budget does not allow it
    SERVER = "server"  # its server asks for so long


@dataclass(frozen=True, slots=True)
class Manners:
    """How many times slower a source is asked at most when it is quiet, at night, and faster in a crisis; 1: never."""

    quiet: int = 3
    night: int = 2
    crisis: int = 5


@dataclass(frozen=True, slots=True)
class Purse:
    """A budget: what is `left` of it, what a poll costs, and in how long there is more (ms)."""

    left: int
    cost: int
    renewed: int


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known when the next poll of a source is planned.

    `every` is the configured interval and `floor` the shortest one that is polite; `slowed` how many times it is slowed
    for being quiet (see `slowed_after`); `wait` what its server asked for (0: nothing). `behind`: it is catching up.
    """

    every: int
    floor: int
    slowed: float = 1.0
    night: bool = False
    crisis: bool = False
    behind: bool = False
    wait: int = 0
    purses: tuple[Purse, ...] = ()


@dataclass(frozen=True, slots=True)
class Tempo:
    """The next interval (ms), and why it is not the configured one (empty when it is)."""

    interval: int
    why: tuple[Why, ...] = ()


def reasons_of(told: str) -> tuple[Why, ...]:
    """The reasons as they are stored in a source's row (SourceRow.tempo); what another version wrote is left out."""
    try:
        names = json.loads(told) if told else []
    except ValueError:
        return ()
    known = {why.value: why for why in Why}
    return tuple(known[each] for each in names if each in known) if isinstance(names, list) else ()


def next_interval(known: Situation, manners: Manners) -> Tempo:
    """How long after a poll a source is asked again."""
    hurried = known.crisis or known.behind
    tempo = _hastened(known, manners) if hurried else _slowed(known, manners)
    wait = min(known.wait, DAY)
    if wait > tempo.interval:
        return Tempo(wait, (*(why for why in tempo.why if why in (Why.CRISIS, Why.BEHIND)), Why.SERVER))
    return tempo


def _hastened(known: Situation, manners: Manners) -> Tempo:
    fast = max(min(known.floor, known.every), known.every // max(1, manners.crisis))
    afforded = affordable(known.purses)
    interval = min(known.every, max(fast, afforded))
    why = (Why.CRISIS if known.crisis else Why.BEHIND,)
    return Tempo(interval, (*why, Why.BUDGET) if afforded > fast else why)


def _slowed(known: Situation, manners: Manners) -> Tempo:
    quiet = min(max(1.0, known.slowed), max(1, manners.quiet))
    night = max(1, manners.night) if known.night else 1
    interval = round(min(known.every * quiet * night, max(known.every, LONGEST_SLOWED)))
    if interval <= known.every:
        return Tempo(known.every)
    why = [Why.QUIET] if quiet > 1 else []
    return Tempo(interval, (*why, Why.NIGHT) if night > 1 else tuple(why))


def slowed_after(slowed: float, empty: int, brought: bool, manners: Manners) -> float:
    """How many times a source is slowed after a poll that `brought` something new, or was one of `empty` in a row."""
    most = float(max(1, manners.quiet))
    if brought:
        return min(most, max(1.0, slowed / SPEED_UP))
    return min(most, slowed * SLOW_DOWN if empty >= QUIET_AFTER else slowed)


def affordable(purses: Sequence[Purse]) -> int:
    """The shortest interval (ms) that the budgets allow in a crisis; 0 where none limits it."""
    return max((_shortest(purse) for purse in purses), default=0)


def _shortest(purse: Purse) -> int:
    if purse.cost <= 0:
        return 0
    if purse.left < purse.cost:
        return max(0, purse.renewed)
    lasts = min(max(0, purse.renewed), SPEND_OVER)
    share = 1.0 if purse.renewed <= SPEND_OVER else SPEND_SHARE
    return round(purse.cost * lasts / (purse.left * share))
