"""Which proxy a connection goes through, and the tunnel through it (HTTP CONNECT) for what is not plain HTTP.

The proxy is the operator's choice: the address guard applies to what the proxy is asked for, as far as that is an
address; names are resolved by the proxy.
"""

from __future__ import annotations

import asyncio
import base64
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]

from socialhub.errors import SourceError

_MOST_HEAD_BYTES: Final = 16_384


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy: where it listens and the credentials for it ("" for none)."""

    host: str
    port: int
    user: str = ""
    password: str = ""

    @property
    def url(self) -> str:
        """Its address without credentials."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def authorization(self) -> str:
        """The value of Proxy-Authorization, "" when the proxy wants none."""
        if not self.user:
            return ""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


def parse_proxy(url: str) -> Proxy:
    """Read "http://user:password@host:port"; raises SourceError("proxy") for other kinds of proxies."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, port = parts.hostname or "", parts.port or 80
    except ValueError:
        raise SourceError("proxy", host="?") from None
    if parts.scheme != "http" or not host:
        raise SourceError("proxy", host=host or "?")
    return Proxy(host, port, unquote(parts.username or ""), unquote(parts.password or ""))


def proxies_of_environment() -> dict[str, str]:
    """What the variables HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY say, by the first part of their names."""
    return getproxies_environment()


def proxy_for(scheme: str, host: str, port: int, configured: str, proxies: dict[str, str]) -> Proxy | None:
    """The proxy for a connection: the configured one, else that of the environment; None to connect directly.

    NO_PROXY names hosts that are reached directly in either case.
    """
    if proxy_bypass_environment(f"{host}:{port}", proxies):
        return None
    encrypted = scheme in ("https", "wss")
    url = configured or proxies.get("https" if encrypted else "http") or proxies.get("all") or ""
    return parse_proxy(url) if url else None


async def open_tunnel(connected: socket.socket, proxy: Proxy, host: str, port: int) -> None:
    """Ask the proxy at the other end of `connected` to connect to host:port; raises SourceError("proxy")."""
    loop = asyncio.get_running_loop()
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    credentials = f"Proxy-Authorization: {proxy.authorization()}\r\n" if proxy.user else ""
    request = f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{credentials}\r\n"
    head = bytearray()
    try:
        await loop.sock_sendall(connected, request.encode("ascii"))
        while b"\r\n\r\n" not in head and len(head) < _MOST_HEAD_BYTES:
            chunk = await loop.sock_recv(connected, 4096)
            if not chunk:
                break
            head += chunk
    except OSError:
        raise SourceError("proxy", host=proxy.host) from None
    status_line = bytes(head).split(b"\r\n", 1)[0].split()
    if b"\r\n\r\n" not in head or len(status_line) < 2 or status_line[1] != b"200":
        raise SourceError("proxy", host=proxy.host)
