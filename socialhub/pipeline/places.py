"""A stage: which places a text speaks of. A name that is also a word, a brand or a surname has to be spoken for.

Stands on the gazetteer alone: names hang on their rarest word (place_names), signs give points (place_evidence). What
is found is a tuple of codes without the places around them: `gazetteer.with_ancestors` adds those.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from socialhub.gazetteer import TOWN, Place, ancestors, place_codes, places
from socialhub.pipeline import place_words as words
from socialhub.pipeline.place_evidence import TOLD, Candidate, Scene, is_something_else, kinship, needed, points
from socialhub.pipeline.place_names import Name, all_names
from socialhub.text import fold, tokenise

_TAG: Final = re.compile(r"#(\w*[a-zà-ÿ][A-ZÀ-Þ]\w*)")
_TAG_PIECE: Final = re.compile(r"[A-ZÀ-Þ]?[a-zà-ÿœ]+|[A-ZÀ-Þ]+(?![a-zà-ÿ])|\d+")
_LISTED: Final = re.compile(r"\s?(?:[,/–→>&-]|\+)\s?")
_NEARBY: Final = 4
"""Words at most between a town and the department that is told with it."""
_DOMINANT: Final = 3
"""A place with so many times the inhabitants of its namesakes is the one meant."""
_REMEMBERED: Final = 1_000
"""Places told by sources that are kept in memory: they are the same ones over and over."""
_COUNTRY: Final = frozenset({"france", "france metropolitaine", "outre mer", "fr"})
_BRAND: Final = 4
"""Names that need so much are not helped by a place that is merely nearby."""


class PlaceFinder:
    """Finds places in texts; one for the whole way in."""

    def __init__(self) -> None:
        self._names = all_names()
        self._anchors = self._names.anchors
        self._told: dict[str, tuple[str, ...]] = {"": ()}

    def find(
        self,
        title: str,
        text: str,
        lang: str,
        title_tokens: list[str] | None = None,
        text_tokens: list[str] | None = None,
    ) -> tuple[str, ...]:
        """The codes of the places that a clean title and text speak of, towns first, in the order of the text.

        `lang` is a language code; the tokens are those of `text.tokenise` where the caller has them already.
        """
        tokens = tokenise(text) if text_tokens is None else text_tokens
        if title:
            tokens = [*(tokenise(title) if title_tokens is None else title_tokens), *tokens]
        found: list[Place] = []
        if not self.passes(tokens):
            found = self._read(Scene(f"{title}\n{text}" if title else text, tokens, lang))
        if "#" in text:
            found += self._in_tags(text, lang)
        return _most_specific(found)

    def _in_tags(self, text: str, lang: str) -> list[Place]:
        """Places in hashtags of several words: #PanneBretagne."""
        found = []
        for tag in _TAG.findall(text):
            spaced = " ".join(_TAG_PIECE.findall(tag))
            tokens = tokenise(spaced)
            if not self.passes(tokens):
                found += self._read(Scene(spaced, tokens, lang))
        return found

    def passes(self, tokens: Sequence[str]) -> bool:
        """Whether no word of any name is among the tokens, so that no place can be found."""
        return self._anchors.isdisjoint(tokens)

    def told(self, words: str) -> tuple[str, ...]:
        """The places that a source names itself ("Rennes, Bretagne"); its words, folded, where one is unknown."""
        known = self._told.get(words)
        if known is None:
            if len(self._told) >= _REMEMBERED:
                self._told.clear()
            known = self._told[words] = _told_places(words)
        return known

    # ---- one text ------------------------------------------------------------------------------------------------

    def _read(self, scene: Scene) -> list[Place]:
        tagged, numbered = [], []
        candidates: list[Candidate] = []
        for at, token in enumerate(scene.tokens):
            if token not in self._anchors:
                continue
            scene.check(at)
            if token[0] == "#":
                tagged += self._tag(scene, at, token)
            elif token in self._names.numbers:
                numbered += self._number(scene, at, token)
            else:
                candidates += self._at(scene, at, token)
        chosen = _without_overlaps(candidates)
        found = _judge(scene, [one for one in chosen if not is_something_else(scene, one)], self._names.abroad)
        covered = {place for one in chosen for place in range(one.start, one.end + 1)}
        return found + tagged + [place for at, place in numbered if at not in covered]

    def _at(self, scene: Scene, at: int, token: str) -> list[Candidate]:
        """The names that hang on this word and stand here."""
        found = []
        for name in self._names.by_anchor.get(token, ()):
            start = at - name.anchor
            end = start + len(name.words)
            if start < 0 or tuple(scene.tokens[start:end]) != name.words:
                continue
            if not name.articles:
                found.append(Candidate(name, start, end, start))
            elif start > 0 and scene.tokens[start - 1] in name.articles:
                found.append(Candidate(name, start, end, start - 1))
        return found

    def _tag(self, scene: Scene, at: int, token: str) -> list[Place]:
        name = self._names.by_tag.get(token)
        if name is None or (name.needs > 1 and (scene.english or not scene.capital(at))):
            return []
        place = _meant(name, dict.fromkeys(name.places, 0))
        return [place] if place is not None else []

    def _number(self, scene: Scene, at: int, token: str) -> list[tuple[int, Place]]:
        """A department by its number: "dans le 93", "à Trégunc (29)"."""
        place, last, one_before = self._names.numbers[token], scene.token(at - 1), scene.token(at - 2)
        if scene.gap(at).endswith("("):
            town = one_before in words.AT and scene.capital(at - 1)
            return [(at, place)] if town and scene.text[scene.ends[at] : scene.ends[at] + 1] == ")" else []
        told = (last == "le" and one_before == "dans") or last in ("departement", "dept", "dpt")
        told = told or (last == "du" and one_before in words.AREA_NOUNS)
        return [(at, place)] if told and scene.token(at + 1) not in words.UNITS else []


