"""What speaks for a name being a place where it stands: capitals, the words before it, a department behind it.

Points are given for each sign; how many a name needs is said in the gazetteer's names.toml. Pure functions of one text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from socialhub.gazetteer import REGION, TOWN, Place, ancestors, number_of, places
from socialhub.pipeline import place_words as words
from socialhub.pipeline.place_names import Name
from socialhub.text import fold, tokens_with_spans

TOLD: Final = 4
"""Points for a place told in so many words: "Orange (84)", "Sens, dans l'Yonne"."""
DATELINE: Final = 2
_ABROAD: Final = 2
"""What a name needs at least in a language in which it is a word."""
_COLON: Final = re.compile(r"\s?: ")
_PIECE: Final = re.compile(r"[#@]?\w+|[\u2100-\u2bff\U0001f000-\U0001ffff]")
_NUMBER_BEHIND: Final = re.compile(r"\s?\((\d{5}|\d{2,3}|2[AaBb])\)")
_BREAK: Final = re.compile(r'[.!?\n:…•|«"]')
_JOINING: Final = frozenset("-._/@")
"""What may stand before a word inside a handle or an address."""
_LONG: Final = 4
_MOST: Final = 0.6
"""A text of which so many long words have a capital is a headline, in which capitals tell nothing."""


class Scene:
    """A text as the stage reads it: its tokens, and for each where it stands in the text (`starts`, `ends`)."""

    def __init__(self, text: str, tokens: list[str], lang: str) -> None:
        self.text = text
        self.tokens = tokens
        self.english = lang == "en"
        self.starts: list[int] = []
        self.ends: list[int] = []
        for piece in _PIECE.finditer(text):
            self.starts.append(piece.start())
            self.ends.append(piece.end())
        if len(self.starts) != len(tokens):
            self._align()
        self.low = text.islower()
        self.shouts = text.isupper()
        self._headline: bool | None = None

    def _align(self) -> None:
        """The exact way, ten times as slow: for signs that the quick pattern does not know."""
        found = tokens_with_spans(self.text)
        self.starts = [start for _token, start, _end in found]
        self.ends = [end for _token, _start, end in found]

    def check(self, at: int) -> None:
        """Make sure that token `at` stands where it is said to."""
        if fold(self.word(at)) != self.tokens[at].lstrip("#@"):
            self._align()

    def word(self, at: int) -> str:
        """A token as it was written."""
        return self.text[self.starts[at] : self.ends[at]]

    def token(self, at: int) -> str:
        """A token, "" before the first and after the last."""
        return self.tokens[at] if 0 <= at < len(self.tokens) else ""

    def gap(self, at: int) -> str:
        """What stands between token `at` and the one before."""
        return self.text[self.ends[at - 1] : self.starts[at]] if at > 0 else "\n"

    def capital(self, at: int) -> bool:
        """Whether the word begins with a capital."""
        return self.word(at).lstrip("#")[:1].isupper()

    def opens(self, at: int) -> bool:
        """Whether the word begins a sentence, so that its capital tells nothing."""
        return at == 0 or _BREAK.search(self.gap(at)) is not None

    @property
    def headline(self) -> bool:
        """Whether most long words have a capital."""
        if self._headline is None:
            long = [at for at in range(len(self.tokens)) if len(self.tokens[at]) >= _LONG]
            self._headline = len(long) >= _LONG and sum(map(self.capital, long)) >= _MOST * len(long)
        return self._headline


@dataclass(slots=True)
class Candidate:
    """A name where it stands: the tokens [start, end) of a scene; `before` is the first token of it or its article."""

    name: Name
    start: int
    end: int
    before: int


def is_something_else(scene: Scene, found: Candidate) -> bool:
    """Whether a name is certainly no place here: a part of a handle or an address, a street, a club, a person,
    a word with another accent.
    """
    name = found.name
    run = scene.text[: scene.starts[found.start]].rsplit(None, 1)[-1] if scene.gap(found.start)[-1:] in _JOINING else ""
    if "@" in run or "//" in run or run.startswith("www."):
        return True
    for offset, written in enumerate(name.written):
        word = scene.word(found.start + offset)
        if not word.isascii() and word.lower().lstrip("#") != written and "œ" not in written and "’" not in word:
            return True
    head = _head(scene, found.before - 1)
    linked = head < found.before - 1
    noun = scene.token(head)
    if (noun in words.STREETS and linked) or scene.token(found.before - 1) in words.STREETS_DIRECTLY:
        return True
    if noun in words.CLUBS and (len(noun) > 3 or scene.word(head).isupper()):
        return True
    if scene.token(found.end) in words.CLUBS_AFTER and scene.gap(found.end) == " ":
        return True
    return not name.people and _is_person(scene, found)


def _head(scene: Scene, at: int) -> int:
    """The noun before "de la", from the token before the name on."""
    steps = 0
    while scene.token(at) in words.LINKS and steps < 3:
        at -= 1
        steps += 1
    return at


def _is_person(scene: Scene, found: Candidate) -> bool:
    last = scene.token(found.before - 1)
    if last in words.TITLES and scene.gap(found.before) in (" ", ". "):
        return True
    if scene.low or scene.shouts or not scene.capital(found.start):
        return False
    if last in words.FIRST_NAMES and scene.gap(found.before) == " " and scene.capital(found.before - 1):
        return True
    behind = found.end
    return (
        found.name.given
        and behind < len(scene.tokens)
        and scene.gap(behind) == " "
        and scene.capital(behind)
        and last not in words.AT | words.OF
    )


def points(scene: Scene, found: Candidate, place: Place) -> int:
    """What speaks for this place, within the name's own surroundings."""
    at_place, around = _before_town(scene, found) if place.kind == TOWN else _before_area(scene, found, place)
    around += DATELINE * _is_dateline(scene, found)
    return _capitals(scene, found, at_place=at_place) + around + _number(scene, found, place)


