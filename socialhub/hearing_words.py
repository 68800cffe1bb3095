"""What the room does not hear, in a sentence: where something is missing, nobody may call it calm. Knows no cache.

Missing is what a source that is silent, stopped or not asked yet may say, what one is still catching up, and what of
the last hours is out of reach for good. Nobody may say less because a source was paused by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from socialhub.ages import duration, moment_text, period
from socialhub.clock import HOUR
from socialhub.detect.silence import SILENT_AFTER, health_of, is_timed
from socialhub.i18n import _, labelled, ngettext, number
from socialhub.model import Health, SourceRow
from socialhub.records import dataclass

HOLES_TOLD_FOR: Final = 4 * HOUR
"""A hole is no part of the present once it is older than the minutes that detection judges."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """How many sources are behind and by how much at most (ms), not heard, paused, or miss some of the last hours.

    `hole` is the stretch (ms UTC) in which these holes lie; None where there is none.
    """

    behind: int = 0
    left: int = 0
    silent: int = 0
    paused: int = 0
    holed: int = 0
    hole: tuple[int, int] | None = None

    @property
    def anything(self) -> bool:
        """Whether something is missing."""
        return bool(self.behind or self.silent or self.paused or self.holed)


def unheard(sources: Sequence[SourceRow], now: int, collecting: int | None) -> Unheard:
    """What is missing at `now` (ms UTC); `collecting` is when the living collector started, None when nobody collects.

    A source counts once: as silent before it counts as behind.
    """
    paused = [row for row in sources if row.is_paused(now)]
    silent = [row for row in sources if row not in paused and not _is_heard(row, now, collecting)]
    heard = [row for row in sources if row not in paused and row not in silent]
    gaps = [row.gap for row in heard if row.gap is not None]
    behind = [gap for gap in gaps if gap.ended is None]
    holes = [
        (gap.since, gap.known[0])
        for gap in gaps
        if gap.ended is not None and gap.hole is not None and gap.known[0] > now - HOLES_TOLD_FOR
    ]
    return Unheard(
        len(behind),
        max((gap.left for gap in behind), default=0),
        len(silent),
        len(paused),
        len(holes),
        (min(low for low, _high in holes), max(high for _low, high in holes)) if holes else None,
    )


def _is_heard(row: SourceRow, now: int, collecting: int | None) -> bool:
    """Whether what it says is known. A collector that has just started has heard nothing yet of what was before."""
    if row.last_success is None or health_of(row, now, collecting) in (Health.SILENT, Health.STOPPED):
        return False
    return not is_timed(row) or now - row.last_success <= SILENT_AFTER * row.interval


def unheard_words(sources: Sequence[SourceRow], now: int, collecting: int | None, zone: tzinfo | None) -> str:
    """What of some sources is missing: "catching up 2 h 10 min on 3 sources, 1 source not heard"; "" for nothing."""
    found = unheard(sources, now, collecting)
    parts = []
    if found.behind:
        words = ngettext("catching up {left} on {count} source", "catching up {left} on {count} sources", found.behind)
        parts.append(words.format(left=duration(found.left), count=number(found.behind)))
    if found.silent:
        words = ngettext("{count} source not heard", "{count} sources not heard", found.silent)
        parts.append(words.format(count=number(found.silent)))
    if found.paused:
        words = ngettext("{count} source paused", "{count} sources paused", found.paused)
        parts.append(words.format(count=number(found.paused)))
    if found.hole is not None:
        words = ngettext(
            "{period} is missing from {count} source", "{period} is missing from {count} sources", found.holed
        )
        parts.append(words.format(period=period(*found.hole, now, zone), count=number(found.holed)))
    return ", ".join(parts)


def calm_words(sources: Sequence[SourceRow], now: int, collecting: int | None, zone: tzinfo | None) -> str:
    """What may be said instead of "nothing burns", when nothing does; "" where all is heard."""
    if words := deafness(sources, now, collecting, zone):
        return words
    words = unheard_words(sources, now, collecting, zone)
    return labelled(_("Calm as far as heard"), words) + "." if words else ""


def deafness(sources: Sequence[SourceRow], now: int, collecting: int | None, zone: tzinfo | None) -> str:
    """Why nothing at all is heard, in a sentence; "" while one source answers. Arguments as of `unheard`."""
    if not sources:
        return _("Nothing is heard: there is no source.")
    healths = [health_of(row, now, collecting) for row in sources]
    if Health.OK in healths:
        return ""
    heard = max((row.last_success for row in sources if row.last_success is not None), default=None)
    if Health.LATE in healths and collecting is not None:
        if heard is None or any(_is_heard(row, now, collecting) for row in sources):
            return ""
        time = moment_text(heard, now, zone)
        return _("Nothing is heard since {time}: the first polls are running.").format(time=time)
    if heard is None and collecting is not None and not any(row.failures for row in sources):
        return _("Nothing is heard yet: the first polls are running.")
    if collecting is None:
        if heard is None:
            return _("Nothing is heard yet: nobody collects.")
        return _("Nothing is heard since {time}: nobody collects.").format(time=moment_text(heard, now, zone))
    if heard is None:
        return ngettext(
            "Nothing is heard yet: the only source has not answered.",
            "Nothing is heard yet: none of {count} sources has answered.",
            len(sources),
        ).format(count=number(len(sources)))
    return ngettext(
        "Nothing is heard since {time}: the only source does not answer.",
        "Nothing is heard since {time}: none of {count} sources answers.",
        len(sources),
    ).format(time=moment_text(heard, now, zone), count=number(len(sources)))
