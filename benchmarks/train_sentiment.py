"""Train the weights of the sentiment model, and print what cross-validation says of them (JSON on stdout).

    python -m benchmarks.train_sentiment DATA [--without-copyleft] [--write FILE]

DATA is a folder of labelled posts (JSON Lines with `text`, `label`, `domain`, `lang`): `umsab_fr`, `umsab_en` and
`deft17` (CeCILL, left out by --without-copyleft) are learnt from, `spplus` is only looked at. With them learn the posts
that the project wrote itself (sentiment_posts/*.tsv: label, kind, text) and, as a first opinion on single words, the
word lists of vaderSentiment, vaderSentiment-fr, textblob and textblob-fr (all MIT). The same input gives the same file.

Needs the extra `[train]`. A domain is judged by weights that saw none of the judged posts (4 folds); `stranger` is the
same by weights that saw none of its domain.
"""

from __future__ import annotations

import argparse
import json
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack

from benchmarks.sentiment_lexicons import Lexicon, lexicons
from socialhub.pipeline.sentiment import features
from socialhub.pipeline.sentiment.linear import Opinion, Weights

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

POSTS = Path(__file__).parent / "sentiment_posts"
LEARNT = {"umsab_fr": "fr", "umsab_en": "en", "deft17": "fr"}
COPYLEFT = "deft17"
LOOKED_AT = {"spplus": "fr"}
LABELS = {"negative": 0, "neutral": 1, "positive": 2, "-": 0, "0": 1, "+": 2}
RIDGE = 0.3
"""Pull of the weights towards zero; 0.3 and 0.5 score alike, 1.5 is worse."""
LEXICON_SCALE = 2.0
"""How freely the model may believe the word lists; 1 to 3 score alike."""
FOR_NEGATIVE = 0.25
"""Added to the log odds of negative: a missed complaint costs a listener more than a false one."""
SHARE = {"own_fr_experiences": 0.5}
"""Domains that count for less than their posts: these, half of them mixed on purpose, teach to doubt complaints."""
COLUMNS = 4
FOLDS = 4
STEPS = 80


@dataclass(frozen=True, slots=True)
class Post:
    """A labelled post: class 0 negative, 1 neutral, 2 positive."""

    text: str
    label: int
    lang: str
    domain: str


def read_posts(folder: Path, *, copyleft: bool) -> list[Post]:
    """All posts, those that are only looked at included."""
    posts = []
    for name, lang in {**LEARNT, **LOOKED_AT}.items():
        if name != COPYLEFT or copyleft:
            for line in (folder / f"{name}.jsonl").read_text("utf-8").rstrip("\n").split("\n"):
                row = json.loads(line)
                posts.append(Post(row["text"], LABELS[row["label"]], lang, name))
    for file in sorted(POSTS.glob("*.tsv")):
        for line in file.read_text("utf-8").rstrip("\n").split("\n"):
            label, _kind, text = line.split("\t")
            posts.append(Post(text, LABELS[label], file.stem[:2], f"own_{file.stem}"))
    return posts


# ---- from posts to a matrix --------------------------------------------------------------------------------------


def matrix(posts: Sequence[Post], words: Sequence[Lexicon]) -> csr_matrix:
    """A row a post: its buckets, then four columns a word list (see `_column`)."""
    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    opinions = np.zeros((len(posts), COLUMNS * len(words)))
    for row, post in enumerate(posts):
        found, tokens = features.features(post.text, post.lang)
        shrink = max(1, tokens) ** -0.5
        columns += found
        values += (value * shrink for value in found.values())
        ends.append(len(columns))
        opinions[row] = _opinions(post, words) * shrink * LEXICON_SCALE
    buckets = csr_matrix((values, columns, ends), shape=(len(posts), features.BUCKETS))
    return hstack([buckets, csr_matrix(opinions)]).tocsr()


def with_strangers(words: Sequence[Lexicon], posts: Sequence[Post]) -> list[Lexicon]:
    """The lists, and the English ones once more for French posts, less every word that French posts use ("pain")."""
    used = Counter(token.word for post in posts if post.lang == "fr" for token in features.tokens(post.text))
    french = {word for word, times in used.items() if times > 1}
    french |= {word for lexicon in words if lexicon.lang == "fr" for word in lexicon.words}
    strangers = [
        Lexicon(lexicon.name, "fr", {word: told for word, told in lexicon.words.items() if word not in french})
        for lexicon in words
        if lexicon.lang == "en"
    ]
    return [*words, *strangers]


def _opinions(post: Post, words: Sequence[Lexicon]) -> Floats:
    told = np.zeros(COLUMNS * len(words))
    reach = 0
    for token in features.tokens(post.text):
        for place, lexicon in enumerate(words):
            opinion = lexicon.words.get(token.word.lstrip("#"), 0.0) if lexicon.lang == post.lang else 0.0
            told[_column(place, opinion, negated=reach > 0)] += abs(opinion)
        reach = features.next_reach(reach, token)
    return told


