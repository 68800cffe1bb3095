"""The accounts that Bridgy Fed shows on another network, by their handles there (https://fed.brid.gy/docs). Pure.

The bridge writes the handle of the original into its own: who reads it needs to ask nobody. From the original to the
copy this is certain; the way back is not where the name could have been cut otherwise.
"""

from __future__ import annotations

import re
from typing import Final

IN_BLUESKY: Final = ".ap.brid.gy"
"""The end of the handles on Bluesky of accounts of the fediverse: lea@piaille.fr is lea.piaille.fr.ap.brid.gy."""
IN_FEDIVERSE: Final = "@bsky.brid.gy"
"""The end of the handles in the fediverse of accounts of Bluesky: lea.bsky.social is lea.bsky.social@bsky.brid.gy."""

_ACCOUNT: Final = re.compile(r"([a-z0-9_~.-]+)@([a-z0-9-]+(?:\.[a-z0-9-]+)+)")
_DOMAIN: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_PLAIN_NAME: Final = re.compile(r"[a-z0-9]+")
_FEWEST_PARTS: Final = 3
"""Parts between the dots of name.server.tld."""


def is_bridged(handle: str) -> bool:
    """Whether this is the handle of an account that the bridge made."""
    return handle.lower().endswith((IN_BLUESKY, IN_FEDIVERSE))


def bridged(handle: str) -> str:
    """The handle under which the bridge shows this account on the other network; "" for what it cannot show."""
    plain = handle.lower().lstrip("@")
    if is_bridged(plain):
        return ""
    if account := _ACCOUNT.fullmatch(plain):
        # Bluesky's handles are names of hosts, which have no underscore.
        return f"{account[1].replace('_', '-').replace('~', '-')}.{account[2]}{IN_BLUESKY}"
    return f"{plain}{IN_FEDIVERSE}" if _DOMAIN.fullmatch(plain) else ""


def original_of(handle: str) -> str:
    """The handle of the account that the bridge shows under this one; "" where it shows none, or that is uncertain."""
    plain = handle.lower().lstrip("@")
    if plain.endswith(IN_FEDIVERSE):
        name = plain.removesuffix(IN_FEDIVERSE)
        return name if _DOMAIN.fullmatch(name) else ""
    if not plain.endswith(IN_BLUESKY):
        return ""
    name, _dot, server = plain.removesuffix(IN_BLUESKY).partition(".")
    parts = server.count(".") + 2
    # A hyphen may have been an underscore; of four parts or more the name may be two.
    certain = _PLAIN_NAME.fullmatch(name) is not None and parts == _FEWEST_PARTS
    return f"{name}@{server}" if certain and _DOMAIN.fullmatch(server) else ""
