"""Adapted models: one in force at most, and the way back through those before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from socialhub.store import sentiment_models as models
from tests.room import NOON, Room, draft


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """A cache and its way in."""
    made = Room(tmp_path / "cache.db")
    yield made
    made.close()


def keep(room: Room, weights: bytes) -> str:
    """A model of these weights, put in force."""
    with room.writer.transaction() as db:
        name = models.next_name(db, "linear-2")
        models.add_model(db, name, "linear-2", "lea", NOON, {"learnt": 300}, weights)
    return name


def go_back(room: Room) -> tuple[str, str | None] | None:
    """What `--undo` does."""
    with room.writer.transaction() as db:
        return models.undo(db)


def test_undoing_goes_back_through_the_models_that_were_in_force(room: Room) -> None:
    assert models.in_force(room.db) is None
    assert (keep(room, b"one"), keep(room, b"two")) == ("linear-2+1", "linear-2+2")
    found = models.in_force(room.db)
    assert found is not None
    assert (found.name, found.weights, found.operator, found.report) == ("linear-2+2", b"two", "lea", {"learnt": 300})
    assert go_back(room) == ("linear-2+2", "linear-2+1")
    assert keep(room, b"three") == "linear-2+3"
    assert go_back(room) == ("linear-2+3", "linear-2+1")
    assert go_back(room) == ("linear-2+1", None)
    assert models.number_in_force(room.db) is None
    assert go_back(room) is None


def test_a_model_learns_from_each_story_of_a_topic_once_the_newest_first(room: Room) -> None:
    said = "La fibre de Mandarine est coupée depuis ce matin dans tout le quartier"
    room.store(draft("1", said), draft("2", "Rien sur un sujet de la salle"), draft("3", "La fibre est revenue, merci"))
    room.store(draft("4", said), source="social")
    assert [text for _title, text, _lang in models.own_texts(room.db, 10)] == ["La fibre est revenue, merci", said]
    assert len(models.own_texts(room.db, 1)) == 1
