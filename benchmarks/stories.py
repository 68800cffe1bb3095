"""Stories: recall of altered copies, false joins among different texts, texts a second; beside MinHash in plain Python.

The texts are invented here, or lines of the *.txt files of a folder (`--texts`). The demonstration's would say nothing:
its sentences are chosen not to resemble one another.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final
from zlib import crc32

from benchmarks.corpus import report, texts, vocabulary
from socialhub.clock import HOUR, MINUTE, real_now
from socialhub.model import Draft, Kind
from socialhub.pipeline.repeats import exact_key
from socialhub.pipeline.sketches import ALIKE, BANDS, ROWS, jaccard
from socialhub.pipeline.stories import FEWEST_ALIKE, PAUSE, Stories, Story, Telling
from socialhub.pipeline.story_words import said

BATCH: Final = 1_000
MOST: Final = 8_000
_COMMENTS: Final = ("Incroyable.", "À lire :", "Et voilà, encore !", "Wow.", "Qui l'aurait cru ?")
_SUFFIXES: Final = ("(avec AFP)", "— la rédaction", "Lire la suite", "Plus d'informations à venir")
_STRANGERS: Final = vocabulary(2_000)[500:]


def altered(text: str, chance: random.Random) -> dict[str, str]:
    """The text as copies alter it, by what they do."""
    words = text.split()
    changed = list(words)
    for place in chance.sample(range(len(words)), 2):
        changed[place] = chance.choice(_STRANGERS)
    return {
        "same words": f"RT @copie: {text.upper()} https://court.example/{chance.getrandbits(32):x}",
        "cut by a fifth": " ".join(words[: max(1, len(words) * 4 // 5)]) + "…",
        "added tag": f"{text} #{chance.choice(_STRANGERS)}",
        "suffix": f"{text} {chance.choice(_SUFFIXES)}",
        "two changed words": " ".join(changed),
        "comment before": f"{chance.choice(_COMMENTS)} {text}",
    }


def twins(given: Sequence[str]) -> dict[str, list[Telling]]:
    """Nearly the same words that tell something else, by why; each twin has the place of its text."""
    told = tellings(given)
    later = [replace(each, published=each.published - PAUSE - 2 * HOUR) for each in told]
    answered = tellings([f"Faux. {text}" for text in given])
    return {
        "the same on another day": later,
        "answered by a quote": [replace(each, kind=Kind.QUOTE) for each in answered],
        "other numbers": tellings([f"{text} ligne 14" for text in given]),
    }


def tellings(given: Sequence[str]) -> list[Telling]:
    """What stories see of these texts, all published within an hour."""
    now = real_now()
    return [
        Telling(said("", text), exact_key(Draft("", text)), "post", now - HOUR + number % 60 * MINUTE, (), True)
        for number, text in enumerate(given)
    ]


def placed(stories: Stories, given: Sequence[Telling], first_id: int) -> list[Story]:
    """Sort texts in, a batch at a time, as the way in does."""
    found: list[Story] = []
    for low in range(0, len(given), BATCH):
        batch = stories.place(given[low : low + BATCH])
        stories.settle((story, story.id or first_id + low + number) for number, story in enumerate(batch))
        found += batch
    return found


def quality(name: str, originals: Sequence[str]) -> None:
    """Recall for each kind of copy, and how many different texts are taken for copies of one another."""
    chance = random.Random(5)
    distinct = [text for text in {said("", each).whole: each for each in originals}.values() if len(text.split()) > 2]
    stories = Stories()
    told = tellings(distinct)
    found = placed(stories, told, 1)
    own = {id(story): number for number, story in enumerate(found)}
    joined = [number for number, story in enumerate(found) if story.id != number + 1]
    wrong = sum(_alike(distinct[number], distinct[found[number].id - 1]) < ALIKE for number in joined)
    recall: dict[str, list[bool]] = {}
    long_enough = [number for number, each in enumerate(told) if each.said.words.count(" ") >= FEWEST_ALIKE - 1]
    for number in chance.sample(long_enough, min(2_000, len(long_enough))):
        copies = altered(distinct[number], chance)
        for kind, story in zip(copies, placed(stories, tellings(list(copies.values())), 10_000_000), strict=True):
            recall.setdefault(kind, []).append(story.id == found[number].id)
    numbered = placed(stories := Stories(), tellings([f"{text} ligne 12" for text in distinct]), 1)
    mixed: dict[str, float] = {}
    for kind, others in twins(distinct).items():
        known = {story.id for story in (numbered if kind == "other numbers" else found)}
        room = stories if kind == "other numbers" else _filled(told)
        apart = placed(room, others, 20_000_000)
        mixed[kind] = round(sum(story.id in known for story in apart) / len(apart), 4)
    report(
        f"stories, {name}",
        "recall ≥ 0.94 for each kind; what is joined is at least 0.6 alike",
        texts=len(own),
        recall={kind: round(sum(hits) / len(hits), 3) for kind, hits in recall.items()},
        joined_distinct_texts=round(len(joined) / len(distinct), 4),
        joined_below_the_threshold=wrong,
        joined_although_it_tells_something_else=mixed,
    )


def _filled(told: Sequence[Telling]) -> Stories:
    stories = Stories()
    placed(stories, told, 1)
    return stories


def _alike(one: str, other: str) -> float:
    return jaccard(frozenset(said("", one).words.split()), frozenset(said("", other).words.split()))


# ---- speed -------------------------------------------------------------------------------------------------------


def plain_minhash(given: Sequence[str]) -> int:
    """The yardstick: the same 16 bands of 4 without numpy, bands in a dictionary; how many bands were met again."""
    chance = random.Random(1)
    factors = [(chance.getrandbits(61) | 1, chance.getrandbits(61)) for _value in range(BANDS * ROWS)]
    bands: dict[tuple[int, ...], int] = {}
    met = 0
    for number, text in enumerate(given):
        hashes = [crc32(word.encode()) for word in set(text.split())]
        values = [min((a * each + b) >> 32 & 0xFFFFFFFF for each in hashes) for a, b in factors]
        for band in range(BANDS):
            key = (band, *values[band * ROWS : band * ROWS + ROWS])
            met += key in bands
            bands[key] = number
    return met


def rate(work: Callable[[], object], count: int) -> int:
    """Texts a second of one core."""
    started = time.process_time()
    work()
    return round(count / (time.process_time() - started))


def speed() -> None:
    """Texts a second: keys alone, keys and likeness of distinct texts, and the yardstick."""
    given = list(texts(20_000, seed=9))
    told = tellings(given)
    keyed = [Telling(each.said, each.exact, each.kind, each.published) for each in told]
    few = [each.said.words for each in told[:1_000]]
    report(
        "stories, texts a second",
        "likeness in numpy is many times as fast as the same in plain Python",
        words_and_key=rate(lambda: [said("", text) for text in given], len(given)),
        look_up_by_key=rate(lambda: placed(Stories(), keyed, 1), len(keyed)),
        look_up_by_key_and_likeness=rate(lambda: placed(Stories(), told, 1), len(told)),
        baseline_plain_python_minhash=rate(lambda: plain_minhash(few), len(few)),
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, help="a folder of *.txt files, a text a line")
    options = parser.parse_args()
    if options.texts is not None:
        lines = [line for path in sorted(options.texts.glob("*.txt")) for line in path.read_text("utf-8").splitlines()]
        quality(options.texts.name, lines[:MOST])
    else:
        quality("invented words", list(texts(MOST, seed=3)))
    speed()


if __name__ == "__main__":
    main()
