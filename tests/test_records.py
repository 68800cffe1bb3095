"""Records behave as frozen dataclasses of the standard library do, where anybody may notice."""

from __future__ import annotations

import dataclasses
import pickle

import pytest

from socialhub.records import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A place."""

    name: str
    people: int = 0
    remark: str = dataclasses.field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Town(Place):
    """The same fields, another kind of thing."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No field at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One field, by name."""

    name: str


def test_equal_by_value_within_one_kind() -> None:
    assert Place("Nantes", 3) == Place("Nantes", 3, "a remark is not compared")
    assert Place("Nantes", 3) != Place("Nantes", 4)
    assert Place("Nantes", 3) != Town("Nantes", 3)
    assert Town("Nantes", 3) == Town("Nantes", 3)
    assert Nothing() == Nothing()


def test_a_key_of_dictionaries() -> None:
    found = {Place("Nantes", 3): "first", Nothing(): "none", Named(name="x"): "one"}
    assert found[Place("Nantes", 3, "again")] == "first"
    assert found[Nothing()] == "none"
    assert found[Named(name="x")] == "one"


def test_shown_as_it_is_made() -> None:
    assert repr(Place("Nantes", 3)) == "Place(name='Nantes', people=3)"


def test_copied_with_changes_and_pickled() -> None:
    town = dataclasses.replace(Town("Nantes", 3), people=4)
    assert town == Town("Nantes", 4)
    assert pickle.loads(pickle.dumps(town)) == town
    assert dataclasses.asdict(Named(name="x")) == {"name": "x"}


def test_only_its_fields_exist() -> None:
    with pytest.raises(AttributeError):
        Place("Nantes").elsewhere = 1  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        Named("x")  # type: ignore[call-arg]


def test_matched_by_place() -> None:
    match Place("Nantes", 3):
        case Place(name, people):
            assert (name, people) == ("Nantes", 3)
