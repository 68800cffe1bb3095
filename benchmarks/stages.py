"""What each stage of a mention's way in costs alone, in microseconds a mention, and what the whole costs (JSON).

Distinct texts, every word met for the first time by `cold`, met before by `warm`. Beside them SQLite + FTS5 alone.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.corpus import drafts, report, topic_queries
from benchmarks.ingest import bare_rate, ingest_rate
from socialhub.clock import real_now
from socialhub.model import Draft
from socialhub.pipeline.language import LanguageDetector
from socialhub.pipeline.normalise import normalise
from socialhub.pipeline.places import PlaceFinder
from socialhub.pipeline.repeats import exact_key
from socialhub.pipeline.sentiment.linear import LinearModel
from socialhub.pipeline.stories import Stories, Telling
from socialhub.pipeline.story_words import said
from socialhub.query import Document, Matcher, parse
from socialhub.text import tokenise

COUNT: Final = 5_000
RUNS: Final = 3
BATCH: Final = 1_000


def cost(work: Callable[[], object]) -> float:
    """Microseconds a mention that `work` on all of them took, on one core."""
    start = time.process_time()
    work()
    return (time.process_time() - start) / COUNT * 1e6


def one_run(posts: list[Draft]) -> dict[str, float]:
    """The cost of each stage alone."""
    now, found = real_now(), {}
    found["normalise"] = cost(lambda: [normalise(post, now) for post in posts])
    found["exact key"] = cost(lambda: [exact_key(post) for post in posts])
    found["tokenise"] = cost(lambda: [tokenise(post.text) for post in posts])
    detector, places = LanguageDetector(), PlaceFinder()
    found["language"] = cost(lambda: [detector.detect(post.text) for post in posts])
    tokens = [tokenise(post.text) for post in posts]
    told = list(zip(posts, tokens, strict=True))
    found["places"] = cost(lambda: [places.find("", post.text, "fr", [], words) for post, words in told])
    matcher = Matcher({number: parse(topic.query) for number, topic in enumerate(topic_queries(), 1)})
    documents = [Document([], words, "", post.text) for post, words in told]
    found["match"] = cost(lambda: [matcher.match(document) for document in documents])
    model = LinearModel()
    found["sentiment, cold"] = cost(lambda: [model.judge(post.text, "fr") for post in posts])
    found["sentiment, warm"] = cost(lambda: [model.judge(post.text, "fr") for post in posts])
    found["stories"] = cost(lambda: _stories(posts))
    return found


def _stories(posts: list[Draft]) -> None:
    stories = Stories()
    for low in range(0, len(posts), BATCH):
        batch = [
            Telling(said(post.title, post.text), exact_key(post), post.kind, post.published or 0, alike=True)
            for post in posts[low : low + BATCH]
        ]
        opened = stories.place(batch)
        stories.settle((story, low + place + 1) for place, story in enumerate(opened))


def main() -> None:
    """Measure and print medians."""
    posts = drafts(COUNT, repeats=0.0)
    runs = [one_run(posts) for _run in range(RUNS)]
    stages = {name: round(statistics.median(run[name] for run in runs), 1) for name in runs[0]}
    with tempfile.TemporaryDirectory() as folder:
        whole = 1e6 / ingest_rate(Path(folder) / "whole.db", posts)
    goal = "the whole in 166, all words new"
    alone = round(1e6 / bare_rate(posts), 1)
    report("stages, microseconds a mention", goal, **stages, whole=round(whole, 1), baseline_sqlite_fts_alone=alone)


if __name__ == "__main__":
    main()
