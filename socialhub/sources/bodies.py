"""The bodies of answers, read within their bounds: whole, the beginning of a failing server's, or line by line."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from typing import Final

import httpcore
import httpx

from socialhub import text
from socialhub.errors import SourceError
from socialhub.sources.inflate import Inflater, TooLarge

MIB: Final = 1024 * 1024
BODY_LIMIT: Final = 15 * MIB
"""Bytes of an answer after decompression."""
ERROR_BODY_LIMIT: Final = 65_536
LINE_LIMIT: Final = 1 * MIB
_ENCODINGS: Final = {"": "", "identity": "", "gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}


def broken(error: Exception, host: str) -> SourceError:
    """A connection that broke, or bytes that are not HTTP."""
    said = str(error)
    if isinstance(error, httpcore.ProtocolError) and "disconnected" not in said and "closed connection" not in said:
        return SourceError("unexpected-shape", host=host, detail=text.clip(text.clean(said, single_line=True), 80))
    return SourceError("reset", host=host)


def _inflater(response: httpx.Response, host: str, limit: int) -> Inflater:
    named = response.headers.get("content-encoding", "").strip().lower()
    if named not in _ENCODINGS:
        raise SourceError("bad-encoding", host=host)
    return Inflater(_ENCODINGS[named], limit)


async def read_body(response: httpx.Response, host: str) -> bytes:
    """The whole body, inflated, at most BODY_LIMIT bytes."""
    inflater = _inflater(response, host, BODY_LIMIT)
    parts: list[bytes] = []
    try:
        async for chunk in response.aiter_raw():
            parts.append(inflater.feed(chunk))
        inflater.finish()
    except TooLarge:
        raise SourceError("too-large", host=host, limit=BODY_LIMIT // MIB) from None
    except zlib.error:
        raise SourceError("bad-encoding", host=host) from None
    except httpcore.TimeoutException:
        raise TimeoutError from None
    except (httpcore.ProtocolError, httpcore.NetworkError) as error:
        raise broken(error, host) from None
    return b"".join(parts)


async def read_error_body(response: httpx.Response) -> bytes:
    """The start of what a failing server says, as far as it can be read: it only explains."""
    parts: list[bytes] = []
    try:
        inflater = _inflater(response, "", ERROR_BODY_LIMIT)
        async for chunk in response.aiter_raw():
            parts.append(inflater.feed(chunk))
    except (
        SourceError,
        TooLarge,
        zlib.error,
        httpcore.TimeoutException,
        httpcore.ProtocolError,
        httpcore.NetworkError,
    ):
        pass
    return b"".join(parts)


def refuse_unstreamable(response: httpx.Response, host: str) -> None:
    """Raise SourceError for an answer that is no stream of lines: compressed though unasked, or a page (of a login)."""
    if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise SourceError("bad-encoding", host=host)
    named = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if named == "text/html":
        raise SourceError("unexpected-shape", host=host, detail=named)


async def lines_of(response: httpx.Response, host: str, silence_seconds: float) -> AsyncIterator[bytes]:
    """The lines of an endless answer without their ends; bytes that never make one are silence, too."""
    now = asyncio.get_running_loop().time
    heard = now()
    rest = b""
    try:
        async for chunk in response.aiter_raw():
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > LINE_LIMIT:
                raise SourceError("too-large", host=host, limit=LINE_LIMIT // MIB)
            for line in lines:
                yield line.removesuffix(b"\r")
            if lines:
                heard = now()
            elif now() - heard >= silence_seconds:
                raise SourceError("stream-silent", host=host, seconds=silence_seconds)
    except httpcore.TimeoutException:
        raise SourceError("stream-silent", host=host, seconds=silence_seconds) from None
    except (httpcore.ProtocolError, httpcore.NetworkError) as error:
        raise broken(error, host) from None
    if rest:
        yield rest
