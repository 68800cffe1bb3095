"""The names of places arranged for finding: each hangs on its rarest word; a text without any is let go at once.

Built once from the gazetteer; knows nothing of texts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from socialhub.gazetteer import Place, names, number_of, place_codes, places, spellings
from socialhub.pipeline.place_words import word_set
from socialhub.text import fold, tokenise

_ARTICLES: Final = {"le": ("le", "au", "du"), "la": ("la",), "les": ("les", "aux", "des"), "l": ("l",)}
_COMMON: Final = word_set(
    "saint sainte st ste sur sous les des le la de du en et ville val mont bois pont bourg grand grande petit petite"
    " haut haute hauts bas basse nord pays region villeneuve chateau fontaine port ile roche belle vieux vert mer"
    " paris centre roses rose ferte chapelle croix garde motte plage pierre georges jean martin marie comte duc roi"
    " reine"
)
"""Words that many texts have: a name of several words does not hang on them if it has another one."""
_TAG: Final = 6
"""A name written without its blanks in a hashtag needs so many letters to be no word by accident."""


@dataclass(frozen=True, slots=True)
class Name:
    """A way of naming places. `words` are folded, without a leading article; before them one of `articles` must stand.

    `written` has the words as they are spelt (lower case, accents); `anchor` is the place of the rarest word. `needs`
    are the points it takes to count. A `shield` is not a place, whatever names are in it; `people` are a place's.
    """

    words: tuple[str, ...]
    written: tuple[str, ...]
    anchor: int
    places: tuple[Place, ...] = ()
    articles: tuple[str, ...] = ()
    needs: int = 0
    english: bool = False
    typed: bool = False
    given: bool = False
    people: bool = False
    usual: str = ""

    @property
    def shield(self) -> bool:
        """Whether it only keeps other names from being found."""
        return not self.places


@dataclass(frozen=True, slots=True)
class Names:
    """All names by the word they hang on, longest first; hashtags of names; the places that numbers stand for."""

    by_anchor: Mapping[str, tuple[Name, ...]]
    by_tag: Mapping[str, Name]
    numbers: Mapping[str, Place]
    anchors: frozenset[str]
    abroad: frozenset[str]


def _anchor(words: tuple[str, ...]) -> int:
    rare = [place for place, word in enumerate(words) if word not in _COMMON] or range(len(words))
    return max(rare, key=lambda place: len(words[place]))


def _folded(listed: list[str]) -> frozenset[str]:
    return frozenset(map(fold, listed))


def _make(name: str, needs: Mapping[str, int], flags: Mapping[str, frozenset[str]], **more: object) -> Name:
    folded = fold(name)
    words = tuple(tokenise(name))
    written = tuple(_spelt(name))
    articles: tuple[str, ...] = ()
    if len(words) > 1 and words[0] in _ARTICLES and "people" not in more and "places" in more:
        articles, words, written = _ARTICLES[words[0]], words[1:], written[1:]
    marks = {flag: folded in listed for flag, listed in flags.items()}
    return Name(words, written, _anchor(words), articles=articles, needs=needs.get(folded, 0), **marks, **more)  # type: ignore[arg-type]


def _spelt(name: str) -> list[str]:
    """The words of a name in lower case with their accents, one a token of `tokenise`."""
    return "".join(char if char.isalnum() else " " for char in name.lower()).split()


@cache
def all_names() -> Names:
    """The names, made on first use (about 20 ms)."""
    tables = names()
    needs = {fold(name): int(points) for points, listed in tables["needs"].items() for name in listed}
    flags = {flag: _folded(tables[flag]["names"]) for flag in ("english", "typed", "given")}
    usual = {fold(name): code for name, code in tables["usual"].items()}
    bearers: defaultdict[str, list[Place]] = defaultdict(list)
    written: dict[str, str] = {}
    for place in places().values():
        for spelling in (place.name, *tables["aliases"].get(place.code, ())):
            for form in spellings(spelling):
                bearers[fold(form)].append(place)
                written.setdefault(fold(form), form)
    found = [
        _make(written[folded], needs, flags, places=tuple(borne), usual=usual.get(folded, ""))
        for folded, borne in bearers.items()
    ]
    for code, words in tables["people"].items():
        place = places()[place_codes(code)[0]]
        found += [_make(word, {}, {}, places=(place,), people=True) for word in words]
    found += [_make(phrase, {}, {}) for phrase in tables["shields"]["phrases"]]
    return _arranged(found)


def _arranged(found: list[Name]) -> Names:
    by_anchor: defaultdict[str, list[Name]] = defaultdict(list)
    by_tag: dict[str, Name] = {}
    for name in found:
        by_anchor[name.words[name.anchor]].append(name)
        if not name.shield:
            glued = (name.articles[0] if name.articles else "") + "".join(name.words)
            if name.needs <= 1 or name.typed or (len(name.words) > 1 and len(glued) >= _TAG):
                by_tag.setdefault(f"#{glued}", name)
    numbers = {number_of(place).lower(): place for place in places().values() if number_of(place)}
    anchors = frozenset(by_anchor) | frozenset(by_tag) | frozenset(numbers)
    ordered = {
        word: tuple(sorted(hung, key=lambda name: (-len(name.words), not name.shield)))
        for word, hung in by_anchor.items()
    }
    return Names(ordered, by_tag, numbers, anchors, frozenset(names()["abroad"]["codes"]))
