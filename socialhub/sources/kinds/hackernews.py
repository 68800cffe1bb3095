"""What can be configured for a source of kind hackernews. No network code is imported here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from socialhub.clock import MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import SourceSettings, Trouble, Url


@dataclass(frozen=True, slots=True, kw_only=True)
class HackerNewsSettings(SourceSettings):
    """Stories and comments of Hacker News: by words, of people, beneath stories, or all of them."""

    kind: ClassVar[str] = "hackernews"
    usual_interval: ClassVar[int] = 5 * MINUTE
    usual_again: ClassVar[int] = 480
    """Each is a question of its own."""
    help: ClassVar[str] = N_("stories and comments of Hacker News")
    search: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()
    everything: bool = False
    comments: bool = True
    server: Url = "https://hn.algolia.com"
    items: Url = "https://hacker-news.firebaseio.com"

    @property
    def keeps_all(self) -> bool:
        """Of everything only what matches a topic is kept, unless that is wished otherwise."""
        return (self.keep or ("matched" if self.everything else "all")) == "all"

    def troubles(self) -> Iterator[Trouble]:
        """Something to follow; stories by their numbers."""
        if not (self.search or self.users or self.stories or self.everything):
            yield Trouble((), _("nothing to follow: give {keys}").format(keys="search, users, stories / everything"))
        for index, story in enumerate(self.stories):
            if not (story.isascii() and story.isdigit()):
                number = story.rpartition("id=")[2]
                message = _("a story is its number: 8863 in https://news.ycombinator.com/item?id=8863")
                yield Trouble(("stories", index), message, number if number.isdigit() else "")
