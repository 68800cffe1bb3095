"""Stage 2: exact repeats. The same words as a recent mention's are not analysed again, they copy its findings."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from socialhub.model import Draft, Verdict
from socialhub.pipeline.story_words import Said

REMEMBERED: Final = 20_000
"""First mentions kept in memory (about 15 MB): hours of traffic, more than any wave of repeats lasts."""


def exact_key(draft: Draft) -> int:
    """64 bits (signed) of the clean title, text and warning: tells repeats, and edits from re-readings."""
    words = "\x1f".join((draft.title, draft.text, draft.warning))
    return int.from_bytes(hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)


@dataclass(slots=True)
class Findings:
    """What the stages found in a text; all repeats share it. `said` is None until a mention of them is kept.

    `by_topic` holds the tones of topics that differ from the general one.
    """

    title_words: str = ""
    body_words: str = ""
    marks: str = ""
    lang: str = ""
    tone: int | None = None
    confidence: float = 0.0
    score: float = 0.0
    model: str = ""
    why: str = ""
    topics: tuple[int, ...] = ()
    by_topic: Mapping[int, Verdict] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    said: Said | None = None


class RepeatMemory:
    """The findings of recent first mentions by their exact key, the least recently repeated forgotten first."""

    def __init__(self, size: int = REMEMBERED) -> None:
        self._size = size
        self._findings: OrderedDict[int, Findings] = OrderedDict()

    def get(self, key: int) -> Findings | None:
        """What was found in these words, if they came lately."""
        found = self._findings.get(key)
        if found is not None:
            self._findings.move_to_end(key)
        return found

    def put(self, key: int, findings: Findings) -> None:
        """Remember the findings of a first mention."""
        self._findings[key] = findings
        if len(self._findings) > self._size:
            self._findings.popitem(last=False)
