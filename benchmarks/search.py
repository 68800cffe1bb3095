"""Search in a large cache: newest 50 by arrival, by time, by relevance, and the counts; p50 and p95 of each sort of query.

Beside FTS5 alone, which names the newest 50 matches of one word. Each query is asked of a warm cache, as the second key
of somebody who types.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Final

from benchmarks.corpus import arguments, cache_of, report, vocabulary
from socialhub.clock import real_now
from socialhub.model import Order
from socialhub.query import parse, to_sql
from socialhub.store.connection import Connection, open_reader, open_writer
from socialhub.store.facets import facets
from socialhub.store.mentions import FeedFilter, feed
from socialhub.store.ranking import ranked

QUERIES: Final = 20
"""Queries of each sort."""
RUNS: Final = 3
ARRIVAL_GOAL: Final = 50.0
OTHER_GOAL: Final = 500.0
"""Milliseconds that 95 in 100 may take."""
_FREQUENT: Final = range(3, 60)
_MIDDLING: Final = range(100, 1_000)
_RARE: Final = range(8_000, 19_000)
"""Ranks of words by how often they stand in the corpus."""


def sorts_of_queries(words: Sequence[str], chance: random.Random) -> dict[str, list[str]]:
    """What people ask for."""

    def some(ranks: range) -> str:
        return words[chance.choice(ranks)]

    def twenty(make: Callable[[], str]) -> list[str]:
        return [make() for _query in range(QUERIES)]

    typed = "panne fibre"
    return {
        "as typed": [typed[:letters] for letters in range(3, len(typed) + 1)],
        "rare term": twenty(lambda: some(_RARE)),
        "frequent term": twenty(lambda: some(_FREQUENT)),
        "4-letter prefix": twenty(lambda: f"{some(_MIDDLING)[:4]}*"),
        "AND": twenty(lambda: f"{some(_FREQUENT)} {some(_MIDDLING)}"),
        "OR": twenty(lambda: f"{some(_FREQUENT)} OR {some(_RARE)}"),
        "phrase": twenty(lambda: f'"{some(_FREQUENT)} {some(_FREQUENT)}"'),
        "NEAR groups": twenty(lambda: f"({some(_FREQUENT)} OR {some(_RARE)}) NEAR/5 ({some(_MIDDLING)} OR panne)"),
        "term, field range": twenty(lambda: f"{some(_FREQUENT)} date:>=2026-11-01"),
        "term, sentiment": twenty(lambda: f"{some(_FREQUENT)} sentiment:neg"),
        "term, regex": twenty(lambda: f"{some(_MIDDLING)} /(panne|fibre)s?/"),
    }


def by_arrival(db: Connection, chosen: FeedFilter) -> object:
    """The first answer of the screen."""
    return feed(db, chosen, operator="bench", limit=50, now=real_now())


def counted(db: Connection, chosen: FeedFilter) -> object:
    """The counts beside it."""
    return facets(db, chosen, UTC, operator="bench", now=real_now())


def by_time(db: Connection, chosen: FeedFilter) -> object:
    """Newest published first."""
    return ranked(db, chosen, Order.TIME, operator="bench", now=real_now())


def by_relevance(db: Connection, chosen: FeedFilter) -> object:
    """Most relevant first."""
    return ranked(db, chosen, Order.RELEVANCE, operator="bench", now=real_now())


ANSWERS: Final = {"arrival": by_arrival, "facets": counted, "time": by_time, "relevance": by_relevance}


def milliseconds(answer: Callable[[], object]) -> float:
    """The median of some runs."""
    taken = []
    for _run in range(RUNS):
        started = time.perf_counter()
        answer()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def summed_up(taken: list[float]) -> dict[str, float]:
    """p50 and p95."""
    ordered = sorted(taken)
    return {"p50": round(statistics.median(ordered), 1), "p95": round(ordered[int(len(ordered) * 0.95)], 1)}


def fts_alone(db: Connection, query: str) -> Callable[[], object]:
    """FTS5's newest 50 row numbers of the first word."""
    word = query.split()[0].strip('"()*')
    return lambda: db.execute(
        "SELECT rowid FROM fts WHERE fts MATCH ? ORDER BY rowid DESC LIMIT 50", (f'"{word}"',)
    ).fetchall()


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__).parse_args()
    path = cache_of(options.folder, options.mentions)
    # A cache that an older version built is brought up to date first.
    open_writer(path).close()
    db = open_reader(path)
    sorts = sorts_of_queries(vocabulary(), random.Random(4))
    all_taken: dict[str, list[float]] = {name: [] for name in ANSWERS}
    measured: dict[str, dict[str, dict[str, float]]] = {}
    for sort, queries in sorts.items():
        filters = [FeedFilter(condition=to_sql(parse(query))) for query in queries]
        measured[sort] = {}
        for name, answer in ANSWERS.items():
            taken = [milliseconds(lambda chosen=chosen: answer(db, chosen)) for chosen in filters]  # type: ignore[misc]
            all_taken[name] += taken
            measured[sort][name] = summed_up(taken)
    in_all = {name: summed_up(taken) for name, taken in all_taken.items()}
    baseline = [milliseconds(fts_alone(db, query)) for queries in sorts.values() for query in queries]
    report(
        "search: newest 50 by arrival, facets, 500 by time and by relevance, milliseconds",
        f"p95 <= {ARRIVAL_GOAL:g} ms by arrival, <= {OTHER_GOAL:g} ms the others, on 1 M",
        mentions=options.mentions,
        in_all=in_all,
        baseline_fts_alone=summed_up(baseline),
        by_sort=measured,
        ok=all(in_all[name]["p95"] <= (ARRIVAL_GOAL if name == "arrival" else OTHER_GOAL) for name in in_all),
    )


if __name__ == "__main__":
    main()