def _column(place: int, opinion: float, *, negated: bool) -> int:
    """Where an opinion of the list at `place` is counted: for or against, negated or not ("jamais déçu" is praise)."""
    return COLUMNS * place + 2 * negated + (opinion < 0)


# ---- learning ----------------------------------------------------------------------------------------------------


def balanced(posts: Sequence[Post]) -> Floats:
    """A weight a post: the three classes of a domain weigh the same, a domain as many posts as it has (see SHARE)."""
    cells: dict[tuple[str, int], int] = {}
    domains: dict[str, int] = {}
    for post in posts:
        cells[post.domain, post.label] = cells.get((post.domain, post.label), 0) + 1
        domains[post.domain] = domains.get(post.domain, 0) + 1
    return np.array(
        [SHARE.get(post.domain, 1.0) * domains[post.domain] / 3 / cells[post.domain, post.label] for post in posts]
    )


def learn(rows: csr_matrix, posts: Sequence[Post]) -> tuple[Floats, Floats]:
    """Multinomial logistic regression with a ridge, by L-BFGS: (weights of each column, bias) for three classes."""
    used = np.unique(rows.indices)
    narrow = rows[:, used]
    turned = narrow.T.tocsr()
    truth = np.eye(3)[[post.label for post in posts]]
    importance = balanced(posts)[:, None]
    size = len(used)

    def loss(values: Floats) -> tuple[float, Floats]:
        weights, bias = values[: 3 * size].reshape(size, 3), values[3 * size :]
        logs = log_shares(narrow @ weights + bias)
        slope = importance * (np.exp(logs) - truth)
        value = -(importance * truth * logs).sum() + RIDGE / 2 * (weights**2).sum()
        return value, np.concatenate([(turned @ slope + RIDGE * weights).ravel(), slope.sum(0)])

    found = minimize(loss, np.zeros(3 * size + 3), jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "maxcor": 6})
    weights = np.zeros((rows.shape[1], 3))
    weights[used] = found.x[: 3 * size].reshape(size, 3)
    return weights, found.x[3 * size :]


def log_shares(logits: Floats) -> Floats:
    """The log of the probability of each class, a row a post."""
    shifted = logits - logits.max(1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(1, keepdims=True)))


def shares(rows: csr_matrix, weights: Floats, bias: Floats) -> Floats:
    """The probability of each class for each row, negative favoured as the product does it."""
    return np.exp(log_shares(rows @ weights + bias + np.array([FOR_NEGATIVE, 0.0, 0.0])))


# ---- cross-validation --------------------------------------------------------------------------------------------


def folds(posts: Sequence[Post]) -> Iterator[tuple[Rows, Rows]]:
    """(learnt from, judged) as row numbers: every class of every domain is spread evenly; the order is fixed."""
    place: dict[tuple[str, int], int] = {}
    fold = np.zeros(len(posts), dtype=int)
    for row in np.random.default_rng(7).permutation(len(posts)):
        cell = posts[row].domain, posts[row].label
        place[cell] = place.get(cell, -1) + 1
        fold[row] = place[cell] % FOLDS
    learnt = np.array([post.domain not in LOOKED_AT for post in posts])
    for number in range(FOLDS):
        yield np.flatnonzero((fold != number) & learnt), np.flatnonzero(fold == number)


def cross_validated(rows: csr_matrix, posts: Sequence[Post]) -> Floats:
    """The probabilities of every post by weights that did not see it."""
    found = np.zeros((len(posts), 3))
    for learnt, judged in folds(posts):
        found[judged] = shares(rows[judged], *learn(rows[learnt], [posts[row] for row in learnt]))
    return found


def strangers(rows: csr_matrix, posts: Sequence[Post], domain: str) -> Floats:
    """The probabilities of a domain's posts by weights that saw none of its domain."""
    learnt = [row for row, post in enumerate(posts) if post.domain != domain and post.domain not in LOOKED_AT]
    judged = [row for row, post in enumerate(posts) if post.domain == domain]
    return shares(rows[judged], *learn(rows[learnt], [posts[row] for row in learnt]))


