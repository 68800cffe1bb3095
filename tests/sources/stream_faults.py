"""The faults of the table as streams show them: server-sent events and lines over HTTP, a WebSocket, a mail server.

Every name of the table stands for every wire: with a server of ours that does it, or with why it means nothing there.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
from collections.abc import Awaitable, Callable
from typing import Final

from tests import servers
from tests.servers import FEED, Answer, Behaviour, Request
from tests.sources.fault_table import FAULTS, Fault

NAMES: Final = tuple(fault.name for fault in FAULTS if fault.code)
"""The columns of the table that are faults."""

# ---- what happens before a stream begins ------------------------------------------------------------------------

_BODIES: Final = (
    "reset in the middle", "slow drip", "redirect loop", "gzip bomb", "too large", "not gzip", "gzip cut off",
    "brotli unasked", "HTML instead of a feed", "empty", "JSON that is no feed", "JSON cut in half",
)  # fmt: skip
"""Faults of the body of an answer: a stream has another one."""
_HEAD: Final = [
    *(fault for fault in FAULTS if fault.code and fault.name not in _BODIES),
    Fault("redirect loop", servers.redirect_to_itself, "redirect-loop"),
]
_EVENTS: Final = {"Content-Type": "text/event-stream"}
_PAGE: Final = {"Content-Type": "text/html; charset=utf-8"}
_LOG_IN: Final = b"<!doctype html><title>Log in</title><form></form>"


def dripping(*said: bytes) -> Behaviour:
    """Opens a stream of events and says the same few bytes over and over."""

    async def drip(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        for count in range(2_000):
            writer.write(said[count % len(said)])
            await writer.drain()
            await asyncio.sleep(0.02)

    return drip


async def _silent_stream(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
    await writer.wait_closed()


async def _cut_stream(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\ndata: {")
    await writer.drain()
    writer.transport.abort()


_OVER_HTTP: Final = [
    *_HEAD,
    Fault("reset in the middle", _cut_stream, "reset"),
    Fault("slow drip", dripping(b"x"), "stream-silent"),
    Fault("silence after the head", _silent_stream, "stream-silent"),
    Fault("too large", Answer(bytes(16 * 1024 * 1024), headers=_EVENTS), "too-large"),
    Fault("gzip bomb", servers.gzip_bomb(), "bad-encoding"),
    Fault("not gzip", Answer(b"plain", headers={"Content-Encoding": "gzip"}), "bad-encoding"),
    Fault("gzip cut off", Answer(gzip.compress(FEED)[:-12], headers={"Content-Encoding": "gzip"}), "bad-encoding"),
    Fault("brotli unasked", Answer(FEED, headers={"Content-Encoding": "br"}), "bad-encoding"),
    Fault("HTML instead of a feed", Answer(_LOG_IN, headers=_PAGE), "unexpected-shape"),
    Fault("empty", Answer(b"", headers=_EVENTS), "stream-closed"),
    Fault("JSON that is no feed", Answer(b"{}\n", headers=_EVENTS), "stream-closed"),
    Fault("JSON cut in half", Answer(b'data: {"version": [', headers=_EVENTS), "stream-closed"),
]
_OF_EVENTS: Final = [
    *_OVER_HTTP,
    Fault("an event without end", dripping(b"data: x\n"), "stream-silent"),
    Fault("an event too large", Answer((b"data: " + b"x" * 60_000 + b"\n") * 20, headers=_EVENTS), "too-large"),
    Fault("garbage without end", dripping(b"\xff\x00 garbage\r\n", b"\r\n"), "stream-silent"),
]

# ---- WebSockets --------------------------------------------------------------------------------------------------

_MAGIC: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def upgraded(say: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> Behaviour:
    """Opens a WebSocket (RFC 6455 §4.2.2), then does as told with the bare connection."""

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        key = request.headers["sec-websocket-key"].encode()
        accept = base64.b64encode(hashlib.sha1(key + _MAGIC, usedforsecurity=False).digest()).decode()
        head = f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
        writer.write(f"HTTP/1.1 101 Switching Protocols\r\n{head}".encode())
        await say(writer)
        await writer.drain()

    return answer


async def _cut_frame(writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x81\x7e\x03\xe8" + b"x" * 20)
    await writer.drain()
    writer.transport.abort()


async def _drip_frame(writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x81\x7e\xff\xff")
    for _count in range(2_000):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def _say_nothing(writer: asyncio.StreamWriter) -> None:
    await writer.drain()
    await writer.wait_closed()


async def _huge_frame(writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x81\x7f" + (5 * 1024 * 1024).to_bytes(8, "big") + bytes(5 * 1024 * 1024))
    await writer.drain()
    await writer.wait_closed()


async def _no_frame(writer: asyncio.StreamWriter) -> None:
    writer.write(b"\xff\xff\xff\xff no frame at all")
    await writer.drain()
    await writer.wait_closed()


_BY_WEBSOCKET: Final = [
    *_HEAD,
    Fault("reset in the middle", upgraded(_cut_frame), "stream-closed"),
    Fault("slow drip", upgraded(_drip_frame), "stream-silent"),
    Fault("silence after the head", upgraded(_say_nothing), "stream-silent"),
    Fault("too large", upgraded(_huge_frame), "too-large"),
    Fault("garbage without end", upgraded(_no_frame), "unexpected-shape"),
    Fault("HTML instead of a feed", Answer(_LOG_IN, headers=_PAGE), "unexpected-shape"),
    Fault("empty", Answer(b""), "unexpected-shape"),
]
_NO_COMPRESSION: Final = "what comes by a WebSocket is not compressed by HTTP: an answer 200 opens none"
_ITS_OWN_FRAMES: Final = "a WebSocket carries frames: one that is no JSON is passed over and counted"

# ---- a mail server -----------------------------------------------------------------------------------------------


def _by_mail(name: str, code: str, *, command: str = "", says: bytes = b"", patience: float = 20.0) -> Fault:
    """A fault of a mail server: `says` at the place of the answer to `command`, "" for its greeting."""
    return Fault(name, MailFault(command, says), code, patience=patience)


class MailFault:
    """What FakeImap is told to do; no server of HTTP does it."""

    def __init__(self, command: str, says: bytes) -> None:
        self.command, self.says = command, says

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        """Never: it is no answer of HTTP."""
        raise AssertionError(self.command)


DRIPS: Final = b"drips"
_OF_MAIL: Final = [
    _by_mail("silence", "timeout", patience=0.3),
    _by_mail("slow drip of the head", "timeout", says=b"* OK rea", patience=0.3),
    _by_mail("slow drip", "timeout", command="SEARCH", says=DRIPS, patience=0.3),
    _by_mail("reset in the middle", "reset", command="FETCH", says=b"* 1 FETCH (UID 2 BODY[]<0> {500}\r\nFrom"),
    _by_mail("not HTTP", "unexpected-shape", says=b"SSH-2.0-OpenSSH_9.9\r\n"),
    _by_mail("HTML instead of a feed", "unexpected-shape", says=b"HTTP/1.1 200 OK\r\n\r\n" + _LOG_IN + b"\r\n"),
    _by_mail("endless headers", "unexpected-shape", command="CAPABILITY", says=b"x" * 2_000_000),
    _by_mail("garbage without end", "unexpected-shape", command="SEARCH", says=b"\xff\x00\r\n" * 30_000),
    _by_mail("too large", "too-large", command="FETCH", says=b"* 1 FETCH (UID 2 BODY[]<0> {99999999}\r\n"),
    _by_mail("empty", "reset", command="CAPABILITY"),
    _by_mail("400", "refused-question", command="SEARCH", says=b"TAG BAD what\r\n"),
    _by_mail("401", "login-failed", command="AUTHENTICATE", says=b"TAG NO [AUTHENTICATIONFAILED] no\r\n"),
    _by_mail("403", "folder-unknown", command="EXAMINE", says=b"TAG NO [NOPERM] not for you\r\n"),
    _by_mail("404", "folder-unknown", command="EXAMINE", says=b"TAG NO [NONEXISTENT] no such folder\r\n"),
    _by_mail("429", "server-error", command="AUTHENTICATE", says=b"TAG NO [LIMIT] too many\r\n"),
    _by_mail("500", "server-error", command="AUTHENTICATE", says=b"TAG NO [SERVERBUG] oops\r\n"),
    _by_mail("503", "stream-closed", command="CAPABILITY", says=b"* BYE overloaded\r\n"),
    _by_mail(
        "redirect to a private address", "login-failed", command="AUTHENTICATE",
        says=b"TAG NO [REFERRAL imap://10.0.0.1/] elsewhere\r\n",
    ),
]  # fmt: skip
_NO_REFERRALS: Final = "a mail server's referral (RFC 2221) is never followed, wherever it leads: it refuses the login"
_NO_DELAYS: Final = "IMAP knows no Retry-After"
_NOT_PACKED: Final = "COMPRESS (RFC 4978) is never asked for"

ON_WIRE: Final[dict[str, list[Fault]]] = {
    "events": _OF_EVENTS,
    "lines": [
        *_OVER_HTTP,
        Fault("garbage without end", dripping(b"\xff\x00 garbage\r\n"), "unexpected-shape"),
    ],
    "websocket": _BY_WEBSOCKET,
    "mail": _OF_MAIL,
}
"""The faults of each wire: server-sent events, lines of JSON, a WebSocket, a mail server."""
MEANS_NOTHING: Final[dict[str, dict[str, str]]] = {
    "events": {},
    "lines": {},
    "websocket": {
        **dict.fromkeys(("gzip bomb", "not gzip", "gzip cut off", "brotli unasked"), _NO_COMPRESSION),
        **dict.fromkeys(("JSON that is no feed", "JSON cut in half"), _ITS_OWN_FRAMES),
    },
    "mail": {
        **dict.fromkeys(("gzip bomb", "not gzip", "gzip cut off", "brotli unasked"), _NOT_PACKED),
        **dict.fromkeys(("JSON that is no feed", "JSON cut in half"), "letters are no JSON"),
        **dict.fromkeys(("429 for 90 s", "429 for ever", "429 until a date", "429 with a reset"), _NO_DELAYS),
        **dict.fromkeys(
            (
                "redirect loop", "redirect to a file", "redirect to nowhere", "redirect to a mapped address",
                "redirect to the metadata service",
            ),
            _NO_REFERRALS,
        ),
        "410": "a mailbox that is gone is a folder that cannot be read, as for 404",
        "robot check": "no mail server shows pictures of traffic lights",
    },
}  # fmt: skip
"""Why a fault of the table means nothing on a wire, in words."""
