"""What is usual for a series: a level of its own for every source, a rhythm of the week, and how widely counts stray.

Learnt from whole hours. The rhythm begins as that of a larger series (of the room for a topic, of the topic for its
sources, tones and places) and is bent as far as the series' own weeks say otherwise. What happened once teaches
nothing: an hour counts at most as much as chance allows, or as the second highest hour of the same slot. Before a day
was heard it is believed, too, that people sleep. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate
from math import sqrt
from typing import Final

from socialhub.clock import HOUR
from socialhub.detect.believed import HALF_LIFE, JEFFREYS, LEAST_WOBBLE, WOBBLE, WOBBLE_FOR, most_taught
from socialhub.detect.decision import Known, known_after
from socialhub.detect.week import SLOTS, kind_of
from socialhub.records import dataclass
from socialhub.volumes import Hours

Shape = tuple[float, ...]
"""How busy each slot of the week is; 1 is the mean of the week."""
FLAT: Final[Shape] = (1.0,) * SLOTS
NOT_YET: Final = 4
"""The latest hours teach no level: they are being judged."""
DAY_HOURS: Final = 24
SPREADS: Final = (1, 4, DAY_HOURS)
"""Lengths, in hours, of the windows whose straying is learnt."""
AWAKE: Final = (0.3, *(0.1,) * 5, 0.3, 0.7, *(1.0,) * 15, 0.6)
"""How busy the hours of a day are believed to be, roughly, before they were heard."""
_KINDS: Final = tuple(kind_of(slot) for slot in range(SLOTS))
_HALF_LIFE_HOURS: Final = HALF_LIFE // HOUR
_CHANCE: Final = 3.0
_ALWAYS: Final = 6.0
# An hour teaches up to this many standard deviations of a rate that varies by itself; so many mentions always do.
_WEEKS: Final = 1.0
_MENTIONS: Final = 4.0
# A slot's own count weighs against what is believed before as its weeks against one, and its mentions against four.
_WOBBLE_HOURS: Final = WOBBLE_FOR / HOUR
_TALK: Final = 0.5
_TALK_WEIGHT: Final = 10.0
_MOST_TALK: Final = 5.0
# What is believed of talk before, with the weight of some forty hours of one mention; and no more than this.


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual for a series.

    `levels` are mentions an hour of each source in a mean hour of the week; `day_levels` the same without the latest
    DAY_HOURS. `wobbles` are the squared coefficients of variation of the rate over windows of SPREADS hours. `talk` is
    how many others a mention brings with it (answers): of m expected mentions the variance is (1 + talk) m, and what
    the rate varies besides. `known` counts the hours in which any source was listened to, `known_of` those of each.
    """

    levels: Mapping[int, float]
    day_levels: Mapping[int, float]
    shape: Shape
    wobbles: tuple[float, ...]
    talk: float
    known: int
    known_of: Mapping[int, int]

    @property
    def how_well(self) -> Known:
        """How well the series is known."""
        return known_by(self.known)


@dataclass(slots=True)
class _Slot:
    """What the hours of one slot, or of one kind of hour, held together; `hours` of them were listened to."""

    seen: float = 0.0
    expected: float = 0.0
    hours: float = 0.0

    def weight(self) -> float:
        """How much is believed of what was seen here, 0 to 1."""
        if self.hours <= 0 or self.expected <= 0:
            return 0.0
        return 1 / (1 + _WEEKS / self.hours + _MENTIONS / self.expected)

    def factor(self) -> float:
        """By how much what was expected here is to be multiplied."""
        return 1 + self.weight() * (self.seen / self.expected - 1) if self.expected > 0 else 1.0

    def factor_without(self, seen: float, expected: float) -> float:
        """The factor that the same gives without one of its hours."""
        seen, expected, hours = self.seen - seen, self.expected - expected, self.hours - 1
        if expected <= 0:
            return 1.0
        return 1 + 1 / (1 + _WEEKS / hours + _MENTIONS / expected) * (seen / expected - 1) if hours > 0 else 1.0


