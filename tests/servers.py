"""Loopback servers of the tests: one that answers by path, and the faults that real servers show.

Everything is written by us in the documented shapes; nothing listens beyond 127.0.0.0/8.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from ssl import SSLContext
from types import TracebackType
from typing import Final, TypeAlias

from socialhub.budgets import Receipt
from socialhub.clock import SECOND, Clock, real_now
from socialhub.sources.addresses import Address
from socialhub.sources.base import Ledger, Recall, SourceContext, nothing_recalled
from socialhub.sources.http import Client
from socialhub.sources.net import NetSettings

REASONS: Final = {200: "OK", 304: "Not Modified", 404: "Not Found"}

FEED: Final = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Essai</title><link>https://example.org/</link>
<item><guid>un</guid><title>Panne de r\xc3\xa9seau</title><link>https://example.org/1</link>
<pubDate>Sat, 21 Nov 2026 10:00:00 CET</pubDate>
<description>&lt;p&gt;Plus de &lt;b&gt;fibre&lt;/b&gt;&lt;/p&gt;</description></item>
<item><guid>deux</guid><title>R\xc3\xa9tabli</title><link>https://example.org/2</link>
<pubDate>Sat, 21 Nov 2026 11:00:00 CET</pubDate><description>Tout va bien</description></item>
</channel></rss>"""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked. Header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """A well-behaved answer."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        """Write it."""
        lines = {"Content-Length": str(len(self.body)), "Connection": "close", **self.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        reason = REASONS.get(self.status, "Status")
        writer.write(f"HTTP/1.1 {self.status} {reason}\r\n{head}\r\n".encode("latin-1") + self.body)


Behaviour: TypeAlias = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


class LoopbackServer:
    """Answers every path by its behaviour ("*" for the others); remembers what it was asked."""

    def __init__(
        self,
        behaviours: Mapping[str, Behaviour] | None = None,
        *,
        host: str = "127.0.0.1",
        tls: SSLContext | None = None,
    ) -> None:
        self.tls = tls
        self.behaviours: dict[str, Behaviour] = dict(behaviours or {})
        self.requests: list[Request] = []
        self.host = host
        self.port = 0
        self.busy = 0
        self.most_busy = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def url(self, path: str = "/", host: str = "") -> str:
        """The address of a path, by the server's own address or by a name the tests' resolver knows."""
        return f"{'https' if self.tls else 'http'}://{host or self.host}:{self.port}{path}"

    async def __aenter__(self) -> LoopbackServer:
        self._server = await asyncio.start_server(self._serve, self.host, 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        try:
            request = await _read_request(reader)
            self.requests.append(request)
            behaviour = self.behaviours.get(request.path.partition("?")[0], self.behaviours.get("*"))
            await (behaviour or Answer(status=404))(request, writer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.busy -= 1
            self._tasks.discard(task)
            writer.close()


async def _read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _version = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, path, headers, body)


# ---- faults ------------------------------------------------------------------------------------------------------


async def reset_in_the_middle(request: Request, writer: asyncio.StreamWriter) -> None:
    """Promises more than it sends, then cuts the connection."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + FEED[:200])
    await writer.drain()
    writer.transport.abort()


async def slow_drip(request: Request, writer: asyncio.StreamWriter) -> None:
    """Sends a byte now and then, so that no single wait is long."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _count in range(2_000):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def silence(request: Request, writer: asyncio.StreamWriter) -> None:
    """Takes the question and never says anything."""
    await writer.wait_closed()


async def slow_head(request: Request, writer: asyncio.StreamWriter) -> None:
    """Sends header after header and never comes to an end of them."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(2_000):
        writer.write(b"X-%d: y\r\n" % number)
        await writer.drain()
        await asyncio.sleep(0.02)


async def redirect_to_itself(request: Request, writer: asyncio.StreamWriter) -> None:
    """Leads back to where it was asked."""
    await redirect(request.path)(request, writer)


