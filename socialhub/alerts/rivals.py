"""What a competitor's burst is about: the words that rose, whether it is good or bad for them, and who shares it with
them. Reads some hundred texts, so only for what is raised or grew.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from socialhub.alert_rules import OWN_TOPICS
from socialhub.alerts.moments import Moods
from socialhub.alerts.signals import Signal
from socialhub.alerts.volume import Found
from socialhub.clock import DAY
from socialhub.detect.interests import ENOUGH_PAST, find_interests
from socialhub.store.alert_facts import shared_with
from socialhub.store.alert_mentions import texts_behind
from socialhub.store.connection import Connection
from socialhub.store.voices import background_texts

MOST_NOW: Final = 300
MOST_BEFORE: Final = 600
"""Texts that the words are found in."""
BEFORE: Final = 28 * DAY
WORDS: Final = 5
SHARED: Final = 3
"""So many mentions in common with one of our topics are told."""


def with_subject(db: Connection, signal: Signal, found: Found, moods: Moods) -> Signal:
    """The signal of a competitor's burst with its `words`, its `mood` ("good", "bad" or "") and what is `shared`:
    [name, mentions] of our topics that have mentions in common with it.
    """
    window = signal.window
    past = replace(window, start=window.start - BEFORE, end=window.start)
    spoken, before = texts_behind(db, window, MOST_NOW), texts_behind(db, past, MOST_BEFORE)
    few = len(before) < ENOUGH_PAST
    others = background_texts(db, (), past.start, past.end, MOST_BEFORE) if few else []
    subjects = find_interests(spoken, before, others, limit=WORDS).subjects
    mood = moods.of(db, found, window)
    numbers: dict[str, Any] = {
        "words": [each.words for each in subjects],
        "mood": "good" if mood.cheerful else "bad" if mood.gloomy else "",
        "shared": [[name, count] for name, count in shared_with(db, window, OWN_TOPICS) if count >= SHARED],
    }
    return replace(signal, numbers={**signal.numbers, **numbers})
