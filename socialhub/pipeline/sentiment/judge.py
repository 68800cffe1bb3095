"""A mention whole: its general tone, and the tone towards each topic that it names where that differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from socialhub.model import Verdict
from socialhub.pipeline.sentiment.base import SentimentModel
from socialhub.query import Node


@dataclass(frozen=True, slots=True)
class Told:
    """What a judgement looks at: clean words, their language, the stars given (1…5) and the topics they matched."""

    title: str
    text: str
    lang: str
    rating: float | None = None
    topics: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A general verdict, those of single topics where they differ from it, and the name of the model that judged."""

    general: Verdict
    model: str
    by_topic: Mapping[int, Verdict] = field(default_factory=dict)


class Judge:
    """Judges mentions by a model; `topics` are the queries by number, for the clauses that name them."""

    def __init__(self, model: SentimentModel, topics: Mapping[int, Node]) -> None:
        self._model = model
        self._topics = topics

    @property
    def name(self) -> str:
        """The name of the model, as it is stored beside each judgement."""
        return self._model.name

    def judge(self, told: Told) -> Judgement:
        """The tone of a mention."""
        words = f"{told.title}. {told.text}" if told.title else told.text
        return Judgement(self._model.judge(words, told.lang), self._model.name)
