"""What can be configured for a source of kind googleplay. No network code is imported here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from socialhub.clock import MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import SourceSettings, Trouble, Url

_APP: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)+")
_TWO_LETTERS: Final = re.compile(r"[a-z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class GooglePlaySettings(SourceSettings):
    """Reviews of apps in Google Play, by what its own pages ask: not documented, it may stop working any day."""

    kind: ClassVar[str] = "googleplay"
    usual_interval: ClassVar[int] = 30 * MINUTE
    shortest_interval: ClassVar[int] = 15 * MINUTE
    help: ClassVar[str] = N_("reviews of apps in Google Play (unstable: not documented by Google)")
    apps: tuple[str, ...]
    languages: tuple[str, ...] = ("fr",)
    country: str = "fr"
    answers: bool = False
    server: Url = "https://play.google.com"

    def troubles(self) -> Iterator[Trouble]:
        """Apps by their names in the address of their page, languages and the country by two letters."""
        if not self.apps:
            yield Trouble(("apps",), _("nothing to follow: give {keys}").format(keys="apps"))
        for index, app in enumerate(self.apps):
            if not _APP.fullmatch(app):
                found = re.search(r"[?&]id=([\w.]+)", app)
                message = _("an app is its name in the address of its page: id=com.example.app")
                yield Trouble(("apps", index), message, found[1] if found else "")
        for index, language in enumerate(self.languages):
            if not _TWO_LETTERS.fullmatch(language):
                message = _("a language is two small letters: fr, en, nl")
                yield Trouble(("languages", index), message, language[:2].lower())
        if not _TWO_LETTERS.fullmatch(self.country):
            message = _("a country is two small letters: fr, be, ch")
            yield Trouble(("country",), message, self.country[:2].lower())
