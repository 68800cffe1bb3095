"""What can be configured for a source of kind instagram. No network code is imported here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar, Final

from socialhub.budgets import HASHTAGS, Cap, Span
from socialhub.clock import MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.kinds.facebook import version_troubles
from socialhub.sources.settings import Meaning, Secret, SourceSettings, Trouble, Url

_NAME: Final = re.compile(r"[A-Za-z0-9._]{1,30}")
_TAG: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstagramSettings(SourceSettings):
    """Instagram by Meta's API: an own professional account, who tags it, hashtags, other professional accounts."""

    kind: ClassVar[str] = "instagram"
    usual_interval: ClassVar[int] = 10 * MINUTE
    shortest_interval: ClassVar[int] = 5 * MINUTE
    help: ClassVar[str] = N_("your account on Instagram, hashtags, other professional accounts")
    token: Secret
    account: str
    media: bool = True
    comments: bool = True
    reach: bool = False
    tagged: bool = True
    hashtags: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    hashtags_a_week: Annotated[int, Meaning("range", ("1", "1000"))] = 30
    version: str = "v25.0"
    server: Url = "https://graph.facebook.com"

    @property
    def caps(self) -> tuple[Cap, ...]:
        """Meta counts different hashtags in seven days; the same one again is free."""
        return (Cap(HASHTAGS, self.hashtags_a_week, Span.ROLLING_WEEK),) if self.hashtags else ()

    def troubles(self) -> Iterator[Trouble]:
        """The account by its number, hashtags as Instagram finds them and no more than it allows."""
        if not (self.account.isascii() and self.account.isdigit()):
            message = _("the account is its number in Meta's API, not its name (docs/sources.md says how to find it)")
            yield Trouble(("account",), message)
        for index, tag in enumerate(self.hashtags):
            if not _TAG.fullmatch(tag):
                yield Trouble(("hashtags", index), _("a tag is one word without #"), re.sub(r"\W", "", tag))
        if len(set(self.hashtags)) > self.hashtags_a_week:
            message = _("Instagram allows {count} different hashtags in seven days")
            yield Trouble(("hashtags",), message.format(count=self.hashtags_a_week))
        for index, name in enumerate(self.accounts):
            if not _NAME.fullmatch(name):
                plain = name.rstrip("/").rpartition("/")[2].removeprefix("@")
                message = _("an account of Instagram is its name without @")
                yield Trouble(("accounts", index), message, plain if _NAME.fullmatch(plain) else "")
        yield from version_troubles(self.version)
