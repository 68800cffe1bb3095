"""What can be configured for a source of kind youtube. No network code is imported here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar, Final

from socialhub.budgets import SEARCHES, UNITS, Cap, Span
from socialhub.clock import DAY, MINUTE
from socialhub.i18n import N_, _
from socialhub.records import dataclass
from socialhub.sources.settings import Duration, Meaning, Secret, SourceSettings, Trouble, Url

PACIFIC: Final = "America/Los_Angeles"
"""YouTube's days begin there."""
_ID: Final = re.compile(r"UC[\w-]{22}", re.ASCII)
_HANDLE: Final = re.compile(r"@[\w.·-]{3,30}")
_VIDEO: Final = re.compile(r"[\w-]{11}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class YouTubeSettings(SourceSettings):
    """Videos and comments of YouTube: of channels, beneath videos, by words; by its API, or without a key by feeds."""

    kind: ClassVar[str] = "youtube"
    usual_interval: ClassVar[int] = 15 * MINUTE
    shortest_interval: ClassVar[int] = 5 * MINUTE
    help: ClassVar[str] = N_("videos and comments of YouTube, within its daily quota")
    key: Secret = ""
    channels: tuple[str, ...] = ()
    comments: bool = True
    videos: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    region: str = ""
    language: str = ""
    history: Duration = 7 * DAY
    searches_a_day: Annotated[int, Meaning("range", ("1", "1000000"))] = 100
    units_a_day: Annotated[int, Meaning("range", ("1", "10000000"))] = 10_000
    server: Url = "https://www.googleapis.com"
    feeds: Url = "https://www.youtube.com"

    @property
    def caps(self) -> tuple[Cap, ...]:
        """YouTube counts searches and all other questions apart, by its own day."""
        if not self.key:
            return ()
        return (
            Cap(SEARCHES, self.searches_a_day, Span.DAY, PACIFIC),
            Cap(UNITS, self.units_a_day, Span.DAY, PACIFIC),
        )

    @property
    def search_interval(self) -> int:
        """Milliseconds between two searches for the same words: those of a day last all day, a fifth is spare."""
        return max(self.interval, DAY * len(self.search) * 5 // (self.searches_a_day * 4))

    def troubles(self) -> Iterator[Trouble]:
        """Something to follow, named as YouTube names it; a key for what feeds do not give."""
        if not (self.channels or self.videos or self.search):
            yield Trouble((), _("nothing to follow: give {keys}").format(keys="channels, videos / search"))
        for index, channel in enumerate(self.channels):
            if not (_ID.fullmatch(channel) or _HANDLE.fullmatch(channel)):
                found = _ID.search(channel) or _HANDLE.search(channel)
                message = _("a channel is its @name, or its id that begins with UC")
                yield Trouble(("channels", index), message, found[0] if found else "")
            elif not self.key and not _ID.fullmatch(channel):
                yield Trouble(("channels", index), _("without a key a channel is its id that begins with UC"))
        for index, video in enumerate(self.videos):
            if not _VIDEO.fullmatch(video):
                message = _("a video is the eleven characters after v= in its address")
                found = re.search(r"(?:v=|youtu\.be/|/shorts/)([\w-]{11})", video)
                yield Trouble(("videos", index), message, found[1] if found else "")
        if not self.key:
            for name in ("videos", "search"):
                if getattr(self, name):
                    yield Trouble((name,), _("this needs a key: YouTube's feeds give the uploads of channels only"))
        if len(self.region) not in (0, 2):
            yield Trouble(("region",), _("a country is two letters: FR, BE, CH"))
