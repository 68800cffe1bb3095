"""A room to measure the programs in: a large cache of its own with its config, and the process that fills it."""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.corpus import prepared, texts, topic_queries
from socialhub.clock import real_now
from socialhub.store.connection import Connection, Writer, open_writer
from socialhub.store.intake import store_intake
from socialhub.store.prepared import Intake

MARK: Final = b"@auteur"
"""What every row of a list shows: the invented authors' handles begin so."""
FIRST_ROWS: Final = 20
"""Rows on screen from which a list counts as being there."""
COMMITS_A_SECOND: Final = 10
_CHECKPOINT_EVERY: Final = 5.0


@dataclass(frozen=True, slots=True)
class Room:
    """Where the cache and the config lie."""

    cache: Path
    config: Path

    def command(self, *arguments: str) -> list[str]:
        """`socialhub …` in this room."""
        program = [sys.executable, "-m", "socialhub", "--config", str(self.config), "--cache", str(self.cache)]
        return [*program, "--as", "bench", "--language", "en", *arguments]


@contextlib.contextmanager
def room_of(large_cache: Path, sources: str = "") -> Iterator[Room]:
    """A copy of a benchmark cache with the config of its topics, gone with the block; `sources` is TOML."""
    with tempfile.TemporaryDirectory(dir=large_cache.parent, prefix="room-") as name:
        folder = Path(name)
        room = Room(folder / "room.db", folder / "config.toml")
        shutil.copyfile(large_cache, room.cache)
        (folder / "inbox").mkdir()
        write_config(room.config, sources or _quiet_source(folder))
        yield room


def _quiet_source(folder: Path) -> str:
    return f'[[sources]]\nname = "mastodon"\nkind = "file"\nfolder = {json.dumps(str(folder / "inbox"))}\n'


def write_config(path: Path, sources: str) -> None:
    """The config of a room with fifty topics; `sources` is TOML."""
    topics = [
        f"[[topics]]\nid = {json.dumps(topic.slug)}\nname = {json.dumps(topic.name)}\n"
        f"kind = {json.dumps(topic.kind)}\nquery = {json.dumps(topic.query, ensure_ascii=False)}\n"
        for topic in topic_queries()
    ]
    hub = '[hub]\nname = "Bench"\nlanguage = "en"\ntimezone = "UTC"\ncontact = "mailto:bench@example.org"\n'
    path.write_text("\n".join([hub, *topics, sources]), encoding="utf-8")


class Filler:
    """Writes invented mentions that arrive now, matched to the cache's topics by their words."""

    def __init__(self, cache: Path) -> None:
        self.writer: Writer = open_writer(cache)
        db: Connection = self.writer.db
        (self._source,) = db.execute("SELECT id FROM sources ORDER BY id LIMIT 1").fetchone()
        numbers = dict(db.execute("SELECT slug, id FROM topics").fetchall())
        self._words = {topic.query.split(" ")[0].strip("("): numbers[topic.slug] for topic in topic_queries()}
        self._chance = random.Random()
        self._texts = texts(10_000_000, seed=self._chance.randrange(1_000_000))
        self._number = 0

    def add(self, count: int, first_words: str = "") -> float:
        """Store so many mentions in one transaction; the moment it was done (perf_counter)."""
        batch = []
        for _mention in range(count):
            self._number += 1
            said = f"{first_words} {next(self._texts)}".strip()
            batch.append(prepared(self._number, said, real_now(), self._chance, self._words))
        with self.writer.transaction() as db:
            store_intake(db, Intake(self._source, real_now(), new=batch))
        return time.perf_counter()

    def fill(self, a_second: float) -> None:
        """Store `a_second` mentions each second in COMMITS_A_SECOND transactions, until ended."""
        step = max(1 / COMMITS_A_SECOND, 1 / a_second)
        checkpoint = due = time.monotonic()
        while True:
            self.add(max(1, round(a_second * step)))
            if time.monotonic() - checkpoint > _CHECKPOINT_EVERY:
                self.writer.checkpoint()
                checkpoint = time.monotonic()
            due += step
            time.sleep(max(0.0, due - time.monotonic()))


@contextlib.contextmanager
def arriving(room: Room, a_second: float) -> Iterator[None]:
    """So many mentions arrive each second, from another process, for the time of the block.

    Raises RuntimeError when that process ended before: nothing was measured then.
    """
    command = [sys.executable, "-m", "benchmarks.room", str(room.cache), str(a_second)]
    process = subprocess.Popen(command, cwd=Path(__file__).parent.parent)
    try:
        yield
        if process.poll() is not None:
            raise RuntimeError("The process that fills the cache has ended; is the cache of an older version?")
    finally:
        process.kill()
        process.wait()


def main() -> None:
    """The filling process."""
    parser = argparse.ArgumentParser(description="Fill a cache until killed.")
    parser.add_argument("cache", type=Path)
    parser.add_argument("a_second", type=float)
    options = parser.parse_args()
    Filler(options.cache).fill(options.a_second)


if __name__ == "__main__":
    main()
