"""What `doctor` finds out about sources that nobody asks: paused by hand, perhaps forgotten, or stopped."""

from __future__ import annotations

from collections.abc import Iterator

from socialhub.cli.findings import OK, WARN, Finding
from socialhub.cli.setup import Setup
from socialhub.errors import Reason, UserError
from socialhub.i18n import _, labelled
from socialhub.polled_words import pause_words, paused_long


def check_sources(setup: Setup) -> Iterator[Finding]:
    """A line for each source that is paused or stopped."""
    from socialhub.store.sources import source_rows

    now = setup.clock.now()
    try:
        with setup.reader() as db:
            rows = source_rows(db)
    except UserError:
        return  # Other lines tell it.
    for row in rows:
        advice = _("'socialhub sources resume {name}' has it asked again.").format(name=row.name)
        if row.state == "stopped":
            why = Reason.from_json(row.error).sentence() if row.error else _("it is not asked any more")
            yield Finding("sources", WARN, labelled(row.name, why) + ".", advice)
        elif words := pause_words(row, now, setup.zone):
            level = WARN if paused_long(row, now) else OK
            yield Finding("sources", level, labelled(row.name, words) + ".", advice if level == WARN else "")
