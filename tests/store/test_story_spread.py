"""How a story spread: number, first, cells, outlets."""

from __future__ import annotations

from socialhub.clock import MINUTE
from socialhub.store.story_spread import CELLS, story_spread
from tests.room import NOON, Deletion, Room, draft

TEXT = "Panne de fibre chez Mandarine ce soir"


def test_a_story_counts_its_mentions_along_the_time_and_over_its_outlets(room: Room) -> None:
    start = NOON - 100 * MINUTE
    room.store(draft("1", TEXT, published=start + MINUTE, author="Bob", site="b.example"))
    room.store(draft("2", TEXT, published=start, author="Léa", site="a.example"))
    room.store(*(draft(f"3{n}", TEXT, published=start + n * MINUTE, author="Bob") for n in range(0, 97, 4)))
    found = story_spread(room.db, 1)
    assert found is not None
    assert (found.mentions, found.first, found.last) == (27, start, start + 96 * MINUTE)
    assert (found.first_mention, found.first_author, found.first_outlet) == (2, "Léa", "a.example")
    assert (found.authors, found.outlets[0], found.outlet_count) == (2, ("press", 25), 3)
    assert sum(found.cells) == 27
    assert len(found.cells) <= CELLS
    assert (len(found.cells) - 1) * found.step <= found.last - found.first < CELLS * found.step


def test_accounts_of_one_name_are_several_authors(room: Room) -> None:
    room.store(*(draft(str(n), TEXT, author="Julie", handle=f"julie{n % 5}@a.example") for n in range(9)))
    found = story_spread(room.db, 1)
    assert found is not None
    assert (found.authors, found.first_author) == (5, "Julie")


def test_a_mention_that_nobody_else_tells_has_no_spread(room: Room) -> None:
    room.store(draft("1", TEXT), draft("2", "Tout autre chose que la fibre en somme"))
    assert story_spread(room.db, 1) is None
    assert story_spread(room.db, 99) is None


def test_a_story_taken_back_whole_is_still_counted(room: Room) -> None:
    room.store(draft("1", TEXT, author="Léa"), draft("2", TEXT, author="Léa"))
    room.store(Deletion("1"), Deletion("2"))
    found = story_spread(room.db, 1)
    assert found is not None
    assert (found.mentions, found.authors, found.first_author) == (2, 0, "")
