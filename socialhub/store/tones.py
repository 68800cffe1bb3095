"""Which tone of a mention is meant: the general one, or that towards the topic which a question is narrowed to.

A mention carries one general tone (`mentions`) and one for each of its topics (`mention_topics`). A topic's is `own`
where the judge, or a person, found another than the general one; otherwise it goes along with the general one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from json.encoder import encode_basestring
from typing import Final

from socialhub.model import UNSURE_BELOW, Word
from socialhub.records import dataclass
from socialhub.store.schema import UNSURE_BUCKET


def bucket_of(tone: int | None, confidence: float) -> int:
    """The tone under which a label is counted: -1, 0, 1, or 2 where it is unsure."""
    return UNSURE_BUCKET if tone is None or confidence < UNSURE_BELOW else tone


def words_to_json(words: Iterable[Word]) -> str:
    """The words that made a tone as they are stored; "" for none."""
    # By hand: to call an encoder takes longer than to encode so few.
    stored = [f"[{encode_basestring(word.text)}, {float(word.weight)!r}]" for word in words]
    return f"[{', '.join(stored)}]" if stored else ""


def words_from_json(stored: str) -> tuple[Word, ...]:
    """The words that made a tone, read back."""
    return tuple(Word(text, weight) for text, weight in json.loads(stored)) if stored else ()


@dataclass(frozen=True, slots=True)
class ToneColumns:
    """Where a tone and its confidence are read, as SQL over the rows `m` of a question."""

    tone: str
    confidence: str

    @property
    def bucket(self) -> str:
        """The bucket under which the label is counted, as SQL."""
        unsure = f"{self.tone} IS NULL OR {self.confidence} < {UNSURE_BELOW}"
        return f"CASE WHEN {unsure} THEN {UNSURE_BUCKET} ELSE {self.tone} END"

    def put_into(self, condition: str) -> str:
        """A condition on the general tone (`m.tone`, `m.confidence`, as query/sql writes it), asked of this one."""
        return condition.replace("m.tone", self.tone).replace("m.confidence", self.confidence)


def _of_topic(column: str) -> str:
    return f"(SELECT {column} FROM mention_topics WHERE topic = :topic AND mention = m.id)"  # noqa: S608


def _of_subject(column: str) -> str:
    return (
        f"(SELECT t.{column} FROM mention_topics t JOIN topics p ON p.id = t.topic"  # noqa: S608
        " WHERE t.mention = m.id AND lower(p.slug) = :subject)"
    )


GENERAL: Final = ToneColumns("m.tone", "m.confidence")
OF_TOPIC: Final = ToneColumns(_of_topic("tone"), _of_topic("confidence"))
"""Towards the topic with the number `:topic`."""
OF_MATCH: Final = ToneColumns("mt.tone", "mt.confidence")
"""The same where the rows `mt` of `mention_topics` are the question's own."""
OF_SUBJECT: Final = ToneColumns(_of_subject("tone"), _of_subject("confidence"))
"""Towards the topic with the slug `:subject`."""
