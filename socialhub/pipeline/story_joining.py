"""Mentions and the stories they were placed in: told to those of a chunk, recalled of those that are stored."""

from __future__ import annotations

from collections.abc import Sequence

from socialhub.pipeline.stories import Story, Telling
from socialhub.pipeline.story_words import said
from socialhub.store.prepared import Prepared
from socialhub.store.stories import PastTelling


def join(told: Sequence[tuple[Prepared, Telling]], stories: Sequence[Story]) -> None:
    """Tell the new mentions of a chunk their stories: by id, or by who opens them in this very chunk."""
    openers: dict[int, Prepared] = {}
    for (prepared, _telling), story in zip(told, stories, strict=True):
        opener = openers.setdefault(id(story), prepared)
        prepared.story = story.id
        if not story.id and opener is not prepared:
            prepared.same_story_as = opener


def telling_of(past: PastTelling) -> Telling:
    """A stored mention as stories see it."""
    words = said(past.title, past.text, (past.site, past.author, past.source))
    return Telling(words, past.exact_key, past.kind, past.published, tuple(past.places.split()), bool(past.matched))
