"""What can be configured for a source of kind phpbb. No network code is imported here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from socialhub.clock import MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import SourceSettings, Trouble, Url

_IN_ADDRESS: Final = {"forums": re.compile(r"[?&]f=(\d+)"), "topics": re.compile(r"[?&]t=(\d+)")}


@dataclass(frozen=True, slots=True, kw_only=True)
class PhpbbSettings(SourceSettings):
    """A forum that runs phpBB, by its Atom feeds: the fifteen newest posts of all of it, of forums, of topics."""

    kind: ClassVar[str] = "phpbb"
    usual_interval: ClassVar[int] = 5 * MINUTE
    shortest_interval: ClassVar[int] = 2 * MINUTE
    help: ClassVar[str] = N_("posts of a phpBB forum, by its feeds")
    server: Url
    posts: bool = False
    forums: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()

    def troubles(self) -> Iterator[Trouble]:
        """Something to follow; forums and topics by their numbers."""
        if not (self.posts or self.forums or self.topics):
            yield Trouble((), _("nothing to follow: give {keys}").format(keys="posts, forums / topics"))
        for name, pattern in _IN_ADDRESS.items():
            for index, number in enumerate(getattr(self, name)):
                if not (number.isascii() and number.isdigit()):
                    found = pattern.search(number)
                    message = _("forums and topics are numbers: f=2 and t=57 in the address of a page")
                    yield Trouble((name, index), message, found[1] if found else "")
