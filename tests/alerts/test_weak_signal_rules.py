"""Weak signals in a watched room: raised once with words and examples; what recurs, what everybody says, and what a
burst tells is not.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from socialhub.alert_rules import USUAL_RULES, PlannedEvent
from socialhub.alerts import replay
from socialhub.alerts.replay import backtest
from socialhub.alerts.signals import Why
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.incidents import Severity
from socialhub.store.privacy import Purge, purge_chunk
from socialhub.store.tombstones import bury
from socialhub.store.topics import active_topics
from tests.alerts.watched import NOW, Watched

KIND = "weak_signal"
WORDS: Final = [
    "facture",
    "technicien",
    "débit",
    "rapide",
    "lent",
    "bravo",
    "coupure",
    "antenne",
    "appel",
    "attente",
    "service",
    "client",
    "réseau",
    "forfait",
    "nul",
    "ville",
    "rue",
    "maison",
    "bureau",
    "travail",
    "matin",
    "soir",
    "demain",
    "encore",
    "toujours",
    "jamais",
    "enfin",
    "boutique",
    "contrat",
    "voisin",
    "écran",
    "lenteur",
]
CODE = "pastille mauve"


def sentence(chance: Random, *more: str) -> str:
    """Eight everyday words in some order, with others somewhere among them."""
    words = chance.sample(WORDS, 8)
    for each in more:
        words.insert(chance.randrange(9), each)
    return " ".join(["orange", *words])


@pytest.fixture(scope="module")
def told(told_past: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four weeks with three mentions an hour that are stored, not only counted."""
    path = Path(shutil.copy(told_past, tmp_path_factory.mktemp("weak") / "cache.db"))
    room, chance = Watched(path, USUAL_RULES[KIND]), Random(5)
    for day in range(28, 0, -1):
        begins = NOW - day * DAY
        moments = sorted(begins + chance.randrange(DAY) for _ in range(72))
        rows = [
            room.prepare("orange", text=sentence(chance), at=at, handle=f"p{at % 9973}", native_id=f"past{at}-{number}")
            for number, at in enumerate(moments)
        ]
        room.now = begins + DAY
        room.store(*rows)
    room.writer.checkpoint()
    room.writer.close()
    return path


@pytest.fixture
def room(told: Path, tmp_path: Path) -> Watched:
    return Watched(Path(shutil.copy(told, tmp_path / "cache.db")), USUAL_RULES[KIND], USUAL_RULES["burst"])


def begin_to_say(room: Watched, people: int, *more: str, each: int = 5, topic: str = "orange", **fields: Any) -> None:
    """So many people say something new, one every some minutes, each in their own words."""
    chance = Random(f"{people} {more} {room.now}")
    for _ in range(people):
        room.say(1, topic, text=sentence(chance, *more), **fields)
        room.minutes(each)


def whys(room: Watched) -> set[str]:
    """What is said of the topic's words now."""
    topic = next(each for each in active_topics(room.db) if each.id == "orange")
    found = replay.why(room.db, topic, room.settings, room.now, now=True)
    return {str(each.why) for each in found if each.rule.kind == KIND}


def test_a_new_word_that_spreads_is_one_signal_with_its_words_and_examples(room: Watched) -> None:
    begin_to_say(room, 4, CODE)
    assert room.open() == []
    assert whys(room) == {"below-floor"}
    begin_to_say(room, 5, CODE)
    assert room.open() == [(KIND, "orange·word:pastille mauve")]
    alert = room.the("orange·word:pastille mauve", KIND)
    assert alert.severity is Severity.NOTICE
    facts = alert.facts
    assert facts["words"] == [CODE]
    assert len(facts["examples"]) == 3
    assert all(mention in facts["mentions"] and CODE in text for mention, text in facts["examples"])
    assert facts["seen"] == facts["posts"] == len(facts["mentions"]) >= 5
    assert (facts["expected"], facts["yesterday"], facts["last_week"]) == (0, 0, 0)
    assert facts["probability"] < 1e-3
    assert facts["completeness"] == 1
    assert facts["sources"] == [["social", facts["seen"]]]
    assert facts["learning"] is False
    assert facts["first"] == min(facts["mentions"])


