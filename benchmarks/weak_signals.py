"""Weak signals in invented rooms: which of the planted ones are found, how soon, and what else is told. JSON out.

The noise are the everyday sentences of the demonstration, drawn at random, with the rhythm of a day. Into the week
that is looked at are planted rising terms (labelled: so many people within some hours) and what must not be told: a
word of every Monday, a word of every evening, a word of the whole room, a chain letter, somebody who repeats
themselves. The seeds are printed. A search that knows no past (the most said words of the window, as trend lists do)
stands beside it.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final
from zoneinfo import ZoneInfo

from socialhub.alert_rules import USUAL_RULES
from socialhub.alerts.replay import backtest
from socialhub.alerts.settings import Settings
from socialhub.clock import DAY, HOUR, MINUTE, to_datetime
from socialhub.demo.data import load
from socialhub.demo.grammar import Grammar
from socialhub.demo.people import Crowd
from socialhub.demo.rhythm import level
from socialhub.demo.sentences import LineContext, Values
from socialhub.detect.week import Week
from socialhub.duty import Duty
from socialhub.hours import Calendar, parse_hours
from socialhub.store import sources, wordings
from socialhub.store.connection import Connection, open_writer
from socialhub.store.intake import store_intake
from socialhub.store.prepared import Intake
from socialhub.store.topics import ConfiguredTopic, active_topics, sync_topics
from tests.seed import prepared

BEGIN: Final = 1_792_368_000_000
"""2026-10-19 00:00 UTC, a Monday."""
WEEKS: Final = 5
"""The last one is looked at."""
PLANTED: Final = ((6, 2), (10, 3), (20, 4), (20, 1))
"""(people, hours) of each planted term: it rises from the first to the last of them."""
TERMS: Final = (
    ("grésillement", "ligne"),
    ("mousse", "verte"),
    ("facturette",),
    ("#jarretedetout",),
    ("erreur", "q417"),
    ("répéteur", "tiède"),
    ("zébrures",),
    ("#boxmuette",),
    ("contrat", "fantôme"),
    ("sirène", "nocturne"),
    ("pastille", "mauve"),
    ("tirelire", "bleue"),
)
TOPICS: Final = ("mandarine", "autre", "voisin")
NOISE: Final = ("plainte_box", "plainte_service", "plainte_mobile", "question", "sarcasme", "comparaison", "eloge")
_POOL: Final = 6_000
_TOP: Final = 3
"""So many words a trend list tells of a window."""


@dataclass
class Room:
    """One room: its rows, and what is planted as (from, to, folded words)."""

    rows: list[tuple[int, tuple[str, ...], str, str]] = field(default_factory=list)
    planted: list[tuple[int, int, tuple[str, ...]]] = field(default_factory=list)


def sentences(chance: random.Random) -> list[str]:
    """Everyday sentences, each drawn by itself."""
    grammar, crowd = Grammar(load().symbols, chance), Crowd(chance)
    made = []
    for number in range(_POOL):
        person = crowd.anyone()
        moment = BEGIN + chance.randrange(DAY)
        values = Values(LineContext(moment, person.town, f"@{person.stem}"), chance)
        made.append(grammar.expand(NOISE[number % len(NOISE)], values))
    return made


def room_of(rate: float, seed: int) -> Room:
    """A room whose topic has about `rate` mentions an hour."""
    chance = random.Random(f"weak {rate} {seed}")
    said, room = sentences(chance), Room()
    end = BEGIN + WEEKS * 7 * DAY
    for topic in TOPICS:
        for hour in range(BEGIN, end, HOUR):
            for _each in range(_poisson(chance, rate * _level(hour))):
                room.rows.append((hour + chance.randrange(HOUR), (topic,), chance.choice(said), _anyone(chance)))
    _plant(room, chance, said, end - 7 * DAY)
    _decoys(room, chance, said, rate)
    room.rows.sort()
    return room


def _level(hour: int) -> float:
    return 24 * level(hour) / sum(level(BEGIN + each * HOUR) for each in range(24))


def _poisson(chance: random.Random, mean: float) -> int:
    count, left = 0, chance.expovariate(1.0)
    while left < mean:
        count, left = count + 1, left + chance.expovariate(1.0)
    return count


def _anyone(chance: random.Random) -> str:
    return f"h{chance.randrange(40_000)}"


def _plant(room: Room, chance: random.Random, said: Sequence[str], start: int) -> None:
    """Two terms a day on six days, one in the morning and one in the evening."""
    for number, term in enumerate(TERMS):
        people, hours = PLANTED[number % len(PLANTED)]
        begins = start + (number // 2) * DAY + (8 if number % 2 == 0 else 15) * HOUR
        for _each in range(people):
            # More and more: the density of the square root of a uniform draw rises evenly.
            moment = begins + int(hours * HOUR * chance.random() ** 0.5)
            room.rows.append((moment, (TOPICS[0],), _with(chance, said, " ".join(term)), _anyone(chance)))
        words = tuple(wordings_of(term))
        room.planted.append((begins, begins + (hours + 7) * HOUR, words))


def wordings_of(term: Sequence[str]) -> Iterator[str]:
    """The folded words of a term."""
    from socialhub.text import tokenise

    yield from tokenise(" ".join(term))


def _with(chance: random.Random, said: Sequence[str], words: str) -> str:
    """An everyday sentence with some words somewhere in it."""
    pieces = chance.choice(said).split(" ")
    pieces.insert(chance.randrange(len(pieces) + 1), words)
    return " ".join(pieces)


def _decoys(room: Room, chance: random.Random, said: Sequence[str], rate: float) -> None:
    many = max(8, round(rate * 2))
    for day in range(WEEKS * 7):
        midnight = BEGIN + day * DAY
        for _each in range(many):
            evening = midnight + 19 * HOUR + chance.randrange(2 * HOUR)
            room.rows.append((evening, (TOPICS[0],), _with(chance, said, "bonsoir la compagnie"), _anyone(chance)))
            if day % 7 == 0:
                morning = midnight + 7 * HOUR + chance.randrange(3 * HOUR)
                room.rows.append((morning, (TOPICS[0],), _with(chance, said, "lundi galère"), _anyone(chance)))
    last = BEGIN + (WEEKS - 1) * 7 * DAY
    for _each in range(many):
        for topic in TOPICS:
            moment = last + 3 * DAY + 11 * HOUR + chance.randrange(3 * HOUR)
            room.rows.append((moment, (topic,), _with(chance, said, "canicule"), _anyone(chance)))
        moment = last + 6 * DAY + 9 * HOUR + chance.randrange(2 * HOUR)
        room.rows.append((moment, (TOPICS[0],), "Recopiez ce message chaîne du mécontentement", _anyone(chance)))
        moment = last + 6 * DAY + 13 * HOUR + chance.randrange(2 * HOUR)
        room.rows.append((moment, (TOPICS[0],), _with(chance, said, "obsession personnelle"), "h-one"))


def store(path: Path, room: Room) -> Connection:
    """The room as a cache."""
    writer = open_writer(path)
    with writer.transaction() as db:
        topics = sync_topics(db, [ConfiguredTopic(each, each.title(), "brand", each) for each in TOPICS], BEGIN)
        number = sources.ensure_source(db, "social", "mastodon")
        db.execute("UPDATE sources SET configured = 1, first_success = ?, last_success = ?", (BEGIN, room.rows[-1][0]))
        end = BEGIN + WEEKS * 7 * DAY
        polls = [(number, hour, hour + HOUR, "ok", 1, 0, 1) for hour in range(BEGIN, end, HOUR)]
        db.executemany("INSERT INTO polls VALUES (?, ?, ?, ?, ?, ?, ?)", polls)
    for first in range(0, len(room.rows), 1_000):
        batch = [
            prepared(text, topics=tuple(topics[each] for each in about), published=at, handle=who, lang="fr")
            for at, about, text, who in room.rows[first : first + 1_000]
        ]
        with writer.transaction() as db:
            store_intake(db, Intake(number, room.rows[min(first + 999, len(room.rows) - 1)][0], new=batch))
    with writer.transaction() as db:
        db.execute("UPDATE mentions SET story = (SELECT min(o.id) FROM mentions o WHERE o.text = mentions.text)")
    return writer.db


@dataclass
class Scores:
    """What was found: delays (ms) of the planted terms by (people, hours), and the terms told besides."""

    delays: dict[tuple[int, int], list[int | None]] = field(default_factory=dict)
    false: list[str] = field(default_factory=list)

    def take(self, room: Room, told: Sequence[tuple[int, Sequence[str]]]) -> None:
        """Compare what was told, (when, terms), with what was planted."""
        explained = set()
        for number, (begins, until, words) in enumerate(room.planted):
            hits = [
                place
                for place, (at, terms) in enumerate(told)
                if begins <= at <= until and any(set(words) & set(term.split(" ")) for term in terms)
            ]
            explained.update(hits)
            size = PLANTED[number % len(PLANTED)]
            self.delays.setdefault(size, []).append(told[hits[0]][0] - begins if hits else None)
        self.false += [told[place][1][0] for place in range(len(told)) if place not in explained]

    def figures(self, weeks: int) -> dict[str, Any]:
        """Recall and the middle delay (minutes after the term began), false ones a topic-week, and which."""
        by_size = {}
        for (people, hours), delays in self.delays.items():
            found = [delay for delay in delays if delay is not None]
            by_size[f"{people} people in {hours} h"] = {
                "found": f"{len(found)}/{len(delays)}",
                "minutes": round(median(found) / MINUTE) if found else None,
            }
        return {
            **by_size,
            "false_a_topic_week": round(len(self.false) / weeks, 2),
            "false": dict(Counter(self.false).most_common(6)),
        }


def ours(db: Connection, settings: Settings) -> list[tuple[int, Sequence[str]]]:
    """What the rule tells of the last week."""
    since, until = BEGIN + (WEEKS - 1) * 7 * DAY, BEGIN + WEEKS * 7 * DAY
    topics = [topic for topic in active_topics(db) if topic.id == TOPICS[0]]
    runs = backtest(db, USUAL_RULES["weak_signal"], settings, topics, since, until)
    fired = [each for _at, ended in runs for each in ended]
    return sorted((each.at, each.signal.numbers["terms"]) for each in fired)


def most_said(db: Connection) -> list[tuple[int, Sequence[str]]]:
    """A list of trends: of every six hours the words most said that were not among those of the six before."""
    from socialhub.detect.rising import words_in

    since, until = BEGIN + (WEEKS - 1) * 7 * DAY, BEGIN + WEEKS * 7 * DAY
    topic = next(each.number for each in active_topics(db) if each.id == TOPICS[0])
    told: list[tuple[int, Sequence[str]]] = []
    before: set[str] = set()
    for at in range(since, until, HOUR):
        mentions = wordings.published_in(db, topic, at - 6 * HOUR, at, 10_000)
        counted = Counter(term for row in wordings.wordings(db, mentions) for term in words_in(row.text, row.lang))
        top = {term for term, _count in counted.most_common(_TOP)}
        told += [(at, [term]) for term in sorted(top - before)]
        before = top
    return told


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--rates", type=float, nargs="+", default=[1.0, 5.0, 30.0], help="mentions an hour")
    options = parser.parse_args()
    paris = ZoneInfo("Europe/Paris")
    settings = Settings((), (), Week(paris, "FR"), Duty(Calendar(paris, parse_hours("mon-fri 09:00-18:00"), "FR")))
    told: dict[str, Any] = {"seeds": options.seeds, "begin": to_datetime(BEGIN, paris).isoformat()}
    for rate in options.rates:
        scores = {"socialhub": Scores(), "most said": Scores()}
        for seed in options.seeds:
            room = room_of(rate, seed)
            with tempfile.TemporaryDirectory() as folder:
                db = store(Path(folder) / "room.db", room)
                scores["socialhub"].take(room, ours(db, settings))
                scores["most said"].take(room, most_said(db))
        told[f"{rate:g} an hour"] = {name: each.figures(len(options.seeds)) for name, each in scores.items()}
    json.dump(told, sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
