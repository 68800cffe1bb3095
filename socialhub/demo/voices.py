"""Where each voice speaks: names of the sources, handles, addresses and ids there. All domains are reserved.

Source names are those of the demonstration's configuration; each gets a file of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from socialhub.demo.people import Person

BLUESKY: Final = "bluesky"
MASTODON: Final = "mastodon:bavardage"
MASTODON_WEST: Final = "mastodon:breizh"
FORUM: Final = "forum:fibre-entraide"
APPSTORE: Final = "appstore"
PLAYSTORE: Final = "playstore"
OPINIONS: Final = "avis:conso-et-droits"
VIDEO: Final = "video:kiosque-tv"
NEWS_INDEX: Final = "google-news"
PRESS: Final = ("presse:agence-relais", "presse:ouest-matin", "presse:gazette-eco", "presse:pixel-debit")
SOURCES: Final = (
    BLUESKY,
    MASTODON,
    MASTODON_WEST,
    FORUM,
    *PRESS,
    NEWS_INDEX,
    APPSTORE,
    PLAYSTORE,
    OPINIONS,
    VIDEO,
)

SOCIAL: Final = frozenset({BLUESKY, MASTODON, MASTODON_WEST})
# Share of Bluesky among what a voice writes on social networks.
_BLUESKY_SHARE: Final = {
    "public": 0.55,
    "english": 0.62,
    "journalist": 0.6,
    "local": 0.45,
    "official": 0.5,
    "rival": 0.6,
}
_FIXED_SOURCES: Final = {"forum": FORUM, "opinion": OPINIONS, "comments": VIDEO}
_RKEY: Final = "234567abcdefghijklmnopqrstuvwxyz"


def source_of(voice: str, author: Person, rng: Random) -> str:
    """The source in which this voice speaks this time."""
    if fixed := _FIXED_SOURCES.get(voice):
        return fixed
    if voice == "app":
        return APPSTORE if rng.random() < 0.42 else PLAYSTORE
    if rng.random() < _BLUESKY_SHARE[voice]:
        return BLUESKY
    return MASTODON_WEST if author.town.region == "Bretagne" and rng.random() < 0.5 else MASTODON


@dataclass(frozen=True, slots=True)
class Identity:
    """How an author is named in a source. `mention` is what others write to address them."""

    author: str
    handle: str
    mention: str
    followers: int | None


def identity(source: str, person: Person) -> Identity:
    """The author as this source shows them."""
    if source == BLUESKY:
        handle = f"{person.stem.replace('_', '-').strip('-').lower()}.ciel.example"
        return Identity(person.name, handle, f"@{handle}", person.followers)
    if source in SOCIAL:
        server = "breizh.example" if source == MASTODON_WEST else "bavardage.example"
        return Identity(person.name, f"{person.stem}@{server}", f"@{person.stem}", person.followers // 2)
    return Identity(person.stem if source in (FORUM, VIDEO) else person.name, "", f"@{person.stem}", None)


class Ids:
    """Native ids and addresses in the form of each source, never the same twice."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._serial = 0

    def native(self, source: str, moment: int) -> str:
        """A new id in `source` for a post of this moment."""
        self._serial += 1
        if source == BLUESKY:
            return "3" + _base32(moment * 1_000 + self._serial % 1_000)
        if source in SOCIAL:
            return str((moment << 16) + self._serial % 65_536)
        if source == FORUM:
            return f"t{4_100 + self._serial % 377}-p{88_000 + self._serial}"
        return f"{source.split(':')[0][:4]}-{moment // 1_000 % 10_000_000}-{self._serial}"


def _base32(number: int) -> str:
    letters = []
    while number:
        number, digit = divmod(number, 32)
        letters.append(_RKEY[digit])
    return "".join(reversed(letters))


def address(source: str, handle: str, native: str) -> str:
    """Where the post would be read."""
    if source == BLUESKY:
        return f"https://ciel.example/profile/{handle}/post/{native}"
    if source in SOCIAL:
        name, _, server = handle.partition("@")
        return f"https://{server}/@{name}/{native}"
    if source == FORUM:
        topic, _, post = native.partition("-")
        return f"https://forum.fibre-entraide.example/sujet/{topic[1:]}#{post}"
    if source == OPINIONS:
        return f"https://conso-et-droits.example/avis/{native}"
    if source == VIDEO:
        return f"https://videos.kiosque-tv.example/v/face-au-micro?commentaire={native}"
    return ""
