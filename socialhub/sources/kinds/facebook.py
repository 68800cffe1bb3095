"""What can be configured for a source of kind facebook. No network code is imported here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar, Final

from socialhub.clock import MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import Meaning, Secret, SourceSettings, Trouble, Url

NOT_THERE: Final = ("100/33", "803")
"""How Meta's APIs say that something does not exist: the code of an error, "code/subcode" where the code says less."""
_PAGE: Final = re.compile(r"[A-Za-z0-9.]{1,80}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FacebookSettings(SourceSettings):
    """Pages of Facebook by Meta's API: posts, comments, posts that mention the page, and messages when wanted."""

    kind: ClassVar[str] = "facebook"
    usual_interval: ClassVar[int] = 5 * MINUTE
    shortest_interval: ClassVar[int] = 2 * MINUTE
    help: ClassVar[str] = N_("your pages on Facebook: posts, comments, mentions, messages")
    token: Secret
    pages: tuple[str, ...]
    comments: bool = True
    mentions: bool = True
    messages: Annotated[str, Meaning("choice", ("", "messenger", "instagram", "all"))] = ""
    version: str = "v25.0"
    server: Url = "https://graph.facebook.com"

    def troubles(self) -> Iterator[Trouble]:
        """Pages by number or name; a version as Meta writes it."""
        if not self.pages:
            yield Trouble(("pages",), _("nothing to follow: give {keys}").format(keys="pages"))
        for index, page in enumerate(self.pages):
            if not _PAGE.fullmatch(page):
                name = page.rstrip("/").rpartition("/")[2].removeprefix("@")
                message = _("a page is its number or its name: mandarine in https://www.facebook.com/mandarine")
                yield Trouble(("pages", index), message, name if _PAGE.fullmatch(name) else "")
        yield from version_troubles(self.version)


def version_troubles(version: str) -> Iterator[Trouble]:
    """A version of the Graph API that cannot be one."""
    if not re.fullmatch(r"v\d+\.\d+", version):
        yield Trouble(("version",), _("a version of Meta's API is written v25.0"))
