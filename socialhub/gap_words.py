"""What of a source is being caught up, and what could not be, in words. Knows no terminal and no cache."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

from socialhub.ages import duration, period
from socialhub.gaps import CatchUp
from socialhub.i18n import _, ngettext, number
from socialhub.model import SourceRow


def catch_up_words(gap: CatchUp | None, now: int, zone: tzinfo | None = None) -> str:
    """ "catching up 2 h 10 min of 14:02–17:01", "13:00–14:20 is out of reach"; "" where nothing is to be said."""
    if gap is None or not gap.is_told(now):
        return ""
    if gap.ended is not None:
        low, high = gap.since, gap.known[0]
        return _("out of reach: {period}").format(period=period(low, high, now, zone))
    words = _("catching up {left} of {period}").format(
        left=duration(gap.left), period=period(gap.since, gap.until, now, zone)
    )
    if not gap.stored:
        return words
    came = ngettext("{count} came", "{count} came", gap.stored).format(count=number(gap.stored))
    return f"{words}, {came}"


def behind_words(sources: Iterable[SourceRow]) -> str:
    """How far the room is behind: "catching up 2 h 10 min", of the source with the most left; "" where none is."""
    left = max((row.gap.left for row in sources if row.gap is not None and row.gap.ended is None), default=None)
    return "" if left is None else _("catching up {left}").format(left=duration(left))
