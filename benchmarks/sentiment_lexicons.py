"""Word lists with opinions, all under the MIT licence, as a first opinion for training: they are not shipped.

vaderSentiment (C. J. Hutto), vaderSentiment-fr (its French translation), textblob (Pattern's English lexicon) and
textblob-fr. Words are folded as the model folds them; opinions are about -2…2.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from socialhub.pipeline.sentiment import features


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The opinions of one list on single words of one language."""

    name: str
    lang: str
    words: dict[str, float]


def lexicons() -> list[Lexicon]:
    """The four lists, in a fixed order."""
    from textblob.en import sentiment as english
    from textblob_fr.fr import sentiment as french

    return [
        Lexicon("vaderSentiment", "en", _folded(_vader("vaderSentiment", "vader_lexicon.txt", "\t"))),
        Lexicon("vaderSentiment-fr", "fr", _folded(_vader("vaderSentiment_fr", "fr_lexicon.txt", "->"))),
        Lexicon("textblob", "en", _folded(_textblob(english))),
        Lexicon("textblob-fr", "fr", _folded(_textblob(french))),
    ]


def _vader(package: str, file: str, mark: str) -> Iterable[tuple[str, float]]:
    """Word and mean rating (-4…4, halved) of a list of the VADER kind; the package itself is not imported."""
    found = find_spec(package)
    if found is None or found.origin is None:
        raise SystemExit(f"{package} is missing: install the extra [train]")
    for line in (Path(found.origin).parent / file).read_text("utf-8").rstrip("\n").split("\n"):
        word, *told = line.rsplit(mark, 1) if mark == "->" else line.split(mark)
        try:
            yield word, float(told[0]) / 2 if told else 0.0
        except ValueError:
            continue


def _textblob(sentiment: Any) -> Iterable[tuple[str, float]]:
    """Word and polarity (-1…1) of a lexicon of textblob."""
    sentiment.load()
    for word, told in dict.items(sentiment):
        yield word, float(told[None][0] if isinstance(told, dict) else told[0])


def _folded(opinions: Iterable[tuple[str, float]]) -> dict[str, float]:
    """The mean opinion by folded word; entries of several words are left out."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for word, opinion in opinions:
        raw = features.raw_tokens(word)
        if len(raw) == 1 and (folded := features.read(raw[0]).word):
            found[folded].append(opinion)
    return {word: sum(told) / len(told) for word, told in found.items() if sum(told)}
