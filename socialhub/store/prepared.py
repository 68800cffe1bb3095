"""A batch on its way into the cache: mentions ready to be stored, and what else has to happen. Plain data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from socialhub.model import Boost, Deletion, Draft, Verdict
from socialhub.store.labels import Label, label_of

MAX_RAW: Final = 16_384
"""Bytes of a received record kept as evidence; the SHA-256 is of the whole."""


@dataclass(slots=True)
class Prepared:
    """A mention ready to be stored: a clean draft and what the stages found.

    `story` is the id of the first mention of the same words, 0 when this is the first. `topics` are topic numbers,
    `places` codes of the gazetteer with all that lies around them, `by_topic` the tones that differ from the general.
    `name` is what all ways by which it may be seen know it by.
    """

    draft: Draft
    canonical_id: str
    published: int
    exact_key: int
    title_words: str
    body_words: str
    marks: str
    tone: int | None = None
    confidence: float = 0.0
    score: float = 0.0
    model: str = ""
    why: str = ""
    topics: tuple[int, ...] = ()
    story: int = 0
    same_story_as: Prepared | None = None
    people: tuple[int, ...] = ()
    places: tuple[str, ...] = ()
    by_topic: Mapping[int, Verdict] = field(default_factory=dict)
    name: str = ""
    id: int = 0

    @property
    def general(self) -> Label:
        """The general label, as the judge left it."""
        return Label(self.tone, self.confidence, self.score, self.why)

    def own(self) -> dict[int, Label]:
        """The labels of topics that differ from it."""
        return {topic: label_of(verdict) for topic, verdict in self.by_topic.items()}


@dataclass(slots=True)
class Sighting:
    """What a source shows of a stored mention; `words` is the exact key of it. `name` is what all ways know it by."""

    mention: int
    draft: Draft
    words: int
    name: str = ""


@dataclass(slots=True)
class Intake:
    """One batch, sorted by what has to happen.

    `revivals` are posts that were taken away for a while and are shown again.
    `kind` and `server` (the host it asks) tell what the source speaks for. `sightings` are known posts met by a new
    way, `views` those whose way shows other words or numbers than before; `leads` are the originals of mentions that
    only a copy had shown.
    """

    source: int
    seen: int
    kind: str = ""
    server: str = ""
    new: list[Prepared] = field(default_factory=list)
    edits: list[tuple[int, Prepared]] = field(default_factory=list)
    leads: list[tuple[int, Prepared]] = field(default_factory=list)
    revivals: list[tuple[int, Prepared]] = field(default_factory=list)
    engagement: list[tuple[int, Draft]] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    views: list[Sighting] = field(default_factory=list)
    boosts: list[Boost] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)


def evidence(draft: Draft) -> tuple[bytes | None, bytes | None]:
    """(SHA-256 of what was received, its first MAX_RAW bytes); the words stand in where a source gives no record."""
    received = draft.raw or "\n".join((draft.title, draft.text)).encode("utf-8", "replace")
    return hashlib.sha256(received).digest(), draft.raw[:MAX_RAW] or None
