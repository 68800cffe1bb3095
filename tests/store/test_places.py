"""The places of mentions: what is stored and counted of them, also after edits and purges, and asking for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialhub.clock import HOUR
from socialhub.query import parse, to_sql
from socialhub.store import privacy
from socialhub.store.places import place_series, place_totals, places_of
from tests.room import NOON, Room, draft


def counted(room: Room, topic: str = "") -> dict[str, int]:
    """place code -> mentions counted under a topic ("" for all)."""
    number = room.topics[topic] if topic else 0
    return place_totals(room.db, number, [(0, NOON + HOUR)])


def test_a_mention_is_counted_under_its_places_and_all_around_them(room: Room) -> None:
    room.store(draft("1", "Plus de fibre à Rennes"), draft("2", "Panne à Brest et à Nantes"), draft("3", "Rien"))
    by_id = {mention.native_id: places_of(room.db, mention.id) for mention in room.feed()}
    assert set(by_id["1"]) == {"35238", "D-35", "R-53"}
    assert set(by_id["2"]) == {"29019", "D-29", "44109", "D-44", "R-53", "R-52"}
    assert by_id["3"] == ()
    assert counted(room)["R-53"] == 2
    assert counted(room, "mandarine") == {"35238": 1, "D-35": 1, "R-53": 1}
    assert room.is_sound()


def test_a_repeat_speaks_of_the_same_places_and_of_where_its_own_source_says(room: Room) -> None:
    room.store(draft("1", "Panne à Brest"))
    room.store(
        draft("2", "Panne à Brest", place="Lyon"), draft("3", "Panne à Brest"), source="social", place="Bruxelles"
    )
    by_id = {mention.native_id: set(places_of(room.db, mention.id)) for mention in room.feed()}
    brest = {"29019", "D-29", "R-53"}
    assert by_id == {"1": brest, "2": brest | {"69123", "D-69", "R-84"}, "3": brest | {"bruxelles"}}
    assert room.is_sound()


def test_an_edit_moves_the_places(room: Room) -> None:
    room.store(draft("1", "Panne à Brest"))
    room.store(draft("1", "Panne à Lyon, et non à Brest même", edited=NOON))
    room.store(draft("1", "Panne à Lyon", edited=NOON + 1))
    (only,) = room.feed()
    assert set(places_of(room.db, only.id)) == {"69123", "D-69", "R-84"}
    assert counted(room) == {"69123": 1, "D-69": 1, "R-84": 1}
    assert room.is_sound()


@pytest.mark.parametrize("keep", [True, False])
def test_a_purge_takes_the_places_and_leaves_the_counts_where_they_are_to_stay(room: Room, keep: bool) -> None:
    room.store(draft("1", "Panne à Brest", author="zebulon"), draft("2", "Panne à Brest"))
    with room.writer.transaction() as db:
        privacy.purge_chunk(db, privacy.Purge(author="zebulon", keep_counts=keep))
    assert counted(room)["29019"] == (2 if keep else 1)
    assert room.db.execute("SELECT count(DISTINCT mention) FROM mention_places").fetchone() == (1,)
    assert room.is_sound() is not keep


def test_asking_for_a_place_finds_the_same_live_and_stored(tmp_path: Path) -> None:
    queries = {"bretagne": "place:bretagne", "vienne": "lieu:vienne", "elsewhere": "place:bruxelles", "d35": "place:35"}
    room = Room(tmp_path / "cache.db", queries)
    room.store(
        draft("1", "Plus de fibre à Rennes"),
        draft("2", "Panne dans la Vienne"),
        draft("3", "Concert à Vienne (Isère)"),
        draft("4", "Tout va bien", place="Bruxelles"),
        draft("5", "Tout va bien à Tours"),
        draft("6", "Les tours sont hautes"),
    )
    live = {
        slug: [mention.native_id for mention in reversed(room.feed(topic=number))]
        for slug, number in room.topics.items()
    }
    assert live == {"bretagne": ["1"], "vienne": ["2", "3"], "elsewhere": ["4"], "d35": ["1"]}
    stored = {
        slug: [m.native_id for m in reversed(room.feed(condition=to_sql(parse(text))))]
        for slug, text in queries.items()
    }
    assert stored == live
    room.close()


def test_series_by_minutes_and_by_hours_tell_the_same(room: Room) -> None:
    room.store(
        *(draft(str(number), f"Panne à Brest {number}", published=NOON - number * HOUR // 4) for number in range(12))
    )
    hour = NOON // HOUR * HOUR
    start = hour - 3 * HOUR
    by_hours = place_series(room.db, 0, start, hour + HOUR, 4)["29019"]
    by_minutes = place_series(room.db, 0, start, hour + HOUR, 16)["29019"]
    assert sum(by_hours.totals) == sum(by_minutes.totals) == 12
    assert by_hours.totals == tuple(sum(by_minutes.totals[cell * 4 : cell * 4 + 4]) for cell in range(4))
    assert by_hours.tones == by_minutes.tones
    assert place_totals(room.db, 0, [(start + 60_000, hour)])["29019"] == sum(by_minutes.totals[:12])