def test_it_stays_one_alert_while_it_grows_after_a_restart_and_ends_by_itself(room: Watched) -> None:
    begin_to_say(room, 7, CODE)
    room.restart()
    begin_to_say(room, 5, CODE, "grésille")
    assert room.open() == [(KIND, "orange·word:pastille mauve")]
    assert room.the("orange·word:pastille mauve", KIND).facts["posts"] >= 11
    room.minutes(135)
    assert room.the("orange·word:pastille mauve", KIND).state == "resolved"
    begin_to_say(room, 3, CODE)
    assert room.open() == []
    assert whys(room) == {"cool-down"}


def test_it_does_not_end_because_nobody_was_heard(room: Watched) -> None:
    begin_to_say(room, 7, CODE)
    room.now += 7 * HOUR
    room.minutes(90, deaf=tuple(room.sources))
    assert room.the("orange·word:pastille mauve", KIND).calm_since is None
    assert whys(room) == {"incomplete"}


def test_one_text_that_is_passed_on_is_none(room: Watched) -> None:
    ids = []
    for _ in range(12):
        ids += room.say(1, "orange", text=f"orange {CODE} faites passer à tous vos voisins avant ce soir")
        with room.writer.transaction() as db:
            db.execute(f"UPDATE mentions SET story = {ids[0]} WHERE id = {ids[-1]}")
        room.minutes(5)
    assert room.open() == []


def test_what_was_said_in_the_same_hours_a_week_before_recurs(room: Watched) -> None:
    chance, now = Random(1), room.now
    rows = [
        room.prepare("orange", text=sentence(chance, "lundi"), at=now - weeks * 7 * DAY - number * MINUTE)
        for weeks in (1, 2, 3)
        for number in range(8)
    ]
    room.store(*rows)
    begin_to_say(room, 8, "lundi", each=2)
    assert room.open() == []
    assert whys(room) == {"recurs"}


@pytest.mark.parametrize("tag", ["#jarrete", "jarrete demain"])
def test_tags_and_pairs_are_found_in_the_past_too(room: Watched, tag: str) -> None:
    chance = Random(1)
    week = [
        room.prepare("orange", text=sentence(chance, tag), at=NOW - 7 * DAY - number * MINUTE) for number in range(9)
    ]
    begin_to_say(room, 8, tag, each=1)
    room.minutes(4)
    assert room.open() == [(KIND, f"orange·word:{tag}")]
    room.store(*week)
    assert whys(room) == {"recurs"}


def test_a_link_takes_twice_as_many_people(room: Watched) -> None:
    link = "https://petition.example/1"
    begin_to_say(room, 9, links=(link,))
    assert room.open() == []
    begin_to_say(room, 3, links=(link,))
    assert room.open() == [(KIND, f"orange·word:{link}")]
    assert room.the(f"orange·word:{link}", KIND).facts["words"] == [link]


def test_a_source_of_today_brings_its_own_words(room: Watched) -> None:
    with room.writer.transaction() as db:
        db.execute("UPDATE sources SET first_success = ? WHERE name = 'forum'", (NOW - HOUR,))
    for _ in range(9):
        room.say(1, "orange", text=sentence(Random(room.now), CODE), source="forum")
        room.minutes(5)
    assert whys(room) == {"usual"}


