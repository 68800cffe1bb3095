"""What can be configured for a source of kind stackexchange. No network code is imported here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar, Final

from socialhub.budgets import CALLS, Cap, Span
from socialhub.clock import DAY, MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import Meaning, Secret, SourceSettings, Trouble, Url

WITHOUT_KEY: Final = 300
WITH_KEY: Final = 10_000
"""Questions to the API a day."""
_SITE: Final = re.compile(r"[a-z0-9.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class StackExchangeSettings(SourceSettings):
    """Questions of a Stack Exchange site by words and tags, and the answers to some."""

    kind: ClassVar[str] = "stackexchange"
    usual_interval: ClassVar[int] = 10 * MINUTE
    shortest_interval: ClassVar[int] = 2 * MINUTE
    help: ClassVar[str] = N_("questions and answers of Stack Overflow and its sister sites")
    site: str = "stackoverflow"
    search: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    key: Secret = ""
    calls_a_day: Annotated[int, Meaning("range", ("0", "1000000"))] = 0
    server: Url = "https://api.stackexchange.com"

    @property
    def most_calls(self) -> int:
        """What Stack Exchange allows a day, unless less is wished."""
        return self.calls_a_day or (WITH_KEY if self.key else WITHOUT_KEY)

    @property
    def caps(self) -> tuple[Cap, ...]:
        """Its days begin at midnight UTC."""
        return (Cap(CALLS, self.most_calls, Span.DAY),)

    @property
    def interval(self) -> int:
        """The calls of a day last all day, a fifth of them is spare."""
        lists = len(self.search) + len(self.tags) + (len(self.questions) + 99) // 100
        return max(self.every or self.usual_interval, self.shortest_interval, DAY * lists * 5 // (self.most_calls * 4))

    def troubles(self) -> Iterator[Trouble]:
        """Something to follow; the site by its name, questions by their numbers."""
        if not (self.search or self.tags or self.questions):
            yield Trouble((), _("nothing to follow: give {keys}").format(keys="search, tags / questions"))
        if not _SITE.fullmatch(self.site):
            found = re.search(r"//([a-z0-9.-]+?)(?:\.stackexchange)?\.com", self.site)
            message = _("a site is its name: stackoverflow, superuser, fr.stackoverflow, unix")
            yield Trouble(("site",), message, found[1] if found else "")
        for index, question in enumerate(self.questions):
            if not (question.isascii() and question.isdigit()):
                found = re.search(r"/q(?:uestions)?/(\d+)", question)
                message = _("a question is its number: 11227809 in https://stackoverflow.com/questions/11227809/…")
                yield Trouble(("questions", index), message, found[1] if found else "")
