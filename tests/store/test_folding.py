"""Lists that show a story once lose no mention, whatever the filter, and count what a line stands for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialhub.model import Mention
from socialhub.query import parse, to_sql
from socialhub.store.folding import Folding
from socialhub.store.marks import set_read
from socialhub.store.mentions import FeedFilter, feed
from socialhub.store.mutes import add_mute
from tests.room import NOON, Room, draft

TEXTS = ("Panne de fibre chez Mandarine ce soir", "Libre mobile recrute partout en France", "Bonjour à tous ici")
_ASKED = ("", "fibre", "mobile", "author:lea", "is:repost", "fibre -author:lea", "is:unread")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """Sixty mentions of three stories by three authors in two sources, some read by the operator, some muted."""
    room = Room(tmp_path_factory.mktemp("cache") / "cache.db")
    for number in range(60):
        text = TEXTS[number * 7 % 5 % 3]
        author = ("lea", "bob", "zoé")[number * 11 % 7 % 3]
        source = "social" if number % 4 else "press"
        room.store(draft(str(number), text, author=author), source=source)
    with room.writer.transaction() as db:
        set_read(db, "lea", [1, 2, 3, 20, 21], read=True)
        add_mute(db, "author:bob", operator="lea", now=NOON, ends=None, reason="", zone=UTC)
    yield room
    room.close()


def naive(mentions: list[Mention]) -> dict[int, int]:
    """The first of each story among these, with how many others there are."""
    lines: dict[int, list[int]] = {}
    for mention in sorted(mentions, key=lambda each: each.id):
        lines.setdefault(mention.story, []).append(mention.id)
    return {ids[0]: len(ids) - 1 for ids in lines.values()}


def folding(room: Room, chosen: FeedFilter) -> Folding:
    """Its stories as Léa sees them."""
    return Folding(room.db, chosen, operator="lea", now=NOON)


FILTERS = st.builds(
    FeedFilter,
    topic=st.sampled_from([None, 1, 2]),
    source=st.sampled_from([None, 1, 2]),
    condition=st.sampled_from([to_sql(parse(query), UTC) if query else None for query in _ASKED]),
    hide_muted=st.booleans(),
)


@given(FILTERS, st.integers(1, 4))
def test_the_lines_are_the_firsts_of_what_passes_page_by_page(told: Room, chosen: FeedFilter, size: int) -> None:
    everything = feed(told.db, chosen, operator="lea", limit=100, now=NOON)
    wanted = naive(everything)
    folded = folding(told, chosen)
    down: list[Mention] = []
    while page := folded.page(limit=size, before=down[-1].id if down else 1_000):
        down += page
    assert {line.id: line.copies for line in down} == wanted
    assert all(one.id > other.id for one, other in pairwise(down))
    up: list[int] = []
    while page := folding(told, chosen).page(limit=size, after=up[-1] if up else 0):
        up += [line.id for line in reversed(page)]
    assert up == sorted(wanted)
    unfolded = [mention.id for line in down for mention in (line, *folded.members(line))]
    assert sorted(unfolded) == sorted(mention.id for mention in everything)
    assert folded.count_after(10) == sum(line > 10 for line in wanted)


@given(FILTERS)
def test_the_next_unread_is_a_line_that_stands_for_something_unread(told: Room, chosen: FeedFilter) -> None:
    unread = feed(told.db, replace(chosen, unread=True), operator="lea", limit=100, now=NOON)
    lines = {each.id: each for each in folding(told, chosen).page(limit=100)}
    wanted = {line.id for line in lines.values() if any(each.story == line.story for each in unread)}
    assert {line.id for line in lines.values() if line.unread} == wanted
    assert folding(told, chosen).next_unread(40) == max((line for line in wanted if line < 40), default=None)
    for line in lines.values():
        assert sorted(folding(told, chosen).unread_in(line)) == sorted(
            each.id for each in unread if each.story == line.story
        )


def test_a_line_keeps_its_number_while_it_is_listed_and_read(told: Room) -> None:
    chosen = FeedFilter(source=2, unread=True)
    line = folding(told, chosen).page(limit=1)[0]
    assert line.copies
    with told.writer.transaction() as db:
        read = folding(told, chosen).unread_in(line)
        set_read(db, "lea", read, read=True)
    assert len(read) == line.copies + 1
    assert folding(told, chosen).counted([line], {line.id: line.copies})[0].copies == line.copies
    assert folding(told, chosen).counted([line])[0].copies == 0
    with told.writer.transaction() as db:
        set_read(db, "lea", read, read=False)