class _Learner:
    """One series on its way to what is usual for it."""

    def __init__(self, hours: Hours, slots: Sequence[int], parent: Shape) -> None:
        self.hours, self.slots, self.parent = hours, slots, parent
        self.known_of = {
            source: hours.length - since - len(hours.missed.get(source, ())) for source, since in hours.since.items()
        }
        self.heard = {source: self._heard(source) for source in hours.since}
        self.seen = [0.0] * hours.length
        self.listened = [0.0] * hours.length
        self._add_up()
        self.caps = self._caps()

    def _heard(self, source: int) -> Mapping[int, int]:
        """The mentions of a source in hours in which it was listened to."""
        since, missed = self.hours.since[source], self.hours.missed.get(source, frozenset())
        counts = self.hours.counts.get(source, {})
        return {hour: count for hour, count in counts.items() if hour >= since and hour not in missed}

    def _add_up(self) -> None:
        """All sources together: mentions, and at which mean rate those who were listened to speak."""
        begun = [0.0] * (self.hours.length + 1)
        for source, since in self.hours.since.items():
            heard = self.heard[source]
            for hour, count in heard.items():
                self.seen[hour] += count
            rate = (sum(heard.values()) + JEFFREYS / len(self.hours.since)) / max(1, self.known_of[source])
            begun[min(since, self.hours.length)] += rate
            for hour in self.hours.missed.get(source, ()):
                self.listened[hour] -= rate
        rate = 0.0
        for hour in range(self.hours.length):
            rate += begun[hour]
            self.listened[hour] = max(0.0, self.listened[hour] + rate)

    def _caps(self) -> list[float]:
        """The most that each hour may teach."""
        highest: list[tuple[float, float]] = [(0.0, 0.0)] * SLOTS
        expected = [rate * self.parent[slot] for rate, slot in zip(self.listened, self.slots, strict=True)]
        for slot, seen, usual in zip(self.slots, self.seen, expected, strict=True):
            if usual > 0:
                first, second = highest[slot]
                ratio = seen / usual
                highest[slot] = (max(first, ratio), max(second, min(first, ratio)))
        return [
            max(_ALWAYS, usual + _CHANCE * sqrt(usual + usual * usual), highest[slot][1] * usual)
            for slot, usual in zip(self.slots, expected, strict=True)
        ]

    def learn(self) -> Usual:
        """All of it."""
        by_kind = [group.factor() for group in self._gather(_KINDS, self.parent)]
        bent = tuple(factor * by_kind[kind] for kind, factor in zip(_KINDS, self.parent, strict=True))
        by_slot = self._gather(range(SLOTS), bent)
        shape = tuple(factor * group.factor() for factor, group in zip(bent, by_slot, strict=True))
        known = sum(rate > 0 for rate in self.listened)
        pairs = self._pairs(bent, by_slot)
        talk = _talk(pairs)
        return Usual(
            self._levels(shape, NOT_YET),
            self._levels(shape, DAY_HOURS),
            shape if known_by(known) is Known.WELL else self._awake(shape),
            tuple(_wobble(pairs, length, talk) for length in SPREADS),
            talk,
            known,
            self.known_of,
        )

    def _awake(self, shape: Shape) -> Shape:
        """The rhythm of a series that was not heard for a day: the morning after the night that was is no burst.

        An hour is as busy as the hours that taught the level, or as a waking hour is beside these: what is more.
        """
        slots = [slot for slot, rate in zip(self.slots, self.listened, strict=True) if rate > 0][:-NOT_YET]
        if not slots:
            return shape
        asleep = sum(shape[slot] for slot in slots) / sum(AWAKE[slot % DAY_HOURS] for slot in slots)
        return tuple(max(factor, asleep * AWAKE[slot % DAY_HOURS]) for slot, factor in enumerate(shape))

    def _gather(self, group_of: Sequence[int], shape: Shape) -> list[_Slot]:
        groups = [_Slot() for _ in range(max(group_of) + 1)]
        for slot, seen, cap, rate in zip(self.slots, self.seen, self.caps, self.listened, strict=True):
            if rate > 0:
                group = groups[group_of[slot]]
                group.seen += seen if seen < cap else cap
                group.expected += rate * shape[slot]
                group.hours += 1
        return groups

    def _levels(self, shape: Shape, without: int) -> dict[int, float]:
        """Mentions an hour of each source by hours of which the older weigh less, the latest left out."""
        end = max(0, self.hours.length - without)
        ages = _ages(end)
        weights = [age * shape[slot] for age, slot in zip(ages, self.slots, strict=False)]
        sums = (0.0, *accumulate(weights))
        levels = {}
        for source, since in self.hours.since.items():
            weight = sums[end] - sums[min(since, end)]
            weight -= sum(weights[hour] for hour in self.hours.missed.get(source, ()) if since <= hour < end)
            seen = sum(
                count * ages[hour] * min(1.0, self.caps[hour] / self.seen[hour])
                for hour, count in self.heard[source].items()
                if hour < end
            )
            levels[source] = (seen + JEFFREYS / len(self.hours.since)) / max(weight, 1.0)
        return levels

    def _pairs(self, bent: Shape, by_slot: Sequence[_Slot]) -> list[tuple[float, float]]:
        """What each hour held, and what the hours before it, and the other weeks, made expect.

        The latest DAY_HOURS teach nothing: a crisis that lasts would soon be called usual straying.
        """
        decay = 0.5 ** (1 / _HALF_LIFE_HOURS)
        past_seen, past_expected = JEFFREYS, 1e-9
        pairs: list[tuple[float, float]] = []
        hours = list(zip(self.slots, self.seen, self.caps, self.listened, strict=True))
        for slot, seen, cap, rate in hours[:-DAY_HOURS]:
            if rate <= 0:
                continue
            taught, plain = seen if seen < cap else cap, rate * bent[slot]
            usual = plain * by_slot[slot].factor_without(taught, plain)
            if past_expected > usual:
                here = usual * past_seen / past_expected
                pairs.append((min(seen, _ALWAYS + most_taught(here)), here))
            past_seen, past_expected = past_seen * decay + taught, past_expected * decay + usual
        return pairs


