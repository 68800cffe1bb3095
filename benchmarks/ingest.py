"""Full ingest in mentions a second: into an empty cache, into a large one, all distinct; beside SQLite + FTS5 alone."""

from __future__ import annotations

import gc
import shutil
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

from benchmarks.corpus import arguments, cache_of, drafts, prepare_room, report, topic_queries
from socialhub.clock import Clock
from socialhub.model import Batch, Draft
from socialhub.pipeline.ingest import Ingest, Origin
from socialhub.pipeline.language import LanguageDetector
from socialhub.pipeline.sentiment.base import create_model
from socialhub.query import parse
from socialhub.store.connection import open_writer
from socialhub.text import fold

BATCH: Final = 1000
COUNT: Final = 20_000
RUNS: Final = 3


def ingest_rate(path: Path, posts: list[Draft]) -> float:
    """Mentions a second through all stages into the cache at `path`."""
    writer = open_writer(path)
    source, numbers = prepare_room(writer)
    trees = {numbers[topic.slug]: parse(topic.query) for topic in topic_queries()}
    ingest = Ingest(writer, Clock(), trees, LanguageDetector(), create_model("linear"))
    origin = Origin(source, "mastodon", "mastodon")
    ingest.store(origin, Batch([Draft("warm up", "le réseau est nul")]))
    gc.collect()
    started = time.process_time()
    for low in range(0, len(posts), BATCH):
        ingest.store(origin, Batch(list(posts[low : low + BATCH]), {"at": low}))
    spent = time.process_time() - started
    writer.close()
    return len(posts) / spent


def bare_rate(posts: list[Draft]) -> float:
    """The yardstick: the same rows into a plain table with an FTS5 index, nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute(
            "CREATE TABLE m (id INTEGER PRIMARY KEY, native TEXT UNIQUE, author TEXT, published INTEGER, text TEXT)"
        )
        db.execute("CREATE VIRTUAL TABLE fts USING fts5(text, content='m', content_rowid='id', prefix='3 4')")
        rows = [(n, post.native_id, post.author, post.published, fold(post.text)) for n, post in enumerate(posts, 1)]
        started = time.process_time()
        for low in range(0, len(rows), BATCH):
            chunk = rows[low : low + BATCH]
            db.execute("BEGIN IMMEDIATE")
            db.executemany("INSERT INTO m VALUES (?, ?, ?, ?, ?)", chunk)
            db.execute("INSERT INTO fts (rowid, text) SELECT id, text FROM m WHERE id > ?", (low,))
            db.execute("COMMIT")
        return len(rows) / (time.process_time() - started)


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__).parse_args()
    large = cache_of(options.folder, options.mentions)
    results: dict[str, list[float]] = {"bare": [], "empty": [], "large": [], "distinct": []}
    for run in range(RUNS):
        mixed, distinct = drafts(COUNT, seed=run * 2 + 11), drafts(COUNT, repeats=0.0, seed=run * 2 + 12)
        results["bare"].append(bare_rate(drafts(COUNT, seed=run * 2 + 11)))
        with tempfile.TemporaryDirectory() as folder:
            results["empty"].append(ingest_rate(Path(folder) / "empty.db", mixed))
            results["distinct"].append(ingest_rate(Path(folder) / "distinct.db", distinct))
            shutil.copy(large, Path(folder) / "large.db")
            results["large"].append(ingest_rate(Path(folder) / "large.db", drafts(COUNT, seed=run * 2 + 11)))
    median = {name: round(statistics.median(rates)) for name, rates in results.items()}
    report(
        "full ingest, mentions a second of processor time on one core",
        ">= 10,000 empty, >= 8,000 into 1 M, >= 6,000 all distinct",
        baseline_sqlite_fts_alone=median["bare"],
        empty_40_percent_repeats=median["empty"],
        into_large=median["large"],
        large_mentions=options.mentions,
        all_distinct=median["distinct"],
        ratio_empty_to_baseline=round(median["empty"] / median["bare"], 3),
    )


if __name__ == "__main__":
    main()
