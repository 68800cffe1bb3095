"""Which posts matter enough that their engagement is asked for again at set ages. Pure.

A post must have matched a topic and its source must tell engagement at all; then one of these: a watched person wrote
it ("person"), its author has a large audience ("reach"), it moves people already ("engaged"), it is surely negative
("negative"). The first of a growing story ("story") is found by the store. Every source has a bounded number an hour.
"""

from __future__ import annotations

from typing import Final

from socialhub.clock import floor_hour
from socialhub.model import Draft, Tone
from socialhub.paces import interactions

LARGE_AUDIENCE: Final = 10_000
"""Followers, or readers, from which on a post matters."""
ENGAGED: Final = 20
"""Likes, shares and replies together."""
SURE: Final = 0.8
"""Confidence from which on a negative tone is taken at its word."""
MOST_AN_HOUR: Final = 60
"""Posts of one source chosen in an hour: with four ages each and 20 posts a question, a dozen questions an hour."""
MOST_NEGATIVE: Final = 30
"""Of these at most so many for their tone alone: a day of complaints leaves room for what is read by many."""


def reason_to_watch(
    draft: Draft, topics: tuple[int, ...], people: tuple[int, ...], tone: int | None, confidence: float
) -> str:
    """Why the engagement of this post is followed; "" when it is not."""
    engagement = interactions(draft.likes, draft.shares, draft.replies)
    if not topics or engagement is None:
        return ""
    if people:
        return "person"
    if max(draft.followers or 0, draft.reach or 0) >= LARGE_AUDIENCE:
        return "reach"
    if engagement >= ENGAGED:
        return "engaged"
    return "negative" if tone == Tone.NEGATIVE and confidence >= SURE else ""


class HourlyRoom:
    """How many posts of each source may still be chosen this hour. Begins anew with the process."""

    def __init__(self) -> None:
        self._hour = 0
        self._taken: dict[tuple[int, str], int] = {}

    def has_place(self, source: int, reason: str, now: int) -> bool:
        """Whether one more post of `source` (row number) may be chosen in this hour."""
        hour = floor_hour(now)
        if hour != self._hour:
            self._hour, self._taken = hour, {}
        if self._taken.get((source, ""), 0) >= MOST_AN_HOUR:
            return False
        return reason != "negative" or self._taken.get((source, reason), 0) < MOST_NEGATIVE

    def take(self, source: int, reason: str, now: int) -> bool:
        """Take a place; False when the hour is full."""
        if not self.has_place(source, reason, now):
            return False
        for kind in {"", reason}:
            self._taken[(source, kind)] = self._taken.get((source, kind), 0) + 1
        return True