@cache
def _ages(hours: int) -> tuple[float, ...]:
    """How much each of so many hours weighs, the latest last."""
    return tuple(0.5 ** ((hours - 1 - hour) / _HALF_LIFE_HOURS) for hour in range(hours))


def known_by(hours: int) -> Known:
    """How well a series is known that was heard for so many hours; the latest teach no level yet."""
    return known_after((hours - NOT_YET) * HOUR)


def learn(hours: Hours, slots: Sequence[int], parent: Shape = FLAT) -> Usual:
    """What is usual for a series whose hours lie in these slots of the week; `parent` is the rhythm believed before."""
    return _Learner(hours, slots, parent).learn()


def _talk(pairs: Sequence[tuple[float, float]]) -> float:
    """How many others a mention brings with it, from how hours stray where few mentions are expected.

    (seen - m)^2 / m - 1 is talk + wobble * m in the mean: a straight line over m, of which this is the beginning. It
    does not fall. An hour weighs by how well it can tell: most where about one mention is expected.
    """
    weight, places, values = _TALK_WEIGHT, 0.0, _TALK_WEIGHT * _TALK
    squares, products = 1e-9, 0.0
    for seen, expected in pairs:
        if expected > 0:
            certain = expected / (1 + expected) ** 2
            value = (seen - expected) ** 2 / expected - 1
            weight += certain
            places += certain * expected
            values += certain * value
            squares += certain * expected * expected
            products += certain * expected * value
    rises = max(0.0, (weight * products - places * values) / (weight * squares - places * places))
    return min(max((values - rises * places) / weight, 0.0), _MOST_TALK)


def _wobble(pairs: Sequence[tuple[float, float]], length: int, talk: float) -> float:
    """The squared coefficient of variation of the rate over windows of `length` hours: what chance and talk leave over.

    By moments, var = (1 + talk) * expected + wobble * expected^2; shrunk to what is believed before, the more so the
    less the counts can tell.
    """
    strayed = squares = total = 0.0
    windows = 0
    for first in range(0, len(pairs) - length + 1, length):
        seen = expected = 0.0
        for of_hour, usual in pairs[first : first + length]:
            seen += of_hour
            expected += usual
        strayed += (seen - expected) ** 2 - (1 + talk) * expected
        squares += expected * expected
        total += expected
        windows += 1
    believed = _WOBBLE_HOURS / length * (squares / windows if windows else 1.0) + 2 * sqrt(total + 2 * squares)
    return max((strayed + believed * WOBBLE) / (squares + believed), LEAST_WOBBLE)
