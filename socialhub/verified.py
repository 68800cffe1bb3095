"""Which other accounts an account of the fediverse shows to be its own: links that its server verified. Pure.

A server verifies a link by looking whether the page links back (rel="me"), that of a stranger's account too: it is the
server asked that vouches for it, not the author's. Only addresses that are somebody's page by their form count: a
profile, or the root of a domain, which is a handle on Bluesky. X shows no such links, so that none of its is believed.
"""

from __future__ import annotations

import html
import json
import re
from typing import Any, Final
from urllib.parse import urlsplit

from socialhub.authors import AuthorKey

_HREF: Final = re.compile(r'href="(https://[^"]{1,500})"')
_DOMAIN: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_BLUESKY: Final = re.compile(r"/profile/([a-z0-9-]+(?:\.[a-z0-9-]+)+)/?")
_NAMED: Final = re.compile(r"/@([A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)/?")


def verified_accounts(received: bytes, handle: str) -> tuple[AuthorKey, ...]:
    """The accounts that the author `handle` (user@host) shows in a status as it was received; none in anything else."""
    try:
        status = json.loads(received)
    except (ValueError, RecursionError):
        return ()
    account = _author(status, handle) if isinstance(status, dict) else {}
    fields = account.get("fields")
    found: dict[AuthorKey, None] = {}
    for field in fields if isinstance(fields, list) else ():
        if isinstance(field, dict) and field.get("verified_at") and isinstance(field.get("value"), str):
            hrefs = _HREF.findall(field["value"])
            key = account_at(html.unescape(hrefs[0])) if len(hrefs) == 1 else None
            if key is not None and key.name.lower() != handle.lower():
                found[key] = None
    return tuple(found)


def _author(status: dict[str, Any], handle: str) -> dict[str, Any]:
    """The account of the author where it can be no other's: who passes a post on stands above it."""
    told = status.get("reblog") if isinstance(status.get("reblog"), dict) else status
    account = told.get("account") if isinstance(told, dict) else None
    if not isinstance(account, dict):
        return {}
    name = str(account.get("acct") or "")
    if "@" not in name:
        # An account of the server asked, which it names without its host.
        name = f"{name}@{_host(str(account.get('url') or ''))}"
    return account if name.lower() == handle.lower() else {}


def account_at(address: str) -> AuthorKey | None:
    """Whose page an address is, by its form; None where that tells nothing."""
    host = _host(address)
    if not host:
        return None
    parts = urlsplit(address)
    if parts.query or parts.fragment:
        return None
    if host == "bsky.app":
        profile = _BLUESKY.fullmatch(parts.path.lower())
        return AuthorKey("bluesky", profile[1]) if profile else None
    if named := _NAMED.fullmatch(parts.path):
        if host in ("threads.net", "threads.com"):
            return AuthorKey("threads", named[1])
        return AuthorKey("mastodon", f"{named[1]}@{host}")
    return AuthorKey("bluesky", host) if parts.path in ("", "/") else None


def _host(address: str) -> str:
    """The host of an https address without "www.", of the usual port; "" for any other."""
    try:
        parts = urlsplit(address)
        plain = parts.scheme == "https" and parts.username is None and parts.port in (None, 443)
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    return host if plain and _DOMAIN.fullmatch(host) else ""
