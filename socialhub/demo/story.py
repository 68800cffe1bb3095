"""The story of the 48 hours: what happens when. Everything else is told around these moments.

Offsets are milliseconds from the start of the scenario, which `scenario.laid_out` puts at three in the morning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from socialhub.clock import DAY, HOUR, MINUTE

SPAN: Final = 2 * DAY
"""How long the scenario lasts."""
HISTORY_DAYS: Final = 28
"""Days of counts before it, so that detectors have learnt."""
PLAY_FROM: Final = 39 * HOUR + 38 * MINUTE
"""Where a demonstration begins: the outage still on the curves, the boss's sentence twelve minutes ahead."""
SILENT_SOURCE: Final = "bluesky"
"""The source that says nothing for a while (see PLANTED)."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something planted on purpose, which detection is expected to find. Offsets in ms from the scenario's start.

    `topic` is a slug of `demo.topics`, "" when the room itself is concerned; `kind` is the sort of event.
    """

    name: str
    start_offset_ms: int
    end_offset_ms: int
    topic: str
    kind: str


def _at(hours: int, minutes: int) -> int:
    return hours * HOUR + minutes * MINUTE


PLANTED: Final[tuple[Event, ...]] = (
    Event("launch", _at(7, 0), _at(12, 0), "libre-mobile", "rival_launch"),
    Event("good_news", _at(13, 20), _at(21, 0), "mandarine", "good_news"),
    Event("hole", _at(24, 10), _at(24, 48), "", "room_outage"),
    Event("silence", _at(32, 4), _at(32, 42), "", "source_outage"),
    Event("outage", _at(35, 22), _at(43, 0), "fibre", "outage"),
    Event("boss", _at(39, 50), _at(47, 0), "direction", "indignation"),
)
EVENTS: Final = {event.name: event for event in PLANTED}
