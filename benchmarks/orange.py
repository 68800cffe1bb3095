"""The company among the fruits, colours, towns and warnings: how well a query finds the brand "Orange". JSON out.

Reads the posts of `data/`, each with its label, and the recommended query from the shipped `config.toml`; the bare name
and the name with the two obvious exclusions are the baselines. `--errors` lists every post that was judged wrongly.
"""

from __future__ import annotations

import argparse
import csv
import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from socialhub.query import Document, matches, parse

DATA: Final = Path(__file__).with_name("data")
SETS: Final = {
    "tuned on": DATA / "orange.tsv",
    "practised on": DATA / "orange_practice.tsv",
    "held out": DATA / "orange_held_out.tsv",
}
WANTED: Final = "company"
BASELINES: Final = {"orange": "orange", "orange -fruit -vigilance": "orange -fruit -vigilance"}


@dataclass(frozen=True, slots=True)
class Post:
    """A post and what it is about: company, fruit, colour, town, weather or other."""

    label: str
    lang: str
    sender: str
    title: str
    text: str

    @property
    def document(self) -> Document:
        """The post as a query sees it. `sender` is a @handle or the site it stood on."""
        on_site = not self.sender.startswith("@")
        return Document(
            title=self.title,
            text=self.text,
            lang=self.lang,
            kind="article" if self.title and on_site else "post",
            handle="" if on_site else self.sender,
            site=self.sender if on_site else "",
        )


@dataclass(frozen=True, slots=True)
class Score:
    """What a query found among posts."""

    hits: int
    missed: tuple[Post, ...]
    false: tuple[Post, ...]
    by_label: dict[str, str]

    @property
    def precision(self) -> float:
        """The share of what was found that is about the company; 1 when nothing was found."""
        found = self.hits + len(self.false)
        return self.hits / found if found else 1.0

    @property
    def recall(self) -> float:
        """The share of what is about the company that was found."""
        return self.hits / (self.hits + len(self.missed))

    @property
    def f1(self) -> float:
        """The harmonic mean of both; 0 when nothing was hit."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def read_posts(path: Path) -> list[Post]:
    """The posts of a file, in its order."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("# ")]
    rows = csv.reader(lines[1:], delimiter="\t", quoting=csv.QUOTE_NONE)
    return [Post(*row) for row in rows]


def recommended() -> str:
    """The query of the topic "Orange" in the shipped configuration."""
    config = tomllib.loads(Path(__file__).parents[1].joinpath("config.toml").read_text(encoding="utf-8"))
    return next(str(topic["query"]) for topic in config["topics"] if topic["name"] == "Orange")


def score(query: str, posts: Iterable[Post]) -> Score:
    """How a query does on posts."""
    tree = parse(query)
    found: list[Post] = []
    passed: list[Post] = []
    for post in posts:
        (found if matches(tree, post.document, 0) else passed).append(post)
    labels = sorted({post.label for post in (*found, *passed)})
    return Score(
        hits=sum(post.label == WANTED for post in found),
        missed=tuple(post for post in passed if post.label == WANTED),
        false=tuple(post for post in found if post.label != WANTED),
        by_label={
            label: f"{sum(p.label == label for p in found)} of {sum(p.label == label for p in (*found, *passed))} found"
            for label in labels
        },
    )


def summary(result: Score, *, with_errors: bool) -> dict[str, Any]:
    """A score as it is printed."""
    figures: dict[str, Any] = {
        "precision": round(result.precision, 3),
        "recall": round(result.recall, 3),
        "f1": round(result.f1, 3),
        "by_label": result.by_label,
    }
    if with_errors:
        figures["missed"] = [f"{post.title} {post.text}".strip() for post in result.missed]
        figures["false"] = [f"{post.label}: {post.title} {post.text}" for post in result.false]
    return figures


def main() -> None:
    """Print the scores of the recommended query and of the baselines on each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("posts", nargs="*", type=Path, help="other files of posts than the two shipped ones")
    parser.add_argument("--errors", action="store_true", help="list what was judged wrongly")
    options = parser.parse_args()
    sets = {path.name: path for path in options.posts} or SETS
    report: dict[str, Any] = {}
    for name, path in sets.items():
        posts = read_posts(path)
        asked = {"recommended": recommended(), **BASELINES}
        report[name] = {"posts": len(posts)} | {
            label: summary(score(query, posts), with_errors=options.errors and label == "recommended")
            for label, query in asked.items()
        }
    print(json.dumps(report, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
