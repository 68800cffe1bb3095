"""What can be configured for a source of kind trustpilot. No network code is imported here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from socialhub.clock import MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import LanguageCode, Secret, SourceSettings, Trouble, Url

_UNIT: Final = re.compile(r"[0-9a-f]{24}|[a-z0-9-]+(?:\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustpilotSettings(SourceSettings):
    """The reviews of companies on Trustpilot, and the companies' answers, by its API."""

    kind: ClassVar[str] = "trustpilot"
    usual_interval: ClassVar[int] = 30 * MINUTE
    shortest_interval: ClassVar[int] = 5 * MINUTE
    help: ClassVar[str] = N_("the reviews of companies on Trustpilot, by its API")
    key: Secret
    companies: tuple[str, ...]
    language: LanguageCode = ""
    server: Url = "https://api.trustpilot.com"

    def troubles(self) -> Iterator[Trouble]:
        """Companies by the names of their sites."""
        if not self.companies:
            yield Trouble(("companies",), _("nothing to follow: give {keys}").format(keys="companies"))
        for index, company in enumerate(self.companies):
            if not _UNIT.fullmatch(company):
                message = _(
                    "a company is the name of its site: mandarine.fr in https://www.trustpilot.com/review/mandarine.fr"
                )
                name = company.lower().rstrip("/").rpartition("/")[2]
                yield Trouble(("companies", index), message, name if _UNIT.fullmatch(name) else "")
