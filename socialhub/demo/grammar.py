"""A small grammar of templates: symbols with alternatives, dealt like cards so that nothing comes twice too soon.

A template is text with braces: `{name}` stands for a value of the line (a town, a time) or for any alternative of a
symbol; `{a|b|}` for one of the pieces written there, which may hold braces themselves. Knows nothing of mentions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final, TypeAlias


@dataclass(slots=True)
class _Choice:
    """Alternatives in a shuffled deck: all are dealt before any comes again."""

    parts: list[_Part]
    deck: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Name:
    """A value of the line or a symbol."""

    name: str


_Part: TypeAlias = "str | _Name | _Choice | list[_Part]"
Lookup: TypeAlias = Callable[[str], "str | None"]
"""What a line knows: the value of a name, or None."""

_MARKS: Final = re.compile(r"[{}|]")
_BEFORE_COMMA: Final = re.compile(r" +(?=[,.)…]|$)")
_BLANKS: Final = re.compile(r"[ \t]{2,}")
_A_LE: Final = re.compile(
    r"\b([Àà]|[Dd]e) le (?=technicien|tech|gars|sous-traitant|patron|PDG|SAV|standard|chat|service)"
)
# "~" in a template is where a sentence ends if another one follows.
_STOP: Final = re.compile(r"(?<=[\w»)%€\"])\s*~\s*(?=[\w«])")
_NO_STOP: Final = re.compile(r"\s*~\s*")
_SENTENCE_START: Final = re.compile(r"(^|[.!?] +|\n)((?!https?:)[a-zàâéèêëîïôöùûüçœ])")


class GrammarError(ValueError):
    """A template that cannot be read, or that names a symbol which does not exist: a mistake in our own data."""


class Grammar:
    """The symbols of all data files. One per generation: its decks are its memory."""

    def __init__(self, symbols: Mapping[str, Iterable[str]], rng: Random) -> None:
        self._rng = rng
        self._symbols = {name: _Choice([_parse(form) for form in forms]) for name, forms in symbols.items()}

    def forms(self, symbol: str) -> int:
        """How many alternatives a symbol has."""
        return len(self._symbols[symbol].parts)

    def expand(self, symbol: str, values: Lookup = lambda _name: None) -> str:
        """A sentence made from `symbol`; `values` are what the line knows (they go before symbols)."""
        pieces: list[str] = []
        self._write(_Name(symbol), values, pieces)
        return tidy("".join(pieces))

    def expand_nth(self, symbol: str, index: int, values: Lookup) -> str:
        """The sentence of one given alternative of `symbol`, counted from 0 and round again."""
        parts = self._symbols[symbol].parts
        pieces: list[str] = []
        self._write(parts[index % len(parts)], values, pieces)
        return tidy("".join(pieces))

    def missing(self, values: Iterable[str]) -> set[str]:
        """Names used in templates that are neither symbols nor among `values`: for tests of the data files."""
        known = {*self._symbols, *values}
        return {name for choice in self._symbols.values() for name in _names(choice)} - known

    def _write(self, part: _Part, values: Lookup, pieces: list[str]) -> None:
        if isinstance(part, str):
            pieces.append(part)
        elif isinstance(part, list):
            for piece in part:
                self._write(piece, values, pieces)
        elif isinstance(part, _Choice):
            self._write(self._deal(part), values, pieces)
        elif (value := values(part.name)) is not None:
            pieces.append(value)
        elif (choice := self._symbols.get(part.name)) is not None:
            self._write(self._deal(choice), values, pieces)
        else:
            raise GrammarError(f"{{{part.name}}} is neither a value nor a symbol")

    def _deal(self, choice: _Choice) -> _Part:
        if not choice.deck:
            choice.deck = list(range(len(choice.parts)))
            self._rng.shuffle(choice.deck)
        return choice.parts[choice.deck.pop()]


def tidy(text: str) -> str:
    """Blanks as typed by a person, and a capital letter where a sentence begins."""
    if "~" in text:
        text = _NO_STOP.sub(" ", _STOP.sub(". ", text))
    if " le " in text:
        text = _A_LE.sub(lambda found: {"à": "au ", "À": "Au ", "de": "du ", "De": "Du "}[found[1]], text)
    if "  " in text:
        text = _BLANKS.sub(" ", text)
    text = _BEFORE_COMMA.sub("", text).strip()
    return _SENTENCE_START.sub(lambda found: found[1] + found[2].upper(), text)


def _names(part: _Part) -> Iterator[str]:
    if isinstance(part, _Name):
        yield part.name
    elif not isinstance(part, str):
        for piece in part.parts if isinstance(part, _Choice) else part:
            yield from _names(piece)


def _parse(form: str) -> _Part:
    part, end = _sequence(form, 0)
    if end != len(form):
        raise GrammarError(f"a brace too many at {end} in: {form}")
    return part


def _sequence(form: str, start: int) -> tuple[_Part, int]:
    """Read up to the end, or to the `|` or `}` that ends an alternative; returns where that stands."""
    parts: list[_Part] = []
    position = start
    while found := _MARKS.search(form, position):
        if found.start() > position:
            parts.append(form[position : found.start()])
        if found.group() != "{":
            position = found.start()
            break
        part, position = _braces(form, found.end())
        parts.append(part)
    else:
        if position < len(form):
            parts.append(form[position:])
        position = len(form)
    return (parts[0] if len(parts) == 1 else parts), position


def _braces(form: str, start: int) -> tuple[_Part, int]:
    alternatives: list[_Part] = []
    position = start
    while True:
        part, end = _sequence(form, position)
        alternatives.append(part)
        if end >= len(form):
            raise GrammarError(f"a brace is not closed in: {form}")
        if form[end] == "}":
            break
        position = end + 1
    if len(alternatives) > 1:
        return _Choice(alternatives), end + 1
    only = alternatives[0]
    if not isinstance(only, str):
        raise GrammarError(f"braces around a single piece in: {form}")
    return _Name(only), end + 1
