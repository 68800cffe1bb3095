"""What can be configured for a source of kind mastodon. No network code is imported here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from socialhub.clock import MINUTE, SECOND
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import Meaning, Secret, SourceSettings, Trouble, Url


@dataclass(frozen=True, slots=True, kw_only=True)
class MastodonSettings(SourceSettings):
    """A server that speaks Mastodon's API. Give what to follow: tags, accounts, search words, the public timeline."""

    kind: ClassVar[str] = "mastodon"
    usual_interval: ClassVar[int] = 2 * MINUTE
    shortest_interval: ClassVar[int] = 30 * SECOND
    help: ClassVar[str] = N_("hashtags, accounts, search or the public timeline of a Mastodon-like server")
    server: Url
    tags: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    watchlist: Annotated[str, Meaning("slug")] = ""
    search: tuple[str, ...] = ()
    public: Annotated[str, Meaning("choice", ("", "all", "local", "remote"))] = ""
    token: Secret = ""
    stream: bool = True

    @property
    def streams(self) -> bool:
        """Streaming needs a token; search has no stream."""
        return bool(self.token) and self.stream and bool(self.tags or self.public)

    def troubles(self) -> Iterator[Trouble]:
        """Something to follow, tags as servers write them, a token to search with."""
        if not (self.tags or self.accounts or self.search or self.public or self.watchlist):
            yield Trouble((), _("nothing to follow: give {keys}").format(keys="tags, accounts, search / public"))
        for index, tag in enumerate(self.tags):
            if not tag or tag.startswith("#") or " " in tag:
                shorter = tag.replace("#", "").replace(" ", "")
                yield Trouble(("tags", index), _("a tag is one word without #"), shorter)
        if self.search and not self.token:
            yield Trouble(("search",), _("searching needs a token: Mastodon searches posts for accounts only"))