async def not_http(request: Request, writer: asyncio.StreamWriter) -> None:
    """Speaks something else."""
    writer.write(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")


async def endless_headers(request: Request, writer: asyncio.StreamWriter) -> None:
    """Never comes to the body."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for start in range(0, 100_000, 500):
        writer.write(b"".join(b"X-%d: %s\r\n" % (start + number, b"y" * 100) for number in range(500)))
        await writer.drain()


def redirect(location: str, status: int = 302) -> Answer:
    """A redirect."""
    return Answer(status=status, headers={"Location": location})


def gzip_bomb(size: int = 300_000_000) -> Answer:
    """A few hundred kilobytes that unpack to `size` bytes."""
    chunk = bytes(1_000_000)
    member = gzip.compress(chunk)
    return Answer(member * (size // len(chunk)), headers={"Content-Encoding": "gzip"})


def xml_bomb() -> bytes:
    """Billion laughs: ten entities, each ten times the one before."""
    entities = ["<!ENTITY l0 'lol'>"]
    entities += [f"<!ENTITY l{level} '{f'&l{level - 1};' * 10}'>" for level in range(1, 10)]
    doctype = f"<!DOCTYPE rss [{''.join(entities)}]>"
    item = "<item><guid>bombe</guid><title>&l9;</title></item>"
    return f"<?xml version='1.0'?>{doctype}<rss version='2.0'><channel>{item}</channel></rss>".encode()


# ---- what sources are given --------------------------------------------------------------------------------------


def resolver(**addresses: list[str] | list[list[str]]) -> Callable[[str, int], Awaitable[list[str]]]:
    """A resolver that knows these names (dots as underscores). A list of lists is one answer per question, in order."""
    known = {name.replace("_", "."): list(answers) for name, answers in addresses.items()}

    async def resolve(host: str, port: int) -> list[str]:
        if host not in known:
            raise OSError(f"no such name: {host}")
        answers = known[host]
        if answers and isinstance(answers[0], list):
            return answers.pop(0) if len(answers) > 1 else answers[0]  # type: ignore[return-value]
        return [str(answer) for answer in answers]

    return resolve


def only_this_is_private(address: str) -> Callable[[Address], bool]:
    """A guard for tests: of the loopback addresses only this one counts as private, the others as the internet."""
    return lambda asked: str(asked) == address


def make_client(net: NetSettings | None = None, *, clock: Clock | None = None, total_seconds: float = 20.0) -> Client:
    """A client whose patience can be short."""
    return Client(
        net or NetSettings(),
        "socialhub/test (+mailto:desk@example.org)",
        clock or Clock(),
        connect_seconds=min(10.0, total_seconds),
        total_seconds=total_seconds,
    )


class NoBudget:
    """The ledger of a source that has no budget: it must not spend."""

    async def spend(self, unit: str, amount: int = 1, what: str = "") -> Receipt:
        """A mistake."""
        raise AssertionError(f"{amount} {unit} spent by a source without a budget")

    async def give_back(self, receipt: Receipt, amount: int) -> None:
        """A mistake."""
        raise AssertionError(f"{receipt} was never given")

    async def remaining(self, unit: str) -> int | None:
        """Nothing limits it."""
        return None


def make_context(
    client: Client, clock: Clock | None = None, ledger: Ledger | None = None, recall: Recall = nothing_recalled
) -> SourceContext:
    """What a source is given; secrets are their own names."""
    return SourceContext(client, clock or Clock(), lambda name: name, tuple, ledger or NoBudget(), recall=recall)


def clock_at(moment: int) -> Clock:
    """A clock that shows `moment` (ms UTC) now and runs on at the usual speed."""
    return Clock(real_start=real_now(), scenario_start=moment)


NOON: Final = 1_795_262_400 * SECOND
"""2026-11-21 12:00 UTC, when the tests' feeds are read."""


class HandClock(Clock):
    """A clock that somebody moves by hand: `moment` is what it shows (ms UTC)."""

    __slots__ = ("moment",)

    def __init__(self, moment: int) -> None:
        super().__init__()
        self.moment = moment

    def now(self) -> int:
        """The moment it was moved to."""
        return self.moment
