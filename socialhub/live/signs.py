"""Signs of inauthenticity of what is stored: an author, the group of a story, the group that speaks on a topic."""

from __future__ import annotations

from typing import Final

from socialhub.alerts.posts import KNOWN_ROLES, posts_of
from socialhub.clock import DAY
from socialhub.detect.signs import signs_of_author, signs_of_group
from socialhub.roles import Because, Judged, Role
from socialhub.signs import LeftOut, Signs
from socialhub.store.authors import Whose
from socialhub.store.connection import Connection
from socialhub.store.signs import posts_of_author, posts_of_story, posts_of_topic, press_sites

SPAN: Final = 30 * DAY
"""How far back an author's posts are looked at."""
_PROVEN: Final = frozenset({Because.CORRECTED, Because.LIST, Because.DOMAIN, Because.SITE, Because.BYLINE})
"""What tells a role better than the author's own words: who calls themselves a journalist is looked at all the same."""


def author_signs(db: Connection, whose: Whose, role: Judged, now: int) -> Signs:
    """The signs of one author, who is left out where their role is proven."""
    posts = posts_of(posts_of_author(db, whose, now - SPAN), press_sites(db))
    if role.role in KNOWN_ROLES and role.because in _PROVEN:
        reason = LeftOut.PRESS if role.role is Role.PRESS else LeftOut.KNOWN
        return Signs(None, len(posts), 1, because=reason)
    return signs_of_author(posts, now)


def story_signs(db: Connection, story: int, now: int) -> Signs:
    """The signs of those who tell a story (the id of its first mention)."""
    return signs_of_group(posts_of(posts_of_story(db, story), press_sites(db)), now)


def topic_signs(db: Connection, topic: int, since: int, now: int) -> Signs:
    """The signs of those who spoke on a topic (row number) since then."""
    return signs_of_group(posts_of(posts_of_topic(db, topic, since), press_sites(db)), now)
