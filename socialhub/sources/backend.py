"""httpcore's connections over the guarded sockets of net.py. Nothing here resolves a name or judges an address."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

from socialhub.errors import SourceError
from socialhub.sources.net import CONNECT_SECONDS, NetSettings, open_direct, open_to_proxy


class _Stream(httpcore.AsyncNetworkStream):
    """A guarded socket as httpcore wants it."""

    def __init__(self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._host = host
        self._reader = reader
        self._writer = writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        try:
            async with asyncio.timeout(timeout):
                return await self._reader.read(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's
        try:
            async with asyncio.timeout(timeout):
                self._writer.write(buffer)
                await self._writer.drain()
        except TimeoutError as error:
            raise httpcore.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        # Not wait_closed: the other side may never answer TLS's good-bye.
        self._writer.close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's
    ) -> httpcore.AsyncNetworkStream:
        try:
            await self._writer.start_tls(ssl_context, server_hostname=server_hostname, ssl_handshake_timeout=timeout)
        except TimeoutError:
            raise SourceError("timeout", host=self._host, seconds=timeout or 0) from None
        except (ssl.SSLError, ssl.CertificateError):
            raise SourceError("tls", host=self._host) from None
        except OSError:
            raise SourceError("reset", host=self._host) from None
        return self

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return self._reader.at_eof() or self._writer.is_closing()
        names = {"ssl_object": "ssl_object", "client_addr": "sockname", "server_addr": "peername", "socket": "socket"}
        return self._writer.get_extra_info(names[info]) if info in names else None


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens httpcore's connections through the guard; `to_proxy` when what it connects to is the operator's proxy."""

    def __init__(self, settings: NetSettings, *, allow_private: bool, to_proxy: bool = False) -> None:
        self._settings = settings
        self._allow_private = allow_private
        self._to_proxy = to_proxy

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        seconds = CONNECT_SECONDS if timeout is None else timeout
        try:
            if self._to_proxy:
                sock = await open_to_proxy(host, port, self._settings, seconds)
            else:
                sock = await open_direct(host, port, self._settings, self._allow_private, seconds)
        except SourceError as error:
            error.asked = False
            raise
        try:
            return _Stream(host, *await asyncio.open_connection(sock=sock))
        except OSError:
            sock.close()
            raise SourceError("reset", host=host) from None

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