def test_an_import_of_old_mentions_hides_nothing(room: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socialhub.alerts.weak_signal_rules.MOST_LATEST", 50)
    begin_to_say(room, 3, CODE)
    chance = Random(2)
    room.store(*(room.prepare("orange", text=sentence(chance), at=NOW - 9 * DAY) for _ in range(400)))
    begin_to_say(room, 4, CODE)
    assert room.open() == [(KIND, f"orange·word:{CODE}")]


def test_without_time_to_learn_a_topic_is_looked_at_later(room: Watched) -> None:
    begin_to_say(room, 6, CODE, each=1)
    room.restart()
    for seconds, found in ((0.0, 0), (1.0, 1)):
        topics = room.engine.begin(room.db, room.now, seconds)
        signals = [each for topic in topics for each in room.engine.look(room.db, topic)]
        assert sum(each.rule.kind == KIND and each.why is Why.RAISED for each in signals) == found


def test_what_the_whole_room_says_is_not_the_topics(room: Watched) -> None:
    for _ in range(10):
        begin_to_say(room, 1, "canicule", each=0)
        room.say(2, "free", text=f"free canicule {room.now}")
        room.minutes(3)
    assert room.open() == []
    assert whys(room) == {"everybody"}


def test_the_names_of_brands_and_of_planned_events_are_no_news(told: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(told, tmp_path / "cache.db"))
    event = PlannedEvent("Black Friday", NOW - HOUR, NOW + 8 * HOUR, ("orange",))
    room = Watched(path, USUAL_RULES[KIND], planned=[event])
    for _ in range(4):
        begin_to_say(room, 2, "Black Friday", "Free")
    assert room.open() == []
    begin_to_say(room, 7, "panier vide")
    assert room.the("orange·word:panier vide", KIND).facts["planned"] == "Black Friday"


def test_a_burst_of_the_topic_tells_its_words(room: Watched) -> None:
    chance = Random(3)
    for _ in range(8):
        for _each in range(8):
            room.say(1, "orange", text=sentence(chance))
        room.minutes(1)
    assert {kind for kind, _subject in room.open()} == {"burst"}
    begin_to_say(room, 6, CODE)
    assert KIND not in {kind for kind, _subject in room.open()}
    assert whys(room) == {"inhibited"}


def test_a_topic_without_a_past_is_being_learnt(room: Watched) -> None:
    for number in range(9):
        room.say(1, "fibre", text=f"fibre {CODE} numéro {number}")
        room.minutes(5)
    assert room.open() == []
    topic = next(each for each in active_topics(room.db) if each.id == "fibre")
    found = replay.why(room.db, topic, room.settings, room.now, now=True)
    assert [str(each.why) for each in found if each.rule.kind == KIND] == ["learning"]


def test_a_short_past_takes_twice_as_many_and_says_so(room: Watched) -> None:
    with room.writer.transaction() as db:
        db.execute(
            "DELETE FROM mention_topics WHERE mention IN (SELECT id FROM mentions WHERE published < ?)",
            (NOW - 3 * DAY,),
        )
    begin_to_say(room, 8, CODE, each=3)
    assert room.open() == []
    begin_to_say(room, 4, CODE, each=3)
    facts = room.the("orange·word:pastille mauve", KIND).facts
    assert facts["learning"] is True
    assert facts["known_days"] == 2


def test_what_is_gone_is_not_quoted_any_more(room: Watched) -> None:
    begin_to_say(room, 6, CODE)
    subject = "orange·word:pastille mauve"
    (deleted, _), (erased, _), left = room.the(subject, KIND).facts["examples"]
    (handle,) = room.db.execute("SELECT handle FROM mentions WHERE id = ?", (erased,)).fetchone()
    with room.writer.transaction() as db:
        bury(db, deleted, "deleted")
        purge_chunk(db, Purge(author=handle))
    assert room.the(subject, KIND).facts["examples"] == [left]


def test_the_backtest_finds_it_and_looks_not_ahead(room: Watched) -> None:
    begin_to_say(room, 10, CODE, each=6)
    runs = list(backtest(room.db, USUAL_RULES[KIND], room.settings, active_topics(room.db), NOW - DAY, room.now))
    (fired,) = [each for _at, ended in runs for each in ended]
    assert fired.signal.subject == "orange·word:pastille mauve"
    assert NOW + 24 * MINUTE <= fired.at <= NOW + 45 * MINUTE
