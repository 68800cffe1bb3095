"""How long the page of an author takes on a large cache: facts with influence, the first window of mentions. JSON."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.corpus import arguments, cache_of, report
from socialhub.authors import AuthorKey
from socialhub.clock import real_now
from socialhub.live.authors import read_author
from socialhub.store.authors import author_of_mention
from socialhub.store.connection import Connection, open_reader, open_writer
from socialhub.store.mentions import FeedFilter, feed

AUTHORS: Final = 30
WINDOW: Final = 200


def milliseconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def some_authors(db: Connection) -> list[AuthorKey]:
    """Who wrote mentions spread evenly over the cache."""
    (newest,) = db.execute("SELECT max(id) FROM mentions").fetchone()
    found = (author_of_mention(db, newest * place // AUTHORS - 7 * place) for place in range(1, AUTHORS + 1))
    return list(dict.fromkeys(key for key in found if key is not None))


def busiest(path: Path) -> AuthorKey:
    """An author of 20,000 mentions: those of a fiftieth of the cache are given one name."""
    writer = open_writer(path)
    with writer.transaction() as db:
        db.execute("UPDATE mentions SET handle = 'everybody' WHERE id % 50 = 0")
        (kind,) = db.execute("SELECT kind FROM sources LIMIT 1").fetchone()
    writer.checkpoint(truncate=True)
    writer.close()
    return AuthorKey(kind, "everybody")


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__).parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = Path(folder) / "authors.db"
        shutil.copyfile(cache_of(options.folder, options.mentions), path)
        open_writer(path).close()
        db, now = open_reader(path), real_now()
        usual = some_authors(db)
        facts = [milliseconds(partial(read_author, db, key, now)) for key in usual]
        chosen = [FeedFilter(author=key) for key in usual]
        lists = [milliseconds(partial(feed, db, each, operator="", limit=WINDOW, now=now)) for each in chosen]
        db.close()
        busy = busiest(path)
        db = open_reader(path)
        busy_facts = milliseconds(partial(read_author, db, busy, now))
        busy_list = milliseconds(partial(feed, db, FeedFilter(author=busy), operator="", limit=WINDOW, now=now))
        db.close()
    report(
        "author page",
        "< 200 ms each",
        mentions=options.mentions,
        authors=len(usual),
        facts_ms=round(statistics.median(facts), 1),
        facts_worst_ms=round(max(facts), 1),
        list_worst_ms=round(max(lists), 1),
        busy_facts_ms=round(busy_facts, 1),
        busy_list_ms=round(busy_list, 1),
    )


if __name__ == "__main__":
    main()