def figures(posts: Sequence[Post], probabilities: Floats) -> dict[str, float]:
    """What a listener asks: macro-F1, complaints found and called positive, neutral kept, how right the surest half."""
    truth, told = np.array([post.label for post in posts]), probabilities.argmax(1)
    surest = np.argsort(-probabilities.max(1))[: len(posts) // 2]
    return {
        "posts": len(posts),
        "macro_f1": round(100 * float(np.mean([_f1(truth, told, label) for label in range(3)])), 1),
        "negative_found": _percent(told[truth == 0] == 0),
        "negative_called_positive": _percent(told[truth == 0] == 2),
        "neutral_kept": _percent(told[truth == 1] == 1),
        "surest_half_right": _percent(told[surest] == truth[surest]),
    }


def _f1(truth: Rows, told: Rows, label: int) -> float:
    right = float(((truth == label) & (told == label)).sum())
    return 2 * right / max(1.0, float((truth == label).sum() + (told == label).sum()))


def _percent(right: npt.NDArray[np.bool_]) -> float:
    return round(100 * float(right.mean()), 1)


def sureness(posts: Sequence[Post], probabilities: Floats) -> tuple[tuple[float, float], ...]:
    """Rising (probability, share right) pairs: twenty bins of cross-validated judgements, made monotone by pooling.

    Pool adjacent violators (Ayer et al. 1955). Posts that are only looked at count: they are strangers.
    """
    truth = np.array([post.label for post in posts])
    order = np.argsort(probabilities.max(1))
    right = (probabilities.argmax(1) == truth)[order]
    top = probabilities.max(1)[order]
    pools: list[list[float]] = []
    for part in np.array_split(np.arange(len(posts)), 20):
        pools.append([float(top[part].mean()), float(right[part].mean()), float(len(part))])
        while len(pools) > 1 and pools[-1][1] <= pools[-2][1]:
            late, early = pools.pop(), pools.pop()
            size = late[2] + early[2]
            pools.append([(late[i] * late[2] + early[i] * early[2]) / size for i in (0, 1)] + [size])
    return tuple((round(raw, 4), round(share, 4)) for raw, share, _size in pools)


# ---- the file ----------------------------------------------------------------------------------------------------


def packed(
    weights: Floats, bias: Floats, words: Sequence[Lexicon], sure: tuple[tuple[float, float], ...], name: str
) -> Weights:
    """The weights against neutral in bytes, and apart from them what the word lists say of their words."""
    against = (weights[:, [0, 2]] - weights[:, [1]])[: features.BUCKETS]
    scale = float(np.abs(against).max() / 127)
    steps = np.rint(against / scale).astype(np.int8)
    offset = bias[[0, 2]] - bias[1] + np.array([FOR_NEGATIVE, 0.0])
    negative, positive = array("b", steps[:, 0].tobytes()), array("b", steps[:, 1].tobytes())
    told = _told(weights, words, scale)
    return Weights(name, negative, positive, told, scale, (float(offset[0]), float(offset[1])), sure)


def _told(weights: Floats, words: Sequence[Lexicon], scale: float) -> dict[int, Opinion]:
    """What the word lists say of each word against neutral, in steps of `scale`: as it is, and negated."""
    sums: defaultdict[int, Floats] = defaultdict(lambda: np.zeros(4))
    for place, lexicon in enumerate(words):
        for word, opinion in lexicon.words.items():
            number = features.language_number(word, lexicon.lang)
            for negated in (False, True):
                column = weights[features.BUCKETS + _column(place, opinion, negated=negated)]
                against = abs(opinion) * LEXICON_SCALE * (column[[0, 2]] - column[1])
                sums[number][2 * negated : 2 * negated + 2] += against
    steps = {number: np.rint(told / scale).astype(int).tolist() for number, told in sums.items()}
    return {number: Opinion(*told) for number, told in steps.items() if any(told)}


def main() -> None:
    """Train, report, and write the file that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--without-copyleft", action="store_true")
    parser.add_argument("--write", type=Path)
    parser.add_argument("--name", default="linear-2")
    asked = parser.parse_args()
    posts = read_posts(asked.data, copyleft=not asked.without_copyleft)
    words = with_strangers(lexicons(), posts)
    rows = matrix(posts, words)
    judged = cross_validated(rows, posts)
    report: dict[str, Any] = {"cross_validated": {}, "stranger": {}}
    for domain in dict.fromkeys(post.domain for post in posts):
        chosen = [row for row, post in enumerate(posts) if post.domain == domain]
        of_domain = [posts[row] for row in chosen]
        report["cross_validated"][domain] = figures(of_domain, judged[chosen])
        report["stranger"][domain] = figures(of_domain, strangers(rows, posts, domain))
    learnt = [row for row, post in enumerate(posts) if post.domain not in LOOKED_AT]
    report["all"] = figures(posts, judged)
    if asked.write:
        weights, bias = learn(rows[learnt], [posts[row] for row in learnt])
        found = packed(weights, bias, words, sureness(posts, judged), asked.name)
        asked.write.write_bytes(found.to_bytes())
        report["weights"] = {"bytes": asked.write.stat().st_size, "scale": found.scale, "sureness": found.sureness}
    json.dump(report, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
