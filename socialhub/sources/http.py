"""The one polite client: every HTTP question of every source goes through it, over the guarded sockets of net.py.

Bounded in time (also against a slow drip), in size (after decompression), in redirects; one question at a time per
host and credential; a server's "not so fast" is remembered. No cookies are kept, no compression is asked for that
cannot be bounded.
"""

from __future__ import annotations

import asyncio
import copy
import json
import re
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import urlencode
from weakref import WeakValueDictionary

import httpcore
import httpx
from websockets.asyncio.client import ClientConnection

from socialhub.clock import Clock
from socialhub.errors import SourceError
from socialhub.sources.bodies import broken, lines_of, read_body, read_error_body, refuse_unstreamable
from socialhub.sources.failures import HttpFailure, failure_of
from socialhub.sources.freshness import wait_of
from socialhub.sources.net import CONNECT_SECONDS, NetSettings, connect_websocket, open_connection, open_streams
from socialhub.sources.notebook import Note, Notebook
from socialhub.sources.pages import without_surrogates
from socialhub.sources.rate_limits import read_allowance
from socialhub.sources.transport import Hop, Transports
from socialhub.sources.turns import Turns

__all__ = ["Client", "HttpFailure", "Response"]

_MOST_REDIRECTS: Final = 10
_TOTAL_SECONDS: Final = 20.0
_WEBSOCKET: Final = re.compile("^ws(?=s?:)", re.IGNORECASE)
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PERMANENT: Final = frozenset({301, 308})
_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")
"""One of a pair, or alone: then nothing could store what it stands in."""

Parameters: TypeAlias = Mapping[str, str | int | list[str]]


@dataclass(frozen=True, slots=True)
class Response:
    """An answer with status 2xx, or "not modified".

    `url` is where it came from after redirects; `permanent_url` the same when only permanent redirects led there, else
    "". `wait` is how long the server wants us to stay away (ms), None when it does not say.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    permanent_url: str
    not_modified: bool
    wait: int | None

    def json(self) -> Any:
        """The decoded body, lone surrogates replaced; raises SourceError("not-json")."""
        try:
            document = json.loads(self.body)
            return without_surrogates(document) if _SURROGATE.search(self.body) else document
        except (ValueError, RecursionError):
            raise SourceError("not-json", host=self.host) from None

    @property
    def host(self) -> str:
        """The host that answered."""
        return httpx.URL(self.url).host

    @property
    def etag(self) -> str:
        """The validator to send next time; "" when there is none or the server's `Expires: 0` forbids it."""
        return "" if self.headers.get("expires", "").strip() == "0" else self.headers.get("etag", "")

    @property
    def last_modified(self) -> str:
        """As `etag`, the other validator, verbatim."""
        return "" if self.headers.get("expires", "").strip() == "0" else self.headers.get("last-modified", "")


