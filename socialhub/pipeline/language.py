"""Stage 3: the language of a text, by n-grams (eldc), with the source's own word as a hint.

Why eldc: restricted to the same languages it is as often right as py3langid (99 of 100 posts) and twenty times as fast.
Its 71 MB are memory of the collector alone. The candidates are the languages listened for and those they are mistaken
for: with the listened ones alone, every Catalan post would be French. Between near equals a listened one wins.

What a source says of the language is often only the setting of an account or a template: it decides where the words
cannot. "" (unknown) is an answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import eldc

_NEIGHBOURS: Final = (
    "fr",
    "en",
    "es",
    "de",
    "it",
    "pt",
    "nl",
    "ca",
    "pl",
    "ro",
    "tr",
    "ar",
    "ru",
    "uk",
    "ja",
    "zh",
    "ko",
)
"""Languages told apart from those listened for."""


NEAR: Final = 0.8
"""A listened language this near to the best one (share of its score) is taken, where neither is sure."""
LIKELY: Final = 0.6
"""Score below which an unsure guess on a text of a few letters is no guess."""
FEW_LETTERS: Final = 12
_NOISE: Final = re.compile(r"https?://\S+|www\.\S+|@\w[\w.@-]*|#(?=\w)")
"""Addresses and handles are in no language; a hashtag's word is."""


class LanguageDetector:
    """Tells the language of texts among those listened for and their neighbours."""

    def __init__(self, languages: Sequence[str] = ("fr", "en")) -> None:
        self._listened = frozenset(languages)
        eldc.init()
        eldc.set_languages(list(dict.fromkeys([*languages, *_NEIGHBOURS])))

    def detect(self, text: str, declared: str = "") -> str:
        """The ISO 639-1 code of a text, or "" when it cannot be told. `declared` is what the source says."""
        words = _NOISE.sub(" ", text) if "@" in text or "#" in text or "://" in text or "www." in text else text
        result = eldc.detect_details(words)
        if result.language == "und":
            return declared
        if result.reliable and len(words) >= FEW_LETTERS:
            return str(result.language)
        return declared or self._likeliest(words, result.scores)

    def _likeliest(self, words: str, scores: Mapping[str, float]) -> str:
        """The best guess where nothing is sure: a listened language before one that is hardly likelier."""
        best = max(scores, key=scores.__getitem__)
        home = max(self._listened & scores.keys(), key=scores.__getitem__, default=best)
        chosen = home if scores[home] >= NEAR * scores[best] else best
        few = sum(map(str.isalpha, words)) < FEW_LETTERS
        return "" if few and (scores[chosen] < LIKELY or chosen not in self._listened) else chosen
