"""What can be configured for a source of kind x. No network code is imported here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Final, TypeAlias

from socialhub.budgets import DOLLAR, MONEY, Cap, Span
from socialhub.clock import HOUR, MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import Duration, Meaning, Secret, SourceSettings, Trouble, Url

LONGEST_QUERY: Final = 512
"""Characters that X takes in a search; what is streamed is searched for too, after every break."""

Dollars: TypeAlias = Annotated[float, Meaning("range", ("0", "100000"))]
"""US dollars, in which X bills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class XSettings(SourceSettings):
    """X by its paid API: searches, accounts, who is mentioned; polled or streamed, within a budget of money."""

    kind: ClassVar[str] = "x"
    usual_interval: ClassVar[int] = 5 * MINUTE
    shortest_interval: ClassVar[int] = 1 * MINUTE
    help: ClassVar[str] = N_("X (Twitter) by its paid API, never beyond the sum you set")
    token: Secret
    search: tuple[str, ...] = ()
    topics: bool = False
    only: str = "-is:retweet"
    accounts: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    stream: bool = False
    counts_first: bool = False
    history: Annotated[int, Meaning("range", ("10", "5000"))] = 100
    again_every: Duration = 12 * HOUR
    again_a_day: Annotated[int, Meaning("range", ("0", "10000"))] = 96
    daily_cost: Dollars = 5.0
    monthly_cost: Dollars = 100.0
    price_per_post: Dollars = 0.005
    price_per_count: Dollars = 0.005
    price_per_user: Dollars = 0.01
    server: Url = "https://api.x.com"

    @property
    def streams(self) -> bool:
        """Whether the filtered stream is listened to."""
        return self.stream

    @property
    def older_again_a_day(self) -> int:
        """Each of them costs money."""
        return self.again_a_day

    @property
    def caps(self) -> tuple[Cap, ...]:
        """Money by day and by month. X counts a post once in a day of UTC."""
        day, month = round(self.daily_cost * DOLLAR), round(self.monthly_cost * DOLLAR)
        return Cap(MONEY, day, Span.DAY), Cap(MONEY, month, Span.MONTH)

    def troubles(self) -> Iterator[Trouble]:
        """Something to follow, queries that X takes, sums that allow something."""
        if not (self.search or self.topics or self.accounts or self.mentions):
            keys = "search, topics, accounts / mentions"
            yield Trouble((), _("nothing to follow: give {keys}").format(keys=keys))
        for index, query in enumerate(self.search):
            if len(query) > LONGEST_QUERY:
                message = _("too long for X: at most {count} characters")
                yield Trouble(("search", index), message.format(count=LONGEST_QUERY))
        for key in ("accounts", "mentions"):
            for index, name in enumerate(getattr(self, key)):
                plain = name.removeprefix("@")
                if not (plain.isascii() and plain.replace("_", "").isalnum()) or len(plain) > 15:
                    yield Trouble((key, index), _("an account of X has letters, digits and _ only, at most 15"))
        if self.monthly_cost < self.daily_cost:
            yield Trouble(("monthly_cost",), _("the month allows less than a day"), warning=True)
