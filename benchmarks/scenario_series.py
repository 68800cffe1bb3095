"""Labelled scenarios of an invented room, from a seed: weeks of ordinary life, and what is planted in them.

Ordinary life has the hours of a day and of a week (a holiday is a Sunday), days and hours that differ by themselves,
and conversations: counts stray wider than chance. What is planted has a label: what is to be found, from when to when,
how grave it may be called; or that nothing may be raised at all. Nothing here knows the detectors.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from socialhub.clock import DAY, HOUR, MINUTE, to_datetime
from socialhub.holidays import is_holiday
from socialhub.incidents import Severity

PARIS: Final = ZoneInfo("Europe/Paris")
COUNTRY: Final = "FR"
PAST: Final = 28 * DAY
"""Ordinary life before anything is looked at."""
TOPICS: Final = {"mandarine": "brand", "fibre": "product", "direction": "person", "libre": "competitor"}
SOURCES: Final = {"bluesky": 0, "mastodon": 0, "forum": 10 * MINUTE, "presse": 15 * MINUTE, "avis": HOUR}
"""How often each is asked; 0 is a stream."""
SPREAD: Final = (0.45, 0.2, 0.15, 0.1, 0.1)
SOCIAL: Final = (0.7, 0.3, 0.0, 0.0, 0.0)
"""What each source brings of what is said everywhere, and on social networks only."""
_HOURS: Final = (14, 8, 5, 3, 3, 6, 16, 36, 56, 62, 60, 58, 68, 64, 58, 56, 58, 64, 70, 68, 70, 72, 56, 32)
_WEEKDAYS: Final = (1.1, 1.08, 1.06, 1.05, 1.0, 0.75, 0.65)
_SUNDAY: Final = 6
_SLOT: Final = 10 * MINUTE
_DAY_SPREAD: Final = 0.12
_SWAY: Final = 0.22
_SWAY_LASTS: Final = 3 * HOUR
# Days differ by so much, and hours sway by so much around them: a level that strays is pulled back within three hours.
_TALK: Final = 0.15
_ANSWERS: Final = 2.5
_ANSWERED_WITHIN: Final = 40 * MINUTE
# So many mentions are answered, by so many others, within so long.
_DEPARTMENTS: Final = ("D-35", "D-44", "D-29", "D-69", "D-33", "D-59", "D-13", "D-31")
_PEOPLE: Final = 6000
_ORDINARY: Final = (
    "la box {n} fait encore des siennes, un conseil ?",
    "forfait {n} comparé ce matin, je garde le mien",
    "bien reçu la facture {n}, tout est juste pour une fois",
    "rendez-vous avec le technicien {n} repoussé",
    "qui a essayé l'option {n} en vacances ?",
    "la boutique de la rue {n} a rouvert",
    "débit correct ce soir, {n} mégas",
    "ils m'ont rappelé au bout de {n} jours",
)
Curve = tuple[tuple[float, float], ...]
"""(minute after the start, weight), straight between."""


@dataclass(frozen=True, slots=True)
class Said:
    """One mention; `arrives` is when the room can know of it (ms UTC), `tone` None where a judge would be unsure."""

    at: int
    arrives: int
    source: str
    topics: tuple[str, ...]
    tone: int | None
    text: str
    handle: str
    followers: int
    account_created: int
    place: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that people talk of: about which topics, under which curve, in which tones (-1, 0, 1, unsure)."""

    topics: tuple[str, ...]
    curve: Curve
    tones: tuple[float, float, float, float]
    texts: tuple[str, ...]
    places: tuple[str, ...] = ()
    shares: tuple[float, ...] = SPREAD


@dataclass(frozen=True, slots=True)
class Label:
    """What is planted in [start, end) about `topics`: found by one alert of `kinds`, none of them worse than `most`."""

    start: int
    end: int
    topics: tuple[str, ...]
    kinds: tuple[str, ...]
    most: Severity


@dataclass(frozen=True, slots=True)
class Scenario:
    """A told room: looked at from `live_from` to `end` (ms UTC). Without a label nothing may be raised.

    `deaf` holds when a source was not reached.
    """

    name: str
    seed: int
    begun: int
    live_from: int
    end: int
    said: tuple[Said, ...]
    label: Label | None = None
    deaf: dict[str, tuple[int, int]] = field(default_factory=dict)


