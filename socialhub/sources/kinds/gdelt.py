"""What can be configured for a source of kind gdelt. No network code is imported here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urlsplit

from socialhub.clock import MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import SourceSettings, Trouble, Url


@dataclass(frozen=True, slots=True, kw_only=True)
class GdeltSettings(SourceSettings):
    """Articles of the world's online press by GDELT's index, by queries in its own language; no key.

    With `tone` how they sound is told as a metric; with `stations` television is asked instead of the press.
    """

    kind: ClassVar[str] = "gdelt"
    usual_interval: ClassVar[int] = 15 * MINUTE
    shortest_interval: ClassVar[int] = 15 * MINUTE
    help: ClassVar[str] = N_("articles of the online press of the world, by GDELT")
    queries: tuple[str, ...]
    tone: bool = False
    stations: tuple[str, ...] = ()
    server: Url = "https://api.gdeltproject.org"

    @property
    def host(self) -> str:
        """The name of the server."""
        return urlsplit(self.server).hostname or ""

    def troubles(self) -> Iterator[Trouble]:
        """Queries that GDELT takes."""
        if not self.queries:
            yield Trouble(("queries",), _("nothing to follow: give {keys}").format(keys="queries"))
        if self.stations and self.tone:
            yield Trouble(("tone",), _("GDELT tells the tone of the press only, not of {keys}").format(keys="stations"))
        for index, station in enumerate(self.stations):
            if not (station.isascii() and station.isalnum()):
                yield Trouble(("stations", index), _('a station is written as GDELT names it: "BBCNEWS"'))
        for index, query in enumerate(self.queries):
            if not any(len(word.strip('"()')) >= 3 for word in query.split()):
                yield Trouble(("queries", index), _("GDELT refuses words of fewer than three letters"))
            elif " OR " in query and "(" not in query:
                yield Trouble(("queries", index), _("GDELT wants words joined by OR in parentheses"), f"({query})")
