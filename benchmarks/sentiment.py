"""How right and how fast the default model is, beside textblob on the same posts (JSON on stdout).

    python -m benchmarks.sentiment DATA

DATA is the folder that `train_sentiment` reads. The shipped weights saw most of those posts: only the domain they never
learnt from (`spplus`) says how right they are; the others' cross-validated figures are train_sentiment's. Speed is
texts a second on one core, cold (every word met for the first time) and warm, and the time to load.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from socialhub.pipeline.sentiment.base import SentimentModel
from socialhub.pipeline.sentiment.linear import LinearModel, shipped_weights
from socialhub.pipeline.sentiment.textblob import TextBlobModel

DOMAINS = {"umsab_fr": "fr", "umsab_en": "en", "deft17": "fr", "spplus": "fr"}
LABELS = {"negative": -1, "neutral": 0, "positive": 1}

Post = tuple[str, str, int]
"""Text, language, label (-1, 0, 1)."""


def read(folder: Path, domain: str) -> list[Post]:
    """The labelled posts of a domain."""
    lines = (folder / f"{domain}.jsonl").read_text("utf-8").rstrip("\n").split("\n")
    rows = [json.loads(line) for line in lines]
    return [(row["text"], DOMAINS[domain], LABELS[row["label"]]) for row in rows]


def figures(model: SentimentModel, posts: Sequence[Post]) -> dict[str, float]:
    """Macro-F1 and what becomes of negatives and neutrals, in percent."""
    told = [(label, int(model.judge(text, lang).tone)) for text, lang, label in posts]
    negative = [tone for label, tone in told if label == -1]
    neutral = [tone for label, tone in told if label == 0]
    return {
        "macro_f1": round(100 * sum(_f1(told, label) for label in (-1, 0, 1)) / 3, 1),
        "negative_found": round(100 * negative.count(-1) / len(negative), 1),
        "negative_called_positive": round(100 * negative.count(1) / len(negative), 1),
        "neutral_kept": round(100 * neutral.count(0) / len(neutral), 1),
    }


def _f1(told: Sequence[tuple[int, int]], label: int) -> float:
    right = sum(truth == label == tone for truth, tone in told)
    return 2 * right / max(1, sum((truth == label) + (tone == label) for truth, tone in told))


def rate(model: SentimentModel, posts: Sequence[Post]) -> int:
    """Texts a second."""
    start = time.perf_counter()
    for text, lang, _label in posts:
        model.judge(text, lang)
    return round(len(posts) / (time.perf_counter() - start))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    folder = parser.parse_args().data
    start = time.perf_counter()
    shipped_weights()
    report: dict[str, Any] = {"load_ms": round(1000 * (time.perf_counter() - start), 1), "domains": {}}
    every = {domain: read(folder, domain) for domain in DOMAINS}
    posts = [post for domain in every.values() for post in domain]
    ours, theirs = LinearModel(), TextBlobModel()
    report["texts_a_second"] = {"cold": rate(ours, posts), "warm": rate(ours, posts)}
    theirs.judge("bon", "fr"), theirs.judge("good", "en")
    report["texts_a_second"]["textblob"] = rate(theirs, posts)
    for domain, of_domain in every.items():
        report["domains"][domain] = {"textblob": figures(theirs, of_domain)}
    report["domains"]["spplus"]["linear"] = figures(ours, every["spplus"])
    json.dump(report, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