def busy(moment: int) -> float:
    """How busy people are at a moment; 1 is about the mean of a week."""
    local = to_datetime(moment, PARIS)
    day = _SUNDAY if is_holiday(COUNTRY, local.date()) else local.weekday()
    here, following = _HOURS[local.hour], _HOURS[(local.hour + 1) % 24]
    return (here + (following - here) * local.minute / 60) / (sum(_HOURS) / 24) * _WEEKDAYS[day]


@dataclass(frozen=True, slots=True)
class _Strand:
    """What is ordinarily said: about which topics, so often a day, in which tones (-1, 0, 1, unsure)."""

    topics: tuple[str, ...]
    a_day: float
    tones: tuple[float, float, float, float]


_STRANDS: Final = (
    _Strand(("mandarine",), 420, (0.3, 0.3, 0.15, 0.25)),
    _Strand(("mandarine", "fibre"), 130, (0.4, 0.3, 0.1, 0.2)),
    _Strand(("direction", "mandarine"), 8, (0.3, 0.4, 0.1, 0.2)),
    _Strand(("libre",), 200, (0.3, 0.35, 0.15, 0.2)),
)


def poisson(mean: float, dice: random.Random) -> int:
    """A Poisson draw, of a mean that is not large."""
    count, product = 0, dice.random()
    while product > math.exp(-mean):
        count, product = count + 1, product * dice.random()
    return count


class Teller:
    """Tells mentions of one room; the seed decides everything."""

    def __init__(self, seed: str, begun: int) -> None:
        self.dice = random.Random(seed)
        self._begun = begun
        self._number = 0

    def mention(
        self, at: int, topics: tuple[str, ...], tones: Sequence[float], shares: Sequence[float], text: str, place: str
    ) -> Said:
        """One mention by somebody."""
        dice = self.dice
        self._number += 1
        who = dice.randrange(_PEOPLE)
        (source,) = dice.choices(tuple(SOURCES), shares)
        (tone,) = dice.choices((-1, 0, 1, None), tones)
        followers = int(random.Random(who).lognormvariate(5, 1.6))
        made = self._begun - (200 + who % 3000) * DAY
        words = text.format(n=self._number)
        return Said(at, at, source, topics, tone, words, f"p{who}", followers, made, place)

    def ordinary(self, start: int, end: int) -> Iterator[Said]:
        """Ordinary life."""
        for strand in _STRANDS:
            yield from self._strand(strand, start, end)

    def _strand(self, strand: _Strand, start: int, end: int) -> Iterator[Said]:
        dice, sway, day = self.dice, 0.0, 1.0
        kept = math.exp(-_SLOT / _SWAY_LASTS)
        rate = strand.a_day * _SLOT / DAY / (1 + _TALK * _ANSWERS)
        for slot in range(start, end, _SLOT):
            if (slot - start) % DAY == 0:
                day = dice.lognormvariate(0, _DAY_SPREAD)
            sway = sway * kept + dice.gauss(0, _SWAY * math.sqrt(1 - kept * kept))
            for _ in range(poisson(rate * busy(slot) * day * math.exp(sway), dice)):
                at = slot + int(dice.random() * _SLOT)
                talked = poisson(2 * dice.random() * _ANSWERS, dice) if dice.random() < _TALK else 0
                for moment in (at, *(at + int(dice.random() ** 2 * _ANSWERED_WITHIN) for _ in range(talked))):
                    place = dice.choice(_DEPARTMENTS) if dice.random() < 0.15 else ""
                    if moment < end:
                        yield self.mention(moment, strand.topics, strand.tones, SPREAD, dice.choice(_ORDINARY), place)

    def planted(self, start: int, count: int, event: Event) -> Iterator[Said]:
        """So many mentions of an event that begins at `start`."""
        for _ in range(count):
            at = start + int(_under(event.curve, self.dice) * MINUTE)
            place = self.dice.choice(event.places) if event.places and self.dice.random() < 0.5 else ""
            yield self.mention(at, event.topics, event.tones, event.shares, self.dice.choice(event.texts), place)

    def size(self, usual: float) -> int:
        """A size around the usual one: from about half of it to nearly twice."""
        return round(usual * math.exp(self.dice.uniform(-0.6, 0.6)))


def _under(curve: Curve, dice: random.Random) -> float:
    """A minute under a curve, by rejection."""
    highest = max(weight for _minute, weight in curve)
    while True:
        minute = dice.uniform(curve[0][0], curve[-1][0])
        for (low, before), (high, after) in pairwise(curve):
            if low <= minute <= high:
                weight = before + (after - before) * (minute - low) / (high - low)
                if dice.random() * highest < weight:
                    return minute
                break
