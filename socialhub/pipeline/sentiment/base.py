"""What judges texts: the protocol of a backend, and the backends by the name the configuration calls them."""

from __future__ import annotations

from typing import Protocol

from socialhub.model import Verdict


class SentimentModel(Protocol):
    """What judges texts. `name` is stored beside each judgement, so that the past can be judged anew."""

    name: str

    def judge(self, text: str, lang: str, rating: float | None = None) -> Verdict:
        """The tone of a clean text in a language ("fr", "en", …); `rating` is stars (1…5) given with it."""
        ...


def create_model(backend: str) -> SentimentModel:
    """The model named in the configuration; each is imported when it is asked for."""
    if backend == "linear":
        from socialhub.pipeline.sentiment.linear import LinearModel

        return LinearModel()
    if backend == "textblob":
        from socialhub.pipeline.sentiment.textblob import TextBlobModel

        return TextBlobModel()
    raise KeyError(backend)
