"""How sources are heard in words, in the interface language: the cells of the strip, rates, pauses by hand."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from socialhub.ages import duration, moment_text
from socialhub.clock import DAY
from socialhub.i18n import N_, _, number
from socialhub.model import SourceRow
from socialhub.polled import Polled

LONG_PAUSE: Final = DAY
"""A pause by hand that lasts longer may have been forgotten: it is named."""

CELL_WORDS: Final[dict[Polled, str]] = {
    Polled.OK: N_("new mentions came"),
    Polled.EMPTY: N_("nothing new"),
    Polled.SLOW: N_("slow to answer"),
    Polled.PARTLY: N_("failed at times"),
    Polled.FAILED: N_("failed"),
    Polled.PAUSED: N_("paused by hand"),
    Polled.HOLE: N_("nobody collected"),
}


def rate_words(an_hour: int) -> str:
    """New mentions an hour, briefly."""
    return _("{count}/h").format(count=number(an_hour))


def pause_words(row: SourceRow, now: int, zone: tzinfo | None = None) -> str:
    """Until when it is paused, and for how long already once that is long; "" when it is not paused."""
    if not row.is_paused(now):
        return ""
    if row.paused_until is not None:
        words = _("paused by hand until {time}").format(time=moment_text(row.paused_until, now, zone))
    else:
        words = _("paused by hand until somebody resumes it")
    if paused_long(row, now) and row.paused_at is not None:
        return _("{paused}, for {length} already").format(paused=words, length=duration(now - row.paused_at))
    return words


def paused_long(row: SourceRow, now: int) -> bool:
    """Whether the pause may have been forgotten."""
    return row.is_paused(now) and row.paused_at is not None and now - row.paused_at >= LONG_PAUSE
