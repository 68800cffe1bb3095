"""The other orders of what a filter lets through: newest published, or most relevant. Reads only; no tombstones.

Relevance is FTS5's bm25 (https://sqlite.org/fts5.html#the_bm25_function) with a word in the title worth three in the
text; the newer arrival goes before an equal. A filter without words has nothing to rank by: it is answered newest
published first. A word in a great part of all mentions says little about any of them, so that only the newest RANKED of
its matches are ranked.

Where a story is one line, its best mention stands for it.

Where judging all candidates (see store.effort) would take too long, only those that arrived last are judged.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from socialhub.model import Mention, Order
from socialhub.records import dataclass
from socialhub.store.connection import Connection
from socialhub.store.effort import affordable, count_candidates, living_plan, may_be_costly, newest_from
from socialhub.store.mentions import FeedFilter, mentions_by_id

LISTED: Final = 500
"""Lines listed in another order than that of arrival."""
_FEW: Final = 100
_WIDER: Final = 8
"""Stories that leave fewer than _FEW lines are folded again out of so many times as many mentions."""
RANKED: Final = 100_000
IN_TIME: Final = 0.3
"""Seconds that judging may take."""
_RELEVANCE: Final = "bm25(fts, 3.0, 1.0, 1.0)"


@dataclass(frozen=True, slots=True)
class Ranked:
    """Mentions in the order asked for; `since` is the id from which on candidates were judged (0: all were)."""

    mentions: tuple[Mention, ...]
    since: int = 0


def ranked(
    db: Connection,
    chosen: FeedFilter,
    order: Order,
    *,
    operator: str = "",
    now: int = 0,
    limit: int = LISTED,
    seconds: float = IN_TIME,
    whole: bool = False,
    folded: bool = False,
) -> Ranked:
    """Up to `limit` mentions by time or relevance, or `folded` lines; texts are cut for a list unless `whole`."""
    by_words = order is Order.RELEVANCE and chosen.condition is not None and chosen.condition.words != ""
    plan = living_plan(chosen)
    sorted_by = f"{_RELEVANCE}, {plan.key} DESC" if by_words else f"m.published DESC, {plan.key} DESC"

    def judged(since: int, most: int = limit) -> list[int]:
        conditions = [*plan.conditions, f"{plan.key} >= :since"] if since else plan.conditions
        rows = db.execute(
            f"SELECT m.id FROM {plan.table} WHERE {' AND '.join(conditions)} ORDER BY {sorted_by} LIMIT :limit",  # noqa: S608
            plan.values | {"operator": operator, "now": now, "since": since, "limit": most},
        )
        return [mention for (mention,) in rows]

    since, candidates = 0, count_candidates(db, chosen)
    if may_be_costly(chosen, candidates):
        most = affordable(db, chosen, judged, seconds)
        most = min(most, RANKED) if by_words else most
        since = newest_from(db, chosen, most) if candidates > most else 0
    ids = _best_of_stories(db, partial(judged, since), limit) if folded else judged(since)
    found = {mention.id: mention for mention in mentions_by_id(db, ids, operator, whole=whole, listed=chosen)}
    return Ranked(tuple(found[mention] for mention in ids if mention in found), since)


def _best_of_stories(db: Connection, best: Callable[[int], list[int]], limit: int) -> list[int]:
    """The best mention of each story, among so many of the `best` that there are lines enough."""
    most = limit
    while True:
        ids = best(most)
        marks = ",".join(map(str, ids))
        story_of = dict(db.execute(f"SELECT id, story FROM mentions WHERE id IN ({marks})"))  # noqa: S608
        lines: dict[int, int] = {}
        for mention in ids:
            lines.setdefault(story_of[mention], mention)
        if len(ids) < most or len(lines) >= min(_FEW, limit):
            return list(lines.values())[:limit]
        most *= _WIDER
