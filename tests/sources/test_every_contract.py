"""Every kind of source keeps what every source owes the room: against played servers, and one by the command.

Kinds whose servers are played elsewhere try their contract there; a kind that does so nowhere fails here.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from socialhub.clock import HOUR, MINUTE, Clock
from socialhub.sources import create, streams
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.contract import Clause, try_contract
from socialhub.sources.gdelt import GdeltSource
from socialhub.sources.gdelt_tv import GdeltTvSource
from socialhub.sources.kinds import BUILT_IN, settings_class
from tests.ledgers import ledger_on
from tests.servers import FEED, NOON, Answer, Behaviour, LoopbackServer, clock_at, make_client, make_context
from tests.sources.fake_bluesky import FakeBluesky, FakeJetstream, commit, record, view
from tests.sources.fake_mastodon import FakeMastodon, status
from tests.sources.fake_x import FakeX, post
from tests.sources.test_appstore import APP, Store, review
from tests.sources.test_gdelt import Gdelt, article
from tests.sources.test_gdelt_tone_and_tv import Television, clip
from tests.sources.test_json import FIELDS, Api, numbered
from tests.sources.test_json import post as ticket
from tests.sources.test_mention_files import line
from tests.sources.test_telegram import Channel, posts
from tests.sources.test_webhook import BEARER, free_port
from tests.sources.test_webhook import record as posted
from tests.sources.test_wikipedia import Stream, change

LISTENED: Final = 1.0
"""Seconds that a stream is listened to: the played servers say what they have at once."""


@dataclass
class Played:
    """A source as its table configures it, while its server runs."""

    kind: str
    keys: dict[str, Any]
    secrets: tuple[str, ...] = ()
    clock: Clock = field(default_factory=lambda: clock_at(NOON))
    create: Callable[[Any, SourceContext], Source] = create


Play = Callable[[Path], AbstractAsyncContextManager[Played]]
PLAYS: Final[dict[str, Play]] = {}
ELSEWHERE: Final = {"reddit", "hackernews", "lemmy", "discourse", "stackexchange", "phpbb", "googleplay", "imap"} | {
    "youtube", "facebook", "instagram", "threads", "trustpilot",
}  # fmt: skip
"""Kinds that are tried in the tests of their own."""


def played(play: Callable[[Path], AsyncIterator[Played]]) -> Callable[[Path], AsyncIterator[Played]]:
    """Note a play under its name."""
    PLAYS[play.__name__] = asynccontextmanager(play)
    return play


@played
async def x(folder: Path) -> AsyncIterator[Played]:
    async with FakeX([post(NOON - HOUR + number * 1_000, number) for number in range(230)]) as server:
        keys = {"search": ("fibre",), "accounts": ("@lea_lyon",), "history": 250, "daily_cost": 100.0}
        yield Played("x", {"server": server.url, "token": "env:X", **keys}, ("env:X",), server.clock)
        assert server.breaches == []


@played
async def x_streamed(folder: Path) -> AsyncIterator[Played]:
    async with FakeX([post(NOON - HOUR + number * 1_000, number) for number in range(20)]) as server:
        keys = {"search": ("fibre",), "stream": True}
        yield Played("x", {"server": server.url, "token": "env:X", **keys}, ("env:X",), server.clock)
        assert server.breaches == []


@played
async def mastodon(folder: Path) -> AsyncIterator[Played]:
    async with FakeMastodon([status(number) for number in range(200)]) as server:
        keys = {"tags": ("fibre", "mandarine"), "token": "env:JETON", "stream": False}
        yield Played("mastodon", {"server": server.url, **keys}, ("env:JETON",))


@played
async def bluesky(folder: Path) -> AsyncIterator[Played]:
    async with FakeBluesky([view(number) for number in reversed(range(250))]) as server:
        account = {"identifier": "lea.bsky.example", "password": "env:PASSE", "search": ("fibre",)}
        urls = {"service": server.url, "public_service": server.url}
        yield Played("bluesky", {**account, **urls}, ("env:PASSE", "access1", "refresh1"))


@played
async def jetstream(folder: Path) -> AsyncIterator[Played]:
    said = [commit((NOON - HOUR + number) * 1_000, f"{number:013d}", record("la fibre")) for number in range(9)]
    async with FakeJetstream(said) as server:
        yield Played("jetstream", {"servers": (server.url,)})


@played
async def rss(folder: Path) -> AsyncIterator[Played]:
    async with _serving(Answer(FEED)) as url:
        yield Played("rss", {"url": url, "token": "env:FLUX"}, ("env:FLUX",))


@played
async def gdelt(folder: Path) -> AsyncIterator[Played]:
    async with _serving(Gdelt([article(number) for number in range(9)])) as url:
        keys = {"server": url, "queries": ("mandarine",), "tone": True}
        yield Played("gdelt", keys, create=lambda settings, context: GdeltSource(settings, context, between=0.0))


@played
async def gdelt_tv(folder: Path) -> AsyncIterator[Played]:
    television = Television({"CNN": "20261121T000000Z"})
    television.clips = [clip(number, NOON - HOUR + number) for number in range(9)]
    async with _serving(television) as url:
        keys = {"server": url, "queries": ("mandarine",), "stations": ("CNN",)}
        yield Played("gdelt", keys, create=lambda settings, context: GdeltTvSource(settings, context, between=0.0))


@played
async def telegram(folder: Path) -> AsyncIterator[Played]:
    async with _serving(Channel(posts(*range(1, 50)))) as url:
        yield Played("telegram", {"server": url, "channels": ("Mandarine",)})


@played
async def wikipedia(folder: Path) -> AsyncIterator[Played]:
    async with _serving(Stream(*(change(number) for number in range(9)))) as url:
        yield Played("wikipedia", {"server": url, "titles": ("Mandarine Télécom",)})


@played
async def appstore(folder: Path) -> AsyncIterator[Played]:
    async with _serving(Store([review(number) for number in reversed(range(120))])) as url:
        yield Played("appstore", {"server": url, "apps": (APP,)})


@played
async def json_api(folder: Path) -> AsyncIterator[Played]:
    api = Api(numbered)
    api.posts = [ticket(number) for number in range(6)]
    async with _serving(api) as url:
        keys = {"fields": FIELDS, "items": "results", "page_param": "page", "token": "env:API"}
        yield Played("json", {"url": f"{url}/api", **keys}, ("env:API",))


@played
async def webhook(folder: Path) -> AsyncIterator[Played]:
    port = free_port()
    sender = asyncio.create_task(_post(port))
    try:
        yield Played("webhook", {"port": port, "secret": "env:HOOK"}, ("env:HOOK",))
        assert sender.done()
    finally:
        sender.cancel()


@played
async def exec_(folder: Path) -> AsyncIterator[Played]:
    told = "\n".join(line(source="programme", native_id=str(number)) for number in range(9))
    yield Played("exec", {"command": (sys.executable, "-c", f"print({told!r})"), "timeout": 20_000})


@played
async def file(folder: Path) -> AsyncIterator[Played]:
    for name in ("a", "b"):
        written = folder / f"{name}.jsonl"
        written.write_text("\n".join(line(native_id=f"{name}{number}") for number in range(900)) + "\n")
        os.utime(written, (1, 1))
    yield Played("file", {"folder": str(folder)})


@played
async def replay(folder: Path) -> AsyncIterator[Played]:
    path = folder / "scenario.jsonl"
    path.write_text("".join(line(native_id=str(n), published_at=NOON / 1000 - n) + "\n" for n in range(9)))
    yield Played("replay", {"path": str(path)})


@asynccontextmanager
async def _serving(behaviour: Behaviour) -> AsyncIterator[str]:
    async with LoopbackServer({"*": behaviour}) as server:
        yield server.url("")


async def _post(port: int) -> None:
    """Post a record to whoever listens there, as soon as somebody does."""
    body = json.dumps([posted(1)]).encode()
    head = {**BEARER, "Content-Type": "application/json", "Content-Length": str(len(body)), "Host": "127.0.0.1"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    while True:
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.01)
            continue
        writer.write(f"POST / HTTP/1.1\r\n{lines}\r\n".encode() + body)
        await writer.drain()
        writer.close()
        return


@pytest.mark.parametrize("name", sorted(PLAYS))
async def test_a_kind_keeps_what_every_source_promises(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is said at once comes at once, however busy the machine is.
    monkeypatch.setattr(streams, "GATHER_SECONDS", 0.05)
    folder = tmp_path / "given"
    folder.mkdir()
    async with PLAYS[name](folder) as play, AsyncExitStack() as stack:
        chosen = settings_class(play.kind)
        assert chosen is not None
        settings = chosen(name=name, allow_private=True, **play.keys)
        client = make_client(clock=play.clock)
        stack.push_async_callback(client.close)
        ledger = await stack.enter_async_context(ledger_on(tmp_path / "cache.db", settings.caps, play.clock))
        context = make_context(client, play.clock, ledger)

        def make() -> Source:
            return play.create(settings, context)

        goes_on = make().streaming
        found = {each.clause: each for each in await try_contract(make, play.clock.now, play.secrets, LISTENED)}
    assert [each for each in found.values() if each.kept is False] == []
    untold = {clause for clause, each in found.items() if each.kept is None}
    # Nothing is left untold but what cannot be told of a stream, or of one without a secret.
    assert untold <= ({Clause.RESUMES, Clause.GOES_ON} if goes_on else set()) | ({Clause.SECRETS} - {*play.secrets})
    assert (Clause.SECRETS in untold) == (not play.secrets)


def test_every_kind_is_tried_somewhere() -> None:
    here = Path(__file__).parent
    played_kinds = {re.sub(r"_(streamed|api|tv)?$", "", name) for name in PLAYS}
    assert played_kinds | ELSEWHERE == set(BUILT_IN)
    assert not played_kinds & ELSEWHERE
    for kind in ELSEWHERE:
        assert "await try_contract(" in (here / f"test_{kind}.py").read_text("utf-8"), kind


async def test_the_command_tries_x_within_its_budget(tmp_path: Path) -> None:
    """`sources check NAME --contract`: each of its runs is paid from the budget that the collector has, too."""
    written = [post(NOON - HOUR + number * MINUTE, number) for number in range(30)]
    async with FakeX(written, clock=Clock()) as server:
        server.posts = [post(server.clock.now() - HOUR + number * 1_000, number) for number in range(30)]
        config = tmp_path / "config.toml"
        config.write_text(
            '[hub]\ncontact = "essai@example.org"\n[[topics]]\nname = "Fibre"\nkind = "brand"\nquery = "fibre"\n'
            f'[[sources]]\nname = "essai"\nkind = "x"\ntoken = "env:X"\nsearch = ["fibre"]\nallow_private = true\n'
            f'history = 10\ndaily_cost = 1.0\nserver = "{server.url}"\n'
        )
        command = [sys.executable, "-m", "socialhub", "--config", str(config), "--cache", str(tmp_path / "cache.db")]
        process = await asyncio.create_subprocess_exec(
            *command, "sources", "check", "essai", "--contract", "--json",
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "X": "env:X", "LANGUAGE": "en"},
        )  # fmt: skip
        out, err = await process.communicate()
        assert process.returncode == 0, err.decode()
        findings = {each["clause"]: each["kept"] for each in map(json.loads, out.decode().splitlines())}
        assert findings == dict.fromkeys(map(str, Clause), True)
        assert server.breaches == []
        assert 0 < server.billed <= 1_000_000