class Client:
    """Asks servers for all sources of one process. `user_agent` names the program and a contact."""

    def __init__(
        self,
        net: NetSettings,
        user_agent: str,
        clock: Clock,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        total_seconds: float = _TOTAL_SECONDS,
    ) -> None:
        self._net = net
        self._clock = clock
        self._user_agent = user_agent
        self._connect_seconds = connect_seconds
        self._total_seconds = total_seconds
        self._transports = Transports(net, user_agent, connect_seconds, total_seconds)
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._closed_until: dict[tuple[str, str], int] = {}
        self._notebook = Notebook()
        self.turns: dict[str, Turns] = {}
        """Whose turn it is at servers that allow one question in so many seconds: the same for all sources."""

    def noted_in(self, notebook: Notebook) -> Client:
        """The same client, with the same manners and connections, for a source whose exchanges are noted there."""
        other = copy.copy(self)
        other._notebook = notebook
        return other

    async def get(
        self,
        url: str,
        *,
        params: Parameters | None = None,
        headers: Mapping[str, str] | None = None,
        allow_private: bool = False,
        etag: str = "",
        last_modified: str = "",
    ) -> Response:
        """GET `url`, following redirects; conditional when validators are given. Raises SourceError."""
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        sent = {**(headers or {}), **{name: value for name, value in conditions.items() if value}}
        return await self._ask(Hop.first("GET", url, params, sent, allow_private), etag)

    async def post_json(
        self, url: str, payload: Any, *, headers: Mapping[str, str] | None = None, allow_private: bool = False
    ) -> Response:
        """POST `payload` as JSON; None sends no body. Redirects are not followed: the payload is for this host."""
        if payload is None:
            return await self._ask(Hop.first("POST", url, None, headers or {}, allow_private))
        sent = {**(headers or {}), "Content-Type": "application/json"}
        content = json.dumps(payload, ensure_ascii=False).encode()
        return await self._ask(Hop.first("POST", url, None, sent, allow_private, content))

    async def post_form(
        self, url: str, fields: Mapping[str, str], *, headers: Mapping[str, str], allow_private: bool = False
    ) -> Response:
        """POST `fields` as a form; else as `post_json`."""
        sent = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        return await self._ask(Hop.first("POST", url, None, sent, allow_private, urlencode(fields).encode()))

    async def websocket(
        self, url: str, *, headers: Mapping[str, str] | None = None, allow_private: bool = False, **options: Any
    ) -> ClientConnection:
        """An open WebSocket, redirects followed; `options` are those of websockets' `connect`. Raises SourceError."""
        hop = Hop.first("GET", _as_http(url), None, headers or {}, allow_private)
        try:
            async with asyncio.timeout(self._total_seconds):
                for _count in range(_MOST_REDIRECTS + 1):
                    self._check_allowance(hop)
                    try:
                        return await self._websocket(hop, options)
                    except HttpFailure as failure:
                        if failure.status not in _REDIRECTS:
                            raise
                        hop = hop.follow(_as_http(failure.headers.get("location", "")))
        except TimeoutError:
            raise self._timeout(hop) from None
        raise SourceError("redirect-loop", host=hop.host)

    async def connection(self, host: str, port: int, *, encrypted: bool, allow_private: bool = False) -> socket.socket:
        """A guarded socket for what is not HTTP; `encrypted` tells which proxy is meant. Raises SourceError."""
        return await open_connection(
            host,
            port,
            self._net,
            allow_private=allow_private,
            timeout=self._connect_seconds,
            encrypted=encrypted,
        )

    async def streams(
        self, sock: socket.socket, host: str, *, encrypted: bool, line_limit: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """`sock` as streams, over TLS that is verified for `host` when `encrypted`. Raises SourceError."""
        return await open_streams(sock, host, self._net, encrypted, line_limit, self._connect_seconds)

    @property
    def patience(self) -> float:
        """Seconds that an answer may take."""
        return self._total_seconds

    @asynccontextmanager
    async def stream_lines(
        self,
        url: str,
        *,
        params: Parameters | None = None,
        headers: Mapping[str, str] | None = None,
        allow_private: bool = False,
        silence_seconds: float = 60,
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """The lines of an endless answer (server-sent events), without their line ends.

        The iterator ends when the server ends the answer; it raises SourceError("stream-silent") after
        `silence_seconds` without a whole line, "reset" when the connection breaks, "too-large" on a line above 1 MiB.
        """
        sent = {"Accept": "text/event-stream", "Accept-Encoding": "identity", **(headers or {})}
        hop = Hop.first("GET", url, params, sent, allow_private)
        response, hop = await self._open_stream(hop, silence_seconds)
        try:
            yield lines_of(response, hop.host, silence_seconds)
        finally:
            await response.aclose()

    async def close(self) -> None:
        """Close all connections."""
        await self._transports.close()

    # ---- one question ----

    async def _ask(self, hop: Hop, etag: str = "") -> Response:
        remaining, permanent = self._total_seconds, True
        loop = asyncio.get_running_loop()
        for count in range(_MOST_REDIRECTS + 1):
            async with self._turn(hop):
                self._check_allowance(hop)
                started = loop.time()
                try:
                    async with asyncio.timeout(remaining):
                        response, body = await self._exchange(hop)
                except TimeoutError:
                    raise self._timeout(hop) from None
                remaining -= loop.time() - started
            if response.status_code not in _REDIRECTS or hop.method != "GET":
                moved_to = str(response.url) if count and permanent else ""
                return self._response(response, body, etag, moved_to)
            permanent = permanent and response.status_code in _PERMANENT
            hop = hop.follow(response.headers.get("location", ""))
        raise SourceError("redirect-loop", host=hop.host)

    async def _exchange(self, hop: Hop) -> tuple[httpx.Response, bytes]:
        """Send and read one answer; raises SourceError for error statuses and broken connections."""
        with self._notebook.http(hop.method, str(hop.url), hop.headers, hop.content or b"") as note:
            response = await self._send(hop)
            try:
                note.answered(response.status_code, response.headers)
                self._remember_allowance(hop, response)
                if response.status_code in _REDIRECTS and hop.method == "GET":
                    return response, b""
                if response.status_code >= 300 and response.status_code != 304:
                    raise await self._failure(hop, response, note)
                body = await read_body(response, hop.host)
                note.brought(body)
                return response, body
            finally:
                await response.aclose()

    async def _send(self, hop: Hop, silence_seconds: float | None = None) -> httpx.Response:
        try:
            return await self._transports.send(hop, silence_seconds)
        except (httpcore.TimeoutException, TimeoutError):
            raise self._timeout(hop) from None
        except httpcore.ProxyError:
            raise SourceError("proxy", host=hop.host) from None
        except (httpcore.ProtocolError, httpcore.NetworkError) as error:
            raise broken(error, hop.host) from None

    async def _websocket(self, hop: Hop, options: Mapping[str, Any]) -> ClientConnection:
        """Connect to one address; raises HttpFailure for every status that is none of a WebSocket, redirects too."""
        url = str(hop.url).replace("http", "ws", 1)
        wanted = {"user_agent_header": self._user_agent, "open_timeout": self._connect_seconds, **options}
        with self._notebook.http("GET", url, hop.headers, opens_stream=True) as note:
            try:
                opened = await connect_websocket(
                    url,
                    self._net,
                    headers=hop.headers,
                    allow_private=hop.allow_private,
                    now=self._clock.now(),
                    **wanted,
                )
            except HttpFailure as failure:
                note.answered(failure.status, failure.headers)
                note.brought(failure.body)
                self._remember_refusal(hop, failure)
                raise
            note.answered(101, dict(opened.response.headers.raw_items()) if opened.response else {})
            return opened

    async def _open_stream(self, hop: Hop, silence_seconds: float) -> tuple[httpx.Response, Hop]:
        for _count in range(_MOST_REDIRECTS + 1):
            self._check_allowance(hop)
            try:
                async with asyncio.timeout(self._total_seconds):
                    response = await self._open(hop, silence_seconds)
            except TimeoutError:
                raise self._timeout(hop) from None
            if response.status_code not in _REDIRECTS:
                return response, hop
            await response.aclose()
            hop = hop.follow(response.headers.get("location", ""))
        raise SourceError("redirect-loop", host=hop.host)

    async def _open(self, hop: Hop, silence_seconds: float) -> httpx.Response:
        """The head of an endless answer; raises SourceError for error statuses."""
        with self._notebook.http(hop.method, str(hop.url), hop.headers, opens_stream=True) as note:
            response = await self._send(hop, silence_seconds)
            note.answered(response.status_code, response.headers)
            self._remember_allowance(hop, response)
            try:
                if response.status_code >= 300 and response.status_code not in _REDIRECTS:
                    raise await self._failure(hop, response, note)
                if response.status_code < 300:
                    refuse_unstreamable(response, hop.host)
            except BaseException:
                await response.aclose()
                raise
            return response

    # ---- manners ----

    def _turn(self, hop: Hop) -> asyncio.Lock:
        """The lock of this host and credential; others are not delayed by it."""
        turn = self._turns.get(hop.budget)
        if turn is None:
            turn = self._turns[hop.budget] = asyncio.Lock()
        return turn

    def _check_allowance(self, hop: Hop) -> None:
        now = self._clock.now()
        until = self._closed_until.get(hop.budget)
        if until is None:
            return
        if until > now:
            error = SourceError("rate-limited", retry_after=until - now, host=hop.host)
            error.asked = False
            raise error
        del self._closed_until[hop.budget]

    def _remember_allowance(self, hop: Hop, response: httpx.Response) -> None:
        now = self._clock.now()
        allowance = read_allowance(response.headers, now)
        until = allowance.exhausted_until(now) if allowance is not None else None
        if until is not None:
            self._closed_until[hop.budget] = until

    async def _failure(self, hop: Hop, response: httpx.Response, note: Note) -> HttpFailure:
        body = await read_error_body(response)
        note.brought(body)
        failure = failure_of(response.status_code, response.headers, body, hop.host, now=self._clock.now())
        self._remember_refusal(hop, failure)
        return failure

    def _remember_refusal(self, hop: Hop, failure: HttpFailure) -> None:
        """Whoever asks to wait is not asked by anybody before."""
        if failure.status == 429 and failure.retry_after:
            self._closed_until[hop.budget] = self._clock.now() + failure.retry_after

    def _timeout(self, hop: Hop) -> SourceError:
        return SourceError("timeout", host=hop.host, seconds=round(self._total_seconds, 1))

    def _response(self, response: httpx.Response, body: bytes, etag: str, permanent_url: str) -> Response:
        same = bool(etag) and response.headers.get("etag") == etag
        return Response(
            status=response.status_code,
            headers=response.headers,
            body=body,
            url=str(response.url),
            permanent_url=permanent_url,
            not_modified=response.status_code == 304 or same,
            wait=wait_of(response.headers, self._clock.now()),
        )


def _as_http(url: str) -> str:
    """The address of a WebSocket as that of the question by which it is opened."""
    return _WEBSOCKET.sub("http", url)
