"""The data files of the demonstration as typed values: beats (who says what, how often, when), articles, symbols."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

THEMES: Final = (
    *("words", "asides", "complaints", "praise", "rivals"),
    *("outage", "boss", "good_news", "reviews", "english"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A strand of the story. `curve` is (minute after the event, weight); without an event it follows the day's rhythm.

    `repeat` is the share of copies, `answers` names the beats that are replied to, `moments` (minutes) fixes when an
    announcement's forms come, in their order; `ordered` deals the forms roughly in their order as time goes on.
    `places` is "home" (the author's), "spread" or "recovered" (the outage); `ratings` weighs one to five stars.
    """

    name: str
    form: str
    count: int = 0
    voice: str = "public"
    event: str = ""
    curve: tuple[tuple[float, float], ...] = ()
    moments: tuple[int, ...] = ()
    repeat: float = 0.13
    answers: tuple[str, ...] = ()
    ordered: bool = False
    places: str = "home"
    titles: str = ""
    ratings: tuple[int, ...] = ()
    lang: str = "fr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A piece of the press: `at` minutes after its event (or the start); `update` is its text once corrected."""

    title: str
    text: str
    outlet: str
    at: int
    event: str = ""
    copies: int = 0
    shares: int = 0
    lang: str = "fr"
    update: str = ""


@dataclass(frozen=True, slots=True)
class Outlet:
    """A fictional medium; `source` is "" when only the news index finds it."""

    source: str
    name: str
    site: str
    byline: str


@dataclass(frozen=True, slots=True)
class Story:
    """Everything the data files hold, except places and people."""

    symbols: dict[str, list[str]]
    beats: tuple[Beat, ...]
    articles: tuple[Article, ...]
    outlets: dict[str, Outlet] = field(default_factory=dict)


def read(name: str) -> dict[str, Any]:
    """A data file of this package."""
    return tomllib.loads(files("socialhub.demo").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


@cache
def load() -> Story:
    """Read the data files; raises KeyError, TypeError or ValueError for a mistake in them."""
    symbols: defaultdict[str, list[str]] = defaultdict(list)
    beats: list[Beat] = []
    for theme in THEMES:
        content = read(theme)
        for name, forms in content.get("symbols", {}).items():
            symbols[name] += forms
        beats += [_beat(table) for table in content.get("beats", ())]
    press = read("press")
    articles = tuple(Article(**table) for table in press["article"])
    outlets = {outlet.name: outlet for outlet in (Outlet(*row) for row in press["outlets"])}
    return Story(dict(symbols), tuple(beats), articles, outlets)


def _beat(table: dict[str, Any]) -> Beat:
    read_table = dict(table)
    read_table["curve"] = tuple((float(minute), float(weight)) for minute, weight in table.get("curve", ()))
    for name in ("moments", "answers", "ratings"):
        read_table[name] = tuple(table.get(name, ()))
    read_table.setdefault("lang", "en" if table.get("voice") == "english" else "fr")
    return Beat(**read_table)
