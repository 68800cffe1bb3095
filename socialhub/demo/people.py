"""Who writes: an invented crowd with stable handles, home towns, habits and followers (a few have most of them)."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from socialhub.demo.data import read
from socialhub.demo.places import Town, french_map
from socialhub.demo.spelling import HABITS

CROWD: Final = 2_600
ENGLISH_SPEAKERS: Final = 260
_MEDIAN_FOLLOWERS: Final = 5.1  # e^5.1 = 164
_FOLLOWERS_SPREAD: Final = 1.55
# Where names, words of handles and additions to names stand in people.toml.
_FRENCH: Final = ("first_names", "nouns", "bios_in_name")
_ENGLISH: Final = ("english_names", "english_nouns", "english_bios")


@dataclass(frozen=True, slots=True)
class Person:
    """An author on all networks: `stem` is what handles are made of, `habit` how they type."""

    name: str
    stem: str
    town: Town
    followers: int
    habit: str = "careful"


class Crowd:
    """All who speak in the scenario. Made from one seed: the same seed gives the same people."""

    def __init__(self, rng: Random) -> None:
        table = read("people")
        self._rng = rng
        self._stems: set[str] = set()
        self._french = [self._person(table, *_FRENCH) for _ in range(CROWD)]
        self._english = [self._person(table, *_ENGLISH) for _ in range(ENGLISH_SPEAKERS)]
        self._by_town: defaultdict[str, list[Person]] = defaultdict(list)
        for person in self._french:
            self._by_town[person.town.name].append(person)
        paris = next(town for town in french_map().towns if town.name == "Paris")
        rennes = french_map().west[0]
        self.journalists = tuple(Person(name, stem, paris, many) for name, stem, many in table["journalists"])
        self.local_accounts = tuple(Person(name, stem, rennes, many) for name, stem, many in table["local_accounts"])
        self.brands = {name: Person(name, stem, paris, many) for name, (stem, many) in table["official"].items()}

    def anyone(self, english: bool = False) -> Person:
        """Somebody; some people write much more than others."""
        people = self._english if english else self._french
        return people[int(len(people) * self._rng.random() ** 1.6)]

    def from_town(self, town: Town) -> Person:
        """Somebody who lives there."""
        people = self._by_town.get(town.name)
        return people[int(len(people) * self._rng.random())] if people else self.anyone()

    def _person(self, table: dict[str, Any], names: str, nouns: str, bios: str) -> Person:
        rng = self._rng
        first, noun, tag = rng.choice(table[names]), rng.choice(table[nouns]), rng.choice(table["tags"])
        town = french_map().anywhere(rng)
        bio, initial = rng.choice(table[bios]), rng.choice(table["surnames_initials"])
        stem, name = _identity(first, noun, tag, town, rng, bio, initial)
        while stem in self._stems:
            stem += str(rng.randint(2, 99))
        self._stems.add(stem)
        followers = min(240_000, int(rng.lognormvariate(_MEDIAN_FOLLOWERS, _FOLLOWERS_SPREAD)))
        return Person(name, stem, town, followers, rng.choice(HABITS))


def _identity(first: str, noun: str, tag: str, town: Town, rng: Random, bio: str, initial: str) -> tuple[str, str]:
    """(stem of the handles, shown name) in one of the ways people call themselves."""
    style = rng.randrange(7)
    plain_first, plain_noun = ascii_word(first), ascii_word(noun)
    if style == 0:
        return f"{plain_first}_{ascii_word(town.name)}", f"{first} {initial}"
    if style == 1:
        return f"{plain_noun}{tag}", f"{noun.capitalize()}{bio}"
    if style == 2:
        return f"{plain_first}{tag}", f"{first}{bio}"
    if style == 3:
        return f"{plain_first}.{initial[0].lower()}".replace(".", "_"), f"{first} {initial}"
    if style == 4:
        return f"{plain_noun}_{plain_first}", f"{first}{bio}"
    if style == 5:
        return f"le_{plain_noun}" if rng.random() < 0.5 else f"{plain_noun}_{tag.strip('_')}", noun
    return f"{plain_first}{rng.randint(61, 99)}", first.lower()


def ascii_word(text: str) -> str:
    """Letters and digits only, as handles have them."""
    plain = unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode()
    return "".join(char for char in plain.lower() if char.isalnum())
