"""That the key of a source ends soon, in words, in the interface language. Knows no terminal and no cache."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from socialhub.ages import date_text
from socialhub.clock import DAY
from socialhub.i18n import _, ngettext
from socialhub.model import SourceRow

WARNED_BEFORE: Final = 10 * DAY
"""So early that a new one can be made before holidays."""


def key_words(row: SourceRow, now: int, zone: tzinfo | None = None) -> str:
    """When the key of a source ends, from WARNED_BEFORE on; "" when it does not end soon."""
    if row.key_ends is None or row.key_ends - now > WARNED_BEFORE:
        return ""
    date = date_text(row.key_ends, now, zone)
    if row.key_ends <= now:
        return _("its key ended on {date}: make a new one").format(date=date)
    days = (row.key_ends - now) // DAY
    if days == 0:
        return _("its key ends within a day: make a new one")
    words = ngettext(
        "its key ends in {days} day ({date}): make a new one",
        "its key ends in {days} days ({date}): make a new one",
        days,
    )
    return words.format(days=days, date=date)
