"""Authors: told apart, read by their own index, their influence counted from what really happened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.authors import AuthorKey, author_of, parse_key
from socialhub.clock import DAY, HOUR
from socialhub.live.authors import Author, read_author
from socialhub.model import Boost, Kind
from socialhub.pipeline.people import PeopleFinder
from socialhub.roles import Because, Role
from socialhub.store import authors as store
from socialhub.store.authors import SaidRole, author_of_mention, find_authors, say_role, written_by
from socialhub.store.people import ConfiguredList, ConfiguredPerson, reattach_chunk, sync_people
from socialhub.store.privacy import Purge, purge_chunk
from tests.room import NOON, Room, StillClock, draft

LEA = AuthorKey("mastodon", "lea@piaille.example")
WORDS = "La fibre est coupée dans tout le quartier depuis ce matin, épisode {}"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path / "cache.db")
    yield made
    made.close()


def say(room: Room, native: str, text: str, handle: str, ago: int = HOUR, **fields: object) -> None:
    StillClock.moment = NOON - ago
    room.store(draft(native, text, published=NOON - ago, handle=handle, **fields), source="social")
    StillClock.moment = NOON


def fill(room: Room) -> None:
    """Léa begins three stories that others take over, follows one, and says one thing alone."""
    for story in range(3):
        say(room, f"l{story}", WORDS.format(story), "lea@piaille.example", 5 * HOUR, followers=900 + story, shares=10)
        for other in range(3):
            say(room, f"o{story}{other}", WORDS.format(story), f"other{other}@piaille.example", 4 * HOUR - other)
    for other in range(3):
        say(room, f"x{other}", WORDS.format(9), f"other{other}@piaille.example", 3 * HOUR - other)
    say(room, "l9", WORDS.format(9), "lea@piaille.example", HOUR)
    say(room, "l8", "Mandarine est parfaite et magnifique, bravo", "lea@piaille.example", HOUR)
    room.store(*(Boost("social/l8", f"fan{n}", NOON) for n in range(4)), source="social")


def read(room: Room, whose: store.Whose) -> Author:
    return read_author(room.db, whose, NOON)


def test_influence_counts_what_others_did(room: Room) -> None:
    fill(room)
    found = read(room, LEA)
    (on,) = found.topics
    heard = on.influence.heard
    assert (heard.stories, heard.passed_on, heard.copied) == (5, 34, 3)
    assert (heard.early, heard.shared, heard.reach) == (3, 4, 902)
    assert (found.mentions, found.partial, found.reach) == (5, False, 902)
    assert (found.first, found.last) == (NOON - 5 * HOUR, NOON - HOUR)
    assert found.sources == (("social", 5),)
    follower = read(room, AuthorKey("mastodon", "other1@piaille.example")).topics[0].influence
    assert follower.heard.copied == follower.heard.early == 0
    assert follower.score < on.influence.score


def test_an_author_is_found_by_key_handle_byline_and_site(room: Room) -> None:
    fill(room)
    say(room, "n", "Mandarine", "lea.ciel.example")
    signed = {"kind": Kind.ARTICLE, "url": "https://quotidien.example/a"}
    room.store(draft("a", "Mandarine un", author="Anne Roux", **signed), draft("b", "Mandarine deux", **signed))
    anne = AuthorKey("site", "Anne Roux", "quotidien.example")
    assert find_authors(room.db, "@lea@piaille.example") == [LEA] == find_authors(room.db, LEA.text)
    assert find_authors(room.db, "lea") == [LEA]
    assert find_authors(room.db, "lea.ciel.example") == [AuthorKey("mastodon", "lea.ciel.example")]
    assert find_authors(room.db, "Anne Roux") == [anne]
    assert find_authors(room.db, "quotidien.example") == [AuthorKey("site", "", "quotidien.example")]
    assert [find_authors(room.db, asked) for asked in ("", "@", "personne", "site/rien")] == [[]] * 4
    assert [row.mention for row in written_by(room.db, anne, 0, 9)] == [
        room.db.execute("SELECT id FROM mentions WHERE native_id = 'a'").fetchone()[0]
    ]


def test_the_same_name_elsewhere_is_somebody_else(room: Room) -> None:
    say(room, "1", "Mandarine", "lea")
    room.store(draft("2", "Mandarine", handle="lea"), draft("3", "Mandarine", author="lea", url="https://a.example/"))
    keys = [author_of_mention(room.db, number) for number in (1, 2, 3)]
    assert [key.text for key in keys if key] == ["mastodon/lea", "rss/lea", "site/a.example/lea"]
    assert all(len(written_by(room.db, key, 0, 9)) == 1 for key in keys if key)
    assert len(find_authors(room.db, "lea")) == 3


def test_reading_an_author_uses_the_index(room: Room) -> None:
    for whose in (LEA, AuthorKey("site", "A", "b.example"), 1):
        table, condition, values, at = store.rows_of(whose)
        rows = room.db.execute(
            f"EXPLAIN QUERY PLAN SELECT m.id FROM {table} WHERE {condition} AND {at} >= 0 ORDER BY {at} DESC", values
        ).fetchall()
        plan = " ".join(row[3] for row in rows)
        assert "SCAN m" not in plan
        assert "TEMP B-TREE" not in plan


def test_a_role_is_corrected_taken_back_and_erased(room: Room) -> None:
    say(room, "1", "Mandarine", "lea@piaille.example", bio="Journaliste")
    assert read(room, LEA).role.role is Role.JOURNALIST
    with room.writer.transaction() as db:
        say_role(db, LEA, SaidRole("partner", "anna", NOON))
    judged = read(room, LEA).role
    assert (judged.role, judged.because, judged.detail) == (Role.PARTNER, Because.CORRECTED, "anna")
    with room.writer.transaction() as db:
        say_role(db, LEA, None)
    assert read(room, LEA).role.because is Because.BIO
    with room.writer.transaction() as db:
        say_role(db, LEA, SaidRole("partner", "anna", NOON))
        while purge_chunk(db, Purge(author="Lea@piaille.example")).erased:
            pass
    assert room.db.execute("SELECT count(*) FROM author_roles").fetchone() == (0,)


def test_a_person_of_a_watchlist_is_read_over_all_their_accounts(room: Room) -> None:
    fill(room)
    say(room, "n", "Mandarine encore", "lea.ciel.example")
    both = ConfiguredPerson("lea", "Léa", handles=("lea@piaille.example", "lea.ciel.example"))
    with room.writer.transaction() as db:
        people = sync_people(db, [ConfiguredList("p", "Partenaires", "partner", ("lea",))], [both], NOON)
        reattach_chunk(db, PeopleFinder(people).find, 0)
    found = read(room, people[0].number)
    assert (found.mentions, found.role.role, found.role.detail) == (6, Role.PARTNER, "Partenaires")
    assert found.topics[0].influence.heard.copied == 3


def test_nobody_was_heard(room: Room) -> None:
    found = read(room, AuthorKey("mastodon", "personne"))
    assert (found.mentions, found.reach, found.first, found.topics) == (0, None, None, ())
    assert found.role.role is Role.UNKNOWN
    say(room, "old", "Mandarine", "old@x.example", 200 * DAY)
    assert read(room, AuthorKey("mastodon", "old@x.example")).last == NOON - 200 * DAY


@given(*[st.sampled_from(["", "a", "B c", "é/x"])] * 2, st.sampled_from(["", "s.example"]))
def test_keys_are_read_back(handle: str, author: str, site: str) -> None:
    key = author_of("jetstream", handle, author, site)
    assert key is None or parse_key(key.text) == key
    assert (key is None) == (not handle and not author and not site)
