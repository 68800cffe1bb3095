"""Saved searches, search history and columns: what one operator arranges stays, in order, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.store import privacy
from socialhub.store.columns import (
    add_column,
    change_column,
    column_named,
    columns_of,
    move_column,
    put_back,
    remove_column,
    set_seen,
)
from socialhub.store.connection import Writer, last_rev, open_writer
from socialhub.store.searches import (
    REMEMBERED,
    SavedSearch,
    delete_search,
    remember,
    remembered,
    rename_search,
    save_search,
    saved_queries,
    saved_searches,
)
from tests.room import NOON, Room, draft


def test_a_search_is_kept_under_its_name_whatever_the_capitals(room: Room) -> None:
    first, second = SavedSearch("Été", "panne", "lea", 1), SavedSearch("été", "panne OR coupure", "max", 2)
    with room.writer.transaction() as db:
        assert save_search(db, first) is None
        assert save_search(db, second) == first
        assert saved_searches(db) == [second]
        save_search(db, SavedSearch("Presse", "kind:article", "lea", 3))
        assert not rename_search(db, "presse", "ÉTÉ")
        assert not rename_search(db, "nothing", "else")
        assert rename_search(db, "été", "Été")
        assert saved_queries(db) == {"Été": "panne OR coupure", "Presse": "kind:article"}
        assert delete_search(db, "PRESSE") == SavedSearch("Presse", "kind:article", "lea", 3)
        assert delete_search(db, "presse") is None


def test_history_is_each_operators_own_newest_first_and_bounded(room: Room) -> None:
    with room.writer.transaction() as db:
        for number in range(REMEMBERED + 20):
            remember(db, "lea", f"panne {number}", NOON + number)
        remember(db, "lea", "panne 60", NOON + 500)
        remember(db, "max", "fibre", NOON)
        found = remembered(db, "lea")
        assert found[:2] == ["panne 60", f"panne {REMEMBERED + 19}"]
        assert len(found) == REMEMBERED
        assert remembered(db, "max") == ["fibre"]


def test_erasing_a_person_forgets_what_was_searched_for_and_retention_what_is_old(room: Room) -> None:
    room.store(draft("1", handle="zebulon", published=NOON))
    with room.writer.transaction() as db:
        remember(db, "lea", "handle:zebulon", NOON)
        remember(db, "lea", "old", NOON - 10)
        assert privacy.purge_chunk(db, privacy.Purge(older_than=NOON - 5, topic="libre")).erased == 0
        assert remembered(db, "lea") == ["handle:zebulon", "old"]
        privacy.purge_chunk(db, privacy.Purge(older_than=NOON - 5))
        assert remembered(db, "lea") == ["handle:zebulon"]
        purge = privacy.Purge(author="zebulon")
        while privacy.purge_chunk(db, purge).erased:
            pass
        assert remembered(db, "lea") == []


def test_columns_are_each_operators_own_and_names_are_unique(room: Room) -> None:
    room.store(draft("1"), draft("2"))
    with room.writer.transaction() as db:
        before = last_rev(db)
        first = add_column(db, "lea", "Crise", "panne")
        again = add_column(db, "lea", "crise", "coupure")
        add_column(db, "max", "Crise", "x")
        assert [each.name for each in columns_of(db, "lea")] == ["Crise", "crise (2)"]
        assert first.seen == 2
        assert last_rev(db) > before
        assert change_column(db, "lea", again.number, name="CRISE", query="q") is None
        assert change_column(db, "lea", again.number, name="Presse", query="q") == again
        assert column_named(db, "lea", "presse") is not None
        assert column_named(db, "max", "presse") is None
        set_seen(db, {first.number: 7})
        set_seen(db, {first.number: 5})
        assert columns_of(db, "lea")[0].seen == 7
        taken = remove_column(db, "lea", first.number)
        assert taken is not None
        assert remove_column(db, "lea", first.number) is None
        put_back(db, "lea", taken)
        assert [each.name for each in columns_of(db, "lea")] == ["Crise", "Presse"]


@given(moves=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), max_size=8))
def test_a_moved_column_stands_where_it_was_put_and_can_be_moved_back(
    arranged: Writer, moves: list[tuple[int, int]]
) -> None:
    with arranged.transaction() as db:
        order = [each.number for each in columns_of(db, "lea")]
        for which, place in moves:
            number, before = order[which], list(order)
            stood = move_column(db, "lea", number, place)
            order.remove(number)
            order.insert(place, number)
            assert [each.number for each in columns_of(db, "lea")] == order
            assert stood == before.index(number)
            if place % 2:
                move_column(db, "lea", number, stood)
                order = before
                assert [each.number for each in columns_of(db, "lea")] == order


@pytest.fixture(scope="module")
def arranged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    """A cache in which lea has five columns."""
    writer = open_writer(tmp_path_factory.mktemp("columns") / "cache.db")
    with writer.transaction() as db:
        for number in range(5):
            add_column(db, "lea", f"c{number}", "q")
    yield writer
    writer.close()
