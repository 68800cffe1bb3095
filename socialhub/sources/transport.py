"""One step of a question on its way (a hop), and the httpx clients that carry it over guarded connections."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final, TypeAlias
from zlib import crc32

import httpcore
import httpx

from socialhub.errors import SourceError
from socialhub.sources.backend import GuardedBackend
from socialhub.sources.net import NetSettings, refuse_private_literal, ssl_context
from socialhub.sources.proxies import Proxy, proxies_of_environment, proxy_for

Parameters: TypeAlias = Mapping[str, str | int | list[str]]

# What may travel to another host: everything else that a source sends along could be a credential.
_HARMLESS: Final = frozenset({"accept", "accept-encoding", "accept-language", "if-none-match", "if-modified-since"})
_IDLE_SECONDS: Final = 5.0
_POOLS: Final = 16
"""Connections are spread by host over so many pools: whenever httpcore is asked for one, it looks at all connections of
the pool once for each that is idle, and a hundred sources are a hundred connections."""


def _parse_url(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise SourceError("unresolved", host=url[:80]) from None
    if parsed.scheme not in ("http", "https"):
        raise SourceError("redirect-scheme", host=parsed.host or url[:80])
    if not parsed.host:
        raise SourceError("unresolved", host=url[:80])
    return parsed


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


@dataclass(frozen=True, slots=True)
class Hop:
    """One request on the way to an answer: the first, or one a redirect led to."""

    method: str
    url: httpx.URL
    headers: dict[str, str]
    allow_private: bool
    content: bytes | None = None

    @staticmethod
    def first(
        method: str,
        url: str,
        params: Parameters | None,
        headers: Mapping[str, str],
        allow_private: bool,
        content: bytes | None = None,
    ) -> Hop:
        """The request as its source asks for it; `params` are added to those of the address."""
        parsed = _parse_url(url)
        if params:
            pairs = [
                (name, str(value))
                for name, values in params.items()
                for value in (values if isinstance(values, list) else [values])
            ]
            parsed = parsed.copy_with(params=httpx.QueryParams([*parsed.params.multi_items(), *pairs]))
        return Hop(method, parsed, dict(headers), allow_private, content)

    @property
    def host(self) -> str:
        """The host asked."""
        return self.url.host

    @property
    def budget(self) -> tuple[str, str]:
        """Whose patience is used: the host and a digest of the credential."""
        credential = next((value for name, value in self.headers.items() if name.lower() == "authorization"), "")
        return f"{self.url.host}:{_port(self.url)}", hashlib.sha256(
            credential.encode()
        ).hexdigest() if credential else ""

    def follow(self, location: str) -> Hop:
        """The hop that a redirect names. Another host, or the way from https to http, drops what may be secret."""
        try:
            target = self.url.join(location)
        except (httpx.InvalidURL, ValueError):
            raise SourceError("redirect-scheme", host=self.host) from None
        if target.scheme not in ("http", "https") or not target.host or not location:
            raise SourceError("redirect-scheme", host=self.host)
        same_host = target.host == self.url.host
        same_place = (target.scheme, _port(target)) == (self.url.scheme, _port(self.url))
        upgraded = self.url.scheme == "http" and target.scheme == "https" and not (self.url.port or target.port)
        headers = self.headers
        if not (same_host and (same_place or upgraded)):
            headers = {name: value for name, value in headers.items() if name.lower() in _HARMLESS}
        return replace(self, url=target.copy_with(username="", password=""), headers=headers)


class _Body(httpx.AsyncByteStream):
    """A pool's answer as httpx wants it."""

    def __init__(self, pooled: httpcore.Response) -> None:
        self._pooled = pooled

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._pooled.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._pooled.aclose()


class _PoolTransport(httpx.AsyncBaseTransport):
    """httpx over an httpcore pool whose sockets come from net.py."""

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._pool = pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        asked = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        pooled = await self._pool.handle_async_request(asked)
        return httpx.Response(pooled.status, headers=pooled.headers, stream=_Body(pooled), extensions=pooled.extensions)

    async def aclose(self) -> None:
        await self._pool.aclose()


class Transports:
    """The clients in use, some for each way out: guarded or not, directly or by a proxy."""

    def __init__(self, net: NetSettings, user_agent: str, connect_seconds: float, total_seconds: float) -> None:
        self._net = net
        self._user_agent = user_agent
        self._connect_seconds = connect_seconds
        self._total_seconds = total_seconds
        self._proxies = proxies_of_environment()
        self._clients: dict[tuple[bool, Proxy | None, int], httpx.AsyncClient] = {}

    async def send(self, hop: Hop, silence_seconds: float | None = None) -> httpx.Response:
        """Send one hop; the answer's body is still to be read. Raises SourceError and httpcore's exceptions."""
        client = self._client(hop)
        read = self._total_seconds if silence_seconds is None else silence_seconds
        timeout = httpx.Timeout(self._total_seconds, connect=self._connect_seconds, read=read, pool=None)
        request = client.build_request(hop.method, hop.url, headers=hop.headers, content=hop.content, timeout=timeout)
        return await client.send(request, stream=True, auth=None, follow_redirects=False)

    async def close(self) -> None:
        """Close all connections."""
        clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            await client.aclose()

    def _client(self, hop: Hop) -> httpx.AsyncClient:
        proxy = proxy_for(hop.url.scheme, hop.host, _port(hop.url), self._net.proxy, self._proxies)
        if proxy is not None:
            refuse_private_literal(hop.host, self._net, allow_private=hop.allow_private)
        way = (hop.allow_private, proxy, crc32(hop.host.encode()) % _POOLS)
        client = self._clients.get(way)
        if client is None:
            client = self._clients[way] = self._open(hop.allow_private, proxy)
        return client

    def _open(self, allow_private: bool, proxy: Proxy | None) -> httpx.AsyncClient:
        pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context(self._net),
            proxy=None
            if proxy is None
            else httpcore.Proxy(proxy.url, auth=(proxy.user, proxy.password) if proxy.user else None),
            max_connections=None,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=GuardedBackend(self._net, allow_private=allow_private, to_proxy=proxy is not None),
        )
        return httpx.AsyncClient(
            transport=_PoolTransport(pool),
            headers={"User-Agent": self._user_agent, "Accept-Encoding": "gzip, deflate"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            trust_env=False,
        )
