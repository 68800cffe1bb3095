"""What the search of weak signals costs in a large cache: a look at a topic, and the first one, which learns. JSON out.

A copy of the benchmark cache whose mentions arrived when they were published, and in which one topic is spoken of
2,000 times in the latest six hours. The baseline is the whole minute of all other rules, in the same run.
"""

from __future__ import annotations

import random
import time
from datetime import UTC
from statistics import median
from typing import Final

from benchmarks.corpus import arguments, cache_of, prepared, report, texts, topic_queries
from benchmarks.room import room_of
from socialhub.alert_rules import USUAL_RULES, in_force
from socialhub.alerts.engine import Engine
from socialhub.alerts.settings import Settings
from socialhub.alerts.weak_signal_rules import LOOK_EVERY, LOOKED_BACK, MOST_LATEST, WeakSignalRules
from socialhub.clock import MINUTE, floor_minute
from socialhub.detect.week import Week
from socialhub.duty import Duty
from socialhub.hours import Calendar, parse_hours
from socialhub.store.connection import Connection, Writer, open_writer
from socialhub.store.intake import store_intake
from socialhub.store.prepared import Intake
from socialhub.store.topics import active_topics

LOOKS: Final = 6
_KIND: Final = "weak_signal"


def make_busy(writer: Writer, last: int) -> None:
    """Let mentions arrive when they were published, and one topic be spoken of a lot."""
    with writer.transaction() as db:
        db.execute("UPDATE mentions SET seen = published")
        (source,) = db.execute("SELECT id FROM sources LIMIT 1").fetchone()
        (number,) = db.execute("SELECT id FROM topics WHERE slug = 't0'").fetchone()
    word, chance = topic_queries()[0].query.split(" ")[0].strip("("), random.Random(4)
    rows = [
        prepared(
            5_000_000 + place,
            f"{word} {text}",
            last - LOOKED_BACK + place * LOOKED_BACK // MOST_LATEST,
            chance,
            {word: number},
        )
        for place, text in enumerate(texts(MOST_LATEST, seed=9))
    ]
    for first in range(0, len(rows), 100):
        with writer.transaction() as db:
            store_intake(db, Intake(source, rows[first].published, new=rows[first : first + 100]))


def spent(watch: WeakSignalRules, db: Connection, now: int) -> dict[str, float]:
    """Milliseconds of processor time of a look at each topic."""
    watch.begin(db, now, None)
    took = {}
    for topic in active_topics(db):
        started = time.process_time()
        list(watch.look(db, USUAL_RULES[_KIND], topic, {}))
        took[topic.id] = (time.process_time() - started) * 1e3
    return took


def others(db: Connection, now: int) -> float:
    """Milliseconds of a minute of all other rules, after they have learnt."""
    rules = tuple(rule for rule in in_force((), frozenset()) if rule.kind != _KIND)
    week = Week(UTC, "FR")
    engine = Engine(Settings(rules, (), week, Duty(Calendar(UTC, parse_hours("mon-fri 09:00-18:00"), "FR"))))
    took = []
    for minute in range(3):
        started = time.process_time()
        for topic in engine.begin(db, now + minute * MINUTE, None):
            engine.look(db, topic)
        took.append((time.process_time() - started) * 1e3)
    return took[-1]


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__).parse_args()
    with room_of(cache_of(options.folder, options.mentions)) as room:
        writer = open_writer(room.cache)
        (last,) = writer.db.execute("SELECT max(published) FROM mentions").fetchone()
        make_busy(writer, last)
        now = floor_minute(last) + MINUTE
        watch = WeakSignalRules((), past=False, back=False)
        first = spent(watch, writer.db, now)
        warm = [spent(watch, writer.db, now + look * LOOK_EVERY) for look in range(1, LOOKS)]
        report(
            "a look for weak signals at a topic (processor time)",
            "<= 5 ms a topic once it is known",
            topics=len(first),
            ms_first_median=round(median(first.values()), 1),
            ms_look_median=round(median(took for look in warm for took in look.values()), 2),
            ms_look_busy=round(median(look["t0"] for look in warm), 2),
            ms_look_all=round(median(sum(look.values()) for look in warm), 1),
            ms_minute_of_all_other_rules=round(others(writer.db, now), 1),
        )
        writer.close()


if __name__ == "__main__":
    main()
