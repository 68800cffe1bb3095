"""Search in a large cache: the newest 50 in arrival order, p95 over typed queries; beside FTS5 alone."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Final

from benchmarks.corpus import arguments, cache_of, report, vocabulary
from socialhub.clock import real_now
from socialhub.query import parse, to_sql
from socialhub.store.connection import Connection, open_reader
from socialhub.store.mentions import FeedFilter, feed

PER_QUERY: Final = 3


def typed_queries() -> list[str]:
    """What people type, frequent and rare, one key after the other for some."""
    words = vocabulary()
    common, middling, rare = words[30], words[300], words[15_000]
    asked = f"""{common}|{middling}|{rare}|{common} {middling}|{common} {rare}|"{common} {words[31]}"
        |{middling} OR {rare}|{common} -{middling}|{middling[:3]}*|{common[:4]}*|#{words[100]}|@{words[1000]}
        |{common} lang:fr|sentiment:neg panne"""
    typed = [("panne fibre")[:letters] for letters in range(3, 12)]
    return [query.strip() for query in asked.split("|")] + typed


def timed(search: Callable[[Connection, str], object], db: Connection, query: str) -> float:
    """Milliseconds of one search."""
    started = time.perf_counter()
    search(db, query)
    return (time.perf_counter() - started) * 1000


def ours(db: Connection, query: str) -> object:
    """A search as the screen does it."""
    chosen = FeedFilter(condition=to_sql(parse(query)))
    return feed(db, chosen, operator="bench", limit=50, now=real_now())


def bare(db: Connection, query: str) -> object:
    """FTS5 alone: the newest 50 row numbers of the first word."""
    word = query.split()[0].strip('"#@-*')
    return db.execute("SELECT rowid FROM fts WHERE fts MATCH ? ORDER BY rowid DESC LIMIT 50", (f'"{word}"',)).fetchall()


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__).parse_args()
    db = open_reader(cache_of(options.folder, options.mentions))
    queries = typed_queries()
    for query in queries:
        ours(db, query)
    mine = {query: statistics.median(timed(ours, db, query) for _run in range(PER_QUERY)) for query in queries}
    base = [timed(bare, db, query) for query in queries for _run in range(PER_QUERY)]
    slowest = max(mine, key=lambda query: mine[query])
    report(
        "search: newest 50 in arrival order, milliseconds",
        "p95 <= 50 ms on 1 M",
        mentions=options.mentions,
        queries=len(queries),
        median=round(statistics.median(mine.values()), 2),
        p95=round(sorted(mine.values())[int(len(mine) * 0.95)], 2),
        slowest={slowest: round(mine[slowest], 2)},
        baseline_fts_alone_median=round(statistics.median(base), 2),
    )


if __name__ == "__main__":
    main()
