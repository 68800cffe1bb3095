"""Stored posts as signs of inauthenticity are looked for: who is press or known, what links to the press. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

from socialhub.detect.signs import Post
from socialhub.model import Kind
from socialhub.roles import Role
from socialhub.signs import LeftOut
from socialhub.store.signs import PostRow

KNOWN_ROLES: Final = frozenset(Role) - {Role.CUSTOMER, Role.UNKNOWN}


def posts_of(rows: Sequence[PostRow], known_sites: Iterable[str]) -> list[Post]:
    """The posts of these rows; `known_sites` are press, as are those that publish articles among them."""
    press = {*known_sites} | {row.site for row in rows if row.kind == Kind.ARTICLE and row.site}
    posts = []
    for row in rows:
        links = {link: _is_of(_host(link), press) for link in row.links}
        posts.append(
            Post(
                row.author,
                row.published,
                row.story,
                row.words,
                tuple(link for link, of_press in links.items() if not of_press),
                row.account_created,
                any(links.values()),
                row.kind == Kind.REPLY,
                _left_out(row),
            )
        )
    return posts


def _left_out(row: PostRow) -> LeftOut | None:
    if row.kind == Kind.ARTICLE or row.role == Role.PRESS:
        return LeftOut.PRESS
    return LeftOut.KNOWN if row.watched or row.role in KNOWN_ROLES else None


def _host(link: str) -> str:
    return (urlsplit(link).hostname or "").removeprefix("www.")


def _is_of(host: str, sites: set[str]) -> bool:
    """Whether a host is one of these sites or lies in one."""
    while host:
        if host in sites:
            return True
        host = host.partition(".")[2]
    return False
