"""What can be configured for a source of kind appstore. No network code is imported here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from socialhub.clock import MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import SourceSettings, Trouble, Url


@dataclass(frozen=True, slots=True, kw_only=True)
class AppStoreSettings(SourceSettings):
    """The public reviews of apps in Apple's App Store, country by country; no key."""

    kind: ClassVar[str] = "appstore"
    usual_interval: ClassVar[int] = 30 * MINUTE
    shortest_interval: ClassVar[int] = 10 * MINUTE
    help: ClassVar[str] = N_("the reviews of apps in Apple's App Store")
    apps: tuple[str, ...]
    countries: tuple[str, ...] = ("fr",)
    server: Url = "https://itunes.apple.com"

    def troubles(self) -> Iterator[Trouble]:
        """Apps by their numbers, countries by their two letters."""
        if not self.apps:
            yield Trouble(("apps",), _("nothing to follow: give {keys}").format(keys="apps"))
        for index, app in enumerate(self.apps):
            if not (app.isascii() and app.isdigit()):
                message = _("an app is its number: 1234567 in https://apps.apple.com/fr/app/id1234567")
                digits = "".join(character for character in app.rpartition("id")[2] if character in "0123456789")
                yield Trouble(("apps", index), message, digits)
        for index, country in enumerate(self.countries):
            if len(country) != 2 or not country.isascii() or not country.isalpha() or country != country.lower():
                yield Trouble(
                    ("countries", index), _("a country is two small letters: fr, be, ch"), country[:2].lower()
                )
