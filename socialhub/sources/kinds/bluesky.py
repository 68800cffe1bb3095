"""What can be configured for a source of kind bluesky. No network code is imported here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from socialhub.clock import MINUTE, SECOND
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import Meaning, Secret, SourceSettings, Trouble, Url


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueskySettings(SourceSettings):
    """Bluesky by search and authors' feeds, with an account's app password (authors alone need none)."""

    kind: ClassVar[str] = "bluesky"
    usual_interval: ClassVar[int] = 2 * MINUTE
    shortest_interval: ClassVar[int] = 30 * SECOND
    help: ClassVar[str] = N_("Bluesky search and accounts (search needs an app password)")
    service: Url = "https://bsky.social"
    public_service: Url = "https://public.api.bsky.app"
    search: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    watchlist: Annotated[str, Meaning("slug")] = ""
    identifier: str = ""
    password: Secret = ""

    def troubles(self) -> Iterator[Trouble]:
        """Something to follow, an account to search with."""
        if not (self.accounts or self.search or self.watchlist):
            yield Trouble((), _("nothing to follow: give {keys}").format(keys="search / accounts"))
        if self.search and not (self.identifier and self.password):
            message = _("searching needs an account: give identifier and password (an app password)")
            yield Trouble(("search",), message)
        if bool(self.identifier) != bool(self.password):
            yield Trouble((), _("identifier and password go together"))
