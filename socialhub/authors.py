"""Who an author is: the key that tells authors apart, in Python and in SQL. Pure.

A handle is somebody's on one network only; a byline is somebody's at one site only ("Rédaction" signs everywhere); what
nobody signs is the site's own. A key says which of these it is, and its text form can be typed and kept.
"""

from __future__ import annotations

from typing import Final

from socialhub.records import dataclass

SITE: Final = "site"
_SAME_NETWORK: Final = {"jetstream": "bluesky"}
"""Kinds of sources that bring the posts of another kind's network."""


@dataclass(frozen=True, slots=True)
class AuthorKey:
    """An author: the account `name` of a network, or whoever signs as `name` at a `site` ("" where nobody signs)."""

    network: str
    name: str
    site: str = ""

    @property
    def text(self) -> str:
        """The key as it is typed and kept: "mastodon/lea@piaille.fr", "site/lemonde.fr", "site/lemonde.fr/Léa"."""
        return "/".join(filter(None, (self.network, self.site, self.name)))

    @property
    def indexed(self) -> str:
        """What `INDEXED_SQL` gives for this author's mentions."""
        return self.name or self.site

    @property
    def shown(self) -> str:
        """The name as it is shown."""
        return self.name or self.site


def author_of(source_kind: str, handle: str, author: str, site: str) -> AuthorKey | None:
    """Who wrote a mention; None when nothing tells."""
    network = _SAME_NETWORK.get(source_kind, source_kind)
    if handle:
        return AuthorKey(network, handle)
    if site:
        return AuthorKey(SITE, author, site)
    return AuthorKey(network, author) if author else None


def source_kinds_of(key: AuthorKey) -> tuple[str, ...]:
    """The kinds of sources that bring what an account of its network posts."""
    return (key.network, *(kind for kind, network in _SAME_NETWORK.items() if network == key.network))


def parse_key(text: str) -> AuthorKey | None:
    """The key of its text form; None when it is none."""
    network, slash, name = text.partition("/")
    if not slash or not network or not name:
        return None
    if network != SITE:
        return AuthorKey(network, name)
    site, _slash, author = name.partition("/")
    return AuthorKey(SITE, author, site) if site else None


NETWORK_SQL: Final = (
    "CASE s.kind "
    + " ".join(f"WHEN '{kind}' THEN '{same}'" for kind, same in _SAME_NETWORK.items())
    + " ELSE s.kind END"
)
"""The network of source `s`."""
AUTHOR_SQL: Final = (
    f"CASE WHEN m.handle <> '' THEN {NETWORK_SQL} || '/' || m.handle"
    f" WHEN m.site <> '' THEN '{SITE}/' || m.site || CASE m.author WHEN '' THEN '' ELSE '/' || m.author END"
    f" ELSE {NETWORK_SQL} || '/' || coalesce(nullif(m.author, ''), m.canonical_id) END"
)
"""`author_of(…).text` of the row `m` (of source `s`); where nothing tells who wrote it, everyone is somebody else."""
INDEXED_SQL: Final = "coalesce(nullif(m.handle, ''), nullif(m.author, ''), m.site)"
"""What the index `mentions_by_author` holds of the row `m`: the name alone, which several authors may bear."""
READERS_SQL: Final = (
    "CASE WHEN m.handle = '' AND m.site <> '' AND coalesce(m.reach, m.followers) IS NULL"
    f" THEN '{SITE}/' || m.site ELSE {AUTHOR_SQL} END"
)
"""Whose readers those of the row `m` are: the readers of a site are counted once, whoever signs there."""
