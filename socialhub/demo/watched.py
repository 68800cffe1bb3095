"""The watchlists of the demonstration: who is on them, their ordinary posts of four weeks, what they say of the story.

They have a generator of their own: with or without them the rest of the story stays word for word the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any, Final

from socialhub.bridges import bridged
from socialhub.clock import DAY
from socialhub.demo.accounts import made
from socialhub.demo.data import read
from socialhub.demo.grammar import Grammar
from socialhub.demo.line import Line
from socialhub.demo.people import Person
from socialhub.demo.places import Town, french_map
from socialhub.demo.rhythm import Rhythm, curve_moments
from socialhub.demo.story import EVENTS, HISTORY_DAYS, SPAN
from socialhub.demo.voices import BLUESKY, MASTODON, MASTODON_WEST, Ids, address, identity
from socialhub.store.people import ConfiguredList, ConfiguredPerson
from socialhub.text import clip

_BLUESKY_SHARE: Final = 0.6
_SEEN_ELSEWHERE: Final = 0.5
"""The share of posts that another server, or the bridge, shows too."""
_LATER: Final = (5_000, 90_000)
"""How long after (ms)."""
_BRIDGED_LENGTH: Final = 80


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on a list: how they are recognised, and who writes for them (None: an outlet, by its articles)."""

    configured: ConfiguredPerson
    person: Person | None


@dataclass(frozen=True, slots=True)
class DemoList:
    """A list with its members; `ordinary` is the symbol of their everyday posts, `a_day` how many each writes."""

    configured: ConfiguredList
    members: tuple[Member, ...]
    ordinary: str
    a_day: float


@cache
def demo_lists() -> tuple[DemoList, ...]:
    """The lists as the data files tell them."""
    return tuple(_list(table) for table in read("watched")["lists"])


def demo_people() -> list[ConfiguredPerson]:
    """Everybody on them, once."""
    return list(
        {member.configured.slug: member.configured for each in demo_lists() for member in each.members}.values()
    )


def _list(table: dict[str, Any]) -> DemoList:
    kind_of_members = table.get("members", "")
    if kind_of_members == "outlets":
        members = [_outlet(*row) for row in read("press")["outlets"]]
    elif kind_of_members == "journalists":
        members = [_member(*row, signs=True) for row in read("people")["journalists"]]
    elif kind_of_members == "official":
        members = [_official(name, *read("people")["official"][name]) for name in table["names"]]
    else:
        members = [_member(*row) for row in table["people"]]
    slugs = tuple(member.configured.slug for member in members)
    configured = ConfiguredList(table["id"], table["name"], table["kind"], slugs)
    return DemoList(configured, tuple(members), table.get("ordinary", ""), table.get("a_day", 0.0))


def _member(name: str, stem: str, followers: int, role: str = "", *, signs: bool = False) -> Member:
    person = Person(name, stem, _capital(), followers)
    handles = tuple(identity(source, person).handle for source in (MASTODON, BLUESKY))
    bylines = (name,) if signs else ()
    return Member(ConfiguredPerson(stem.replace("_", "-"), name, role, handles, (), bylines), person)


def _outlet(_source: str, name: str, site: str, _byline: str) -> Member:
    return Member(ConfiguredPerson(site.partition(".")[0], name, sites=(site,)), None)


def _official(name: str, stem: str, followers: int) -> Member:
    """A brand's account: the same name on every server. The story itself lets it speak."""
    shown = identity(BLUESKY, Person(name, stem, _capital(), followers))
    return Member(ConfiguredPerson(stem.lower(), name, handles=(stem, shown.handle)), None)


def _capital() -> Town:
    return next(town for town in french_map().towns if town.name == "Paris")


def config_tables() -> Iterator[str]:
    """The [[watchlists]] and [[audiences]] of the demonstration's configuration."""
    for each in demo_lists():
        yield _table("watchlists", id=each.configured.slug, name=each.configured.name, kind=each.configured.kind)
        for person in (member.configured for member in each.members):
            lists = {"handles": person.handles, "sites": person.sites, "bylines": person.bylines}
            told = {name: list(values) for name, values in lists.items() if values}
            yield _table("watchlists.people", id=person.slug, name=person.name, role=person.role, **told)
    for kind, sites in read("watched")["audiences"].items():
        yield _table("audiences", kind=kind, sites=sites)


