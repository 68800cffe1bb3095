"""What can be configured for a source of kind reddit. No network code is imported here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from socialhub.clock import MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import Secret, SourceSettings, Trouble, Url

_SUBREDDIT: Final = re.compile(r"[A-Za-z0-9_]{2,50}")
_SLOWEST: Final = 10 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class RedditSettings(SourceSettings):
    """Subreddits, searches, people: by Reddit's feeds, or by its API when there are credentials."""

    kind: ClassVar[str] = "reddit"
    usual_interval: ClassVar[int] = 2 * MINUTE
    shortest_interval: ClassVar[int] = MINUTE
    usual_again: ClassVar[int] = 5_760
    """With the newest forty a full question of a hundred each quarter of an hour."""
    help: ClassVar[str] = N_("subreddits, searches and people of Reddit (slowly without a key)")
    subreddits: tuple[str, ...] = ()
    comments: bool = False
    search: tuple[str, ...] = ()
    search_topics: bool = False
    users: tuple[str, ...] = ()
    threads: tuple[str, ...] = ()
    client_id: str = ""
    client_secret: Secret = ""
    refresh_token: Secret = ""
    user: str = ""
    server: Url = "https://www.reddit.com"
    api: Url = "https://oauth.reddit.com"

    @property
    def interval(self) -> int:
        """Feeds are throttled hard: ten minutes at least without credentials."""
        return max(self.every or self.usual_interval, self.floor)

    @property
    def floor(self) -> int:
        """See SourceSettings."""
        return self.shortest_interval if self.client_id else _SLOWEST

    def troubles(self) -> Iterator[Trouble]:
        """Something to follow, names as Reddit writes them, whole credentials."""
        if not (self.subreddits or self.search or self.search_topics or self.users or self.threads):
            keys = "subreddits, search, users / threads"
            yield Trouble((), _("nothing to follow: give {keys}").format(keys=keys))
        for index, name in enumerate(self.subreddits):
            if not _SUBREDDIT.fullmatch(name):
                shorter = name.rstrip("/").rpartition("/")[2]
                yield Trouble(("subreddits", index), _("a subreddit is its name, without r/"), shorter)
        if bool(self.client_id) != bool(self.client_secret):
            yield Trouble((), _("client_id and client_secret go together"))
        if self.client_id and not self.user:
            yield Trouble(("client_id",), _("Reddit wants to know who asks: give user, your name there"))
