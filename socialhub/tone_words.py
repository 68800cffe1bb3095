"""Tones and confidence in words, in the interface language. Knows no terminal and no cache."""

from __future__ import annotations

from typing import Final

from socialhub.i18n import _, decimal
from socialhub.model import UNSURE_BELOW, Tone, Word

SURE: Final = 0.8
"""A confidence (0…1) from which on a tone is called sure."""
FAIRLY_SURE: Final = 0.65


def tone_word(tone: Tone | None, confidence: float = 1.0) -> str:
    """The name of a tone; of one that is too uncertain only that it is."""
    if tone is None:
        return _("not judged")
    if confidence < UNSURE_BELOW:
        return _("unsure")
    return {Tone.NEGATIVE: _("negative"), Tone.NEUTRAL: _("neutral"), Tone.POSITIVE: _("positive")}[tone]


def reason_words(word: Word) -> str:
    """A word that made a tone, with its signed weight: “la panne” −0.59."""
    sign = "+" if word.weight >= 0 else "−"
    return _("“{word}” {weight}").format(word=word.text, weight=sign + decimal(abs(word.weight), 2))


def confidence_words(confidence: float, *, precise: bool = False) -> str:
    """How sure a judge is, as a word and a number: "sure (87 %)"; `precise` tells that it was the precise model."""
    words = _sureness_words(confidence)
    return _("{sureness}, precise model").format(sureness=words) if precise else words


def _sureness_words(confidence: float) -> str:
    percent = round(confidence * 100)
    if confidence >= SURE:
        return _("sure ({percent} %)").format(percent=percent)
    if confidence >= FAIRLY_SURE:
        return _("fairly sure ({percent} %)").format(percent=percent)
    if confidence >= UNSURE_BELOW:
        return _("barely sure ({percent} %)").format(percent=percent)
    return _("confidence {percent} %").format(percent=percent)
