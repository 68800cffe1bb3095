"""What the room taught, handed to the judge: the model adapted to it, and over that what operators corrected.

At the start, and whenever a correction or a model came or was taken back.
"""

from __future__ import annotations

from socialhub.pipeline.ingest import Ingest
from socialhub.pipeline.sentiment.base import SentimentModel, create_model
from socialhub.pipeline.sentiment.linear import LinearModel, Weights, shipped_weights
from socialhub.pipeline.sentiment.personal import Lesson
from socialhub.store import corrections, sentiment_models
from socialhub.store.connection import Connection


def lessons(db: Connection) -> list[Lesson]:
    """The corrected mentions as lessons, the newest correction last."""
    return [Lesson(each.title, each.text, each.lang, each.rating, each.tone) for each in corrections.fixed_texts(db)]


def weights_in_force(db: Connection) -> Weights:
    """The weights adapted to this room, else the shipped ones: also where those have changed since it was adapted."""
    shipped, adapted = shipped_weights(), sentiment_models.in_force(db)
    return Weights.from_bytes(adapted.weights) if adapted and adapted.base == shipped.name else shipped


def model_in_force(db: Connection, backend: str) -> SentimentModel:
    """The configured model; for the linear one with the weights in force."""
    return LinearModel(weights_in_force(db)) if backend == "linear" else create_model(backend)


class Teaching:
    """Keeps the judge of a way in at the model in force and at what was corrected so far."""

    def __init__(self, db: Connection, ingest: Ingest, backend: str = "linear") -> None:
        self._db, self._ingest, self._backend = db, ingest, backend
        self._learnt = 0
        self._model: int | None = None

    def look(self) -> bool:
        """Learn if anything changed since; True when the judge judges otherwise now."""
        changes, model = corrections.changes(self._db), sentiment_models.number_in_force(self._db)
        if (changes, model) == (self._learnt, self._model):
            return False
        if model != self._model:
            self._ingest.judge.use(model_in_force(self._db, self._backend))
        self._ingest.learn(lessons(self._db))
        self._learnt, self._model = changes, model
        return True
