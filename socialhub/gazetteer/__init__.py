"""The places that mentions can speak of: regions, departments and towns of France, their codes, names and parents.

A code is stable text: "R-53" a region, "D-35" a department, "35238" a town (all after Insee). A region of one
department stands for it ("R-02" Martinique), Paris for its department. A place that is not in the list (a source told
it) has its folded name as its code. Read from two files beside this one, on first use; knows nothing of mentions.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from socialhub.records import dataclass
from socialhub.text import fold

FRANCE: Final = Path(__file__).with_name("france.tsv")
_NAMES: Final = FRANCE.with_name("names.toml")

REGION: Final = "region"
DEPARTMENT: Final = "department"
TOWN: Final = "town"


@dataclass(frozen=True, slots=True)
class Place:
    """A place. `parent` is the code of what it lies in, "" for a region; `inhabitants` 0 where nobody counted."""

    code: str
    kind: str
    parent: str
    inhabitants: int
    name: str


@cache
def places() -> Mapping[str, Place]:
    """All places by code, regions before departments before towns."""
    found: dict[str, Place] = {}
    for line in FRANCE.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            code, kind, parent, inhabitants, name = line.split("\t")
            found[code] = Place(code, kind, parent, int(inhabitants), name)
    return found


@cache
def names() -> dict[str, Any]:
    """The tables of names.toml: other names of places, and which names are also something else."""
    return tomllib.loads(_NAMES.read_text("utf-8"))


@cache
def ancestors(code: str) -> tuple[str, ...]:
    """What a place lies in, the nearest first; nothing for a region and for codes that are not in the list."""
    place = places().get(code)
    return (place.parent, *ancestors(place.parent)) if place is not None and place.parent else ()


@lru_cache(maxsize=4096)
def with_ancestors(codes: tuple[str, ...]) -> tuple[str, ...]:
    """These places and all that they lie in, each once."""
    return tuple(dict.fromkeys(every for code in codes for every in (code, *ancestors(code))))


def number_of(place: Place) -> str:
    """The number that people call a department by ("35", "2A", "974"), "" for other places."""
    if place.code == "75056":
        return "75"
    if place.kind == DEPARTMENT:
        return place.code[2:]
    return _OVERSEAS.get(place.code, place.code[2:] if len(place.code) == 5 and place.kind == REGION else "")


_OVERSEAS: Final = {"R-01": "971", "R-02": "972", "R-03": "973", "R-04": "974", "R-06": "976"}


@cache
def _codes_by_name() -> Mapping[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for place in places().values():
        number = number_of(place)
        for name in {place.code, number, *spellings(place.name)} - {""}:
            found[fold(name)].append(place.code)
    for code, aliases in names()["aliases"].items():
        for name in aliases:
            for written in spellings(name):
                found[fold(written)].append(code)
    for name in [*found]:
        # "havre" is asked for as often as "le havre", where no other place is called so.
        article, _blank, rest = name.partition(" ")
        if article in _ARTICLES and rest and rest not in found:
            found[rest] = found[name]
    return {name: tuple(dict.fromkeys(codes)) for name, codes in found.items()}


_ARTICLES: Final = frozenset({"le", "la", "les", "l"})


def spellings(name: str) -> tuple[str, ...]:
    """A name and how it is also written: "Saint-Malo", "St-Malo"."""
    short = name.replace("Sainte-", "Ste-").replace("Saint-", "St-")
    return (name,) if short == name else (name, short)


def place_codes(name: str) -> tuple[str, ...]:
    """The places of this name, code or number, compared folded ("ille et vilaine", "IDF", "93"); several for a name
    that several share ("Vienne"). A name that is not in the list gives itself, folded: so are places coded that only
    a source tells. Nothing for a name without a letter.
    """
    folded = fold(name)
    return _codes_by_name().get(folded) or ((folded,) if folded else ())


@cache
def _names_of(code: str) -> tuple[str, ...]:
    return tuple(name for name, codes in _codes_by_name().items() if code in codes) or (code,)


@lru_cache(maxsize=4096)
def asked_names(codes: tuple[str, ...]) -> tuple[str, ...]:
    """All names, folded, by which `place_codes` gives one of these places: what a query may ask for to find them."""
    return tuple(dict.fromkeys(name for code in codes for name in _names_of(code)))


def place_name(code: str) -> str:
    """The name of a place, and the code itself for one that is not in the list."""
    place = places().get(code)
    return place.name if place is not None else code
