"""What can be configured for a source of kind discourse. No network code is imported here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from socialhub.clock import MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import Secret, SourceSettings, Trouble, Url


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscourseSettings(SourceSettings):
    """A forum that runs Discourse: its newest posts, searches, topics, people, lists of topics."""

    kind: ClassVar[str] = "discourse"
    usual_interval: ClassVar[int] = 5 * MINUTE
    usual_again: ClassVar[int] = 480
    """Each is a question of its own."""
    help: ClassVar[str] = N_("posts, searches and topics of a Discourse forum")
    server: Url
    posts: bool = False
    search: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    token: Secret = ""
    user: str = ""

    def troubles(self) -> Iterator[Trouble]:
        """Something to follow; topics by their numbers; a name only beside a key."""
        if not (self.posts or self.search or self.topics or self.users or self.lists):
            keys = "posts, search, topics, users / lists"
            yield Trouble((), _("nothing to follow: give {keys}").format(keys=keys))
        for index, topic in enumerate(self.topics):
            if not (topic.isascii() and topic.isdigit()):
                found = re.search(r"/t/(?:[^/]+/)?(\d+)", topic)
                message = _("a topic is its number: 57 in https://forum.example.org/t/fibre/57")
                yield Trouble(("topics", index), message, found[1] if found else "")
        for index, path in enumerate(self.lists):
            if "://" in path or "?" in path:
                message = _("a list is the path of its page: c/support/6, tag/fibre, latest")
                yield Trouble(("lists", index), message)
        if self.user and not self.token:
            yield Trouble(("user",), _("user goes with the token of a key that was made for that name"))
