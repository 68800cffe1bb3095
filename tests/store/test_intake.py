"""What a batch does to the cache: identity, sightings, edits, deletions, boosts, counts, index."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialhub.model import UNSURE_BELOW
from socialhub.store import mentions, sources
from tests.room import NOON, Boost, Deletion, Room, draft


def test_a_second_reading_of_the_same_posts_stores_nothing_new(room: Room) -> None:
    first = room.store(draft("1"), draft("2", "Rien à voir"))
    again = room.store(draft("1"), draft("2", "Rien à voir"))
    assert (first.new, again.new, again.edited) == (2, 0, 0)
    assert [m.native_id for m in room.feed()] == ["2", "1"]
    assert room.is_sound()


def test_the_same_post_by_two_ways_is_one_mention_with_two_sightings(room: Room) -> None:
    room.store(draft("a", canonical_id="https://piaille.fr/@lea/1"))
    room.store(draft("b", canonical_id="https://piaille.fr/@lea/1"), source="social")
    (only,) = room.feed()
    assert mentions.spread_of(room.db, only).sources == ("press", "social")
    assert room.total("mandarine") == 1
    rows = {row.name: row.stored for row in sources.source_rows(room.db)}
    assert rows == {"press": 1, "social": 0}


def test_an_edit_replaces_the_words_keeps_the_earlier_ones_and_moves_the_counts(room: Room) -> None:
    room.store(draft("1", "La fibre est morte"))
    rev = room.feed()[0].rev
    room.store(draft("1", "Libre Mobile est en panne", edited=NOON))
    (edited,) = room.feed()
    assert edited.text == "Libre Mobile est en panne"
    assert edited.rev > rev
    assert [version.text for version in mentions.versions_of(room.db, edited.id)] == ["La fibre est morte"]
    assert (room.total("mandarine"), room.total("libre"), room.total()) == (0, 1, 1)
    found = room.db.execute("SELECT rowid FROM fts WHERE fts MATCH 'morte'").fetchall()
    assert found == []
    assert room.is_sound()


def test_an_edit_that_another_server_shows_late_does_not_overwrite(room: Room) -> None:
    room.store(draft("a", "texte corrigé", canonical_id="uri:1"))
    room.store(draft("b", "texte d'avant", canonical_id="uri:1"), source="social")
    assert room.feed()[0].text == "texte corrigé"


def test_a_deletion_buries_the_words_and_the_author_but_not_the_count(room: Room) -> None:
    room.store(draft("1", "La fibre de Léa", author="Léa", handle="lea"))
    room.store(Boost("press/1", "bob", NOON))
    room.store(Deletion(native_id="1"))
    (buried,) = room.feed()
    assert buried.tombstone == "deleted"
    assert (buried.text, buried.author, buried.handle) == ("", "", "")
    assert room.total("mandarine") == 1
    assert room.db.execute("SELECT count(*) FROM relays").fetchone() == (0,)
    assert room.db.execute("SELECT count(*) FROM fts WHERE fts MATCH 'lea'").fetchone() == (0,)
    assert room.is_sound()


def test_a_tombstone_is_not_brought_back_by_a_second_import(room: Room) -> None:
    room.store(draft("1"))
    room.store(Deletion(canonical_id="press/1"))
    room.store(draft("1"))
    assert room.feed()[0].tombstone == "deleted"


def test_boosts_are_relays_and_never_mentions(room: Room) -> None:
    room.store(draft("1"))
    room.store(
        Boost("press/1", "bob", NOON), Boost("press/1", "bob", NOON), Boost("press/1", "eve", NOON), Boost("?", "x", 0)
    )
    (only,) = room.feed()
    assert mentions.spread_of(room.db, only).relays == 2


def test_repeats_are_counted_as_mentions_but_not_as_stories(room: Room) -> None:
    room.store(*(draft(str(n)) for n in range(5)))
    room.store(draft("9"))
    stories = room.db.execute(
        "SELECT sum(mentions), sum(stories) FROM counts WHERE topic = ?", (room.topics["mandarine"],)
    ).fetchone()
    assert stories == (6, 1)
    assert len({m.story for m in room.feed()}) == 1
    assert room.is_sound()


def test_what_matches_nothing_is_kept_only_where_all_is_kept(room: Room) -> None:
    kept = room.store(draft("1", "Il pleut"))
    dropped = room.store(draft("2", "Il pleut encore"), draft("3", "Plus de fibre"), source="social", keeps_all=False)
    assert (kept.new, dropped.new, dropped.unmatched) == (1, 1, 1)
    assert [m.native_id for m in room.feed()] == ["3", "1"]


def test_new_numbers_come_in_without_a_new_version(room: Room) -> None:
    room.store(draft("1", likes=1))
    room.store(draft("1", likes=12, shares=3))
    (only,) = room.feed()
    assert (only.likes, only.shares) == (12, 3)
    assert mentions.versions_of(room.db, only.id) == []


def test_impossible_dates_are_set_to_the_first_sight_and_never_move(room: Room) -> None:
    room.store(
        draft("future", published=NOON + 400 * 86_400_000), draft("old", published=0), draft("none", published=None)
    )
    assert {m.published for m in room.feed()} == {NOON}
    type(room.clock).moment = NOON + 3_600_000
    room.store(draft("none", "autre texte", published=None))
    assert {m.published for m in room.feed()} == {NOON}
    assert room.is_sound()


def test_posts_older_than_the_retention_are_not_taken_back(room: Room) -> None:
    old = draft("old", published=NOON - 40 * 86_400_000)
    assert room.store(old, retention=30 * 86_400_000).new == 0


def test_ids_are_never_used_twice(room: Room) -> None:
    room.store(draft("1"), draft("2"))
    newest = mentions.newest_id(room.db)
    with room.writer.transaction() as db:
        db.execute("DELETE FROM sightings")
        db.execute("DELETE FROM mention_topics")
        db.execute("DELETE FROM mentions")
    room.store(draft("3"))
    assert mentions.newest_id(room.db) > newest


def test_the_batch_and_its_cursor_are_one(room: Room) -> None:
    room.store(draft("1"), draft("2"))
    assert sources.cursor_of(room.db, room.press) == {"at": 2}


@pytest.mark.parametrize("tone", [-1, 0, 1, 2])
def test_the_feed_can_be_narrowed_by_tone(room: Room, tone: int) -> None:
    texts = ("Service nul, horrible, affreux", "Excellent, super, parfait", "Réunion demain matin", "c'est bien et nul")
    room.store(*(draft(str(n), text) for n, text in enumerate(texts)))
    for mention in room.feed(tone=tone):
        assert (mention.confidence < UNSURE_BELOW) == (tone == 2)
        assert tone == 2 or mention.tone == tone


_WORDS = st.sampled_from(
    ["fibre", "mandarine", "libre mobile", "panne", "merci", "nul", "#libre", "é", "à Brest", "Tours", ""]
)
_STEP = st.one_of(
    st.tuples(st.just("post"), st.integers(0, 6), st.lists(_WORDS, max_size=3).map(" ".join)),
    st.tuples(st.just("delete"), st.integers(0, 6), st.just("")),
    st.tuples(st.just("boost"), st.integers(0, 6), st.sampled_from(["bob", "eve"])),
)


@given(st.lists(st.lists(_STEP, max_size=4), max_size=6))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_counts_index_and_rows_agree(
    tmp_path_factory: pytest.TempPathFactory, steps: list[list[tuple[str, int, str]]]
) -> None:
    room = Room(tmp_path_factory.mktemp("cache") / "cache.db")
    for number, batch in enumerate(steps):
        items = [
            draft(str(which), words, place="Nantes" if which % 2 else "", url="https://example.org/")
            if action == "post"
            else Deletion(native_id=str(which))
            if action == "delete"
            else Boost(f"press/{which}", words, NOON)
            for action, which, words in batch
        ]
        room.store(*items, source="social" if number % 3 == 2 else "press")
    assert room.is_sound()
    room.close()
