"""What can be configured for a source of kind wikipedia. No network code is imported here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from socialhub.clock import MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import SourceSettings, Trouble, Url

_WIKI: Final = re.compile(r"[a-z]{2,12}wiki")


@dataclass(frozen=True, slots=True, kw_only=True)
class WikipediaSettings(SourceSettings):
    """Edits of pages that are watched, as they are made, by Wikimedia's public stream."""

    kind: ClassVar[str] = "wikipedia"
    usual_interval: ClassVar[int] = 1 * MINUTE
    help: ClassVar[str] = N_("edits of watched Wikipedia pages, as they are made")
    titles: tuple[str, ...]
    wikis: tuple[str, ...] = ("frwiki",)
    bots: bool = False
    server: Url = "https://stream.wikimedia.org"

    @property
    def streams(self) -> bool:
        """Always."""
        return True

    def troubles(self) -> Iterator[Trouble]:
        """Pages to watch, and wikis by their names."""
        if not self.titles:
            yield Trouble(("titles",), _("nothing to follow: give {keys}").format(keys="titles"))
        for index, title in enumerate(self.titles):
            if "://" in title:
                name = title.rpartition("/wiki/")[2].replace("_", " ")
                yield Trouble(("titles", index), _("a page is its title, not its address"), name)
        for index, wiki in enumerate(self.wikis):
            if not _WIKI.fullmatch(wiki):
                message = _("a wiki is its name: frwiki, enwiki, dewiki")
                yield Trouble(("wikis", index), message, f"{wiki[:2].lower()}wiki")
