"""What can be configured for a source of kind threads. No network code is imported here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar

from socialhub.budgets import QUERIES, Cap, Span
from socialhub.clock import DAY, HOUR, MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.kinds.facebook import NOT_THERE
from socialhub.sources.settings import Duration, Meaning, Secret, SourceSettings, Trouble, Url


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadsSettings(SourceSettings):
    """Threads by Meta's API: searches, who mentions the account, what is replied to its posts."""

    kind: ClassVar[str] = "threads"
    usual_interval: ClassVar[int] = 5 * MINUTE
    shortest_interval: ClassVar[int] = 2 * MINUTE
    help: ClassVar[str] = N_("searches on Threads, mentions of your account and replies to it")
    token: Secret
    search: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    mentions: bool = True
    replies: bool = True
    queries_a_day: Annotated[int, Meaning("range", ("1", "1000000"))] = 2_200
    again_every: Duration = 1 * HOUR
    again_a_day: Annotated[int, Meaning("range", ("0", "10000"))] = 480
    gone_codes: tuple[str, ...] = NOT_THERE
    version: str = "v1.0"
    server: Url = "https://graph.threads.net"

    @property
    def older_again_a_day(self) -> int:
        """Each of them is a question of its own."""
        return self.again_a_day

    @property
    def caps(self) -> tuple[Cap, ...]:
        """Meta counts searches of an account in 24 hours, over all apps; those that find nothing are free."""
        return (Cap(QUERIES, self.queries_a_day, Span.ROLLING_DAY),) if self.search or self.tags else ()

    @property
    def search_interval(self) -> int:
        """Milliseconds between two searches for the same words: those of a day last all day, a fifth is spare."""
        return max(self.interval, DAY * (len(self.search) + len(self.tags)) * 5 // (self.queries_a_day * 4))

    def troubles(self) -> Iterator[Trouble]:
        """Something to follow, tags without their mark."""
        if not (self.search or self.tags or self.mentions or self.replies):
            keys = "search, tags, mentions / replies"
            yield Trouble((), _("nothing to follow: give {keys}").format(keys=keys))
        for index, query in enumerate(self.search):
            if not query.strip():
                yield Trouble(("search", index), _("there are no words to search for"))
        for index, tag in enumerate(self.tags):
            if not tag.strip() or tag.startswith("#"):
                yield Trouble(("tags", index), _("a tag of Threads is written without #"), tag.removeprefix("#"))
        for index, code in enumerate(self.gone_codes):
            if not re.fullmatch(r"\d+(/\d+)?", code):
                yield Trouble(
                    ("gone_codes", index), _("an error of Meta's API is written 100/33, code and subcode, or 803")
                )
