"""What can be configured for a source of kind gdelt. No network code is imported here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from socialhub.clock import MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import SourceSettings, Trouble, Url


@dataclass(frozen=True, slots=True, kw_only=True)
class GdeltSettings(SourceSettings):
    """Articles of the world's online press by GDELT's index, by queries in its own language; no key."""

    kind: ClassVar[str] = "gdelt"
    usual_interval: ClassVar[int] = 15 * MINUTE
    shortest_interval: ClassVar[int] = 15 * MINUTE
    help: ClassVar[str] = N_("articles of the online press of the world, by GDELT")
    queries: tuple[str, ...]
    server: Url = "https://api.gdeltproject.org"

    def troubles(self) -> Iterator[Trouble]:
        """Queries that GDELT takes."""
        if not self.queries:
            yield Trouble(("queries",), _("nothing to follow: give {keys}").format(keys="queries"))
        for index, query in enumerate(self.queries):
            if not any(len(word.strip('"()')) >= 3 for word in query.split()):
                yield Trouble(("queries", index), _("GDELT refuses words of fewer than three letters"))
            elif " OR " in query and "(" not in query:
                yield Trouble(("queries", index), _("GDELT wants words joined by OR in parentheses"), f"({query})")
