"""Stage 6: the tone of a text, with a confidence and the words that made it. Backends share one small protocol.

`textblob` is the lexicon of textblob-fr for French and of TextBlob for everything else. Their own tokenisers cost
0.25 ms a text, so the lexicons are asked word by word; the averaging is theirs: the mean
polarity of the assessed words.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final, Protocol

from socialhub.model import Tone, Verdict, Word

NEUTRAL_BAND: Final = 0.1
"""A polarity within ±0.1 is neutral."""
NO_EVIDENCE: Final = 0.55
"""Confidence of a text without any assessed word: neutral, little more than unsure."""
MAX_JUDGED: Final = 4_000
"""Characters of a text that are judged: its beginning says what it thinks."""
_WORDS: Final = re.compile(r"[^\W\d_]+'?|[:;=]-?[()DPp/]")


class SentimentModel(Protocol):
    """What judges texts. `name` is stored beside each judgement, so that the past can be judged anew."""

    name: str

    def judge(self, text: str, lang: str) -> Verdict:
        """The tone of a clean text in a language ("fr", "en", …)."""
        ...


class TextBlobModel:
    """The lexicons of textblob-fr and TextBlob."""

    name = "textblob"

    def judge(self, text: str, lang: str) -> Verdict:
        """Mean polarity of the words the lexicon knows, negations and intensifiers applied by it."""
        words: list[str] = _WORDS.findall(text[:MAX_JUDGED].lower().replace("’", "'"))
        assessed = _lexicon("fr" if lang == "fr" else "en").assessments(((word, None) for word in words), True)
        weighed = [(" ".join(chunk), float(polarity)) for chunk, polarity, _subjectivity, _label in assessed]
        telling = tuple(Word(chunk, round(polarity, 2)) for chunk, polarity in weighed if abs(polarity) >= NEUTRAL_BAND)
        if not weighed:
            return Verdict(Tone.NEUTRAL, 0.0, NO_EVIDENCE)
        score = sum(polarity for _chunk, polarity in weighed) / len(weighed)
        return Verdict(_tone(score), round(score, 3), _confidence(score, telling), _strongest(telling))


def _tone(score: float) -> Tone:
    if score > NEUTRAL_BAND:
        return Tone.POSITIVE
    return Tone.NEGATIVE if score < -NEUTRAL_BAND else Tone.NEUTRAL


def _confidence(score: float, telling: tuple[Word, ...]) -> float:
    """0…1: how far the score lies from the neutral band's edge, less when the words contradict each other."""
    distance = min(1.0, abs(abs(score) - NEUTRAL_BAND) / 0.4)
    contradicted = any(word.weight > 0 for word in telling) and any(word.weight < 0 for word in telling)
    return round((0.45 + 0.5 * distance) * (0.8 if contradicted else 1.0), 2)


def _strongest(words: tuple[Word, ...], count: int = 6) -> tuple[Word, ...]:
    return tuple(sorted(words, key=lambda word: -abs(word.weight))[:count])


@lru_cache(maxsize=2)
def _lexicon(lang: str) -> Any:
    """The sentiment lexicon of a language; loading takes half a second and 20 MB, hence on first use."""
    if lang == "fr":
        from textblob_fr.fr import sentiment
    else:
        from textblob.en import sentiment
    sentiment.load()
    return sentiment


BACKENDS: Final = {"textblob": TextBlobModel}


def create_model(backend: str) -> SentimentModel:
    """The model named in the configuration."""
    return BACKENDS[backend]()
