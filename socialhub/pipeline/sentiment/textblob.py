"""The backend `textblob`: the lexicon of textblob-fr for French and of TextBlob for everything else.

Their own tokenisers cost 0.25 ms a text, so the lexicons are asked word by word; the averaging is theirs: the mean
polarity of the assessed words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from socialhub.model import Tone, Verdict, Word

NEUTRAL_BAND: Final = 0.1
"""A polarity within ±0.1 is neutral."""
NO_EVIDENCE: Final = 0.55
"""Confidence of a text without any assessed word: neutral, little more than unsure."""
MAX_JUDGED: Final = 4_000
"""Characters of a text that are judged: its beginning says what it thinks."""
_GAP: Final = "xxx"
_SMALL_GAP: Final = "xx"
_WORDS: Final = re.compile(r"[^\W\d_]+'?|[:;=]-?[()DPp/]|!")


class TextBlobModel:
    """The lexicons of textblob-fr and TextBlob."""

    name = "textblob"

    def judge(self, text: str, lang: str, rating: float | None = None) -> Verdict:
        """Mean polarity of the words the lexicon knows, negations and intensifiers applied by it, and of the stars."""
        words: list[str] = _WORDS.findall(text[:MAX_JUDGED].lower().replace("’", "'"))
        assessed = _lexicon("fr" if lang == "fr" else "en").assess(words)
        weighed = [(" ".join(chunk), float(polarity)) for chunk, polarity, _subjectivity, _label in assessed]
        telling = tuple(Word(chunk, round(polarity, 2)) for chunk, polarity in weighed if abs(polarity) >= NEUTRAL_BAND)
        if rating is not None:
            stars = max(-1.0, min(1.0, (rating - 3) / 2))
            weighed.append((f"{rating:g}/5", stars))
            telling += (Word(f"{rating:g}/5", round(stars, 2)),)
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


class _Lexicon:
    """One of the two lexicons, loaded, with the words that its rules look at."""

    def __init__(self, sentiment: Any, emoticons: Iterable[str]) -> None:
        sentiment.load()
        # Their dictionaries check at every look-up whether they are loaded yet; this one is.
        plain = type(
            "_Loaded", (type(sentiment),), {"__contains__": dict.__contains__, "__getitem__": dict.__getitem__}
        )
        self._rules = plain()
        self._rules.__dict__.update(sentiment.__dict__)
        dict.update(self._rules, sentiment)
        self._looked_at = frozenset((*sentiment, *sentiment.negations, *emoticons, "!"))

    def assess(self, words: Sequence[str]) -> list[tuple[list[str], float, float, str]]:
        """(chunk, polarity, subjectivity, label) of every chunk of words that is known, as the package finds them."""
        return list(self._rules.assessments(((word, None) for word in self.telling(words)), True))

    def telling(self, words: Sequence[str]) -> list[str]:
        """The words that can change the result: known ones, and one stand-in for every run of unknown ones.

        An unknown word only ends the reach of a negation (two letters) or also of an adverb (three); a second one in
        the same run changes nothing more.
        """
        kept: list[str] = []
        looked_at, in_gap = self._looked_at, False
        for word in words:
            if word in looked_at:
                kept.append(word)
                in_gap = False
            elif in_gap or not kept:
                continue
            elif len(word) > 2:
                kept.append(_GAP)
                in_gap = True
            elif len(word.strip("'")) > 1:
                kept.append(_SMALL_GAP)
        return kept


@lru_cache(maxsize=2)
def _lexicon(lang: str) -> _Lexicon:
    """The lexicon of a language; loading takes half a second and 20 MB, hence on first use."""
    if lang == "fr":
        from textblob_fr._text import EMOTICONS
        from textblob_fr.fr import sentiment
    else:
        from textblob._text import EMOTICONS
        from textblob.en import sentiment
    return _Lexicon(sentiment, (face.lower() for faces in EMOTICONS.values() for face in faces))
