"""Every outgoing connection takes its socket here, whatever library speaks over it.

The guard looks at the address that is connected to, on every connection: a name may answer with a public address the
first time and a private one the next (DNS rebinding). Nothing else in the program may resolve names or open sockets.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, zip_longest
from typing import Any, Final, TypeAlias

import httpx
import truststore
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidStatus

from socialhub.errors import SourceError
from socialhub.sources.addresses import Address, is_private, parse_address
from socialhub.sources.failures import failure_of
from socialhub.sources.proxies import open_tunnel, proxies_of_environment, proxy_for

Resolver: TypeAlias = Callable[[str, int], Awaitable[list[str]]]
"""Gives the addresses of (host, port), best first; raises OSError when there are none."""

_MOST_ADDRESSES: Final = 6
CONNECT_SECONDS: Final = 10.0


async def system_resolver(host: str, port: int) -> list[str]:
    """The addresses the machine's own resolver gives, IPv6 and IPv4 in turn."""
    answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    found = dict.fromkeys(str(answer[4][0]) for answer in answers)
    six = [address for address in found if ":" in address]
    four = [address for address in found if ":" not in address]
    first, second = (six, four) if found and ":" in next(iter(found)) else (four, six)
    return [address for address in chain.from_iterable(zip_longest(first, second)) if address]


@dataclass(frozen=True, slots=True)
class NetSettings:
    """How the outside is reached: from [hub] of the configuration.

    Without `proxy` those of the environment are honoured. `ca_file` adds a company's authority to the system's own.
    `resolver` and `refused` (which addresses the guard holds back) are replaced where names must not leave the machine.
    """

    proxy: str = ""
    ca_file: str = ""
    resolver: Resolver = system_resolver
    refused: Callable[[Address], bool] = is_private


@lru_cache(maxsize=4)
def _context_of(ca_file: str) -> ssl.SSLContext:
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError:
            raise SourceError("file-unreadable", path=ca_file) from None
    return context


def ssl_context(settings: NetSettings) -> ssl.SSLContext:
    """Verifies against the system's authorities and the company's; raises SourceError("file-unreadable")."""
    return _context_of(settings.ca_file)


# ---- sockets -----------------------------------------------------------------------------------------------------


def refuse_private_literal(host: str, settings: NetSettings, *, allow_private: bool) -> None:
    """Raise SourceError("private-address") when `host` itself is a refused address (a proxy would be asked for it)."""
    address = parse_address(host)
    if address is None and (host == "localhost" or host.endswith(".localhost")):
        address = parse_address("127.0.0.1")
    if address is not None and not allow_private and settings.refused(address):
        raise SourceError("private-address", host=host, address=str(address))


async def _addresses(host: str, port: int, settings: NetSettings, allow_private: bool) -> list[str]:
    """The addresses of `host` that may be connected to; raises SourceError when there are none."""
    try:
        literal = parse_address(host)
        answers = [str(literal)] if literal else await settings.resolver(host, port)
    except (OSError, UnicodeError):
        raise SourceError("unresolved", host=host) from None
    addresses = [address for answer in answers if (address := parse_address(answer)) is not None]
    allowed = [str(address) for address in addresses if allow_private or not settings.refused(address)]
    if allowed:
        return allowed[:_MOST_ADDRESSES]
    if addresses:
        raise SourceError("private-address", host=host, address=str(addresses[0]))
    raise SourceError("unresolved", host=host)


async def _connect_one(address: str, port: int, seconds: float) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        async with asyncio.timeout(seconds):
            await asyncio.get_running_loop().sock_connect(sock, (address, port))
    except BaseException:
        sock.close()
        raise
    return sock


def _check_peer(sock: socket.socket, host: str, settings: NetSettings, allow_private: bool) -> None:
    peer = parse_address(str(sock.getpeername()[0]))
    if not allow_private and (peer is None or settings.refused(peer)):
        raise SourceError("private-address", host=host, address=str(peer))


