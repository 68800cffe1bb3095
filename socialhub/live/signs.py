"""Signs of inauthenticity of what is stored: an author, the group of a story, the group that speaks on a topic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from socialhub.clock import DAY
from socialhub.detect.signs import Post, signs_of_author, signs_of_group
from socialhub.model import Kind
from socialhub.roles import Because, Judged, Role
from socialhub.signs import LeftOut, Signs
from socialhub.store.authors import Whose
from socialhub.store.connection import Connection
from socialhub.store.signs import PostRow, posts_of_author, posts_of_story, posts_of_topic, press_sites

SPAN: Final = 30 * DAY
"""How far back an author's posts are looked at."""
_KNOWN: Final = frozenset(Role) - {Role.CUSTOMER, Role.UNKNOWN}
_PROVEN: Final = frozenset({Because.CORRECTED, Because.LIST, Because.DOMAIN, Because.SITE, Because.BYLINE})
"""What tells a role better than the author's own words: who calls themselves a journalist is looked at all the same."""


def author_signs(db: Connection, whose: Whose, role: Judged, now: int) -> Signs:
    """The signs of one author, who is left out where their role is proven."""
    posts = _posts(posts_of_author(db, whose, now - SPAN), press_sites(db))
    if role.role in _KNOWN and role.because in _PROVEN:
        reason = LeftOut.PRESS if role.role is Role.PRESS else LeftOut.KNOWN
        return Signs(None, len(posts), 1, because=reason)
    return signs_of_author(posts, now)


def story_signs(db: Connection, story: int, now: int) -> Signs:
    """The signs of those who tell a story (the id of its first mention)."""
    return signs_of_group(_posts(posts_of_story(db, story), press_sites(db)), now)


def topic_signs(db: Connection, topic: int, since: int, now: int) -> Signs:
    """The signs of those who spoke on a topic (row number) since then."""
    return signs_of_group(_posts(posts_of_topic(db, topic, since), press_sites(db)), now)


def _posts(rows: Sequence[PostRow], known_sites: frozenset[str]) -> list[Post]:
    press = known_sites | {row.site for row in rows if row.kind == Kind.ARTICLE and row.site}
    posts = []
    for row in rows:
        links = {link: _is_of(_host(link), press) for link in row.links}
        posts.append(
            Post(
                row.author,
                row.published,
                row.story,
                sum(word[0] not in "#@" and "://" not in word for word in row.text.split()),
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
    return LeftOut.KNOWN if row.watched or row.role in _KNOWN else None


def _host(link: str) -> str:
    return (urlsplit(link).hostname or "").removeprefix("www.")


def _is_of(host: str, sites: frozenset[str]) -> bool:
    """Whether a host is one of these sites or lies in one."""
    while host:
        if host in sites:
            return True
        host = host.partition(".")[2]
    return False
