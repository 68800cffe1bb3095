"""What `doctor` finds out about each source of the cache: its key, whether anybody asks it, what was not heard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from socialhub.cli.findings import FAIL, OK, WARN, Finding
from socialhub.cli.setup import Setup
from socialhub.errors import Reason, UserError
from socialhub.gap_words import catch_up_words
from socialhub.i18n import _, labelled
from socialhub.key_words import key_words
from socialhub.polled_words import pause_words, paused_long

if TYPE_CHECKING:
    from socialhub.model import SourceRow


def check_sources(setup: Setup) -> Iterator[Finding]:
    """Lines about all keys, then about all pauses, then about all gaps."""
    from socialhub.store.sources import source_rows

    try:
        with setup.reader() as db:
            rows = source_rows(db)
    except UserError:
        return  # Other lines tell it.
    now = setup.clock.now()
    for findings in (_of_its_key, _of_its_pause, _of_its_gap):
        for row in rows:
            yield from findings(row, now, setup)


def _of_its_key(row: SourceRow, now: int, setup: Setup) -> Iterator[Finding]:
    """A key or token that ends soon or has ended, as far as its server told."""
    if words := key_words(row, now, setup.zone):
        level = FAIL if row.key_ends is not None and row.key_ends <= now else WARN
        advice = _("docs/sources.md says how; the new one is used from the collector's next start on.")
        yield Finding("secrets", level, labelled(row.name, words) + ".", advice)


def _of_its_pause(row: SourceRow, now: int, setup: Setup) -> Iterator[Finding]:
    """That nobody asks it: paused by hand, perhaps forgotten, or stopped."""
    advice = _("'socialhub sources resume {name}' has it asked again.").format(name=row.name)
    if row.state == "stopped":
        why = Reason.from_json(row.error).sentence() if row.error else _("it is not asked any more")
        yield Finding("sources", WARN, labelled(row.name, why) + ".", advice)
    elif words := pause_words(row, now, setup.zone):
        level = WARN if paused_long(row, now) else OK
        yield Finding("sources", level, labelled(row.name, words) + ".", advice if level == WARN else "")


def _of_its_gap(row: SourceRow, now: int, setup: Setup) -> Iterator[Finding]:
    """That it is behind, or has a hole of the last day that cannot be filled."""
    if (gap := row.gap) is not None and (words := catch_up_words(gap, now, setup.zone)):
        if row.streaming:
            advice = _("What was said then counts as not heard. What others post is theirs to send again.")
        else:
            advice = _("What was said then counts as not heard. A shorter 'every' leaves fewer holes.")
        over = gap.ended is not None
        yield Finding("sources", WARN if over else OK, labelled(row.name, words) + ".", advice if over else "")
