"""A topic's query tried on the past before it is one: how many, near misses, what a change adds and removes.

Each question is one read, so that whoever asks can show what is known so far and drop the rest. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from datetime import UTC, tzinfo
from typing import Final

from socialhub.model import Mention
from socialhub.query import Node, all_of, any_of, negate, to_sql
from socialhub.query.tree import And, Not, Or, Recent
from socialhub.records import dataclass
from socialhub.store.connection import Connection
from socialhub.store.facets import Facets, facets
from socialhub.store.mentions import FeedFilter, feed

MOST_PARTS: Final = 40
"""Parts of a query that are left out, one at a time."""
FEW: Final = 3
"""Samples of the near misses of one part."""
_IN_TIME: Final = 0.1
"""Seconds that counting the near misses of one part may take before they are estimated."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A query on the mentions published in the last `span` ms before `now` (ms UTC); days begin in `zone`."""

    node: Node
    span: int
    now: int
    operator: str = ""
    zone: tzinfo = field(default=UTC)


@dataclass(frozen=True, slots=True)
class Found:
    """How many mentions (`exact` False: an estimate), and the newest arrivals of them."""

    mentions: int
    exact: bool
    samples: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """What would match but for one part of the query: `part` is that part, `found` what lacks it alone."""

    part: Node
    found: Found


@dataclass(frozen=True, slots=True)
class Difference:
    """What another query finds that the present one does not, and the other way round."""

    added: Found
    removed: Found


def count(db: Connection, trial: Trial) -> Facets:
    """How many match, where and on which days."""
    return facets(db, _within(trial, trial.node), trial.zone, operator=trial.operator, now=trial.now)


def samples(db: Connection, trial: Trial, limit: int) -> tuple[Mention, ...]:
    """The newest arrivals that match, with their whole texts."""
    return _newest(db, trial, trial.node, limit)


def difference(db: Connection, trial: Trial, present: Node, limit: int) -> Difference:
    """What the query of the trial adds and removes against the `present` one."""
    added, removed = all_of([trial.node, negate(present)]), all_of([present, negate(trial.node)])
    return Difference(_found(db, trial, added, limit), _found(db, trial, removed, limit))


def near_miss(db: Connection, trial: Trial, part: Node, wider: Node, limit: int = FEW) -> NearMiss:
    """What matches the `wider` query without the `part` and does not match with it (see `relaxed`)."""
    missed = all_of([wider, negate(trial.node)])
    return NearMiss(part, _found(db, trial, missed, limit, seconds=_IN_TIME))


def relaxed(node: Node) -> list[tuple[Node, Node]]:
    """The query with one part left out, in every way: (the part, the rest).

    A rest without any word to look for is no near miss of anything: it would be half of what is stored.
    """
    found = [(part, rest) for part, rest in _without_one(node) if to_sql(rest).words]
    return found[:MOST_PARTS]


def to_mark(node: Node, part: Node) -> Node:
    """What to highlight in the near misses of one part: also the words that stand in the way."""
    return any_of([node, part.part if isinstance(part, Not) else part])


def _without_one(node: Node) -> Iterator[tuple[Node, Node]]:
    match node:
        case And(parts):
            for place, part in enumerate(parts):
                others = [*parts[:place], *parts[place + 1 :]]
                if not isinstance(part, Not) or not isinstance(part.part, Or):
                    yield part, all_of(others)
                for left_out, rest in _without_one(part):
                    yield left_out, all_of([*parts[:place], rest, *parts[place + 1 :]])
        case Or(parts):
            for place, part in enumerate(parts):
                for left_out, rest in _without_one(part):
                    yield left_out, any_of([*parts[:place], rest, *parts[place + 1 :]])
        case Not(Or(parts)):
            # NOT (a OR b) is two exclusions.
            for place, part in enumerate(parts):
                yield negate(part), negate(any_of([*parts[:place], *parts[place + 1 :]]))


def _within(trial: Trial, node: Node) -> FeedFilter:
    return FeedFilter(condition=to_sql(all_of([node, Recent(trial.span)]), trial.zone))


def _found(db: Connection, trial: Trial, node: Node, limit: int, seconds: float = 0.2) -> Found:
    counted = facets(db, _within(trial, node), trial.zone, operator=trial.operator, now=trial.now, seconds=seconds)
    newest = _newest(db, trial, node, limit) if counted.total else ()
    return Found(counted.total, counted.exact, newest)


def _newest(db: Connection, trial: Trial, node: Node, limit: int) -> tuple[Mention, ...]:
    found = feed(db, _within(trial, node), operator=trial.operator, limit=limit, now=trial.now, whole=True)
    return tuple(mention for mention in found if not mention.tombstone)
