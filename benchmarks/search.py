"""Search in a large cache: newest 50 by arrival, counts, 500 by time and by relevance, by kinds of queries.

Beside FTS5 alone, which names the newest 50 matches of one word.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
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

PER_QUERY: Final = 3
GOALS: Final = {"arrival": 50.0, "facets": 500.0, "time": 500.0, "relevance": 500.0}
"""Milliseconds that 95 in 100 questions may take."""


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


def answers(db: Connection, query: str) -> dict[str, Callable[[], object]]:
    """What the screen asks for a query."""
    chosen, now = FeedFilter(condition=to_sql(parse(query))), real_now()
    return {
        "arrival": lambda: feed(db, chosen, operator="bench", limit=50, now=now),
        "facets": lambda: facets(db, chosen, UTC, operator="bench", now=now),
        "time": lambda: ranked(db, chosen, Order.TIME, operator="bench", now=now),
        "relevance": lambda: ranked(db, chosen, Order.RELEVANCE, operator="bench", now=now),
    }


def bare(db: Connection, query: str) -> object:
    """FTS5 alone: the newest 50 row numbers of the first word."""
    word = query.split()[0].strip('"#@-*')
    return db.execute("SELECT rowid FROM fts WHERE fts MATCH ? ORDER BY rowid DESC LIMIT 50", (f'"{word}"',)).fetchall()


def milliseconds(answer: Callable[[], object]) -> float:
    """The median of some runs, after one that warms the cache."""
    answer()
    taken = []
    for _run in range(PER_QUERY):
        started = time.perf_counter()
        answer()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__).parse_args()
    path = cache_of(options.folder, options.mentions)
    # A cache that an older version built is brought up to date first.
    open_writer(path).close()
    db = open_reader(path)
    kinds = typed_queries()
    taken = {
        kind: [{name: milliseconds(answer) for name, answer in answers(db, query).items()} for query in queries]
        for kind, queries in kinds.items()
    }
    everything = [each for of_kind in taken.values() for each in of_kind]
    in_all = {name: _summed_up([each[name] for each in everything]) for name in GOALS}
    base = [milliseconds(lambda query=query: bare(db, query)) for query in kinds["frequent term"]]  # type: ignore[misc]
    report(
        "search: newest 50 by arrival, facets, 500 by time and by relevance, milliseconds",
        "p95 <= 50 ms by arrival, <= 500 ms the others, on 1 M",
        mentions=options.mentions,
        queries=len(everything),
        in_all=in_all,
        kinds={
            kind: {name: _summed_up([each[name] for each in of_kind]) for name in GOALS}
            for kind, of_kind in taken.items()
        },
        baseline_fts_alone_p50=round(statistics.median(base), 2),
        ok=all(in_all[name]["p95"] <= goal for name, goal in GOALS.items()),
    )


def _summed_up(times: list[float]) -> dict[str, float]:
    p95 = sorted(times)[min(len(times) - 1, round(len(times) * 0.95))]
    return {"p50": round(statistics.median(times), 2), "p95": round(p95, 2)}


if __name__ == "__main__":
    main()
