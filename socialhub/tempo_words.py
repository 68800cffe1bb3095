"""How often a source is asked and why in words, in the interface language. Knows no terminal and no cache."""

from __future__ import annotations

from typing import Final

from socialhub.ages import duration
from socialhub.clock import MINUTE, SECOND
from socialhub.i18n import N_, _, decimal
from socialhub.model import SourceRow
from socialhub.tempo import Why, reasons_of

_WHY: Final = {
    Why.QUIET: N_("quiet"),
    Why.NIGHT: N_("night"),
    Why.CRISIS: N_("crisis"),
    Why.BEHIND: N_("catching up"),
    Why.BUDGET: N_("as its budget allows"),
    Why.SERVER: N_("as its server asks"),
}


def tempo_words(row: SourceRow) -> str:
    """ "every 15 min, quiet, ×3"; "" for a stream and for a source that is asked as configured."""
    reasons = reasons_of(row.tempo)
    if row.streaming or not reasons or row.every <= 0:
        return ""
    said = [every_words(row.interval), *(_(_WHY[why]) for why in reasons)]
    if row.interval > row.every:
        said.append(times_words(row.interval / row.every))
    return ", ".join(said)


def every_words(interval: int) -> str:
    """ "every 15 min", "every 30 s"."""
    short = _("{count} s").format(count=interval // SECOND)
    return _("every {length}").format(length=short if interval < MINUTE else duration(interval))


def times_words(times: float) -> str:
    """ "×3", "×1.6"."""
    return f"×{decimal(times, 0 if abs(times - round(times)) < 0.05 else 1)}"
