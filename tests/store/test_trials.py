"""A query before it is a topic: what it finds, what it only just misses, what changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialhub.clock import DAY
from socialhub.query import Document, format_query, matches, parse
from socialhub.store.trials import Trial, count, difference, near_miss, relaxed, samples
from tests.room import NOON, Room, draft

_POSTS = (
    "orange fibre en panne",
    "orange fibre en panne, vigilance météo",
    "orange en panne",
    "fibre en panne",
    "orange mécanique",
    "vigilance orange",
    "fibre orange",
)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    made = Room(tmp_path_factory.mktemp("trials") / "cache.db")
    for number, text in enumerate(_POSTS):
        made.store(draft(f"n{number}", text, published=NOON - number * DAY), source="press" if number % 2 else "social")
    yield made
    made.close()


def trial(query: str, days: int = 30) -> Trial:
    return Trial(parse(query), days * DAY, NOON, "lea")


def missed(room: Room, query: str) -> dict[str, set[str]]:
    """What is missed by a hair: the part that stands in the way -> the texts."""
    asked = trial(query)
    found = [near_miss(room.db, asked, part, rest) for part, rest in relaxed(asked.node)]
    return {
        format_query(each.part): {mention.text for mention in each.found.samples}
        for each in found
        if each.found.mentions
    }


def test_how_many_where_and_when(room: Room) -> None:
    found = count(room.db, trial("orange"))
    assert (found.total, found.exact, dict(found.sources)) == (6, True, {"press": 2, "social": 4})
    assert len(found.days) == 6
    assert count(room.db, trial("orange", days=3)).total == 3
    assert [mention.text for mention in samples(room.db, trial("orange"), 2)] == ["fibre orange", "vigilance orange"]


def test_each_part_left_out_alone(room: Room) -> None:
    assert missed(room, "orange fibre panne -vigilance") == {
        "orange": {"fibre en panne"},
        "fibre": {"orange en panne"},
        "panne": {"fibre orange"},
        "NOT vigilance": {"orange fibre en panne, vigilance météo"},
    }


def test_every_exclusion_of_a_list_is_one(room: Room) -> None:
    assert missed(room, "orange NOT (vigilance OR mécanique)") == {
        "NOT vigilance": {"orange fibre en panne, vigilance météo", "vigilance orange"},
        "NOT mecanique": {"orange mécanique"},
    }


def test_inside_of_alternatives(room: Room) -> None:
    assert missed(room, "(fibre panne -vigilance) OR (vigilance orange -fibre)") == {
        "fibre": {"orange en panne"},
        "panne": {"fibre orange"},
        "vigilance": {"orange en panne", "orange mécanique"},
        "NOT vigilance": {"orange fibre en panne, vigilance météo"},
        "NOT fibre": {"orange fibre en panne, vigilance météo"},
    }


def test_nothing_is_left_of_a_single_word() -> None:
    assert relaxed(parse("orange")) == []
    assert [format_query(part) for part, _rest in relaxed(parse("orange -fibre"))] == ["NOT fibre"]


def test_what_a_change_adds_and_removes(room: Room) -> None:
    changed = difference(room.db, trial("orange -vigilance"), parse("orange fibre"), 5)
    assert {mention.text for mention in changed.added.samples} == {"orange en panne", "orange mécanique"}
    assert {mention.text for mention in changed.removed.samples} == {"orange fibre en panne, vigilance météo"}
    assert (changed.added.mentions, changed.removed.mentions) == (2, 1)


_WORDS = st.sampled_from(["orange", "fibre", "panne", "vigilance", "mecanique"])
_PART = st.one_of(
    _WORDS, _WORDS.map("-{}".format), st.tuples(_WORDS, _WORDS).map(lambda two: "({} OR {})".format(*two))
)


@given(parts=st.lists(_PART, min_size=2, max_size=4))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_near_miss_lacks_that_part_alone(parts: list[str]) -> None:
    node = parse(" ".join(parts))
    for left_out, rest in relaxed(node):
        for text in _POSTS:
            said = Document(text=text)
            assert matches(node, said) == (matches(rest, said) and matches(left_out, said))
