"""When a source counts as silent (DECISIONS 14), and how a source is in one word. Pure: rows and the time come in.

Silent is: nothing completed for `silent_after` intervals since the later of its last success and the collector's
start. Time the server asked to be left alone, pauses and stops do not count, nor does what is played. All silent at
once is one network alert.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from socialhub.model import Health, SourceRow
from socialhub.records import dataclass

SILENT_AFTER: Final = 3
"""Intervals without a completed poll after which a source counts as silent."""
LATE_AFTER: Final = 2
"""Intervals after which data counts as late: one whole poll was missed."""
NETWORK_NEEDS: Final = 2
"""So many silent sources, and no other that speaks, are one network alert instead of one alert each."""
LOCAL_KINDS: Final = frozenset({"file", "replay"})
"""Kinds that read this machine's disk: they say nothing about the network."""
_PLAYED_KIND: Final = "replay"
# Its heart beats in real seconds and its intervals pass N times as fast; its file may have come to its end.


class Judged(StrEnum):
    """Why the silence rule calls a source silent, or why it does not."""

    SILENT = "silent"
    HEARD = "heard"
    WAITING = "waiting"
    PAUSED = "paused"
    STOPPED = "stopped"
    UNTIMED = "untimed"
    NOBODY_COLLECTS = "nobody-collects"


@dataclass(frozen=True, slots=True)
class SourceSilence:
    """The rule's answer for one source.

    `since` is when the last success was, or else when the collector started (ms UTC); `limit` the moment from which
    the source counts as silent (None where the rule does not apply).
    """

    source: SourceRow
    why: Judged
    since: int | None
    limit: int | None

    @property
    def silent(self) -> bool:
        """Whether the source is silent."""
        return self.why is Judged.SILENT


@dataclass(frozen=True, slots=True)
class SilenceReport:
    """The rule's answer for the room: each source's, and whether the silent ones add up to a network failure.

    When `network` is true, `network_sources` share one alert and `single` holds only silent sources of local kinds.
    """

    judged: tuple[SourceSilence, ...]
    single: tuple[SourceSilence, ...]
    network: bool
    network_sources: tuple[SourceSilence, ...]

    @property
    def network_since(self) -> int | None:
        """The moment from which nothing was heard of any of them (ms UTC)."""
        return max((each.since or 0 for each in self.network_sources), default=None)


def _last_heard(row: SourceRow, now: int) -> int | None:
    """The last success; one that is yet to come stems from before the clock was set back and tells nothing."""
    return row.last_success if row.last_success is not None and row.last_success <= now else None


def _counted_from(row: SourceRow, collector_started: int, now: int) -> int:
    """From when the source's silence is counted: waits that the server asked for and pauses do not count."""
    return max(_last_heard(row, now) or 0, collector_started, row.wait_until or 0, row.paused_until or 0)


def is_timed(row: SourceRow) -> bool:
    """Whether a source is to be heard at known intervals."""
    return row.interval > 0 and row.kind != _PLAYED_KIND


def judge(row: SourceRow, now: int, collector_started: int | None, silent_after: int = SILENT_AFTER) -> SourceSilence:
    """Whether this source is silent at `now` (ms UTC), and why or why not."""
    heard = _last_heard(row, now)
    since = heard if heard is not None else collector_started
    if row.state == "stopped":
        return SourceSilence(row, Judged.STOPPED, since, None)
    if row.is_paused(now):
        return SourceSilence(row, Judged.PAUSED, since, None)
    if not is_timed(row):
        return SourceSilence(row, Judged.UNTIMED, since, None)
    if collector_started is None:
        return SourceSilence(row, Judged.NOBODY_COLLECTS, since, None)
    limit = _counted_from(row, collector_started, now) + silent_after * row.interval
    if row.wait_until is not None and row.wait_until > now:
        return SourceSilence(row, Judged.WAITING, since, limit)
    return SourceSilence(row, Judged.SILENT if now > limit else Judged.HEARD, since, limit)


def silent_sources(
    rows: Sequence[SourceRow], now: int, collector_started: int | None, silent_after: int = SILENT_AFTER
) -> SilenceReport:
    """Judge all sources at once. `collector_started` is None when nobody collects: then nothing is silent."""
    judged = tuple(judge(row, now, collector_started, silent_after) for row in rows)
    silent = tuple(each for each in judged if each.silent)
    outside = tuple(each for each in silent if each.source.kind not in LOCAL_KINDS)
    speaking = any(each.why is Judged.HEARD and each.source.kind not in LOCAL_KINDS for each in judged)
    if len(outside) < NETWORK_NEEDS or speaking:
        return SilenceReport(judged, silent, False, ())
    return SilenceReport(judged, tuple(each for each in silent if each not in outside), True, outside)


def health_of(
    row: SourceRow, now: int, collector_started: int | None = None, silent_after: int = SILENT_AFTER
) -> Health:
    """How a source is, in one word, by the same rule as the silence alert."""
    judged = judge(row, now, collector_started, silent_after)
    if judged.why in _PLAIN:
        return _PLAIN[judged.why]
    if row.failures > 0:
        return Health.FAILING
    if row.last_success is None:
        return Health.NEVER
    if judged.why is Judged.UNTIMED or now - _counted_from(row, 0, now) <= LATE_AFTER * row.interval:
        return Health.OK
    return Health.LATE


_PLAIN: Final = {Judged.STOPPED: Health.STOPPED, Judged.PAUSED: Health.PAUSED, Judged.SILENT: Health.SILENT}
