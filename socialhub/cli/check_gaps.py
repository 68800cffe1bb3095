"""What `doctor` finds out about sources that were not heard for a while: what is caught up, what is out of reach."""

from __future__ import annotations

from collections.abc import Iterator

from socialhub.cli.findings import OK, WARN, Finding
from socialhub.cli.setup import Setup
from socialhub.errors import UserError
from socialhub.gap_words import catch_up_words
from socialhub.i18n import _, labelled


def check_gaps(setup: Setup) -> Iterator[Finding]:
    """A line for each source that is behind, or has a hole of the last day that cannot be filled."""
    from socialhub.store.sources import source_rows

    now = setup.clock.now()
    try:
        with setup.reader() as db:
            rows = source_rows(db)
    except UserError:
        return  # Other lines tell it.
    for row in rows:
        if (gap := row.gap) is not None and (words := catch_up_words(gap, now, setup.zone)):
            advice = _("What was said then counts as not heard. A shorter 'every' leaves fewer holes.")
            over = gap.ended is not None
            yield Finding("sources", WARN if over else OK, labelled(row.name, words) + ".", advice if over else "")
