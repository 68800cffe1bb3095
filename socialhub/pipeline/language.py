"""Stage 3: the language of a text, by n-grams (eldc, about 5 microseconds), with the source's own word as a hint."""

from __future__ import annotations

from collections.abc import Sequence
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
"""Languages told apart from those listened for; fewer candidates make short texts surer."""
MIN_LETTERS: Final = 12
"""Below this a text is too short to be told: what the source says counts."""


class LanguageDetector:
    """Tells the language of texts among those listened for and their neighbours."""

    def __init__(self, languages: Sequence[str] = ("fr", "en")) -> None:
        eldc.init()
        eldc.set_languages(list(dict.fromkeys([*languages, *_NEIGHBOURS])))

    def detect(self, text: str, declared: str = "") -> str:
        """The ISO 639-1 code of a text, or "" when it cannot be told. `declared` is what the source says."""
        if len(text) < MIN_LETTERS:
            return declared
        result = eldc.detect_details(text)
        if result.language == "und":
            return declared
        if declared and not result.reliable:
            return declared
        return str(result.language)
