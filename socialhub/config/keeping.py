"""What a source that keeps only what matches a topic cannot tell of its past (DECISIONS 8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

from socialhub.ages import date_text
from socialhub.config.settings import Config
from socialhub.i18n import _
from socialhub.model import SourceRow
from socialhub.records import dataclass


@dataclass(frozen=True, slots=True)
class Hole:
    """A source whose posts that matched no topic are missing since a moment (ms UTC); None: it never answered yet."""

    source: str
    since: int | None

    def sentence(self, now: int, zone: tzinfo) -> str:
        """The same in words."""
        if self.since is None:
            return _("{source} keeps only what matches a topic.").format(source=self.source)
        return _("{source} keeps only what matches a topic: what matched none is missing since {time}.").format(
            source=self.source, time=date_text(self.since, now, zone)
        )


def holes_in_the_past(config: Config | None, rows: Iterable[SourceRow]) -> list[Hole]:
    """The sources in whose past a new query cannot find everything."""
    matched = {source.name for source in config.sources if not source.keeps_all} if config is not None else set()
    return [Hole(row.name, row.first_success) for row in rows if row.name in matched]
