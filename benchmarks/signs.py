"""What engagement at set ages and signs of inauthenticity cost. JSON out.

The whole way in and the snapshots' part of it in the same run; readings at a set age with a past of 100 posts; the
signs of a group of 2,000 posts, counted alone and read from a cache.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks.corpus import report, texts
from socialhub.clock import DAY, HOUR, MINUTE, SECOND
from socialhub.detect.signs import Post, signs_of_group
from socialhub.live.signs import topic_signs
from socialhub.model import Draft
from socialhub.pipeline.snapshots import Reading, Snapshots
from tests.room import NOON, Room, StillClock

MENTIONS: Final = 20_000
READINGS: Final = 2_000
POSTS: Final = 2_000
_AUTHORS: Final = 300
_RUNS: Final = 5


class _Timed(Snapshots):
    """Knows how long it took."""

    spent = 0.0

    def take(self, *told: Any, may_follow: bool = True) -> None:
        """The same work, timed."""
        started = time.process_time()
        super().take(*told, may_follow=may_follow)
        self.spent += time.process_time() - started


def posts(count: int, seed: int) -> list[Draft]:
    """Posts of some authors, a third about a topic, each with its numbers, followers and age of the account."""
    chance = random.Random(seed)
    made = []
    for number, text in enumerate(texts(count, seed)):
        about = "fibre mandarine " if number % 3 == 0 else ""
        made.append(
            Draft(
                f"{seed}-{number}",
                about + text,
                NOON - chance.randrange(10 * MINUTE),
                handle=f"h{chance.randrange(_AUTHORS)}@piaille.example",
                followers=int(chance.paretovariate(0.6)) * 50,
                likes=int(chance.paretovariate(1.0)) - 1,
                account_created=NOON - chance.randrange(3000) * DAY,
            )
        )
    return made


def way_in(folder: Path, seed: int) -> tuple[float, float]:
    """Microseconds of processor time a mention: all of it, and the snapshots' part."""
    room = Room(folder / f"{seed}.db")
    snapshots = room.ingest._snapshots = _Timed()
    drafts = posts(MENTIONS, seed)
    started = time.process_time()
    room.store(*drafts, source="social")
    spent = time.process_time() - started
    room.close()
    return spent / MENTIONS * 1e6, snapshots.spent / MENTIONS * 1e6


def reading(folder: Path) -> float:
    """Microseconds for numbers that stand for a set age, with the author's past and the verdict."""
    room = Room(folder / "readings.db")
    drafts = posts(READINGS, 99)
    for draft in drafts:
        draft.published = NOON
    room.store(*drafts, source="social")
    ids = [row[0] for row in room.db.execute("SELECT id FROM mentions ORDER BY id")]
    told = [Reading(mention, NOON, draft) for mention, draft in zip(ids, drafts, strict=True)]
    snapshots = Snapshots()
    StillClock.moment = NOON + HOUR
    started = time.process_time()
    with room.writer.transaction() as db:
        snapshots.take(db, room.social, [], told, NOON + HOUR)
    spent = time.process_time() - started
    room.close()
    return spent / READINGS * 1e6


def group(count: int = POSTS) -> list[Post]:
    """A group: half of it copies of three texts in bursts, half of it ordinary."""
    chance = random.Random(5)
    return [
        Post(
            f"a{chance.randrange(count // 2)}",
            NOON
            - (chance.randrange(6 * HOUR) if number % 2 else chance.randrange(3) * HOUR + chance.randrange(SECOND)),
            number if number % 2 else number % 3,
            12,
            (f"https://site{chance.randrange(40)}.example/",),
            NOON - chance.randrange(2000) * DAY,
        )
        for number in range(count)
    ]


def best(work: Callable[[], object]) -> float:
    """Milliseconds of the best of some runs."""
    spent = []
    for _run in range(_RUNS):
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return min(spent) * 1e3


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole, part = min(way_in(folder, seed) for seed in range(1, _RUNS + 1))
        read = reading(folder)
        room = Room(folder / "group.db")
        for draft in (drafts := posts(3 * POSTS, 77)):
            draft.published = NOON - 5 * MINUTE
        room.store(*drafts, source="social")
        topic = room.topics["mandarine"]
        stored = best(lambda: topic_signs(room.db, topic, NOON - HOUR, NOON))
        room.close()
    rows = group()
    report(
        "snapshots on the way in, and signs of a group of 2,000 posts (processor time)",
        "snapshots <= 3 us a mention, signs of a group <= 50 ms with reading",
        us_way_in=round(whole, 1),
        us_snapshots=round(part, 2),
        us_reading_at_an_age=round(read, 1),
        ms_signs_of_2000=round(best(lambda: signs_of_group(rows, NOON)), 2),
        ms_signs_of_2000_stored=round(stored, 2),
    )


if __name__ == "__main__":
    main()
