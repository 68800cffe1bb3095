"""The rows of the table for kinds that stream: each with a server that has one fault, or none any more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, cast

from socialhub.clock import HOUR
from socialhub.model import Cursor
from socialhub.sources.base import Source, SourceContext
from socialhub.sources.imap import ImapSource
from socialhub.sources.jetstream import JetstreamSource
from socialhub.sources.kinds.imap import ImapSettings
from socialhub.sources.kinds.jetstream import JetstreamSettings
from socialhub.sources.kinds.mastodon import MastodonSettings
from socialhub.sources.kinds.wikipedia import WikipediaSettings
from socialhub.sources.kinds.x import XSettings
from socialhub.sources.mastodon import MastodonSource
from socialhub.sources.settings import SourceSettings
from socialhub.sources.streams import Patience
from socialhub.sources.wikipedia import WikipediaSource
from socialhub.sources.x import XSource
from tests.servers import NOON, Behaviour, LoopbackServer
from tests.sources.fake_bluesky import FakeJetstream, commit, post_uri, record
from tests.sources.fake_imap import PASSWORD, FakeImap
from tests.sources.fake_mastodon import FakeMastodon, status
from tests.sources.fake_x import FakeX, id_at, post
from tests.sources.stream_faults import DRIPS, MailFault
from tests.sources.test_wikipedia import Stream, change, event_id

PATIENCE: Final = Patience(ping=0.1, silence=0.3)


@dataclass
class Played:
    """A server at `url`. `asked` are the paths of what was asked of the stream."""

    url: str
    asked: Callable[[], list[str]] = list


@dataclass(frozen=True)
class StreamRow:
    """A kind that streams: how its server is played with a fault (None: healthy), and what is there to be read."""

    kind: str
    wire: str
    play: Callable[[Behaviour | None], AbstractAsyncContextManager[Played]]
    settings: Callable[[str], SourceSettings]
    create: Callable[[Any, SourceContext], Source]
    cursor: Cursor = field(default_factory=dict)
    wanted: frozenset[str] = frozenset()
    own_codes: dict[str, str] = field(default_factory=dict)
    """What it calls a fault by another name; "" where it goes on without the stream."""


@asynccontextmanager
async def _wikipedia(fault: Behaviour | None) -> AsyncIterator[Played]:
    async with LoopbackServer({"*": fault or Stream(change(0), change(1))}) as server:
        yield Played(server.url(""), lambda: [request.path for request in server.requests])


_POSTED: Final = NOON * 1_000


@asynccontextmanager
async def _jetstream(fault: Behaviour | None) -> AsyncIterator[Played]:
    if fault is None:
        async with FakeJetstream([commit(_POSTED, f"{1:013d}", record("la fibre"))]) as healthy:
            yield Played(healthy.url)
        return
    async with LoopbackServer({"*": fault}) as server:
        yield Played(server.url("/subscribe"), lambda: [request.path for request in server.requests])


def _played_mastodon(path: str, wire: str) -> Callable[[Behaviour | None], AbstractAsyncContextManager[Played]]:
    """A server whose timelines can always be read."""

    @asynccontextmanager
    async def play(fault: Behaviour | None) -> AsyncIterator[Played]:
        by_websocket = fault is None and wire == "websocket"
        async with FakeMastodon([status(1), status(2)], websocket_streaming=by_websocket) as server:
            if fault is not None:
                server.http.behaviours |= {path: fault, "/api/v1/streaming": fault}
            yield Played(server.url, lambda: [each for each in server.asked("/streaming") if "health" not in each])

    return play


@asynccontextmanager
async def _x(fault: Behaviour | None) -> AsyncIterator[Played]:
    async with FakeX([post(NOON - HOUR, 1), post(NOON - HOUR, 2)]) as server:
        if fault is not None:
            server.http.behaviours["/2/tweets/search/stream"] = fault
        yield Played(
            server.url,
            lambda: [each.path for each in server.http.requests if each.path.partition("?")[0].endswith("/stream")],
        )


def _letter(number: int) -> bytes:
    return f"From: lea@client.example\r\nMessage-ID: <l{number}@client.example>\r\n\r\nBonjour\r\n".encode()


@asynccontextmanager
async def _imap(fault: Behaviour | None) -> AsyncIterator[Played]:
    played: dict[str, Any] = {}
    if isinstance(fault, MailFault):
        if fault.says == DRIPS:
            played["drips"] = fault.command
        elif fault.command:
            played["fault"] = {fault.command: fault.says}
        else:
            played["greeting"] = fault.says
    async with FakeImap({1: _letter(1), 2: _letter(2)}, **played) as server:
        yield Played(f"imap://127.0.0.1:{server.port}", lambda: ["connection"] * server.connections)


def _imap_settings(url: str) -> ImapSettings:
    scheme, _slashes, place = url.partition("://")
    host, _colon, port = place.rstrip("/").partition(":")
    encryption = "tls" if scheme == "https" else "none"
    return ImapSettings(
        name="essai", host=host, port=int(port or 143), user="desk", password=PASSWORD, encryption=encryption
    )


def _mastodon(tags: tuple[str, ...], path: str, wire: str, **codes: str) -> StreamRow:
    return StreamRow(
        "mastodon",
        wire,
        _played_mastodon(path, wire),
        lambda url: MastodonSettings(name="essai", server=url, token="env:JETON", tags=tags),
        lambda settings, context: MastodonSource(settings, context, PATIENCE),
        {f"tag:{tag}": {"min_id": status(1)["id"]} for tag in tags},
        frozenset({status(2)["id"]}),
        # Without its stream for good, it is polled.
        {"410": "", **codes},
    )


STREAM_ROWS: Final[dict[str, StreamRow]] = {
    "wikipedia": StreamRow(
        "wikipedia",
        "events",
        _wikipedia,
        lambda url: WikipediaSettings(name="essai", titles=("Mandarine Télécom",), server=url),
        lambda settings, context: WikipediaSource(settings, context, PATIENCE),
        {"last_event_id": event_id(0)},
        frozenset({"frwiki:201"}),
    ),
    "jetstream": StreamRow(
        "jetstream",
        "websocket",
        _jetstream,
        lambda url: JetstreamSettings(name="essai", servers=(url.replace("http", "ws", 1),)),
        lambda settings, context: JetstreamSource(settings, context, PATIENCE),
        {"time_us": _POSTED - 1_000_000},
        frozenset({post_uri(1)}),
    ),
    "mastodon by events": _mastodon(("fibre",), "/api/v1/streaming/hashtag", "events"),
    "mastodon by WebSocket": _mastodon(("fibre", "panne"), "/api/v1/streaming", "websocket"),
    "x": StreamRow(
        "x",
        "lines",
        _x,
        lambda url: XSettings(name="essai", token="env:X", search=("fibre",), stream=True, server=url),
        lambda settings, context: XSource(settings, context, PATIENCE),
        {},
        frozenset({id_at(NOON - HOUR, 1), id_at(NOON - HOUR, 2)}),
    ),
    "imap": StreamRow(
        "imap",
        "mail",
        _imap,
        _imap_settings,
        lambda settings, context: ImapSource(cast(ImapSettings, settings), context),
        {"validity": 7, "uid": 1},
        frozenset({"l2@client.example"}),
    ),
}
"""Each kind that streams, and each way of streaming that it has."""
