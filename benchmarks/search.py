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


def typed_queries() -> dict[str, list[str]]:
    """What people type, by kind, frequent and rare words in turn; the last kind one key after the other."""
    words = vocabulary()
    frequent, middling, rare = words[30:38], words[300:308], words[15_000:15_008]
    pairs = list(zip(frequent, frequent[1:] + frequent[:1], middling, rare, strict=True))
    return {
        "rare term": rare,
        "frequent term": frequent,
        "4-letter prefix": [f"{word[:4]}*" for word in middling],
        "AND": [f"{one} {three}" for one, _two, three, _four in pairs],
        "phrase": [f'"{one} {two}"' for one, two, _three, _four in pairs],
        "exclusion": [f"{one} -({three} OR {four})" for one, _two, three, four in pairs],
        "NEAR between groups": [f"({one} OR {three}) NEAR/5 ({two} OR {four})" for one, two, three, four in pairs],
        "sentence": [f"SENT({one} {two} -{three})" for one, two, three, _four in pairs],
        "typing error": [f"{word}~1" for word in middling],
        "wildcard": [f"{word[:4]}?{word[5:]}" for word in middling if len(word) > 5],
        "field range": [f"followers:>{1000 * number}" for number in range(1, 5)],
        "term and field range": [f"{word} followers:500..{900 + number}" for number, word in enumerate(frequent)],
        "regex with a term": [f"{three} /{one[:3]}[a-z]* / lang:fr" for one, _two, three, _four in pairs],
        "as it is typed": [("panne fibre")[:letters] for letters in range(3, 12)],
    }


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
    kinds = typed_queries()
    everything = [query for queries in kinds.values() for query in queries]
    for query in everything:
        ours(db, query)
    mine = {query: statistics.median(timed(ours, db, query) for _run in range(PER_QUERY)) for query in everything}
    base = [timed(bare, db, query) for query in kinds["frequent term"] for _run in range(PER_QUERY)]
    report(
        "search: newest 50 in arrival order, milliseconds",
        "p95 <= 50 ms on 1 M",
        mentions=options.mentions,
        queries=len(everything),
        p50=round(statistics.median(mine.values()), 2),
        p95=_p95(list(mine.values())),
        kinds={
            kind: {"p50": round(statistics.median(times), 2), "p95": _p95(times)}
            for kind, queries in kinds.items()
            if (times := [mine[query] for query in queries])
        },
        baseline_fts_alone_p50=round(statistics.median(base), 2),
    )


def _p95(times: list[float]) -> float:
    return round(sorted(times)[min(len(times) - 1, round(len(times) * 0.95))], 2)


if __name__ == "__main__":
    main()
