"""The past judged anew in a large cache: mentions a second, the longest chunk; beside judging alone."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.corpus import arguments, cache_of, report
from socialhub.clock import Clock, real_now
from socialhub.collector.jobs import JobRunner
from socialhub.config import Config
from socialhub.pipeline.ingest import Ingest
from socialhub.pipeline.language import LanguageDetector
from socialhub.pipeline.sentiment.base import create_model
from socialhub.pipeline.sentiment.judge import Told
from socialhub.query import parse
from socialhub.store.connection import Writer, open_writer
from socialhub.store.relabel import ask_relabel
from socialhub.store.topics import active_topics

JUDGED_ALONE = 20_000


def way_in(writer: Writer) -> Ingest:
    """The way in of a room with these topics and the backend of an empty configuration."""
    trees = {topic.number: parse(topic.query) for topic in active_topics(writer.db)}
    backend = Config(path=Path("config.toml")).sentiment.backend
    return Ingest(writer, Clock(), trees, LanguageDetector(), create_model(backend))


def judging_alone(writer: Writer, ingest: Ingest) -> float:
    """Mentions a second of the judge itself, over rows that are read already."""
    rows = writer.db.execute("SELECT title, text, lang FROM mentions LIMIT ?", (JUDGED_ALONE,)).fetchall()
    ingest.judge.judge(Told("", "une panne", "fr"))
    started = time.perf_counter()
    for title, text, lang in rows:
        ingest.judge.judge(Told(title, text, lang))
    return len(rows) / (time.perf_counter() - started)


def judged_anew(writer: Writer, ingest: Ingest, *, everything: bool) -> dict[str, Any]:
    """How long the chunks take (ms), and how many mentions a second."""
    with writer.transaction() as db:
        db.execute("UPDATE jobs SET state = 'done', ended = 1")
        ask_relabel(db, ingest.judge.name, "bench", real_now(), everything=everything)
    runner, spent, job = JobRunner(writer, ingest, Clock()), [], None
    while True:
        started = time.perf_counter()
        step = runner.step()
        if step is None:
            break
        job = step
        spent.append(time.perf_counter() - started)
        if len(spent) % 20 == 0:
            writer.checkpoint()
    assert job is not None
    return {
        "chunks": len(spent),
        "longest_ms": round(max(spent) * 1000, 1),
        "median_ms": round(sorted(spent)[len(spent) // 2] * 1000, 1),
        "seconds": round(sum(spent), 2),
        "judged": job.progress["judged"],
        "changed": job.progress["changed"],
        "mentions_per_second": round(job.progress["judged"] / sum(spent)),
    }


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__).parse_args()
    with TemporaryDirectory(dir=options.folder) as folder:
        cache = Path(folder) / "cache.db"
        shutil.copy(cache_of(options.folder, options.mentions), cache)
        writer = open_writer(cache)
        ingest = way_in(writer)
        alone = judging_alone(writer, ingest)
        changing = judged_anew(writer, ingest, everything=False)
        unchanged = judged_anew(writer, ingest, everything=True)
        writer.close()
    report(
        "judging the past anew",
        "every chunk <= 200 ms on 1 M",
        mentions=options.mentions,
        baseline_judging_alone_per_second=round(alone),
        longest_chunk_ms=max(changing["longest_ms"], unchanged["longest_ms"]),
        after_another_model=changing,
        again_without_change=unchanged,
    )


if __name__ == "__main__":
    main()
