"""What can be configured for any source, and the light types that `config` reads; no network code is imported here.

Each kind is a subclass in `kinds`; its fields are the keys of a [[sources]] table beyond the common ones. Their types
tell what the file may hold: `str`, `int`, `float`, `bool`, `tuple[str, ...]`; Duration, Secret, Url … refine it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, TypeAlias

from socialhub.budgets import Cap
from socialhub.clock import DAY, MINUTE
from socialhub.records import dataclass

NEVER = "0"
"""How a length of time is written that may be none at all."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """How the value of a setting is to be read and checked (`form` is a key of config.values.FORMS).

    `choices` are the words of a "choice", the least and the greatest value of a "range", or what else than a length of
    time a "duration" may be: only NEVER.
    """

    form: str
    choices: tuple[str, ...] = ()


Duration: TypeAlias = Annotated[int, Meaning("duration")]
"""Milliseconds; in the file "90 s", "5 min", "2 h", "30 d" or ISO 8601 "PT5M"."""
DurationOrNone: TypeAlias = Annotated[int, Meaning("duration", (NEVER,))]
"""The same, or 0 ms, in the file 0."""
Secret: TypeAlias = Annotated[str, Meaning("secret")]
"""Always "env:NAME" or "keyring:NAME"; resolved only by the collector."""
Url: TypeAlias = Annotated[str, Meaning("url")]
"""An http(s) or ws(s) address without a literal secret in it."""
FilePath: TypeAlias = Annotated[str, Meaning("path")]
"""A file or folder: absolute once read; in the file "~" and paths relative to config.toml are welcome."""
LanguageCode: TypeAlias = Annotated[str, Meaning("language")]
"""A language of two letters ("fr") that the detector knows."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong with the settings of a source: at which key (() for all of it), in words, and what was meant."""

    at: tuple[str | int, ...]
    message: str
    hint: str = ""
    warning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """The keys common to all kinds. `every` is the wished interval (ms); None takes the kind's own.

    After an outage what was said is fetched for `catch_up` (ms) back at most.
    """

    kind: ClassVar[str] = ""
    usual_interval: ClassVar[int] = 10 * MINUTE
    shortest_interval: ClassVar[int] = 1 * MINUTE
    usual_keep: ClassVar[str] = "all"
    help: ClassVar[str] = ""
    reaches_out: ClassVar[bool] = True
    """Whether it asks other people's servers (and so needs hub.contact)."""
    catches_up: ClassVar[bool] = True
    """Whether what was said while it was not heard can be heard later."""
    runs_programs: ClassVar[bool] = False
    """Whether it runs what the config names: then the file must be its user's, and nobody else's to write."""
    usual_again: ClassVar[int] = 1_920
    """Stored posts of more than a day ago that are asked for again in a day, where the kind can be asked so."""
    factory: ClassVar[str] = ""
    """What makes the source, "package.module:function" (a base.SourceFactory); "" for kinds of the house."""

    name: Annotated[str, Meaning("source-name")]
    every: Duration | None = None
    keep: Annotated[str, Meaning("choice", ("", "all", "matched"))] = ""
    allow_private: bool = False
    was: Annotated[str, Meaning("source-name")] = ""
    place: str = ""
    lang: LanguageCode = ""
    catch_up: Duration = DAY

    @property
    def interval(self) -> int:
        """Milliseconds between two polls."""
        return max(self.every or self.usual_interval, self.shortest_interval)

    @property
    def floor(self) -> int:
        """The shortest polite interval (ms): a crisis asks no more often."""
        return self.shortest_interval

    @property
    def older_again_a_day(self) -> int:
        """How many posts of more than a day ago are asked for again in a day, each in its turn."""
        return self.usual_again

    @property
    def streams(self) -> bool:
        """Whether it listens to a stream instead of polling."""
        return False

    @property
    def keeps_all(self) -> bool:
        """Whether mentions that match no topic are stored too."""
        return (self.keep or self.usual_keep) == "all"

    @property
    def caps(self) -> tuple[Cap, ...]:
        """What may be spent at most: by the operator's wish, or because the server counts."""
        return ()

    def troubles(self) -> Iterator[Trouble]:
        """What the settings of this kind need beyond the form of each."""
        yield from ()
