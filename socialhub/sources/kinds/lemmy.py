"""What can be configured for a source of kind lemmy. No network code is imported here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar, Final

from socialhub.clock import MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import Meaning, Secret, SourceSettings, Trouble, Url

_COMMUNITY: Final = re.compile(r"[A-Za-z0-9_]+(@[A-Za-z0-9.:-]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class LemmySettings(SourceSettings):
    """Communities, searches and public timelines of a Lemmy server."""

    kind: ClassVar[str] = "lemmy"
    usual_interval: ClassVar[int] = 5 * MINUTE
    usual_again: ClassVar[int] = 480
    """Each is a question of its own."""
    help: ClassVar[str] = N_("communities, searches and public timelines of a Lemmy server")
    server: Url
    communities: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    public: Annotated[str, Meaning("choice", ("", "all", "local"))] = ""
    comments: bool = True
    token: Secret = ""

    def troubles(self) -> Iterator[Trouble]:
        """Something to follow; communities by their names."""
        if not (self.communities or self.search or self.public):
            yield Trouble((), _("nothing to follow: give {keys}").format(keys="communities, search / public"))
        for index, community in enumerate(self.communities):
            if not _COMMUNITY.fullmatch(community):
                message = _("a community is its name: fibre, or fibre@lemmy.world on another server")
                name = community.rstrip("/").rpartition("/")[2].lstrip("!")
                yield Trouble(("communities", index), message, name if _COMMUNITY.fullmatch(name) else "")
