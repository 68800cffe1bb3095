"""A mention whole: its general tone, and the tone towards each topic that it names where that differs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Final, Protocol

from socialhub.model import Verdict
from socialhub.pipeline.sentiment.base import SentimentModel
from socialhub.pipeline.sentiment.clauses import clauses
from socialhub.pipeline.sentiment.linear import LinearModel
from socialhub.pipeline.sentiment.personal import Lesson, personal_weights
from socialhub.query import Node
from socialhub.query.tree import is_wordy
from socialhub.query.why import spans_of_each
from socialhub.records import dataclass

MOST_APART: Final = 4
"""A text that names more topics than this is a list: its clauses are not judged apart."""
LONGEST_APART: Final = 1_500
"""Characters of a text whose clauses are judged apart; a longer one is an article."""
_NAME: Final = "@"
"""What stands for a topic's name while a text is judged: a brand may be called Super or Bonne Route."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a judgement looks at: clean words, their language, the stars given (1…5) and the topics they matched."""

    title: str
    text: str
    lang: str
    rating: float | None = None
    topics: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        """Title and text as one."""
        return f"{self.title}. {self.text}" if self.title else self.text


@dataclass(frozen=True, slots=True)
class Judgement:
    """A general verdict, those of single topics where they differ from it, and the name of the model that judged."""

    general: Verdict
    model: str
    by_topic: Mapping[int, Verdict] = field(default_factory=dict)


class Judge:
    """Judges mentions by a model.

    `topics` are the queries by number, for the clauses that name them; `names` what topics are called: their words say
    nothing of the tone.
    """

    def __init__(self, model: SentimentModel, topics: Mapping[int, Node], names: Iterable[str] = ()) -> None:
        self._model = model
        self._topics = {number: node for number, node in topics.items() if is_wordy(node)}
        self._names = _pattern(names)
        self.lessons = 0
        """How often it learnt: what was judged before is judged otherwise since."""

    @property
    def name(self) -> str:
        """The name of the model, as it is stored beside each judgement."""
        return self._model.name

    def use(self, model: SentimentModel) -> None:
        """Judge by another model from now on; what was learnt over the one before is forgotten."""
        self._model = model

    def learn(self, lessons: Sequence[Lesson]) -> None:
        """Judge as operators corrected: a small personal layer over the weights. Other backends do not learn."""
        self.lessons += 1
        if isinstance(self._model, LinearModel):
            self._model = LinearModel(personal_weights(self._model.base, lessons), self._model.base)

    def judge(self, told: Told) -> Judgement:
        """The tone of a mention."""
        words = told.words
        general = self._model.judge(self.nameless(words), told.lang, told.rating)
        if len(told.topics) < 2:
            return Judgement(general, self._model.name)
        return Judgement(general, self._model.name, self._by_topic(told, words, general))

    def _by_topic(self, told: Told, words: str, general: Verdict) -> dict[int, Verdict]:
        """The tones of the clauses around each topic, where they are surely not the general one."""
        named = [topic for topic in told.topics if topic in self._topics]
        if not 2 <= len(named) <= MOST_APART or len(words) > LONGEST_APART:
            return {}
        places = spans_of_each({topic: self._topics[topic] for topic in named}, words)
        verdicts = {
            topic: self._model.judge(self.nameless(clause), told.lang)
            for topic, clause in clauses(words, places).items()
        }
        return {
            topic: verdict
            for topic, verdict in verdicts.items()
            if verdict.tone is not general.tone and not verdict.unsure
        }

    def nameless(self, words: str) -> str:
        """The words as the model is shown them: without the names of topics."""
        return self._names.sub(_NAME, words) if self._names else words


class Named(Protocol):
    """What a topic is called, and its kind: as the configuration or the cache has it."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def kind(self) -> str:
        """Brand, competitor, product, campaign, person or issue."""
        ...


def topic_names(topics: Iterable[Named]) -> list[str]:
    """The names that say nothing of a tone: those of brands, products and people; an issue may be called "Panne"."""
    return [topic.name for topic in topics if topic.kind != "issue"]


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Finds the names as they are written, longest first; a name in small letters is a common word and is left out."""
    proper = sorted({name for name in names if name[:1].isupper()}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, proper))})(?!\w)") if proper else None
