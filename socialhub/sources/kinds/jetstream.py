"""What can be configured for a source of kind jetstream. No network code is imported here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urlsplit

from socialhub.clock import MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import SourceSettings, Trouble, Url


@dataclass(frozen=True, slots=True, kw_only=True)
class JetstreamSettings(SourceSettings):
    """All public posts of Bluesky as they are written, matched on this machine; no account needed."""

    kind: ClassVar[str] = "jetstream"
    usual_keep: ClassVar[str] = "matched"
    usual_interval: ClassVar[int] = 1 * MINUTE
    help: ClassVar[str] = N_("every public post of Bluesky, matched on this machine")
    servers: tuple[Url, ...] = (
        "wss://jetstream1.us-east.bsky.network/subscribe",
        "wss://jetstream2.us-west.bsky.network/subscribe",
    )
    dids: tuple[str, ...] = ()
    public_service: Url = "https://public.api.bsky.app"

    @property
    def streams(self) -> bool:
        """Always."""
        return True

    def troubles(self) -> Iterator[Trouble]:
        """A server that streams, authors by DID."""
        if not self.servers:
            yield Trouble(("servers",), _("at least one server is needed"))
        for index, server in enumerate(self.servers):
            if urlsplit(server).scheme not in ("ws", "wss"):
                yield Trouble(("servers", index), _("a Jetstream server is written wss://host/subscribe"))
        for index, did in enumerate(self.dids):
            if not did.startswith("did:"):
                yield Trouble(("dids", index), _('an author is written by DID: "did:plc:…"'))
