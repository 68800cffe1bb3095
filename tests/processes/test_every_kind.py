"""One room that listens to every kind of source at once, by the program itself, which is killed in the middle."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any, Final

from socialhub.clock import DAY, ENV_CLOCK, HOUR, MINUTE
from socialhub.sources.kinds import BUILT_IN
from tests.processes.programs import PATIENCE, ROOM, Loopback, Programs, kill, wait_for
from tests.servers import NOON, Behaviour, LoopbackServer, clock_at
from tests.sources import test_discourse as discourses
from tests.sources import test_googleplay as playstores
from tests.sources import test_hackernews as indexes
from tests.sources import test_lemmy as lemmies
from tests.sources import test_phpbb as boards
from tests.sources import test_reddit as reddits
from tests.sources import test_stackexchange as exchanges
from tests.sources.fake_graph import ACCOUNT, PAGE, TOKEN, FakeGraph
from tests.sources.fake_imap import PASSWORD, FakeImap
from tests.sources.fake_threads import TOKEN as THREADS_TOKEN
from tests.sources.fake_threads import FakeThreads
from tests.sources.fake_threads import post as thread
from tests.sources.fake_youtube import KEY, FakeYouTube
from tests.sources.test_every_contract import PLAYS, Play, Played
from tests.sources.test_imap import letter
from tests.sources.test_trustpilot import KEY as TRUSTPILOT_KEY
from tests.sources.test_trustpilot import FakeTrustpilot

THEN: Final = NOON - HOUR


@asynccontextmanager
async def _served(kind: str, behaviour: Behaviour, **keys: Any) -> AsyncIterator[Played]:
    async with LoopbackServer({"*": behaviour}) as server:
        yield Played(kind, {"server": server.url(""), **keys})


@asynccontextmanager
async def youtube(folder: Path) -> AsyncIterator[Played]:
    async with FakeYouTube() as server:
        server.say_video(1, THEN)
        server.say(1, THEN + MINUTE)
        keys = {"channels": ("@mandarine",), "search": ("fibre",), "feeds": server.url}
        yield Played("youtube", {"server": server.url, "key": KEY, **keys})


@asynccontextmanager
async def facebook(folder: Path) -> AsyncIterator[Played]:
    async with FakeGraph() as server:
        server.comment(server.post(1, THEN), 2, THEN + MINUTE)
        yield Played("facebook", {"server": server.url, "token": TOKEN, "pages": (PAGE,)})


@asynccontextmanager
async def instagram(folder: Path) -> AsyncIterator[Played]:
    async with FakeGraph() as server:
        server.remark(server.picture(1, THEN), 2, THEN + MINUTE)
        yield Played("instagram", {"server": server.url, "token": TOKEN, "account": ACCOUNT})


@asynccontextmanager
async def threads(folder: Path) -> AsyncIterator[Played]:
    async with FakeThreads() as server:
        server.posts += [thread(1, THEN)]
        yield Played("threads", {"server": server.url, "token": THREADS_TOKEN, "search": ("mandarine",)})


@asynccontextmanager
async def trustpilot(folder: Path) -> AsyncIterator[Played]:
    server = FakeTrustpilot()
    async with server.http:
        server.say(1, NOON - DAY)
        keys = {"server": server.http.url(""), "companies": ("mandarine.fr",)}
        yield Played("trustpilot", {"key": TRUSTPILOT_KEY, **keys})


@asynccontextmanager
async def imap(folder: Path) -> AsyncIterator[Played]:
    async with FakeImap({1: letter(1), 2: letter(2)}) as server:
        keys = {"host": "127.0.0.1", "port": server.port, "user": "desk", "encryption": "none"}
        yield Played("imap", {"password": "env:LETTERS", **keys})


@asynccontextmanager
async def reddit(folder: Path) -> AsyncIterator[Played]:
    async with LoopbackServer(reddits.Reddit([reddits.post(1), reddits.post(2)]).behaviours()) as server:
        keys = {"subreddits": ("mandarine",), "client_id": "app", "client_secret": "env:SECRET", "user": "socialhub"}
        yield Played("reddit", {"server": server.url(""), "api": server.url(""), **keys})


@asynccontextmanager
async def hackernews(folder: Path) -> AsyncIterator[Played]:
    async with LoopbackServer({indexes.PATH: indexes.Index([indexes.story(1)])}) as server:
        yield Played("hackernews", {"server": server.url(""), "items": server.url(""), "search": ("fibre",)})


def _forum() -> discourses.Forum:
    forum = discourses.Forum()
    forum.say(7, 1)
    return forum


OTHERS: Final[dict[str, Play]] = {
    "youtube": youtube,
    "facebook": facebook,
    "instagram": instagram,
    "threads": threads,
    "trustpilot": trustpilot,
    "imap": imap,
    "reddit": reddit,
    "hackernews": hackernews,
    "lemmy": lambda _: _served("lemmy", lemmies.Lemmy(4, posts=2, comments=1), public="all"),
    "discourse": lambda _: _served("discourse", _forum(), posts=True),
    "phpbb": lambda _: _served("phpbb", boards.Board("/feed", boards.entry(1)), posts=True),
    "googleplay": lambda _: _served("googleplay", playstores.Store(playstores.review(1)), apps=(playstores.APP,)),
    "stackexchange": lambda _: _served(
        "stackexchange", exchanges.Exchange([exchanges.question(1)]), site="superuser", tags=("fibre",)
    ),
}
"""The kinds that test_every_contract.py does not play."""


def _toml(value: Any) -> str:
    if is_dataclass(value) and not isinstance(value, type):
        value = {key: each for key, each in asdict(value).items() if each}
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


def _table(name: str, play: Played) -> str:
    keys = {"name": name, "kind": play.kind, "keep": "all", "allow_private": True, **play.keys}
    keys.pop("timeout", None)  # a number of milliseconds to the program, a text with its unit in the config
    return "[[sources]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in keys.items())


def _heard(programs: Programs) -> dict[str, dict[str, Any]]:
    """What the program says of its sources, by name."""
    told = programs.run("sources", "list", "--json")
    assert told.returncode == 0, told.stderr
    return {each["name"]: each for each in map(json.loads, told.stdout.splitlines())}


def _names(programs: Programs, having: str, *values: int) -> set[str]:
    """Sources of which that is true in the cache."""
    with programs.reading() as db:
        return {name for (name,) in db.execute(f"SELECT name FROM sources WHERE {having}", values).fetchall()}


HAVE_TOLD: Final = "id IN (SELECT source FROM sightings)"
HAVE_ANSWERED: Final = "ifnull(last_success, 0) > ? OR connected"


def _configure(programs: Programs, loopback: Loopback, folder: Path) -> None:
    """A config with every played source, and its secrets in the environment."""
    tables = []
    for name, play in (PLAYS | OTHERS).items():
        (folder / name).mkdir(parents=True)
        given = loopback.open(play(folder / name))
        secrets = [each for each in map(str, given.keys.values()) if each.startswith("env:")]
        programs.environ |= {each.removeprefix("env:"): each for each in secrets}
        tables.append(_table(name, given))
    programs.environ["LETTERS"] = PASSWORD
    programs.configure("\n".join(tables), ROOM)


def test_every_kind_is_heard_by_the_program_and_nothing_twice(programs: Programs, tmp_path: Path) -> None:
    plays = set(PLAYS | OTHERS)
    with Loopback() as loopback:
        _configure(programs, loopback, tmp_path / "given")
        programs.environ[ENV_CLOCK] = clock_at(NOON).to_env()
        first = programs.start("collect")
        programs.wait_stored(1)
        wait_for(lambda: _names(programs, HAVE_TOLD) == plays, "every source has told something")
        kill(first)
        heard = _heard(programs)
        # An hour later each is due again.
        programs.environ[ENV_CLOCK] = clock_at(NOON + HOUR).to_env()
        second = programs.start("collect")
        # The stream of wikipedia has nothing more to say.
        wait_for(
            lambda: _names(programs, HAVE_ANSWERED, NOON + HOUR) >= plays - {"wikipedia"}, "all have answered again"
        )
        again = _heard(programs)
        second.terminate()
        assert second.wait(PATIENCE) == 0
    assert {each["kind"] for each in again.values()} == set(BUILT_IN)
    assert all(each["stored"] >= heard[name]["stored"] for name, each in again.items())
    assert {name: each["health"] for name, each in again.items() if each["health"] != "ok"} in (
        {},
        {"wikipedia": "late"},
    )
    with programs.reading() as db:
        stored, different = db.execute("SELECT count(*), count(DISTINCT canonical_id) FROM mentions").fetchone()
    assert stored == different == sum(each["stored"] for each in again.values())
    assert programs.is_sound()
