"""The counts of the 28 days before the scenario: ordinary weeks with their rhythm, and one small burst on an evening.

Counts only: no mention of that time exists. Nothing here knows the cache.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any, Final, TypeAlias

from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.demo.data import read
from socialhub.demo.places import french_map
from socialhub.demo.rhythm import Rhythm
from socialhub.demo.story import HISTORY_DAYS
from socialhub.gazetteer import DEPARTMENT, TOWN, place_codes, places, with_ancestors

ALL: Final = ""
"""The slug under which every mention counts, whatever its topics."""
UNSURE: Final = 2
_TONES: Final = (-1, 0, 1, UNSURE)
# Days differ by about so much beyond their rhythm, and so many mentions begin a story of their own.
_DAY_SPREAD: Final = 0.09
_OWN_STORY: Final = 0.87
# The small burst: television went dark during a match.
_BUMP_MENTIONS: Final = 170
_BUMP_AT, _BUMP_LASTS = 17 * HOUR + 35 * MINUTE, 100 * MINUTE
_BUMP_TOPICS: Final = ("mandarine", "fibre")

Cell: TypeAlias = tuple[str, int, str, int]
Outcome: TypeAlias = tuple[tuple[str, ...], int]
Row: TypeAlias = tuple[str, int, str, int, int, int]
"""(topic slug or ALL, minute in ms UTC, source name, tone bucket, mentions, stories)"""
PlaceCell: TypeAlias = tuple[str, int, str, int, int]
"""(topic slug or ALL, minute in ms UTC, place code, tone bucket, mentions)"""


@dataclass(frozen=True, slots=True)
class History:
    """What was counted by minutes before the scenario: by source, and by place with all that lies around it. Sorted."""

    counts: list[Row]
    places: list[PlaceCell]


def tell_history(seed: int, start: int) -> History:
    """The past before `start` (ms UTC); deterministic for a seed and a start."""
    table = read("history")
    shares = {source: table["places"][mix] for source, _usual, mix in table["sources"]}
    rng = Random(f"history places {seed} {start}")
    cells: defaultdict[Cell, list[int]] = defaultdict(lambda: [0, 0])
    placed: defaultdict[tuple[str, int, str, int], int] = defaultdict(int)
    for moment, source, (topics, tone), first in _mentions(Random(f"history {seed} {start}"), start):
        minute = moment - moment % MINUTE
        around = _where(rng, *shares[source])
        for topic in topics:
            cell = cells[topic, minute, source, tone]
            cell[0] += 1
            cell[1] += first
            for place in around:
                placed[topic, minute, place, tone] += 1
    return History(
        [(*key, mentions, stories) for key, (mentions, stories) in sorted(cells.items())],
        [(*key, mentions) for key, mentions in sorted(placed.items())],
    )


def _where(rng: Random, in_town: float, in_area: float) -> tuple[str, ...]:
    """The places that a mention speaks of, often none."""
    drawn = rng.random()
    if drawn >= in_town + in_area:
        return ()
    town = french_map().anywhere(rng)
    return _around(town.name, TOWN) if drawn < in_town else _around(town.department, DEPARTMENT)


@cache
def _around(name: str, kind: str) -> tuple[str, ...]:
    """The place of this name and all that it lies in; of one kind where names are shared ("Vienne")."""
    codes = place_codes(name)
    return with_ancestors((next((code for code in codes if places()[code].kind == kind), codes[0]),))


def _mentions(rng: Random, start: int) -> Iterator[tuple[int, str, Outcome, int]]:
    """Every mention: when, where, what it counts under, whether it begins a story."""
    table = read("history")
    mixes = {name: _outcomes(mix, table["tones"]) for name, mix in table["mixes"].items()}
    for day in range(HISTORY_DAYS, 0, -1):
        rhythm = Rhythm(start - day * DAY, DAY)
        busyness = rhythm.busyness * rng.lognormvariate(0, _DAY_SPREAD)
        for source, usual, mix in table["sources"]:
            outcomes, bounds = mixes[mix]
            moments = rhythm.moments(_about(usual * busyness, rng), rng)
            drawn = rng.choices(outcomes, cum_weights=bounds, k=len(moments))
            for moment, outcome in zip(moments, drawn, strict=True):
                yield moment, source, outcome, rng.random() < _OWN_STORY
    evening = start - table["bump_days_before"] * DAY + _BUMP_AT
    outcomes, bounds = _outcomes([[list(_BUMP_TOPICS), 1]], {_BUMP_TOPICS[0]: table["tones"]["bump"]})
    for _ in range(_BUMP_MENTIONS):
        moment = evening + int(_BUMP_LASTS * rng.random() * rng.random())
        source = rng.choices(("bluesky", "mastodon:bavardage", "forum:fibre-entraide"), (5, 4, 1))[0]
        yield moment, source, rng.choices(outcomes, cum_weights=bounds)[0], rng.random() < _OWN_STORY


def _outcomes(mix: list[Any], tones: dict[str, list[int]]) -> tuple[list[Outcome], list[float]]:
    """What a mention of this mix may count under, with running weights."""
    outcomes: list[Outcome] = []
    weights: list[float] = []
    for topics, weight in mix:
        shares = tones[topics[0] if topics else ALL]
        outcomes += [((ALL, *topics), tone) for tone in _TONES]
        weights += [weight * share / sum(shares) for share in shares]
    return outcomes, list(accumulate(weights))


def _about(expected: float, rng: Random) -> int:
    """A whole number scattered around `expected` as counts are."""
    return max(0, round(rng.gauss(expected, expected**0.5)))
