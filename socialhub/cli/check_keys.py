"""What `doctor` finds out about keys and tokens that end, as far as their servers told."""

from __future__ import annotations

from collections.abc import Iterator

from socialhub.cli.findings import FAIL, WARN, Finding
from socialhub.cli.setup import Setup
from socialhub.errors import UserError
from socialhub.i18n import _, labelled
from socialhub.key_words import key_words


def check_keys(setup: Setup) -> Iterator[Finding]:
    """A line for each source whose key ends soon or has ended."""
    from socialhub.store.sources import source_rows

    now = setup.clock.now()
    try:
        with setup.reader() as db:
            rows = source_rows(db)
    except UserError:
        return  # Other lines tell it.
    for row in rows:
        if words := key_words(row, now, setup.zone):
            level = FAIL if row.key_ends is not None and row.key_ends <= now else WARN
            advice = _("docs/sources.md says how; the new one is used from the collector's next start on.")
            yield Finding("secrets", level, labelled(row.name, words) + ".", advice)