def _without_overlaps(candidates: list[Candidate]) -> list[Candidate]:
    """The longest names win; a shield takes its words away and goes itself."""
    taken: set[int] = set()
    kept = []
    for one in sorted(candidates, key=lambda one: (one.start - one.end, not one.name.shield)):
        place = range(one.start, one.end)
        if taken.isdisjoint(place):
            taken.update(place)
            if not one.name.shield:
                kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _judge(scene: Scene, candidates: list[Candidate], abroad: frozenset[str]) -> list[Place]:
    """The places of those names that have the points they need: first by themselves, then by their neighbours."""
    chosen: dict[int, Place] = {}
    waiting: list[tuple[int, dict[Place, int]]] = []
    for number, one in enumerate(candidates):
        given = {
            place: _own_points(scene, candidates, number, place) - (place.code in abroad) for place in one.name.places
        }
        if one.name.people:
            chosen[number] = one.name.places[0]
        elif max(given.values()) >= needed(scene, one.name) and (place := _meant(one.name, given)) is not None:
            chosen[number] = place
        else:
            waiting.append((number, given))
    for number, given in waiting:
        one = candidates[number]
        helped = {place: had + _help(scene, candidates, number, place, had, chosen) for place, had in given.items()}
        if max(helped.values()) >= needed(scene, one.name) and (place := _meant(one.name, helped)) is not None:
            chosen[number] = place
    return [chosen[number] for number in sorted(chosen)]


def _own_points(scene: Scene, candidates: list[Candidate], number: int, place: Place) -> int:
    """The points of a name, with those for what it is told to lie in ("Gap, Hautes-Alpes")."""
    one = candidates[number]
    had = points(scene, one, place)
    if place.kind == TOWN:
        around = ancestors(place.code)
        if any(other.code in around for other in _told_behind(scene, candidates, number)):
            had += TOLD
    elif number and any(place.code in ancestors(inner.code) for inner in candidates[number - 1].name.places):
        had += TOLD * (place in _told_behind(scene, candidates, number - 1))
    return had


def _told_behind(scene: Scene, candidates: list[Candidate], number: int) -> tuple[Place, ...]:
    """The areas named directly behind a name."""
    if number + 1 >= len(candidates):
        return ()
    one, behind = candidates[number], candidates[number + 1]
    between = scene.tokens[one.end : behind.start]
    near = len(between) <= _NEARBY and words.INTO.issuperset(between)
    return tuple(place for place in behind.name.places if place.kind != TOWN) if near else ()


def _help(
    scene: Scene, candidates: list[Candidate], number: int, place: Place, had: int, chosen: dict[int, Place]
) -> int:
    """Points for places already found: in one list with it, or of the same area."""
    one = candidates[number]
    listed = any(_stand_together(scene, one, candidates[other]) for other in chosen)
    if listed and had >= 0:
        return 2
    if had < 1 or one.name.needs >= _BRAND:
        return 0
    return max((kinship(place, other) for other in chosen.values()), default=0)


def _stand_together(scene: Scene, one: Candidate, other: Candidate) -> bool:
    first, second = (one, other) if one.start < other.start else (other, one)
    between = scene.tokens[first.end : second.before]
    gap = scene.text[scene.ends[first.end - 1] : scene.starts[second.before]]
    return (len(between) == 1 and between[0] in words.BETWEEN) or _LISTED.fullmatch(gap) is not None


def _meant(name: Name, given: dict[Place, int]) -> Place | None:
    """Of places with one name the one that most speaks for, else the usual, else one much larger than the others."""
    most = max(given.values())
    best = sorted((place for place, had in given.items() if had == most), key=lambda place: -place.inhabitants)
    usual = [place for place in best if place.code == name.usual]
    if len(best) == 1 or usual:
        return (usual or best)[0]
    return best[0] if best[0].inhabitants >= _DOMINANT * best[1].inhabitants else None


def _most_specific(found: list[Place]) -> tuple[str, ...]:
    """Codes, each once, towns before departments before regions, without what others of them lie in."""
    if not found:
        return ()
    around = {code for place in found for code in ancestors(place.code)}
    order = ("town", "department", "region")
    ordered = sorted(found, key=lambda place: order.index(place.kind))
    return tuple(dict.fromkeys(place.code for place in ordered if place.code not in around))


def _told_places(words: str) -> tuple[str, ...]:
    """From the smallest on: "Brest, Finistère, France" is the Brest of that department, "Brest, Belarus" is unknown."""
    parts = [part for part in words.split(",") if fold(part) and fold(part) not in _COUNTRY]
    borne = [[places()[code] for code in place_codes(part) if code in places()] for part in parts]
    if not borne or not all(borne):
        return tuple(filter(None, [fold(words)]))
    around = [place for others in borne[1:] for place in others]
    given = {place: sum(kinship(place, other) for other in around) for place in borne[0]}
    most = max(given.values())
    best = max((place for place, had in given.items() if had == most), key=lambda place: place.inhabitants)
    return (best.code,)
