"""Invented posts and a large cache for the benchmarks: seeded, so that two runs measure the same work.

Words follow Zipf's law over a vocabulary of made-up syllables with common French words at its head; 18 words a post.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from socialhub.clock import real_now
from socialhub.model import Draft
from socialhub.pipeline.repeats import exact_key
from socialhub.store import marks, sources, topics
from socialhub.store.connection import Writer, open_writer
from socialhub.store.intake import store_intake
from socialhub.store.prepared import Intake, Prepared
from socialhub.text import tokenise

HEAD: Final = """
    de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec fibre réseau
    panne box mobile débit merci super nul service client opérateur depuis hier soir matin toujours encore jamais
    internet coupure technicien facture forfait antenne connexion lent rapide enfin bravo honte résilier appel attente
"""
TOPIC_COUNT: Final = 50
AUTHORS: Final = 20_000


def vocabulary(size: int = 20_000) -> list[str]:
    """`size` words, common ones first."""
    syllables = [a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u", "an", "ou", "é")]
    chance = random.Random(7)
    made = {"".join(chance.choices(syllables, k=chance.randint(2, 4))) for _word in range(size * 2)}
    head = HEAD.split()
    return [*head, *sorted(made)[: size - len(head)]]


def texts(count: int, seed: int = 1) -> Iterator[str]:
    """`count` posts of about 18 words, some with a hashtag, a handle and capitals."""
    words = vocabulary()
    weights = list(accumulate(1 / (rank + 2) for rank in range(len(words))))
    chance = random.Random(seed)
    for number in range(count):
        picked = chance.choices(words, cum_weights=weights, k=chance.randint(10, 26))
        picked[0] = picked[0].capitalize()
        if number % 3 == 0:
            picked.append(f"#{chance.choice(words[:400])}")
        if number % 4 == 0:
            picked.insert(1, f"@{chance.choice(words[:4000])}")
        yield " ".join(picked) + chance.choice((" !", ".", "…", " ?", ""))


def topic_queries() -> list[topics.ConfiguredTopic]:
    """Fifty topics over words of middling frequency: words, phrases, prefixes and exclusions."""
    words = vocabulary()[60:4000:78]
    return [
        topics.ConfiguredTopic(
            f"t{number}", f"Topic {number}", "brand", f'({word} OR #{word} OR "{word} fibre") -resilier'
        )
        for number, word in enumerate(words[:TOPIC_COUNT])
    ]


def drafts(count: int, repeats: float = 0.4, seed: int = 1) -> list[Draft]:
    """`count` drafts in random order of ids; a share of `repeats` (0…1) says what an earlier one said."""
    chance = random.Random(seed)
    distinct = list(texts(round(count * (1 - repeats)) or 1, seed))
    said = [distinct[n] if n < len(distinct) else chance.choice(distinct) for n in range(count)]
    chance.shuffle(said)
    now = real_now()
    return [
        Draft(
            f"{chance.getrandbits(64):x}",
            text,
            published=now - (count - number) * 10,
            author=f"Auteur {number % AUTHORS}",
            handle=f"auteur{number % AUTHORS}@exemple.social",
            url=f"https://exemple.social/@auteur{number % AUTHORS}/{number}",
            raw=text.encode(),
        )
        for number, text in enumerate(said)
    ]


def prepare_room(writer: Writer) -> tuple[int, dict[str, int]]:
    """Topics and one source in a cache; returns the source's number and the topics' numbers."""
    with writer.transaction() as db:
        numbers = topics.sync_topics(db, topic_queries(), real_now())
        source = sources.ensure_source(db, "mastodon", "mastodon")
        db.execute("UPDATE sources SET configured = 1")
        marks.meet_operator(db, "bench", 0)
    return source, numbers


def build_cache(path: Path, mentions: int, span_days: int = 180) -> None:
    """A cache of `mentions` mentions over `span_days` days, written without the stages (they are measured apart)."""
    writer = open_writer(path)
    source, numbers = prepare_room(writer)
    topic_words = {query.query.split(" ")[0].strip("("): numbers[query.slug] for query in topic_queries()}
    now, step = real_now(), max(1, span_days * 86_400_000 // max(1, mentions))
    chance = random.Random(3)
    batch: list[Prepared] = []
    for number, text in enumerate(texts(mentions, seed=5)):
        batch.append(prepared(number, text, now - (mentions - number) * step, chance, topic_words))
        if len(batch) == 1000 or number == mentions - 1:
            with writer.transaction() as db:
                store_intake(db, Intake(source, now, new=batch))
            batch = []
            if number % 20_000 < 1000:
                writer.checkpoint()
    writer.checkpoint(truncate=True)
    with writer.transaction() as db:
        db.execute("UPDATE sources SET last_success = ?, first_success = ?", (now, now - span_days * 86_400_000))
    writer.close()


def prepared(number: int, text: str, published: int, chance: random.Random, topic_words: dict[str, int]) -> Prepared:
    """A mention as the stages would hand it to the store; `topic_words` are topic numbers by their word."""
    tokens = tokenise(text)
    who = f"auteur{number % AUTHORS}"
    draft = Draft(
        f"{chance.getrandbits(64):x}", text, published=published, author=who.title(), handle=f"{who}@exemple.social",
        url=f"https://exemple.social/@{who}/{number}", lang="fr",
        followers=int(chance.lognormvariate(5.5, 2)) if chance.random() < 0.6 else None,
    )  # fmt: skip
    words = " ".join(token.lstrip("#") for token in tokens)
    hashtags = " ".join(token for token in tokens if token[0] == "#")
    matched = tuple(sorted({topic_words[token] for token in tokens if token in topic_words}))
    ready = Prepared(draft, f"mastodon/{draft.native_id}", published, exact_key(draft), "", words, hashtags)
    ready.tone, ready.confidence = chance.choice((-1, -1, 0, 0, 0, 1)), chance.choice((0.4, 0.7, 0.9))
    ready.topics = matched
    return ready


def cache_of(folder: Path, mentions: int) -> Path:
    """The benchmark cache of this size in `folder`, built on first use."""
    path = folder / f"bench-{mentions}.db"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        started = time.perf_counter()
        build_cache(path, mentions)
        print(f"built {path.name} in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    return path


def arguments(description: str | None, mentions: int = 1_000_000) -> argparse.ArgumentParser:
    """The options all benchmarks share."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/socialhub-bench"), help="where large caches are kept")
    parser.add_argument("--mentions", type=int, default=mentions, help="size of the cache")
    return parser


def report(figure: str, goal: str, **measured: Any) -> None:
    """Print a figure with its baseline as one JSON object."""
    print(json.dumps({"figure": figure, "goal": goal, **measured}, ensure_ascii=False))
