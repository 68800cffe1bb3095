"""What all screens of a console are told: the room, who collects, what is wrong with the cache."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from socialhub.alert_rules import PlannedEvent
from socialhub.clock import Clock
from socialhub.errors import UserError
from socialhub.gap_words import behind_words
from socialhub.i18n import _, percent
from socialhub.model import CollectorState
from socialhub.records import dataclass
from socialhub.supervisor import Post, Supervision
from socialhub.widgets.status_line import Collecting, Status

if TYPE_CHECKING:
    from socialhub.live import Room
    from socialhub.store.jobs import Job

_STUCK_AFTER = 30.0
"""Seconds without a heartbeat after which a collector that holds its post counts as stuck."""


class Heartbeat:
    """Whether the collector's heart beats, by this machine's own time: its rows may carry a scenario's."""

    def __init__(self) -> None:
        self._beat = -1
        self._since = time.monotonic()

    def note(self, collector: CollectorState | None) -> None:
        """The newest row."""
        beat = collector.beat if collector is not None else -1
        if beat != self._beat:
            self._beat, self._since = beat, time.monotonic()

    @property
    def stopped(self) -> bool:
        """Whether nothing was felt for long."""
        return time.monotonic() - self._since > _STUCK_AFTER

    def seen(self, collector: CollectorState | None) -> Supervision:
        """Who collects, for a console that supervises nobody: all it has is the heartbeat."""
        living = collector is not None and collector.ended is None and not self.stopped
        return Supervision(Post.OTHERS if living else Post.NOBODY)


@dataclass(frozen=True, slots=True)
class RoomState:
    """The state of the room as the screens draw it. `room` is None until the cache was read.

    `config_trouble` says why the changed config is not followed, `planned` is what it announces.
    """

    room: Room | None
    supervision: Supervision
    stuck: bool
    trouble: UserError | None
    has_config: bool
    config_trouble: str = ""
    planned: tuple[PlannedEvent, ...] = ()

    @property
    def collecting_since(self) -> int | None:
        """When the living collector started (ms UTC), None when nobody collects."""
        if self.room is None or self.room.collector is None or self.supervision.post is Post.NOBODY:
            return None
        collector = self.room.collector
        return collector.started if collector.ended is None else None


def status_of(state: RoomState, brand: str, clock: Clock, *, demo: bool, remote: bool) -> Status:
    """What the status line tells."""
    now = clock.now()
    speed = clock.speed if clock.is_scenario else None
    collecting = {
        Post.OURS: Collecting.HERE,
        Post.OTHERS: Collecting.STUCK if state.stuck else Collecting.ELSEWHERE,
        Post.NOBODY: Collecting.NOBODY,
    }[state.supervision.post]
    over = clock.is_over
    room = state.room
    if room is None:
        # Before the cache was read once nothing is known, which is no reason to say that nobody collects.
        opening = state.trouble is None
        return Status(
            now,
            brand,
            None if opening else 0,
            collecting=Collecting.HERE if opening and not state.supervision.why_not else collecting,
            why_not=state.supervision.why_not,
            config_trouble=state.config_trouble,
            speed=speed,
            demo=demo,
            over=over,
        )
    from socialhub.screens.panes import silent_rows

    silent, failing = silent_rows(room, now, state.collecting_since)
    collector = room.collector
    return Status(
        now=now,
        brand=brand,
        sources=len(room.sources),
        silent=silent,
        failing=failing,
        behind=sum(row.gap is not None and row.gap.ended is None for row in room.sources),
        collecting=collecting,
        collector=f"{collector.host}, {collector.pid}" if collector is not None else "",
        why_not=state.supervision.why_not,
        config_trouble=state.config_trouble,
        working=behind_words(room.sources) or rematch_words(room.rematches),
        speed=speed,
        demo=demo,
        over=over,
        remote=remote,
    )


def rematch_words(jobs: Sequence[Job]) -> str:
    """How far matching the past again is, over all topics that it is done for; "" when it is done for none."""
    working = [job for job in jobs if not job.paused]
    if not working:
        return ""
    done = sum(job.done / job.total if job.total else 0.0 for job in working) / len(working)
    return _("past matched again: {share}").format(share=percent(done))


def empty_words(state: RoomState) -> str:
    """What an empty list of mentions says: why it is empty and what to do."""
    if state.trouble is not None:
        return f"{state.trouble.message}\n{state.trouble.hint}"
    if state.room is None:
        return _("Opening the cache…")
    if not state.room.sources:
        return _("No source yet.\nSay where to listen under [[sources]] in config.toml, or try: socialhub demo")
    if state.supervision.post is Post.NOBODY:
        return _("No mention yet, and nobody collects.\nStart: socialhub collect")
    return _("No mention yet: the first polls are running.\nWhat the sources answer appears here.")
