"""What is to be said of one source in full, as names and values. Knows no terminal and no cache."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from socialhub.ages import age, moment_text
from socialhub.budget_words import meter_words
from socialhub.budgets import Meter
from socialhub.errors import Reason
from socialhub.gap_words import catch_up_words
from socialhub.i18n import _, number
from socialhub.key_words import key_words
from socialhub.model import SourceRow
from socialhub.polled import Heard
from socialhub.polled_words import pause_words, rate_words
from socialhub.tempo_words import every_words, tempo_words
from socialhub.text import clean


def error_words(row: SourceRow) -> str:
    """The source's last error in the interface language; "" when its last attempt was fine."""
    if not row.error:
        return ""
    try:
        return clean(Reason.from_json(row.error).sentence(), single_line=True)
    except (ValueError, KeyError, AttributeError, TypeError):
        return clean(row.error, single_line=True)


def source_facts(
    row: SourceRow,
    heard: Heard,
    meters: Sequence[Meter],
    now: int,
    zone: tzinfo | None = None,
    *,
    health: str,
    next_try: str,
) -> list[tuple[str, str]]:
    """Names and values; `health` and `next_try` are in words already. What there is nothing to say of is left out."""
    usual = _("a stream") if row.streaming else every_words(row.interval)
    rows = [
        (_("kind"), clean(row.kind, single_line=True)),
        (_("health"), health),
        (_("pause"), pause_words(row, now, zone)),
        (_("last error"), _error_at(row, now, zone)),
        (_("outage"), catch_up_words(row.gap, now, zone)),
        (_("next try"), next_try),
        (_("asked"), tempo_words(row) or usual),
        (_("data age"), "" if row.last_success is None else age(now - row.last_success)),
        (_("rate"), rate_words(heard.an_hour)),
        (_("stored"), number(row.stored)),
        (_("key"), key_words(row, now, zone)),
        *((_("budget"), meter_words(meter, now, zone)) for meter in meters),
    ]
    return [(name, value) for name, value in rows if value]


def _error_at(row: SourceRow, now: int, zone: tzinfo | None) -> str:
    words = error_words(row)
    at = "" if row.last_error is None else moment_text(row.last_error, now, zone)
    return f"{words} ({at})" if words and at else words
