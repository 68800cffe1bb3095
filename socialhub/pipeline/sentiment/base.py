"""What judges texts: the protocol of a backend, and the backends by the name the configuration calls them."""

from __future__ import annotations

from typing import Protocol

from socialhub.model import Verdict


class SentimentModel(Protocol):
    """What judges texts. `name` is stored beside each judgement, so that the past can be judged anew."""

    name: str

    def judge(self, text: str, lang: str) -> Verdict:
        """The tone of a clean text in a language ("fr", "en", …)."""
        ...


def create_model(backend: str) -> SentimentModel:
    """The model named in the configuration; each is imported when it is asked for."""
    if backend != "textblob":
        raise KeyError(backend)
    from socialhub.pipeline.sentiment.textblob import TextBlobModel

    return TextBlobModel()
