"""How many people a mention and its story may have reached: told, followers, class of the site, else unknown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.model import Boost, Kind
from socialhub.query import parse, to_sql
from socialhub.reach import Audience, Known, Reach, reach_of
from socialhub.reach_words import reach_text, story_reach_text
from socialhub.store.audiences import audience_of, sync_audiences
from socialhub.store.mentions import FeedFilter, feed
from socialhub.store.reach import mention_reach, story_reach
from tests.room import NOON, Room, draft

PRESS = Audience("national-press", 100_000, 900_000)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path / "cache.db")
    with made.writer.transaction() as db:
        sync_audiences(db, {"quotidien.example": PRESS})
    yield made
    made.close()


def ids(room: Room, query: str) -> list[str]:
    found = feed(room.db, FeedFilter(condition=to_sql(parse(query))), operator="", limit=50, now=NOON)
    return [mention.native_id for mention in reversed(found)]


def fill(room: Room) -> None:
    article = {"kind": Kind.ARTICLE, "url": "https://www.quotidien.example/a"}
    room.store(
        draft("told", "un", reach=40, followers=9),
        draft("followers", "deux", followers=70),
        draft("article", "trois", **article),
        draft("comment", "quatre", kind=Kind.COMMENT, url="https://quotidien.example/a#c"),
        draft("below", "cinq", kind=Kind.ARTICLE, url="https://blogs.quotidien.example/b"),
        draft("told-article", "six", reach=5, **article),
    )


def test_the_first_that_is_known_and_nothing_else(room: Room) -> None:
    fill(room)
    reaches = [mention_reach(room.db, number) for number in range(1, 7)]
    assert [(reach.people, reach.known) for reach in reaches] == [
        (40, Known.TOLD),
        (70, Known.FOLLOWERS),
        (300_000, Known.AUDIENCE),
        (None, Known.UNKNOWN),
        (None, Known.UNKNOWN),
        (5, Known.TOLD),
    ]
    assert [reach_text(reach) for reach in reaches[1:4]] == [
        "70 · the author’s followers",
        "about 300,000 · national press, 100,000 to 900,000 readers a day",
        "unknown",
    ]
    assert mention_reach(room.db, 99).known is Known.UNKNOWN


def test_queries_ask_for_the_same_number(room: Room) -> None:
    fill(room)
    assert ids(room, "reach:>=70") == ["followers", "article"]
    assert ids(room, "portée:<100") == ["told", "followers", "told-article"]
    assert ids(room, "-reach:>=0") == ["comment", "below"]


def test_another_class_counts_at_once_and_one_that_is_gone_no_more(room: Room) -> None:
    fill(room)
    with room.writer.transaction() as db:
        sync_audiences(db, {"blogs.quotidien.example": Audience("blog", 10, 10), "autre.example": PRESS})
    assert ids(room, "reach:10") == ["below"]
    assert mention_reach(room.db, 3).people is None
    assert audience_of(room.db, "Autre.example") == PRESS


def test_a_story_counts_a_person_once_and_a_site_once(room: Room) -> None:
    words = "La fibre est coupée dans tout le quartier depuis ce matin, dit l'opérateur"
    signed = {"kind": Kind.ARTICLE, "url": "https://quotidien.example/a"}
    room.store(
        draft("1", words, handle="lea", followers=100),
        draft("2", words, handle="lea", followers=120),
        draft("3", words, author="Anne", **signed),
        draft("4", words, author="Paul", **signed),
        draft("5", words, handle="tom"),
    )
    room.store(Boost("press/1", "tom", NOON), Boost("press/1", "zoé", NOON))
    assert {row[0] for row in room.db.execute("SELECT story FROM mentions")} == {1}
    reach = story_reach(room.db, 1)
    assert reach == Reach(people=300_120, known=2, unknown=2)
    assert story_reach_text(reach) == "≥ 300,120 · 2 authors unknown"
    assert story_reach_text(Reach(7, 1, 0)) == "7"
    assert story_reach_text(Reach(0, 0, 3)) == "unknown"


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_the_middle_of_a_band_lies_in_it_but_for_its_rounding(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert 0.94 * low <= Audience("x", low, high).people <= 1.06 * high


@given(st.lists(st.tuples(st.sampled_from("abc"), st.one_of(st.none(), st.integers(0, 10**6))), max_size=12))
def test_more_mentions_of_the_same_people_never_make_more_people(told: list[tuple[str, int | None]]) -> None:
    once, twice = reach_of(told), reach_of([*told, *told])
    assert once == twice
    assert once.known + once.unknown == len({author for author, _people in told})