def _table(tables: str, /, **values: str | list[str]) -> str:
    """One of the [[tables]]; JSON strings and lists are TOML ones too."""
    body = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items() if value)
    return f"[[{tables}]]\n{body}"


# ---- what they write ---------------------------------------------------------------------------------------------


def past_lines(seed: int, start: int) -> list[Line]:
    """Their ordinary posts of the weeks before the story, in order of time."""
    writer = _Writer(Random(f"watched past {seed} {start}"), start)
    begun = start - HISTORY_DAYS * DAY
    return sorted(writer.ordinary(begun, HISTORY_DAYS * DAY), key=lambda line: line.at)


def story_lines(seed: int, start: int) -> list[Line]:
    """What they write while the story is told, in order of time."""
    writer = _Writer(Random(f"watched story {seed} {start}"), start)
    lines = [*writer.ordinary(start, SPAN), *seen_elsewhere(writer.told(), Random(f"seen elsewhere {seed} {start}"))]
    return sorted(lines, key=lambda line: line.at)


class _Writer:
    """Writes their posts; its random generator is its own. `start` is when the story begins (ms UTC)."""

    def __init__(self, rng: Random, start: int) -> None:
        self._rng = rng
        self._start = start
        self._table = read("watched")
        self._grammar = Grammar(self._table["symbols"], rng)
        self._ids = Ids(rng)
        self._ends = {each["stem"]: each["days"] * DAY for each in self._table["ends"]}

    def ordinary(self, start: int, span: int) -> Iterator[Line]:
        rhythm = Rhythm(start, span)
        for each in demo_lists():
            for person in _writers(each.members):
                until = start + span - self._ends.get(person.stem, 0)
                for moment in rhythm.moments(round(each.a_day * span / DAY * (0.6 + self._rng.random())), self._rng):
                    if moment < until and (person.stem not in self._ends or span > SPAN):
                        yield self._post(person, moment, each.ordinary)

    def told(self) -> Iterator[Line]:
        by_id = {each.configured.slug: each for each in demo_lists()}
        for said in self._table["said"]:
            people = [person for person in _writers(by_id[said["list"]].members) if person.stem not in self._ends]
            curve = tuple((float(minute), float(weight)) for minute, weight in said["curve"])
            begins = self._start + EVENTS[said["event"]].start_offset_ms
            for number, moment in enumerate(curve_moments(begins, curve, said["count"], self._rng)):
                yield self._post(people[(number * 5 + len(said["form"])) % len(people)], moment, said["form"])

    def _post(self, person: Person, moment: int, form: str) -> Line:
        source = BLUESKY if self._rng.random() < _BLUESKY_SHARE else MASTODON
        native = self._ids.native(source, moment)
        line = Line(moment, source, native, self._grammar.expand(form), lang="fr", kind="post", beat="watched")
        shown = identity(source, person)
        line.author, line.handle, line.followers = shown.author, shown.handle, shown.followers
        line.url, line.account_created = address(source, shown.handle, native), made(person.stem, self._start)
        heat = self._rng.paretovariate(1.3) * (1 + person.followers / 4_000)
        line.likes, line.shares = int(heat), int(heat * self._rng.random() * 0.5)
        return line


def seen_elsewhere(lines: Iterable[Line], rng: Random) -> Iterator[Line]:
    """These lines, and what of the posts of one server the other one and the bridge to Bluesky show: the same posts."""
    for line in lines:
        yield line
        if line.source != MASTODON:
            continue
        line.canonical_id = line.url
        for source, handle in ((MASTODON_WEST, line.handle), (BLUESKY, bridged(line.handle))):
            later = line.at + rng.randrange(*_LATER)
            if rng.random() < _SEEN_ELSEWHERE:
                shown = replace(line, source=source, native_id=f"{line.native_id}-{source[0]}", at=later, handle=handle)
                shown.text = clip(line.text, _BRIDGED_LENGTH) if source == BLUESKY else line.text
                shown.likes = int((line.likes or 0) * rng.random())
                yield shown


def _writers(members: Iterable[Member]) -> list[Person]:
    return [member.person for member in members if member.person is not None]
