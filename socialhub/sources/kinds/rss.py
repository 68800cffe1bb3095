"""What can be configured for a source of kind rss. No network code is imported here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import Secret, SourceSettings, Trouble, Url

_GOOGLE_NEWS: Final = "news.google.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class RssSettings(SourceSettings):
    """A feed: RSS, Atom, RDF or JSON Feed."""

    kind: ClassVar[str] = "rss"
    help: ClassVar[str] = N_("a press or blog feed, a Google News or Google Alerts feed")
    url: Url
    token: Secret = ""

    def troubles(self) -> Iterator[Trouble]:
        """Google News answers for another country when its three parameters do not agree."""
        parts = urlsplit(self.url)
        if parts.hostname != _GOOGLE_NEWS or not parts.path.startswith("/rss"):
            return
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        language, country, edition = asked.get("hl", ""), asked.get("gl", ""), asked.get("ceid", "")
        if not country or edition not in (f"{country}:{language}", f"{country}:{language.split('-')[0]}"):
            message = _("hl, gl and ceid must agree, or Google News answers for another country")
            yield Trouble(("url",), message, "hl=fr&gl=FR&ceid=FR:fr", warning=True)
