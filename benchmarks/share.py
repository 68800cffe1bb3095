"""Share of voice over a large cache: fifty topics, the period and the one before; beside counting every mention."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC

from benchmarks.corpus import arguments, cache_of, report
from socialhub.clock import DAY
from socialhub.live.share import ShareWish, read_share
from socialhub.query import parse, spans
from socialhub.store.connection import Connection, open_reader

RUNS = 5


def naive(db: Connection, start: int, end: int) -> None:
    """What a first version would do: read every mention of both periods and search its text, without any bound."""
    queries = {number: parse(query) for number, query in db.execute("SELECT id, query FROM topics")}
    for low, high in ((start, end), (2 * start - end, start)):
        rows = db.execute(
            "SELECT t.topic, m.text, m.followers FROM mention_topics t JOIN mentions m ON m.id = t.mention"
            " WHERE m.published >= ? AND m.published < ?",
            (low, high),
        )
        for topic, text, _followers in rows:
            spans(queries[topic], text)


def median_ms(work: Callable[[], object]) -> dict[str, float]:
    """The median of some runs after a first one, in milliseconds: on the clock, and of processor time."""
    work()
    spent = []
    for _run in range(RUNS):
        started, begun = time.perf_counter(), time.process_time()
        work()
        spent.append((time.perf_counter() - started, time.process_time() - begun))
    clock, processor = (statistics.median(times) * 1000 for times in zip(*spent, strict=True))
    return {"clock": round(clock, 1), "processor": round(processor, 1)}


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__).parse_args()
    db = open_reader(cache_of(options.folder, options.mentions))
    (newest,) = db.execute("SELECT max(published) FROM mentions").fetchone()
    spent = {
        f"days_{days}": median_ms(lambda length=days * DAY: read_share(db, ShareWish(length), newest, UTC))  # type: ignore[misc]
        for days in (1, 7, 30, 90)
    }
    report(
        "share of voice of 50 topics, the period before beside it, milliseconds",
        "7 days <= 500 ms on 1 M",
        mentions=options.mentions,
        **spent,
        baseline_every_text_7_days=median_ms(lambda: naive(db, newest - 7 * DAY, newest)),
    )


if __name__ == "__main__":
    main()