def _is_dateline(scene: Scene, found: Candidate) -> bool:
    """Whether a text begins with the name and a colon, as news do ("Tours : un incendie …")."""
    return found.before == 0 and _COLON.match(scene.text, scene.ends[found.end - 1]) is not None


def needed(scene: Scene, name: Name) -> int:
    """The points that a name needs in this text."""
    return max(name.needs, _ABROAD) if name.english and scene.english else name.needs


def _capitals(scene: Scene, found: Candidate, *, at_place: bool) -> int:
    name, wanted = found.name, needed(scene, found.name)
    if not wanted:
        return 0
    if scene.shouts:
        return int(at_place)
    typed = name.typed and at_place and not scene.english
    if all(scene.capital(at) for at in range(found.start, found.end) if len(scene.tokens[at]) > 2):
        silent = scene.opens(found.start) or scene.headline
        return int(not silent or at_place or wanted == 1)
    if typed or scene.low or wanted == 1:
        return int(typed)
    return int(len(name.words) > 1 and "-" in scene.gap(found.start + 1)) * 2 - 1


def _before_town(scene: Scene, found: Candidate) -> tuple[bool, int]:
    """(whether something is at the place, points for the words before a town)."""
    at = found.before
    last, name = scene.token(at - 1), found.name
    contracted = scene.token(at) if name.articles else ""
    if contracted in ("au", "aux"):
        return True, 1 + 2 * int(last in words.DWELLING)
    if contracted in ("du", "des"):
        return False, 1 + 2 * int(last in words.TOWN_NOUNS)
    if last in words.AT and not (scene.english and last == "a"):
        return True, 1 + 2 * int(scene.token(at - 2) in words.DWELLING)
    if last in words.OF:
        told = scene.capital(found.start) and not scene.shouts
        return False, int(told) + 2 * int(scene.token(at - 2) in words.TOWN_NOUNS)
    if last == "chez" or last in words.DETERMINERS or (last in words.ARTICLES and not name.articles):
        return False, -2 if name.needs else 0
    return False, 0


def _before_area(scene: Scene, found: Candidate, place: Place) -> tuple[bool, int]:
    """(whether something is in it, points for the words before a department or a region)."""
    at, name = found.before, found.name
    article = bool(name.articles) or scene.token(at - 1) in words.DEPARTMENT_ARTICLES
    last = scene.token(at - 1) if name.articles or not article else scene.token(at - 2)
    inside = last in words.ENCLOSING or (last in words.AT and not (last == "a" and scene.english))
    if last == "en" or (inside and (article or place.kind == REGION)):
        return True, 1
    if last in words.OF or last in ("du", "des"):
        told = scene.capital(found.start) and not scene.shouts
        noun = _head(scene, at - 1)
        return False, int(told) + 2 * int(scene.token(noun) in words.AREA_NOUNS)
    if last in words.DETERMINERS and not article:
        return False, -2 if name.needs else 0
    if last in words.AREA_NOUNS and not article:
        return False, 2
    return False, -int(name.given and not article)


def _number(scene: Scene, found: Candidate, place: Place) -> int:
    """Points for the number of its department behind it or its postal code before it; a wrong one speaks against it."""
    number = department_number(place)
    last = scene.token(found.before - 1)
    if len(last) == 5 and last.isdigit() and number:
        return TOLD if last.startswith(number.replace("2A", "20").replace("2B", "20")) else 0
    behind = _NUMBER_BEHIND.match(scene.text, scene.ends[found.end - 1])
    if behind is None or not number:
        return 0
    told = behind[1].upper()
    return TOLD if told == number or (len(told) == 5 and told.startswith(number)) else -TOLD + 1


def department_number(place: Place) -> str:
    """The number of the department that a place is or lies in, "" for a region of several."""
    for code in (place.code, *ancestors(place.code)):
        if number := number_of(places()[code]):
            return number
    return ""


def kinship(one: Place, other: Place) -> int:
    """2 when both lie in one department or one in the other, 1 in one region, else 0."""
    own, others = (one.code, *ancestors(one.code)), (other.code, *ancestors(other.code))
    shared = [code for code in own if code in others]
    if not shared:
        return 0
    return 1 if shared[0] == own[-1] and own[-1] not in (one.code, other.code) and len(own) > 2 else 2
