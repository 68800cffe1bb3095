"""What can be configured for each kind of source: light types that `config` reads; no network code is imported here.

Each class is one kind; its fields are the keys of a [[sources]] table beyond the common ones. A field's type tells
what the file may hold: `str`, `int`, `float`, `bool`, `tuple[str, ...]`; Duration, Secret, Url … refine it.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, TypeAlias

from socialhub.clock import HOUR, MINUTE, SECOND
from socialhub.i18n import N_
from socialhub.records import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """How the value of a setting is to be read and checked (`form` is a key of config.values.FORMS).

    `choices` are the words of a "choice", or the least and the greatest value of a "range".
    """

    form: str
    choices: tuple[str, ...] = ()


Duration: TypeAlias = Annotated[int, Meaning("duration")]
"""Milliseconds; in the file "90 s", "5 min", "2 h", "30 d" or ISO 8601 "PT5M"."""
Secret: TypeAlias = Annotated[str, Meaning("secret")]
"""Always "env:NAME" or "keyring:NAME"; resolved only by the collector."""
Url: TypeAlias = Annotated[str, Meaning("url")]
"""An http(s) or ws(s) address without a literal secret in it."""
FilePath: TypeAlias = Annotated[str, Meaning("path")]
"""A file or folder: absolute once read; in the file "~" and paths relative to config.toml are welcome."""
LanguageCode: TypeAlias = Annotated[str, Meaning("language")]
"""A language of two letters ("fr") that the detector knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """The keys common to all kinds. `every` is the wished interval (ms); None takes the kind's own."""

    kind: ClassVar[str] = ""
    usual_interval: ClassVar[int] = 10 * MINUTE
    shortest_interval: ClassVar[int] = 1 * MINUTE
    usual_keep: ClassVar[str] = "all"
    help: ClassVar[str] = ""
    reaches_out: ClassVar[bool] = True
    """Whether it asks other people's servers (and so needs hub.contact)."""

    name: Annotated[str, Meaning("source-name")]
    every: Duration | None = None
    keep: Annotated[str, Meaning("choice", ("", "all", "matched"))] = ""
    allow_private: bool = False
    was: Annotated[str, Meaning("source-name")] = ""
    place: str = ""
    lang: LanguageCode = ""

    @property
    def interval(self) -> int:
        """Milliseconds between two polls."""
        return max(self.every or self.usual_interval, self.shortest_interval)

    @property
    def streams(self) -> bool:
        """Whether it listens to a stream instead of polling."""
        return False

    @property
    def keeps_all(self) -> bool:
        """Whether mentions that match no topic are stored too."""
        return (self.keep or self.usual_keep) == "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class RssSettings(SourceSettings):
    """A feed: RSS, Atom, RDF or JSON Feed."""

    kind: ClassVar[str] = "rss"
    help: ClassVar[str] = N_("a press or blog feed, a Google News or Google Alerts feed")
    url: Url
    token: Secret = ""


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

    @property
    def streams(self) -> bool:
        """Always."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSettings(SourceSettings):
    """A watched folder: every JSON Lines or CSV file that appears in it is imported once, and again when it grows."""

    kind: ClassVar[str] = "file"
    usual_interval: ClassVar[int] = 1 * MINUTE
    shortest_interval: ClassVar[int] = 5 * SECOND
    reaches_out: ClassVar[bool] = False
    help: ClassVar[str] = N_("a folder watched for JSON Lines and CSV files")
    folder: FilePath


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaySettings(SourceSettings):
    """A JSON Lines file played at the pace of its own dates, by the scenario clock."""

    kind: ClassVar[str] = "replay"
    usual_interval: ClassVar[int] = 1 * HOUR
    reaches_out: ClassVar[bool] = False
    help: ClassVar[str] = N_("a JSON Lines file played at its own pace")
    path: FilePath

    @property
    def streams(self) -> bool:
        """Always: it plays by the clock."""
        return True


KINDS: Final[dict[str, type[SourceSettings]]] = {
    settings.kind: settings
    for settings in (RssSettings, MastodonSettings, BlueskySettings, JetstreamSettings, FileSettings, ReplaySettings)
}
