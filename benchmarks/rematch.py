"""The past matched again in a large cache: the longest chunk, how long a whole topic takes; beside reading it all."""

from __future__ import annotations

import shutil
import time
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.corpus import arguments, cache_of, report, vocabulary
from socialhub.clock import real_now
from socialhub.store.connection import Writer, open_writer
from socialhub.store.rematch import Pace, find_chunk, store_chunk
from socialhub.store.rematch_jobs import ask_rematch, unfinished_rematches
from socialhub.store.topics import ConfiguredTopic, sync_topics


def queries() -> dict[str, str]:
    """A rare word, a frequent one, one of every mention, a phrase, words to verify, and no words at all."""
    words = vocabulary()
    return {
        "rare": words[15_000],
        "frequent": "panne",
        "every": "de",
        "phrase": f'"{words[40]} {words[41]}"',
        "near": "(panne OR coupure) NEAR/3 (fibre OR box)",
        "handle": "handle:auteur7",
        "regex": "/pann?e/",
    }


def matched_again(writer: Writer, topic: int) -> dict[str, Any]:
    """How long the chunks of one topic take (ms), and all of it (s)."""
    with writer.transaction() as db:
        ask_rematch(db, topic, "bench", real_now())
    spent, pace = [], Pace()
    while True:
        (job,) = unfinished_rematches(writer.db)
        started = time.perf_counter()
        chunk = find_chunk(writer.db, job, UTC, real_now(), pace)
        if chunk is None:
            break
        with writer.transaction() as db:
            store_chunk(db, job, chunk, 0.0)
        pace.note(time.perf_counter() - started)
        spent.append((time.perf_counter() - started) * 1000)
        if len(spent) % 20 == 0:
            writer.checkpoint()
    with writer.transaction() as db:
        db.execute("UPDATE jobs SET state = 'done', ended = 1 WHERE id = ?", (job.id,))
    return {
        "chunks": len(spent),
        "longest_ms": round(max(spent), 1),
        "median_ms": round(sorted(spent)[len(spent) // 2], 1),
        "seconds": round(sum(spent) / 1000, 2),
        "added": job.progress.get("added", 0),
    }


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__).parse_args()
    with TemporaryDirectory(dir=options.folder) as folder:
        cache = Path(folder) / "cache.db"
        shutil.copy(cache_of(options.folder, options.mentions), cache)
        writer = open_writer(cache)
        started = time.perf_counter()
        for _row in writer.db.execute("SELECT id, title, text FROM mentions"):
            continue
        reading = time.perf_counter() - started
        with writer.transaction() as db:
            asked = [ConfiguredTopic(name, name, "brand", query) for name, query in queries().items()]
            numbers = sync_topics(db, asked, real_now())
            db.execute("UPDATE jobs SET state = 'done', ended = 1")
        figures = {name: matched_again(writer, numbers[name]) for name in queries()}
        writer.close()
    report(
        "re-matching a topic",
        "every chunk <= 200 ms on 1 M",
        mentions=options.mentions,
        baseline_reading_all_seconds=round(reading, 2),
        longest_chunk_ms=max(each["longest_ms"] for each in figures.values()),
        topics=figures,
    )


if __name__ == "__main__":
    main()
