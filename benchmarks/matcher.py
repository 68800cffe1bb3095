"""Cost of matching one post against 50, 500 and 5,000 topics, beside the cost of cutting it into tokens. JSON out.

Posts are drawn with Zipf-like frequencies from made-up words; a topic is about one post in a few hundred.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable

from socialhub.query import Document, Matcher, parse
from socialhub.text import tokenise

POSTS = 20_000
_COMMON = [
    *("le", "la", "les", "de", "des", "du", "un", "une", "et", "en", "pour", "avec", "sur", "qui", "pas", "plus", "je"),
    *("nous", "orange", "fibre", "panne", "mobile", "box", "réseau"),
]


def _words(rng: random.Random) -> list[str]:
    """Words that can be pronounced, the first the most frequent."""
    consonants, vowels = "b c d f g l m n p r s t v ch tr br pl".split(), "a e i o u ou ai on".split()  # noqa: SIM905
    found: dict[str, None] = {}
    while len(found) < 40_000:
        found["".join(rng.choice(consonants) + rng.choice(vowels) for _syllable in range(rng.randint(2, 4)))] = None
    return list(found)


def _texts(rng: random.Random, rare: list[str]) -> list[str]:
    weights = [1 / (rank + 20) for rank in range(len(rare))]
    return [
        " ".join(rng.choices(_COMMON, k=rng.randint(8, 20)) + rng.choices(rare, weights, k=rng.randint(5, 15)))
        for _post in range(POSTS)
    ]


def _query(rng: random.Random, rare: list[str], number: int) -> str:
    first, second, third, fourth = (rare[rng.randint(200, 39_999)] for _word in range(4))
    forms = (
        f"{first} OR #{second} OR {third}",
        f'({first} OR {second} OR "{third} {fourth}") (panne OR fibre OR "plus de réseau") -{third}',
        f'"{first} {second}" OR @{third} OR {fourth}',
        f"{first}x* OR ({second} {third}) OR title:{fourth}",
        f"orange {first} lang:fr",
        f"({first} OR {second}) NEAR/5 (panne OR fibre OR {third})",
        f"SENT({first} panne -{second}) OR ATLEAST/2({third})",
        f'={first.capitalize()} OR "{second} {third}"~4',
        f"{first}~1 OR {second[:3]}?{second[4:]} OR {third[:3]}-{fourth[:3]}~",
        f"{first} /[aeiou]{{2,3}} (panne|fibre)/",
    )
    return forms[number % len(forms)]


def _microseconds(work: Callable[[], object]) -> float:
    """The best of three runs, per post."""
    best = float("inf")
    for _run in range(3):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return round(best / POSTS * 1e6, 2)


def main() -> None:
    """Print {"tokenise": µs, "topics": {count: µs}} per post, and how much 100 times the topics cost."""
    rng = random.Random(2026)
    rare = _words(rng)
    texts = _texts(rng, rare)
    documents = [Document(text_tokens=tokenise(text), text=text, lang="fr") for text in texts]
    costs: dict[str, float] = {}
    for count in (50, 500, 5_000):
        matcher = Matcher({number: parse(_query(rng, rare, number)) for number in range(count)})
        costs[str(count)] = _microseconds(lambda match=matcher.match: [match(document, 0) for document in documents])  # type: ignore[misc]
    baseline = _microseconds(lambda: [tokenise(text) for text in texts])
    growth = round(costs["5000"] / costs["50"], 1)
    print(
        json.dumps(
            {
                "figure": "matching one post against many topics, microseconds",
                "goal": "must not grow with the number of topics: 100 times the topics cost far less than 100 times",
                "baseline_tokenise": baseline,
                "topics": costs,
                "growth_50_to_5000": growth,
                "ok": growth < 20,
            }
        )
    )


if __name__ == "__main__":
    main()
