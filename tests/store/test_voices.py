"""Who spoke, how much beside the usual, about what; who is on no list; notes and what was passed on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.live.people import People, interests_of, read_people, read_person, read_texts
from socialhub.pipeline.people import PeopleFinder
from socialhub.store import person_notes, voices
from socialhub.store.people import ConfiguredList, ConfiguredPerson, sync_people, watched_people
from socialhub.store.person_notes import EXCHANGE, NOTE, PersonNote
from tests.room import NOON, Boost, Room, StillClock, draft

LEA = ConfiguredPerson("lea", "Léa", handles=("lea",))
KARIM = ConfiguredPerson("karim", "Karim", handles=("karim.ciel.example",))
QUIET = ConfiguredPerson("quiet", "Silencieuse", handles=("quiet",))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path / "cache.db")
    lists = [
        ConfiguredList("presse", "Presse", "press", ("lea", "quiet")),
        ConfiguredList("amis", "Amis", "other", ("karim",)),
    ]
    with made.writer.transaction() as db:
        made.ingest.people = PeopleFinder(sync_people(db, lists, [LEA, KARIM, QUIET], NOON - 30 * DAY))
    yield made
    made.close()


def say(room: Room, native: str, text: str, ago: int, handle: str, **fields: object) -> None:
    """A post that arrived when it was written, `ago` ms before noon."""
    StillClock.moment = NOON - ago
    room.store(draft(native, text, published=NOON - ago, handle=handle, **fields), source="social")
    StillClock.moment = NOON


def fill(room: Room) -> None:
    """28 days in which Léa writes once a day; today she writes five times, Karim once, two others now and then."""
    for day in range(28, 0, -1):
        say(room, f"l{day}", f"Le marché du jour {day}", day * DAY + HOUR, "lea@piaille.example")
        say(room, f"o{day}", f"Autre chose {day}", day * DAY + 2 * HOUR, "other@piaille.example", followers=7)
    for n in range(5):
        text = f"Panne de fibre chez Mandarine, épisode {n}"
        say(room, f"n{n}", text, 6 * HOUR - n * MINUTE, "lea.ciel.example", followers=900 + n)
    say(room, "k", "Bravo, un service parfait et magnifique de Mandarine", 2 * HOUR, "karim.ciel.example")
    for n in range(3):
        say(
            room, f"s{n}", f"Fibre coupée {n}", 3 * HOUR + n, "stranger@piaille.example", author="Inconnue", followers=5
        )


def read(room: Room, length: int = DAY, topic: int | None = None) -> People:
    return read_people(room.db, length, topic, NOON)


def by_id(found: People) -> dict[str, tuple[int, float | None]]:
    return {
        each.person.id: (each.voice.mentions, each.usual and round(each.usual, 1))
        for watched in found.lists
        for each in watched.people
    }


def test_how_often_beside_the_usual(room: Room) -> None:
    fill(room)
    assert by_id(read(room)) == {"lea": (5, 1.0), "quiet": (0, 0.0), "karim": (1, 0.0)}
    assert by_id(read(room, 7 * DAY)) == {"lea": (11, 7.3), "quiet": (0, 0.0), "karim": (1, 0.0)}


def test_a_room_too_young_knows_no_usual(room: Room) -> None:
    say(room, "1", "Bonjour", 3 * HOUR, "lea")
    assert by_id(read(room))["lea"] == (1, None)


def test_topics_tone_reach_and_when_last_heard(room: Room) -> None:
    fill(room)
    (lea, quiet), (karim,) = (watched.people for watched in read(room).lists)
    assert [(topic, count) for topic, count in lea.voice.topics] == [(room.topics["mandarine"], 5)]
    assert (lea.voice.reach, lea.voice.last) == (904, NOON - 6 * HOUR + 4 * MINUTE)
    assert (karim.voice.net, quiet.voice.last, quiet.voice.net) == (100, None, None)


def test_of_one_topic_only_its_mentions_count(room: Room) -> None:
    fill(room)
    found = read(room, 7 * DAY, room.topics["mandarine"])
    assert by_id(found) == {"lea": (5, 0.0), "quiet": (0, 0.0), "karim": (1, 0.0)}
    assert [each.handle for each in found.strangers] == ["stranger@piaille.example"]


def test_authors_on_no_list_the_busiest_first(room: Room) -> None:
    fill(room)
    strangers = read(room, 7 * DAY).strangers
    assert [(each.handle, each.mentions) for each in strangers] == [
        ("other@piaille.example", 6),
        ("stranger@piaille.example", 3),
    ]
    assert (strangers[1].author, strangers[1].followers, strangers[1].last) == ("Inconnue", 5, NOON - 3 * HOUR)


def test_without_lists_nobody_is_proposed(tmp_path: Path) -> None:
    room = Room(tmp_path / "cache.db")
    say(room, "1", "Bonjour", HOUR, "lea")
    assert read(room) == People(NOON - DAY, NOON, (), ())
    room.close()


def test_the_subjects_of_a_list_stand_on_its_past_and_on_others(room: Room) -> None:
    fill(room)
    (lea, *_rest) = watched_people(room.db)
    texts = read_texts(room.db, (lea.number,), DAY, NOON)
    assert (len(texts.now), len(texts.before), len(texts.background)) == (5, 28, 28)
    found = interests_of(texts)
    assert any("fibre" in subject.words for subject in found.subjects)
    assert all("marché" not in subject.words for subject in found.subjects)


def test_a_young_room_is_compared_with_what_others_say_now(room: Room) -> None:
    for n in range(30):
        say(room, f"o{n}", f"Autre chose {n}", 2 * HOUR, "other")
    for n in range(4):
        say(room, f"l{n}", f"Parapluie jaune {n}", HOUR, "lea")
    (lea, *_rest) = watched_people(room.db)
    texts = read_texts(room.db, (lea.number,), DAY, NOON)
    assert (len(texts.now), len(texts.before), len(texts.background)) == (4, 0, 30)
    assert interests_of(texts).subjects[0].words == "Parapluie jaune"


@pytest.mark.parametrize("days", [0, 1, 5, 20, 28, 40])
def test_arrivals_are_found_by_halving(room: Room, days: int) -> None:
    fill(room)
    first = voices.first_arrival_since(room.db, NOON - days * DAY)
    (expected,) = room.db.execute(
        "SELECT coalesce(min(id), (SELECT max(id) + 1 FROM mentions)) FROM mentions WHERE seen >= ?",
        (NOON - (days + 1) * DAY,),
    ).fetchone()
    assert first == expected


# ---- notes and relays --------------------------------------------------------------------------------------------


def test_notes_and_exchanges_come_back_and_go(room: Room) -> None:
    (lea, *_rest) = watched_people(room.db)
    with room.writer.transaction() as db:
        person_notes.add_person_note(db, lea.number, PersonNote(0, NOON - DAY, "karim", EXCHANGE, "Appelée."))
        last = person_notes.add_person_note(db, lea.number, PersonNote(0, NOON, "karim", NOTE, "Suit la fibre."))
    page = read_person(room.db, lea, DAY, NOON)
    assert [(note.kind, note.text) for note in page.notes] == [(NOTE, "Suit la fibre."), (EXCHANGE, "Appelée.")]
    assert page.watched.voice.contact == NOON - DAY
    kept = page.notes[0]
    with room.writer.transaction() as db:
        assert person_notes.remove_person_note(db, last)
        assert not person_notes.remove_person_note(db, last)
        assert person_notes.add_person_note(db, lea.number, kept) == last
    assert read_person(room.db, lea, DAY, NOON).notes == page.notes


def test_what_a_person_passed_on(room: Room) -> None:
    room.store(draft("1", "À lire", canonical_id="c1", author="Karim"), source="social")
    room.store(
        Boost("c1", "lea@piaille.example", NOON - HOUR), Boost("c1", "leana@piaille.example", NOON), source="social"
    )
    (lea, *_rest) = watched_people(room.db)
    assert [(each.author, each.text, each.at) for each in read_person(room.db, lea, DAY, NOON).relays] == [
        ("Karim", "À lire", NOON - HOUR)
    ]


def test_erasing_a_person_erases_what_was_noted_of_them(room: Room) -> None:
    from socialhub.store.privacy import Purge, purge_chunk

    (lea, karim, *_rest) = watched_people(room.db)
    with room.writer.transaction() as db:
        for person in (lea, karim):
            person_notes.add_person_note(db, person.number, PersonNote(0, NOON, "x", NOTE, "…"))
        while purge_chunk(db, Purge(author="@Karim.ciel.example")).erased:
            pass
    assert person_notes.notes_about(room.db, karim.number) == []
    assert len(person_notes.notes_about(room.db, lea.number)) == 1