async def open_direct(
    host: str, port: int, settings: NetSettings, allow_private: bool, seconds: float
) -> socket.socket:
    """Resolve, check and connect: the addresses in turn, each but the last given half of the time left."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    try:
        async with asyncio.timeout(seconds):
            addresses = await _addresses(host, port, settings, allow_private)
    except TimeoutError:
        raise SourceError("timeout", host=host, seconds=round(seconds, 1)) from None
    failure = SourceError("unreachable", host=host)
    for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
        remaining = max(0.0, deadline - loop.time())
        try:
            sock = await _connect_one(address, port, remaining / 2 if left > 1 else remaining)
        except TimeoutError:
            failure = SourceError("timeout", host=host, seconds=round(seconds, 1))
        except ConnectionRefusedError:
            failure = SourceError("refused", host=host)
        except OSError:
            failure = SourceError("unreachable", host=host)
        else:
            try:
                _check_peer(sock, host, settings, allow_private)
            except (SourceError, OSError):
                sock.close()
                raise
            return sock
    raise failure


async def open_connection(
    host: str,
    port: int,
    settings: NetSettings,
    *,
    allow_private: bool = False,
    timeout: float = CONNECT_SECONDS,  # noqa: ASYNC109 - shared by the steps, so one deadline inside
    encrypted: bool = True,
) -> socket.socket:
    """A connected, non-blocking socket to host:port, tunnelled where a proxy is set; `timeout` in seconds.

    Raises SourceError: unresolved, private-address, refused, unreachable, timeout, proxy. `encrypted` tells which of
    the environment's proxies is meant.
    """
    proxy = proxy_for("https" if encrypted else "http", host, port, settings.proxy, proxies_of_environment())
    if proxy is None:
        return await open_direct(host, port, settings, allow_private, timeout)
    refuse_private_literal(host, settings, allow_private=allow_private)
    sock = await open_to_proxy(proxy.host, proxy.port, settings, timeout)
    try:
        async with asyncio.timeout(timeout):
            await open_tunnel(sock, proxy, host, port)
    except TimeoutError:
        sock.close()
        raise SourceError("proxy", host=proxy.host) from None
    except BaseException:
        sock.close()
        raise
    return sock


async def open_to_proxy(host: str, port: int, settings: NetSettings, seconds: float) -> socket.socket:
    """A socket to the operator's own proxy, wherever it is; raises SourceError("proxy")."""
    try:
        return await open_direct(host, port, settings, True, seconds)
    except SourceError:
        raise SourceError("proxy", host=host) from None


async def open_streams(
    sock: socket.socket, host: str, settings: NetSettings, encrypted: bool, line_limit: int, seconds: float
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A socket of `open_connection` as streams, over TLS when `encrypted`; it is closed when that fails.

    Raises SourceError: tls, timeout, reset, file-unreadable.
    """
    try:
        tls: dict[str, Any] = {"ssl": ssl_context(settings), "server_hostname": host} if encrypted else {}
        async with asyncio.timeout(seconds):
            return await asyncio.open_connection(sock=sock, limit=line_limit, **tls)
    except BaseException as error:
        sock.close()
        if isinstance(error, TimeoutError):
            raise SourceError("timeout", host=host, seconds=round(seconds, 1)) from None
        if isinstance(error, ssl.SSLError):
            raise SourceError("tls", host=host) from None
        if isinstance(error, OSError):
            raise SourceError("reset", host=host) from None
        raise


# ---- for websockets ----------------------------------------------------------------------------------------------


class _ConnectOnce(connect):
    """websockets' connect that hands redirects back: following one would take a socket of its own."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


async def connect_websocket(
    url: str,
    settings: NetSettings,
    *,
    headers: Mapping[str, str] | None = None,
    allow_private: bool = False,
    open_timeout: float = CONNECT_SECONDS,
    now: int | None = None,
    **websockets_options: Any,
) -> ClientConnection:
    """An open WebSocket to a ws:// or wss:// `url`; raises SourceError, HttpFailure for any status, redirects too.

    `now` (ms UTC) is when a date in Retry-After is seen from. Options are those of websockets' `connect`.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise SourceError("unresolved", host=url[:80]) from None
    if parsed.scheme not in ("ws", "wss") or not parsed.host:
        raise SourceError("redirect-scheme", host=parsed.host or url[:80])
    encrypted = parsed.scheme == "wss"
    host, port = parsed.raw_host.decode("ascii"), parsed.port or (443 if encrypted else 80)
    tls: dict[str, Any] = {"ssl": ssl_context(settings), "server_hostname": host} if encrypted else {}
    sock = await open_connection(
        host, port, settings, allow_private=allow_private, timeout=open_timeout, encrypted=encrypted
    )
    try:
        return await _ConnectOnce(
            url,
            sock=sock,
            additional_headers=dict(headers or {}),
            open_timeout=open_timeout,
            **tls,
            **websockets_options,
        )
    except InvalidStatus as error:
        answer = error.response
        if answer.status_code < 300:
            raise SourceError("unexpected-shape", host=host, detail="no WebSocket") from None
        headers = dict(answer.headers.raw_items())
        raise failure_of(answer.status_code, headers, bytes(answer.body), host, now=now) from None
    except (InvalidHandshake, EOFError) as error:
        if isinstance(error, EOFError) or isinstance(error.__cause__, EOFError):
            raise SourceError("reset", host=host) from None
        raise SourceError("unexpected-shape", host=host, detail=type(error).__name__) from None
    except TimeoutError:
        raise SourceError("timeout", host=host, seconds=round(open_timeout, 1)) from None
    except ssl.SSLError:
        raise SourceError("tls", host=host) from None
    except OSError:
        raise SourceError("reset", host=host) from None
