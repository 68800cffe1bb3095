"""A judge for tests whose verdicts are written in the text itself: "+" and "-" signs behind words.

"mandarine- libre+" is bad for Mandarine and good for Libre; a lone "+", "-" or "?" is the general tone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from socialhub.model import Tone, Verdict, Word
from socialhub.pipeline.sentiment.judge import Judge, Judgement, Told

_TONES: Final = {"+": Tone.POSITIVE, "-": Tone.NEGATIVE, "?": Tone.NEUTRAL}


class SignedJudge(Judge):
    """Reads the signs. `topics` are topic numbers by slug, `name` that of the model it passes for."""

    def __init__(self, topics: Mapping[str, int], name: str = "signs") -> None:
        self._by_word = dict(topics)
        self._name = name
        self.judged = self.lessons = 0

    @property
    def name(self) -> str:
        """The name it was given."""
        return self._name

    def judge(self, told: Told) -> Judgement:
        """The signs of a text."""
        self.judged += 1
        own: dict[int, Verdict] = {}
        general = Verdict(Tone.NEUTRAL, 0.0, 0.9)
        for word in told.text.split():
            sign = word[-1]
            if sign in _TONES and word[:-1] in self._by_word:
                number = self._by_word[word[:-1]]
                if number in told.topics:
                    own[number] = _verdict(sign, word)
            elif word in _TONES:
                general = _verdict(sign, word)
        return Judgement(general, self._name, own)


def _verdict(sign: str, word: str) -> Verdict:
    """A "?" is what nobody is sure of."""
    tone = _TONES[sign]
    return Verdict(tone, 0.8 * tone, 0.3 if sign == "?" else 0.8, (Word(word, 0.8 * tone),))
