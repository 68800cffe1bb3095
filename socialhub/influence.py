"""How influential an author is on one subject: a number 0…100 with its parts. Pure. docs/reach-and-influence.md.

Each part grows with the logarithm of what was counted, so that ten times as much is one step more; no part compares
authors, so that a number means the same next week. What is unknown is left out, not taken for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from enum import StrEnum
from math import ceil, log1p
from typing import Final

from socialhub.records import dataclass
from socialhub.shares import wilson


class Part(StrEnum):
    """What influence is made of."""

    HEARD = "heard"
    RELAYED = "relayed"
    EARLY = "early"
    REACH = "reach"


WEIGHTS: Final[dict[Part, int]] = {Part.HEARD: 25, Part.RELAYED: 35, Part.EARLY: 20, Part.REACH: 20}
"""The most points of each part. What others did with it weighs most; followers are the easiest to buy."""
FULL_HEARD: Final = 30
FULL_RELAYED: Final = 1_000
FULL_REACH: Final = 1_000_000
"""Where a part is full: stories in the period, times passed on and authors who took it over, people."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was counted of one author on one topic in the period.

    `stories` they were heard in, each once; `passed_on` how often others passed their posts on, `copied` how many
    others took over the words of a story they began; in `early` of the `shared` stories (with other authors) they were
    among the first; `reach` is the most people one mention may have reached (None: unknown).
    """

    stories: int
    passed_on: int = 0
    copied: int = 0
    early: int = 0
    shared: int = 0
    reach: int | None = None


@dataclass(frozen=True, slots=True)
class Points:
    """One part in points: so many of the most it can give; `points` None for a part that is unknown."""

    part: Part
    points: int | None
    most: int


@dataclass(frozen=True, slots=True)
class Influence:
    """The number (0…100), its parts, which come to it, and what they stand on."""

    score: int
    parts: tuple[Points, ...]
    heard: Heard = field(default_factory=lambda: Heard(0))


def influence_of(heard: Heard) -> Influence:
    """The influence that these counts make.

    How early is the lower end of the 95 % interval (Wilson) of the share of shared stories: once first of one story is
    little, first in eight of ten is much. Where reach is unknown its weight goes to the other parts.
    """
    shares = {
        Part.HEARD: _full(heard.stories, FULL_HEARD),
        Part.RELAYED: _full(heard.passed_on + heard.copied, FULL_RELAYED),
        Part.EARLY: wilson(heard.early, heard.shared)[0],
        Part.REACH: None if heard.reach is None else _full(heard.reach, FULL_REACH),
    }
    known = [part for part, share in shares.items() if share is not None]
    most = dict(
        zip(known, _whole([100 * WEIGHTS[part] / sum(WEIGHTS[each] for each in known) for part in known]), strict=True)
    )
    exact = [most[part] * (shares[part] or 0.0) for part in known]
    points = dict(zip(known, _whole(exact), strict=True))
    parts = tuple(Points(part, points.get(part), most.get(part, WEIGHTS[part])) for part in Part)
    return Influence(sum(points.values()), parts, heard)


def _full(count: int, full: int) -> float:
    return min(1.0, log1p(count) / log1p(full))


def _whole(parts: Sequence[float]) -> list[int]:
    """The parts in whole points that come to their rounded sum (largest remainders)."""
    whole = [int(part) for part in parts]
    missing = round(sum(parts)) - sum(whole)
    for place in sorted(range(len(parts)), key=lambda place: whole[place] - parts[place])[:missing]:
        whole[place] += 1
    return whole


def is_early(rank: int, authors: int) -> bool:
    """Whether the author who came at `rank` (0 is the first) of so many was among the first: the first quarter."""
    return rank < max(1, ceil(authors / 4))
