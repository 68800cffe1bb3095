"""How much of a large answer can be worked out in time: what a question costs is measured on its newest candidates.

Candidates are the rows that the driving index of a filter names (all mentions where it has none); judging one means
asking it everything else. Reads only.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from socialhub.store.connection import Connection
from socialhub.store.mentions import FeedFilter, Plan, plan_of
from socialhub.store.schema import FACET_INDEX

_TRIED: Final = (200, 2_000)
"""Candidates that the measurement judges, 1 to 4 ms where only columns are asked; the more, the surer."""
_MANY: Final = 20_000
"""Where fewer than this can be judged, a second measurement would cost as much as it tells."""


def may_be_costly(chosen: FeedFilter, candidates: int) -> bool:
    """Whether judging so many candidates has to be measured first."""
    asked_one_by_one = chosen.condition is not None and chosen.condition.rest != ""
    return candidates > (_TRIED[0] if asked_one_by_one else _MANY // 2)


def living_plan(chosen: FeedFilter) -> Plan:
    """The plan of a filter without tombstones, read from the small index that holds what is counted and sorted by."""
    plan = plan_of(chosen)
    table = plan.table.replace("mentions m", f"mentions m INDEXED BY {FACET_INDEX}")
    return replace(plan, table=table, conditions=[*plan.conditions, "m.tombstone = ''"])


def count_candidates(db: Connection, chosen: FeedFilter) -> int:
    """The candidates of a filter; 60 ns each."""
    if chosen.condition is not None and chosen.condition.words:
        question, value = "SELECT count(*) FROM fts WHERE fts MATCH ?", chosen.condition.words
        return int(db.execute(question, (value,)).fetchone()[0])
    if chosen.topic is not None:
        question = "SELECT count(*) FROM mention_topics WHERE topic = ?"
        return int(db.execute(question, (chosen.topic,)).fetchone()[0])
    return int(db.execute("SELECT count(*) FROM mentions WHERE tombstone = ''").fetchone()[0])


def newest_from(db: Connection, chosen: FeedFilter, count: int) -> int:
    """The id from which on there are `count` candidates; 0 when there are fewer."""
    if chosen.condition is not None and chosen.condition.words:
        question = "SELECT rowid FROM fts WHERE fts MATCH :words ORDER BY rowid DESC LIMIT 1 OFFSET :count"
    elif chosen.topic is not None:
        question = "SELECT mention FROM mention_topics WHERE topic = :topic ORDER BY mention DESC LIMIT 1 OFFSET :count"
    else:
        question = "SELECT id FROM mentions ORDER BY id DESC LIMIT 1 OFFSET :count"
    row = db.execute(question, plan_of(chosen).values | {"count": count - 1}).fetchone()
    return int(row[0]) if row else 0


def affordable(db: Connection, chosen: FeedFilter, judge: Callable[[int], object], seconds: float) -> int:
    """How many candidates can be judged in so many seconds; `judge` judges those from an id on.

    A few are tried first: where words are asked one mention at a time, many would take too long already.
    """
    count = 0
    for tried in _TRIED:
        lowest = newest_from(db, chosen, tried)
        started = time.perf_counter()
        judge(lowest)
        taken = time.perf_counter() - started
        count = round(seconds * tried / taken)
        if count < _MANY:
            break
    return count
