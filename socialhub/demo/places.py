"""Towns as geography, and how the outage goes through the west of the country."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

from socialhub.demo.data import read


@dataclass(frozen=True, slots=True)
class Town:
    """A town with the ways a sentence names it. `hit` and `back` are minutes of the outage, None outside the area."""

    name: str
    at: str
    of: str
    department: str
    in_department: str
    region: str
    in_region: str
    weight: int
    hit: int | None = None
    back: int | None = None


class Map:
    """All towns, chosen by how many people write there."""

    def __init__(self) -> None:
        table = read("places")
        departments = {row[0]: row for row in table["departments"]}
        outage = {name: (hit, back) for name, hit, back in table["spread"]}
        self.towns = tuple(_town(row, departments, outage) for row in table["towns"])
        self._bounds = list(accumulate(town.weight for town in self.towns))
        self.west = tuple(town for town in self.towns if town.hit is not None)

    def anywhere(self, rng: Random) -> Town:
        """Any town."""
        return rng.choices(self.towns, cum_weights=self._bounds)[0]

    def hit(self, minute: float, rng: Random) -> Town:
        """A town without network at this minute of the outage; the first one before it begins."""
        out = [town for town in self.west if (town.hit or 0) <= minute < (town.back or 0) + 60]
        return _weighted(out or self.west[:1], rng)

    def recovered(self, minute: float, rng: Random) -> Town:
        """A town where the network has just come back; the earliest ones before that."""
        back = [town for town in self.west if -5 <= minute - (town.back or 0) < 60]
        return _weighted(back or sorted(self.west, key=lambda town: town.back or 0)[:3], rng)

    def neighbour(self, town: Town, rng: Random, half: int) -> str:
        """Another town of the west, from one half of them (0 or 1): two neighbours are never the same."""
        others = [other.name for other in self.west if other is not town][half::2]
        return others[int(rng.random() * len(others))]


def _town(
    row: tuple[str, str, str, str, int],
    departments: dict[str, tuple[str, str, str, str]],
    outage: dict[str, tuple[int, int]],
) -> Town:
    name, at, of, department, weight = row
    hit, back = outage.get(name, (None, None))
    return Town(name, at, of, *departments[department], weight, hit, back)


def _weighted(towns: tuple[Town, ...] | list[Town], rng: Random) -> Town:
    return rng.choices(towns, cum_weights=list(accumulate(town.weight for town in towns)))[0]


@cache
def french_map() -> Map:
    """The map, read once."""
    return Map()
