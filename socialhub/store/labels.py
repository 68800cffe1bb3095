"""The labels of a mention: one general tone and one for each topic, as the judge found them and as people fixed them.

A label that a person fixed stands whatever the judge says. What the judge says of it is kept beside the correction, so
that it can be given back without judging again. A topic without a tone of its own goes along with the general one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from typing import Final

from socialhub.model import Verdict
from socialhub.records import dataclass
from socialhub.store.connection import Connection
from socialhub.store.counts import CountDelta
from socialhub.store.places import places_of
from socialhub.store.schema import ALL_TOPICS
from socialhub.store.tones import bucket_of, words_to_json

FIXED: Final = 1.0
"""The confidence of a label that a person gave."""


@dataclass(frozen=True, slots=True)
class Label:
    """A tone with its confidence, and what the judge stood it on; `own` where a topic's differs from the general."""

    tone: int | None
    confidence: float
    score: float = 0.0
    why: str = ""
    own: bool = False

    @property
    def bucket(self) -> int:
        """The tone under which it is counted."""
        return bucket_of(self.tone, self.confidence)

    @property
    def marks(self) -> tuple[int | None, float]:
        """What a list shows of it."""
        return self.tone, self.confidence


def label_of(verdict: Verdict, *, own: bool = True) -> Label:
    """A verdict as it is stored."""
    return Label(int(verdict.tone), verdict.confidence, verdict.score, words_to_json(verdict.why), own)


def settled(
    general: Label, own: Mapping[int, Label], topics: Iterable[int], fixed: Mapping[int, int]
) -> dict[int, Label]:
    """The labels that hold, by topic (0: the general one), for what the judge found and the tones that people fixed."""
    holding = _fixed(general, fixed.get(ALL_TOPICS))
    labels, following = {ALL_TOPICS: holding}, Label(holding.tone, holding.confidence)
    for topic in topics:
        labels[topic] = _fixed(own.get(topic, following), fixed.get(topic))
    return labels


def _fixed(label: Label, tone: int | None) -> Label:
    return label if tone is None else replace(label, tone=tone, confidence=FIXED)


# ---- what is stored ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Labelled:
    """A stored mention with its labels by topic (0: the general one).

    `firsts` tells of each whether it is the first of its story there, `fixed` the tones that people gave, `judged` what
    the judge says of those.
    """

    id: int
    published: int
    source: int
    model: str
    labels: dict[int, Label]
    firsts: dict[int, int]
    fixed: dict[int, int] = field(default_factory=dict)
    judged: dict[int, tuple[int | None, float]] = field(default_factory=dict)

    @property
    def topics(self) -> tuple[int, ...]:
        """The topics it belongs to."""
        return tuple(topic for topic in self.labels if topic != ALL_TOPICS)

    def by_judge(self, topic: int) -> Label:
        """A label as the judge left it."""
        label = self.labels[topic]
        if topic not in self.judged:
            return label
        tone, confidence = self.judged[topic]
        return replace(label, tone=tone, confidence=confidence)

    def own(self) -> dict[int, Label]:
        """The tones of topics that differ from the general one, as the judge left them."""
        return {topic: self.by_judge(topic) for topic in self.topics if self.labels[topic].own}


def labelled(db: Connection, mentions: Sequence[int]) -> list[Labelled]:
    """These mentions with their labels, in order of arrival; those that are gone are missing."""
    wanted = json.dumps(list(mentions))
    found: dict[int, Labelled] = {}
    for mention, published, source, model, story, *label in db.execute(
        "SELECT m.id, m.published, m.source, m.model, m.story, m.tone, m.confidence, m.score, m.why FROM json_each(?) j"
        " CROSS JOIN mentions m ON m.id = j.value ORDER BY m.id",
        (wanted,),
    ):
        labels, firsts = {ALL_TOPICS: Label(*label)}, {ALL_TOPICS: int(story == mention)}
        found[mention] = Labelled(mention, published, source, model, labels, firsts)
    for mention, topic, first, tone, confidence, score, why, own in db.execute(
        "SELECT t.mention, t.topic, t.first_of_story, t.tone, t.confidence, t.score, t.why, t.own FROM json_each(?) j"
        " CROSS JOIN mention_topics t INDEXED BY mention_topics_by_mention ON t.mention = j.value",
        (wanted,),
    ):
        if mention in found:
            found[mention].labels[topic] = Label(tone, confidence, score, why, bool(own))
            found[mention].firsts[topic] = first
    for mention, topic, tone, *judged in db.execute(
        "SELECT c.mention, c.topic, c.tone, c.judged_tone, c.judged_confidence FROM json_each(?) j"
        " CROSS JOIN corrections c ON c.mention = j.value",
        (wanted,),
    ):
        if mention in found:
            found[mention].fixed[topic] = tone
            found[mention].judged[topic] = judged[0], judged[1]
    return list(found.values())


def write_labels(
    db: Connection,
    mention: Labelled,
    general: Label,
    own: Mapping[int, Label],
    fixed: Mapping[int, int],
    delta: CountDelta,
) -> bool:
    """Give a mention the labels that follow from these; returns whether any tone or confidence changed.

    The caller applies `delta`, gives what changed a new revision, and writes the corrections themselves.
    """
    changed = False
    for topic, label in settled(general, own, mention.topics, fixed).items():
        before = mention.labels[topic]
        if label == before:
            continue
        if topic == ALL_TOPICS:
            db.execute(
                "UPDATE mentions SET tone = ?, confidence = ?, score = ?, why = ? WHERE id = ?",
                (label.tone, label.confidence, label.score, label.why, mention.id),
            )
        else:
            db.execute(
                "UPDATE mention_topics SET tone = ?, confidence = ?, score = ?, why = ?, own = ?"
                " WHERE topic = ? AND mention = ?",
                (label.tone, label.confidence, label.score, label.why, label.own, topic, mention.id),
            )
        changed = changed or label.marks != before.marks
        if label.bucket != before.bucket:
            _move(delta, mention, topic, before.bucket, label.bucket, places_of(db, mention.id))
    return changed


def _move(delta: CountDelta, mention: Labelled, topic: int, before: int, after: int, places: tuple[str, ...]) -> None:
    first = mention.firsts[topic]
    delta.add(topic, mention.published, mention.source, before, -1, -first, places)
    delta.add(topic, mention.published, mention.source, after, 1, first, places)


def note_judged(db: Connection, mention: int, judged: Mapping[int, Label], fixed: Iterable[int]) -> None:
    """Keep what the judge says now beside the corrections of a mention (by topic, 0: the general one)."""
    db.executemany(
        "UPDATE corrections SET judged_tone = ?, judged_confidence = ? WHERE mention = ? AND topic = ?",
        [(*judged[topic].marks, mention, topic) for topic in fixed if topic in judged],
    )


def fixed_tones(db: Connection, mention: int) -> dict[int, int]:
    """The tones that people gave a mention, by topic (0: in general)."""
    return dict(db.execute("SELECT topic, tone FROM corrections WHERE mention = ?", (mention,)).fetchall())
