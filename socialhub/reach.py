"""How many people a mention may have reached: the one formula, in Python and in SQL. Pure. docs/reach-and-influence.md.

Every number is a *potential*: who could have seen it, about ten times those who did. What is not known stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from math import sqrt
from typing import Final

from socialhub.model import Kind
from socialhub.records import dataclass


class Known(StrEnum):
    """How a mention's reach is known, the surest first."""

    TOLD = "told"
    FOLLOWERS = "followers"
    AUDIENCE = "audience"
    UNKNOWN = "unknown"


READ_ON_SITE: Final = (Kind.ARTICLE.value, Kind.MESSAGE.value)
"""Kinds of mentions that the readers of a site come upon: an article, a message of a forum. A comment below is not."""


@dataclass(frozen=True, slots=True)
class Audience:
    """A class of sites: so many people (`low` … `high`) open one of them in a day."""

    kind: str
    low: int
    high: int

    @property
    def people(self) -> int:
        """The number that stands for the band: its geometric middle, to two figures."""
        middle = round(sqrt(self.low * self.high))
        step = int("1".ljust(len(str(middle)) - 1, "0"))
        return round(middle / step) * step


@dataclass(frozen=True, slots=True)
class MentionReach:
    """How many people one mention may have reached (None: unknown), how that is known, and the band it comes from."""

    people: int | None
    known: Known
    audience: Audience | None = None


def reach_of_mention(kind: str, told: int | None, followers: int | None, audience: Audience | None) -> MentionReach:
    """What the source tells, else the author's followers, else the class of the site for what is read there."""
    if told is not None:
        return MentionReach(told, Known.TOLD)
    if followers is not None:
        return MentionReach(followers, Known.FOLLOWERS)
    if audience is not None and kind in READ_ON_SITE:
        return MentionReach(audience.people, Known.AUDIENCE, audience)
    return MentionReach(None, Known.UNKNOWN)


PEOPLE_SQL: Final = (
    f"coalesce(m.reach, m.followers, CASE WHEN m.kind IN ({', '.join(map(repr, READ_ON_SITE))})"  # noqa: S608
    " THEN (SELECT people FROM audiences WHERE site = lower(m.site)) END)"
)
"""`reach_of_mention(…).people` of the row `m`; the table `audiences` holds `Audience.people` of every site."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people could have read it: `people` of the `known` authors together; `unknown` authors told nothing."""

    people: int = 0
    known: int = 0
    unknown: int = 0


def reach_of(told: Iterable[tuple[str, int | None]]) -> Reach:
    """The reach of (whose readers, people or None): each once, with the largest number known of them."""
    largest: dict[str, int | None] = {}
    for readers, people in told:
        before = largest.get(readers)
        largest[readers] = people if before is None else max(before, people or 0)
    known = [people for people in largest.values() if people is not None]
    return Reach(sum(known), len(known), len(largest) - len(known))
